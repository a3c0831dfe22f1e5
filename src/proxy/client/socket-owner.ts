import { lchownSync, readFileSync } from "node:fs";

/** The number that says "leave it as it is" to chown(2). */
const UNCHANGED = -1;

/** A user or group that this system does not know by that name. */
export class UnknownOwnerError extends Error {
  override readonly name = "UnknownOwnerError";
}

/** Gives a socket to a user, a group or both, each by name or number; what is undefined stays as it is. */
export function giveSocket(path: string, owner: string | undefined, group: string | undefined): void {
  if (owner !== undefined || group !== undefined) {
    // Should somebody put a link into its place meanwhile, no other file is given away.
    lchownSync(path, numberOf(owner, "user", "/etc/passwd"), numberOf(group, "group", "/etc/group"));
  }
}

/** Both files have a line `name:password:number:...` for each (passwd(5), group(5)). */
function numberOf(name: string | undefined, kind: "user" | "group", file: string): number {
  if (name === undefined) return UNCHANGED;
  if (/^[0-9]+$/u.test(name)) return Number(name);
  const line = readLines(file).find((candidate) => candidate.startsWith(`${name}:`));
  const number = line?.split(":")[2];
  if (number === undefined || !/^[0-9]+$/u.test(number)) {
    throw new UnknownOwnerError(`there is no ${kind} ${name} in ${file}: write its number`);
  }
  return Number(number);
}

function readLines(file: string): readonly string[] {
  try {
    return readFileSync(file, "utf8").split("\n");
  } catch {
    // An image without the file knows nobody by name.
    return [];
  }
}
