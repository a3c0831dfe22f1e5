import { readdirSync, readFileSync, statSync } from "node:fs";
import type { ProcessUser } from "../config/settings.ts";
import type { SocketAddress } from "../kernel/address.ts";
import { systemFailure } from "../kernel/system-error.ts";

/** Whom the process runs as. */
export type Standing =
  /** The user that it was started as, who is not root. */
  | { readonly kind: "given" }
  /** Another one than root, for good. */
  | { readonly kind: "changed"; readonly user: number; readonly groups: readonly number[] }
  /** Root, and why. */
  | { readonly kind: "root"; readonly reason: string };

/** Root's privileges are still there although they were given up: nothing may be served. */
class PrivilegeError extends Error {
  override readonly name = "PrivilegeError";
}

const ROOT = 0;
/** Capabilities by their number in a mask (capabilities(7)): to set groups, and to set the user. */
const [CAP_SETGID, CAP_SETUID] = [6n, 7n];
const READ_WRITE_OF_GROUP = 0o060;
const READ_WRITE_OF_OTHERS = 0o006;

/**
 * Makes a process that was started as root another user for good, with the group of the engine's socket and those that it
 * was given, and without a capability. A process of any other user stays as it is.
 *
 * @throws {PrivilegeError} where the kernel says afterwards that a thread has anything of root's left.
 */
export function becomeUser(wanted: ProcessUser | undefined, engine: SocketAddress | undefined): Standing {
  if (process.getuid?.() !== ROOT) return { kind: "given" };
  if (wanted === undefined) return { kind: "root", reason: "set QUAYGATE_USER=65532, and it gives that up" };
  const socket = engine?.kind === "unix" ? socketAt(engine.path) : undefined;
  if (socket !== undefined && !letsInMembers(socket.mode)) {
    return {
      kind: "root",
      reason: `the engine's socket lets in nobody but its owner (${octal(socket.mode)})`,
    };
  }
  if (!mayChange()) {
    const group = socket === undefined ? "" : `, or user: "${wanted.user}:${socket.group}"`;
    return {
      kind: "root",
      reason: `it lacks the capabilities to become another user: add cap_add: [SETUID, SETGID]${group}`,
    };
  }
  const groups = [...new Set([...groupsGiven(), ...(socket === undefined ? [] : [socket.group])])];
  try {
    process.setgroups?.(groups);
    process.setgid?.(wanted.group);
    process.setuid?.(wanted.user);
  } catch (error) {
    // A rootless container may have no other user than its root.
    const { code } = systemFailure(error);
    return { kind: "root", reason: `the kernel does not let it become user ${wanted.user} here (${code})` };
  }
  assertChanged(wanted, groups);
  return { kind: "changed", user: wanted.user, groups };
}

/** Says whom the process runs as, where there is something to say. */
export function explainStanding(standing: Standing): string | undefined {
  switch (standing.kind) {
    case "given":
      return undefined;
    case "changed":
      return `runs as user ${standing.user}${explainGroups(standing.groups)}, and can't become root again`;
    case "root":
      return `runs as root: ${standing.reason}`;
  }
}

function explainGroups(groups: readonly number[]): string {
  if (groups.length === 0) return "";
  return ` with ${groups.length === 1 ? "group" : "groups"} ${groups.join(", ")}`;
}

/** Undefined where no socket is there, or nobody may look: what is wrong with it is told when it is connected to. */
function socketAt(path: string): { readonly mode: number; readonly group: number } | undefined {
  try {
    const found = statSync(path);
    return found.isSocket() ? { mode: found.mode, group: found.gid } : undefined;
  } catch {
    return undefined;
  }
}

function letsInMembers(mode: number): boolean {
  return [READ_WRITE_OF_GROUP, READ_WRITE_OF_OTHERS].some((bits) => (mode & bits) === bits);
}

function octal(mode: number): string {
  return `mode ${(mode & 0o777).toString(8).padStart(4, "0")}`;
}

/** The further groups that whoever started the process wants it to have; root's own is not kept. */
function groupsGiven(): readonly number[] {
  return (process.getgroups?.() ?? []).filter((group) => group !== ROOT);
}

/** Whether root has what setuid(2) and setgroups(2) need; a container may have been started without. */
function mayChange(): boolean {
  const status = readStatus("/proc/self/status");
  if (status === undefined) return true;
  const held = BigInt(`0x${status.get("CapEff") ?? "0"}`);
  return [CAP_SETGID, CAP_SETUID].every((capability) => ((held >> capability) & 1n) === 1n);
}

/** Looks at every thread, for the kernel keeps these by thread, and tries the way back. */
function assertChanged({ user, group }: ProcessUser, groups: readonly number[]): void {
  const expected = new Set([...groups, group]);
  for (const [path, status] of readThreads()) {
    const fine =
      isAll(status.get("Uid"), user) &&
      isAll(status.get("Gid"), group) &&
      numbersOf(status.get("Groups")).every((number) => expected.has(number)) &&
      ["CapPrm", "CapEff", "CapAmb"].every((set) => /^0+$/u.test(status.get(set) ?? ""));
    if (!fine)
      throw new PrivilegeError(`root was not given up: ${path} still has more than user ${user} has`);
  }
  try {
    process.setuid?.(ROOT);
  } catch (error) {
    if (systemFailure(error).code === "EPERM") return;
    throw error;
  }
  throw new PrivilegeError("root was not given up: the process could become it again");
}

/** Real, effective, saved and file system's: the kernel shows four. */
function isAll(text: string | undefined, expected: number): boolean {
  const numbers = numbersOf(text);
  return numbers.length === 4 && numbers.every((number) => number === expected);
}

function numbersOf(text = ""): readonly number[] {
  return text.split(/\s+/u).filter(Boolean).map(Number);
}

/** The threads of this process and what the kernel says of each; none where there is no /proc. */
function readThreads(): readonly (readonly [path: string, status: ReadonlyMap<string, string>])[] {
  const folder = "/proc/self/task";
  return listFolder(folder).flatMap((thread) => {
    const path = `${folder}/${thread}/status`;
    const status = readStatus(path);
    return status === undefined ? [] : [[path, status] as const];
  });
}

function listFolder(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

/** The lines `Name: value` of a status file (proc_pid_status(5)); undefined where there is none. */
function readStatus(path: string): ReadonlyMap<string, string> | undefined {
  try {
    const lines = readFileSync(path, "latin1").split("\n");
    return new Map(
      lines.map((line) => {
        const at = line.indexOf(":");
        return [line.slice(0, at), line.slice(at + 1).trim()] as const;
      }),
    );
  } catch {
    return undefined;
  }
}
