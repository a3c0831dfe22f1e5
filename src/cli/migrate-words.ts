import { basename, dirname, relative, resolve, sep } from "node:path";
import type { Result } from "../kernel/result.ts";

/** What `quaygate migrate` was asked for. */
export interface MigrateWords {
  readonly file: string;
  /** Whether the file itself is changed. */
  readonly isWritten: boolean;
  readonly policy: AskedPolicy | undefined;
}

/** Where the policy file shall be. */
export interface AskedPolicy {
  readonly path: string;
  /** The same as Compose finds it, which looks from the file's folder. */
  readonly fromFile: string;
  /** Whether one that is there already gives way. */
  readonly isOverwritten: boolean;
}

/** Reads the words behind `migrate`, or says what is wrong with them. */
export function readMigrateWords(words: readonly string[]): Result<MigrateWords, string> {
  const files: string[] = [];
  let [path, isWritten, isOverwritten]: [string | undefined, boolean, boolean] = [undefined, false, false];
  for (let at = 0; at < words.length; at += 1) {
    const word = words[at] ?? "";
    if (word === "--write") isWritten = true;
    else if (word === "--overwrite") isOverwritten = true;
    else if (word === "--policy") {
      const next = words[(at += 1)];
      if (next === undefined || next.startsWith("-") || path !== undefined) {
        return fail(
          "--policy wants one file to write, such as: quaygate migrate --policy policy.yaml compose.yaml",
        );
      }
      path = next;
    } else if (word.startsWith("-")) {
      return fail(`migrate has no option "${word}"; there are --write, --policy and --overwrite`);
    } else files.push(word);
  }
  const [file, ...rest] = files;
  if (file === undefined || rest.length > 0) {
    return fail("migrate wants one file, such as: quaygate migrate compose.yaml");
  }
  if (path === undefined) {
    return isOverwritten
      ? fail("--overwrite is about the file of --policy, and there is none")
      : { ok: true, value: { file, isWritten, policy: undefined } };
  }
  const fromFile = pathFrom(file, path);
  if (!fromFile.ok) return fromFile;
  return { ok: true, value: { file, isWritten, policy: { path, fromFile: fromFile.value, isOverwritten } } };
}

/** A colon ends the path in a mount, and what nobody sees can't stand in a file that people read. */
function pathFrom(file: string, path: string): Result<string, string> {
  if (resolve(file) === resolve(path))
    return fail(`${path} is the file itself: name another one for the policy`);
  const way = relative(dirname(resolve(file)), resolve(path))
    .split(sep)
    .join("/");
  if (basename(way) === "" || /[:\p{C}]/u.test(way)) {
    return fail(
      `${JSON.stringify(path)} can't be mounted by Compose: a policy's path has no colon and no control character`,
    );
  }
  return { ok: true, value: way.startsWith("../") ? way : `./${way}` };
}

function fail(error: string): Result<never, string> {
  return { ok: false, error };
}
