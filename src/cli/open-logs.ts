import { findMissing, type JournalSource, sourcesOf } from "../journal/source.ts";
import type { Result } from "../kernel/result.ts";
import type { Terminal } from "./command.ts";
import { announceInput } from "./terminal-input.ts";

/**
 * The logs that the words of a command name, in their order, or all that is wrong with them. Without any it is standard input, but not a
 * terminal: a log is typed in only by who says so with `-`, and is told then that it is read.
 */
export function openLogs(
  command: string,
  files: readonly string[],
  terminal: Terminal,
): Result<readonly JournalSource[], readonly string[]> {
  if (files.length === 0 && process.stdin.isTTY) {
    const example = `docker logs gate 2>&1 | quaygate ${command}`;
    return {
      ok: false,
      error: [`${command} wants a log: a FILE, or what is piped into it, such as ${example}`],
    };
  }
  const sources = sourcesOf(files, process.stdin);
  const problems = findMissing(sources);
  if (problems.length > 0) return { ok: false, error: problems };
  if (sources.some(({ kind }) => kind === "stream")) announceInput("a log", terminal);
  return { ok: true, value: sources };
}
