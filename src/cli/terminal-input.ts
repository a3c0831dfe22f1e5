import type { Terminal } from "./command.ts";

/** Says what is read, and how it ends, where standard input is a person's terminal: nothing else would tell that it waits. */
export function announceInput(what: string, terminal: Terminal): void {
  if (process.stdin.isTTY) {
    terminal.complain(`quaygate: reading ${what} from this terminal; Ctrl-D on an empty line ends it`);
  }
}
