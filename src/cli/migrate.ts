import { constants, copyFileSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { explainFileFailure } from "../kernel/file-failure.ts";
import type { Result } from "../kernel/result.ts";
import { FILE_LIMIT } from "../migrate/limits.ts";
import { type Migration, migrate as migrateText } from "../migrate/migrate.ts";
import { explainRemarks } from "../migrate/remark.ts";
import { type Command, EXIT_FAILED, EXIT_OK, EXIT_USAGE } from "./command.ts";
import { type MigrateWords, readMigrateWords } from "./migrate-words.ts";
import { type StagedPolicy, stagePolicy } from "./staged-policy.ts";

/** `quaygate migrate compose.yaml`: puts a gate where a file mounts the socket or runs another proxy. */
export const migrate: Command = {
  usage: "migrate FILE [OPTION...]",
  summary: "put the gate into a Compose or stack file, in the place of the socket",
  details: [
    "Example: quaygate migrate compose.yaml > compose.new.yaml",
    "Prints the converted file, and on standard error what was done and what is left to decide.",
    "Services that mount the Docker socket get a gate with the fewest switches they need. Tecnativa's, LinuxServer's",
    "and wollomatic's proxies become the gate at the same address. All else stays as it is, comments too.",
    "  --write         change FILE itself, and keep what it was in FILE.bak, which must not be there yet",
    "  --policy OUT    one gate in the place of all: OUT is its policy file, with a client for each former proxy or mount",
    "  --overwrite     OUT may be there already, and is replaced",
    "Each client has the rights that it had, or the command fails. Whom one gate can't tell apart keeps a gate of its own.",
    "Nothing is started and the engine is not asked.",
    "Exit code: 0 when it is converted or there is nothing to do, 1 when that can't be done, 2 wrong usage.",
  ],
  run: async (words, terminal) => {
    const asked = readMigrateWords(words);
    if (!asked.ok) {
      terminal.complain(`quaygate: ${asked.error}`);
      return EXIT_USAGE;
    }
    const { file, isWritten, policy } = asked.value;
    const text = readText(file);
    const migration = text.ok ? migrateText(text.value, policy?.fromFile) : undefined;
    if (!text.ok || migration === undefined || !migration.ok) {
      const { message, position } = migration?.ok === false ? migration.error : unreadable(text);
      const place = position === undefined ? "" : `:${position.line}:${position.column}`;
      terminal.complain(`quaygate: ${file}${place}: ${message}`);
      return EXIT_FAILED;
    }
    const problem = await write(asked.value, migration.value);
    if (problem !== undefined) {
      terminal.complain(`quaygate: ${problem}`);
      return EXIT_FAILED;
    }
    const { text: converted, isChanged, remarks } = migration.value;
    if (!isWritten) {
      terminal.print(converted.replace(/\n$/u, ""));
    }
    for (const line of isChanged ? [] : [`quaygate: ${file}: nothing to convert`]) {
      terminal.complain(line);
    }
    for (const line of explainRemarks(remarks)) {
      terminal.complain(line);
    }
    return EXIT_OK;
  },
};

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

/** Writes what was asked for, the policy before the file that needs it; gives a sentence where that fails. */
async function write(
  { file, isWritten, policy: asked }: MigrateWords,
  { text, isChanged, policy }: Migration,
): Promise<string | undefined> {
  const staged = asked === undefined || policy === undefined ? undefined : await stagePolicy(asked, policy);
  if (staged?.ok === false) return `${staged.error}; nothing was changed`;
  return isWritten && isChanged ? replaceFile(file, text, staged?.value) : staged?.value.place();
}

/** The original is kept before anything is written, and an older original is never overwritten. */
function replaceFile(file: string, text: string, policy: StagedPolicy | undefined): string | undefined {
  const kept = `${file}.bak`;
  try {
    copyFileSync(file, kept, constants.COPYFILE_EXCL);
  } catch (error) {
    policy?.discard();
    return `${kept}: ${explainFileFailure(error)}; nothing was changed`;
  }
  const problem = policy?.place();
  if (problem !== undefined) {
    rmSync(kept, { force: true });
    return `${problem}; nothing was changed`;
  }
  try {
    writeFileSync(file, text);
    return undefined;
  } catch (error) {
    return `${file}: ${explainFileFailure(error)}; what it was is in ${kept}`;
  }
}
