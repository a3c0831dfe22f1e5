import type { Operation } from "../docker/operations.ts";
import type { Grant } from "../policy/grant.ts";
import type { Dialect } from "./dialect.ts";
import { slipsBetween } from "./nearest.ts";
import { explainOpen } from "./open-operations.ts";
import { isRead } from "./sections.ts";

/** Names as short as these are few slips away from everything; a switch as long as this may be two slips off. */
const LONG_NAME = 8;

/**
 * What ordinary programs call their own, although a switch is one slip away: `PORT=0` is any port. And what the image tells the
 * C library, as if it were a switch: to compare it with all switches takes a thirtieth of a start.
 */
const ORDINARY: ReadonlySet<string> = new Set(["HOST", "PORT", "MALLOC_ARENA_MAX"]);

/** Variables that the gate shares with the originals, of which another spelling would let more in than was wished. */
const SHARED = ["BIND_CONFIG", "DISABLE_IPV6", "SOCKET_PATH"] as const;

/** How a person may begin the name of a permission. */
const PERMISSION = /^(?:ALLOW|DENY|BLOCK|ENABLE|DISABLE|NO)_/u;

/** What HTTP's methods are called, beyond the one that is a switch. */
const METHODS: ReadonlySet<string> = new Set(["GET", "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS"]);

const READ_ONLY = /^READ_?ONLY$/u;

/** What a person calls an operation, besides the last word of its path and its method. */
const OTHER_WORDS: ReadonlyMap<string, string> = new Map([
  ["REMOVE", "DELETE"],
  ["RESTARTS", "RESTART"],
]);

/** Says which setting a variable was meant to be whose value is no switch's, if its name is a slip away from one. */
export function explainMisspelt(name: string): string | undefined {
  const plain = plainOf(name);
  const meant = SHARED.find((known) => known !== name && slipsBetween(plain, known) <= 1);
  return meant === undefined ? undefined : asked(name, meant);
}

/**
 * Says what a variable that no dialect knows was meant to be, if it looks like a switch: by its letters, or by the methods
 * or operations that it names; of these it says what is really open. Undefined for every other name.
 */
export function explainMisnamed(
  name: string,
  spoken: Dialect,
  others: readonly Dialect[],
  grant: Grant,
): string | undefined {
  if (ORDINARY.has(name)) {
    return undefined;
  }
  const plain = plainOf(name);
  const meant = (matches: (known: string) => boolean): string | undefined => {
    for (const dialect of [spoken, ...others]) {
      const found = [...dialect.switches.keys()].find(matches);
      if (found !== undefined) {
        return asked(name, dialect === spoken ? found : `${found} of the ${dialect.name} dialect`);
      }
    }
    return undefined;
  };
  const near = (slips: number): string | undefined =>
    meant((known) => (slips < 2 || known.length >= LONG_NAME) && slipsBetween(plain, known) === slips);
  const named = operationsNamed(plain, spoken.operations);
  const nothing = READ_ONLY.test(plain) ? "nothing is open but GET and HEAD" : undefined;
  const about =
    named.length === 0 && !METHODS.has(plain)
      ? undefined
      : `${name} is no setting: ${explainOpen(named, grant, nothing)}`;
  return (
    near(0) ??
    near(1) ??
    about ??
    meant((known) => isLike(plain, known)) ??
    near(2) ??
    unknownPermission(name)
  );
}

function plainOf(name: string): string {
  return name.trim().toUpperCase().replaceAll(/[-. ]/gu, "_");
}

function asked(name: string, meant: string): string {
  return `${name} is no setting; did you mean ${meant}?`;
}

/** The operations that a name is about: of a method, of a kind of object and what is done to it, or that write at all. */
function operationsNamed(name: string, operations: readonly Operation[]): readonly Operation[] {
  if (READ_ONLY.test(name)) {
    return operations.filter((operation) => !isRead(operation));
  }
  const isPermission = PERMISSION.test(name);
  const bare = name.replace(PERMISSION, "");
  const words = OTHER_WORDS.get(bare) ?? bare.replace(/(?<=_)REMOVE$/u, "DELETE");
  return operations.filter(({ template, methods }) => {
    const segments = template.toUpperCase().split("/").slice(1);
    const [section = ""] = segments;
    const last = segments.length > 1 ? (segments.at(-1) ?? "") : "";
    const done: readonly string[] = [last, ...methods];
    const subjects = [section, section.replace(/S$/u, "")];
    return (
      ((isPermission || METHODS.has(words)) && done.includes(words)) ||
      subjects.some((subject) => done.some((what) => `${subject}_${what}` === words))
    );
  });
}

/** A switch with or without `ALLOW_` before it, or with another word of that kind. */
function isLike(name: string, known: string): boolean {
  const bare = name.replace(PERMISSION, "");
  const plain = known.replace("ALLOW_", "");
  return plain === bare || (plain.length >= "START".length && slipsBetween(plain, bare) === 1);
}

/** Nothing else is called so: it was meant for a proxy. */
function unknownPermission(name: string): string | undefined {
  return /^(?:ALLOW|DENY)_/u.test(name) ? `${name} is no setting, here or in the other dialect` : undefined;
}
