import { readFileSync, type Stats, statSync } from "node:fs";
import { GateError } from "../gate-error.ts";
import { formatAddress, type SocketAddress } from "../kernel/address.ts";

/** Whose permissions count. */
interface Holder {
  readonly user: number;
  readonly groups: readonly number[];
}

/** Turns a failed connect into an error whose message names the cure; the holder is this process where none is given. */
export function connectError(
  address: SocketAddress,
  cause: NodeJS.ErrnoException,
  holder: Holder = { user: process.geteuid?.() ?? -1, groups: process.getgroups?.() ?? [] },
): GateError {
  const reason = address.kind === "unix" ? explainUnix(address.path, cause, holder) : explainTcp(cause);
  const message = `the Docker engine at ${formatAddress(address)} can't be reached: ${reason}`;
  return new GateError("engine_unreachable", message, { cause });
}

function explainUnix(path: string, cause: NodeJS.ErrnoException, holder: Holder): string {
  switch (cause.code) {
    case "ENOENT":
      return "there is no such socket; is the engine running, and is its socket mounted here?";
    case "EACCES":
      return explainPermission(path, holder);
    case "ECONNREFUSED":
      return explainSilence(statOf(path));
    default:
      return cause.message;
  }
}

/** Why nobody takes connections at a path. */
function explainSilence(found: Stats | undefined): string {
  if (found?.isSocket() !== true) {
    return "that is not a socket; Docker makes an empty folder where a mounted file was missing";
  }
  // A mounted file stays when its name is removed on the host; only then nothing links to it.
  return found.nlink === 0
    ? "the engine made its socket anew, and the one that is mounted here stays dead: restart this container " +
        "(QUAYGATE_ENGINE_GONE=30 with restart: always does that by itself), or mount the socket's folder"
    : "nobody answers on the socket; the engine is stopped, or was restarted and this is the socket of before " +
        "(a mounted socket file does not follow: mount its folder, or restart this container)";
}

function explainPermission(path: string, holder: Holder): string {
  const found = statOf(path);
  if (found === undefined) {
    return "no permission on the folder that holds the socket";
  }
  // First, for the mode says nothing of users and groups that are only shown as if they were nobody.
  if (isOfNobodyHere(found)) {
    return (
      "the socket's owner and group are of another user namespace (userns-remap): " +
      'Compose: userns_mode: "host"; docker run: --userns host'
    );
  }
  if (isOpenTo(found, holder)) {
    return (
      "the socket's mode lets this process in, so a security module of the host does not (SELinux, AppArmor): " +
      'Compose: security_opt: ["label=disable"]; docker run: --security-opt label=disable'
    );
  }
  return (
    `no permission on the socket, which belongs to group ${found.gid}; run with that group ` +
    `(Compose: group_add: ["${found.gid}"]; docker run: --group-add ${found.gid})`
  );
}

/** What the mode of a socket says, whose members need to write (unix(7)). */
function isOpenTo({ mode, uid, gid }: Stats, { user, groups }: Holder): boolean {
  if (user === uid) return (mode & 0o200) !== 0;
  return (mode & (groups.includes(gid) ? 0o020 : 0o002)) !== 0;
}

/** Users and groups that a user namespace does not know are shown with these numbers (user_namespaces(7)). */
function isOfNobodyHere({ uid, gid }: Stats): boolean {
  return [
    { number: uid, file: "/proc/sys/kernel/overflowuid" },
    { number: gid, file: "/proc/sys/kernel/overflowgid" },
  ].every(({ number, file }) => String(number) === readWord(file));
}

function readWord(file: string): string | undefined {
  try {
    return readFileSync(file, "latin1").trim();
  } catch {
    return undefined;
  }
}

function explainTcp(cause: NodeJS.ErrnoException): string {
  switch (cause.code) {
    case "ECONNREFUSED":
      return "nobody listens on that port";
    case "ENOTFOUND":
      return "there is no host of that name";
    case "EAI_AGAIN":
      return "the name of its host could not be looked up: no name server answers";
    default:
      return cause.message;
  }
}

function statOf(path: string): Stats | undefined {
  try {
    return statSync(path);
  } catch {
    return undefined;
  }
}
