import { constants, copyFileSync, readFileSync, statSync, writeFileSync } from "node:fs";
import type { Result } from "../kernel/result.ts";
import { FILE_LIMIT } from "../migrate/limits.ts";
import { migrate as migrateText } from "../migrate/migrate.ts";
import { explainRemarks } from "../migrate/remark.ts";
import { type Command, EXIT_FAILED, EXIT_OK, EXIT_USAGE } from "./command.ts";
import { explainFileFailure } from "../kernel/file-failure.ts";

/** `quaygate migrate compose.yaml`: puts a gate where a file mounts the socket or runs another proxy. */
export const migrate: Command = {
  usage: "migrate FILE",
  summary: "put the gate into a Compose or stack file, in the place of the socket",
  details: [
    "Example: quaygate migrate compose.yaml > compose.new.yaml",
    "Prints the converted file, and on standard error what was done and what is left to decide.",
    "Services that mount the Docker socket get a gate with the fewest switches they need. Tecnativa's, LinuxServer's",
    "and wollomatic's proxies become the gate at the same address. All else stays as it is, comments too.",
    "  --write    change FILE itself, and keep what it was in FILE.bak, which must not be there yet",
    "Nothing is started and the engine is not asked.",
    "Exit code: 0 when it is converted or there is nothing to do, 1 when the file can't be read, 2 wrong usage.",
  ],
  run: (words, terminal) => {
    const unknown = words.find((word) => isOption(word) && word !== "--write");
    const [file, ...rest] = words.filter((word) => !isOption(word));
    if (unknown !== undefined || file === undefined || rest.length > 0) {
      terminal.complain(
        unknown === undefined
          ? "quaygate: migrate wants one file, such as: quaygate migrate compose.yaml"
          : `quaygate: migrate has no option "${unknown}"; there is --write`,
      );
      return Promise.resolve(EXIT_USAGE);
    }
    const text = readText(file);
    const migration = text.ok ? migrateText(text.value) : undefined;
    if (!text.ok || migration === undefined || !migration.ok) {
      const { message, position } = migration?.ok === false ? migration.error : unreadable(text);
      const place = position === undefined ? "" : `:${position.line}:${position.column}`;
      terminal.complain(`quaygate: ${file}${place}: ${message}`);
      return Promise.resolve(EXIT_FAILED);
    }
    const { text: converted, isChanged, remarks } = migration.value;
    if (words.includes("--write")) {
      const problem = isChanged ? replaceFile(file, converted) : undefined;
      if (problem !== undefined) {
        terminal.complain(`quaygate: ${problem}`);
        return Promise.resolve(EXIT_FAILED);
      }
    } else {
      terminal.print(converted.replace(/\n$/u, ""));
    }
    for (const line of isChanged ? [] : [`quaygate: ${file}: nothing to convert`]) {
      terminal.complain(line);
    }
    for (const line of explainRemarks(remarks)) {
      terminal.complain(line);
    }
    return Promise.resolve(EXIT_OK);
  },
};

function isOption(word: string): boolean {
  return word.startsWith("-");
}

function readText(file: string): Result<string, string> {
  try {
    if (statSync(file).size > FILE_LIMIT) {
      return { ok: false, error: `longer than ${FILE_LIMIT / 1024} KiB` };
    }
    return {
      ok: true,
      value: new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(readFileSync(file)),
    };
  } catch (error) {
    return {
      ok: false,
      error: error instanceof TypeError ? "is not text in UTF-8" : explainFileFailure(error),
    };
  }
}

function unreadable(text: Result<string, string>): {
  readonly message: string;
  readonly position: undefined;
} {
  return { message: text.ok ? "" : text.error, position: undefined };
}

/** The original is kept before anything is written, and an older original is never overwritten. */
function replaceFile(file: string, text: string): string | undefined {
  const kept = `${file}.bak`;
  try {
    copyFileSync(file, kept, constants.COPYFILE_EXCL);
  } catch (error) {
    return `${kept}: ${explainFileFailure(error)}; nothing was changed`;
  }
  try {
    writeFileSync(file, text);
    return undefined;
  } catch (error) {
    return `${file}: ${explainFileFailure(error)}; what it was is in ${kept}`;
  }
}
