import { fstatSync, readFileSync, readlinkSync, statSync } from "node:fs";
import {
  formatAddress,
  type ListenAddress,
  type ListenUnixAddress,
  type PassedAddress,
  type PassedSocket,
} from "../../kernel/address.ts";
import type { Result } from "../../kernel/result.ts";
import { ListenError, type ListenPlace } from "./listen-error.ts";

/**
 * Finds the sockets that are meant by addresses such as `fd://web`, each in the place of its address.
 *
 * @throws {ListenError} where an address means none, or two mean the same: no descriptor is listened on twice.
 */
export function findPassed(
  addresses: readonly ListenAddress[],
  passed: Result<readonly PassedSocket[], string>,
): readonly ListenPlace[] {
  const taken = new Set<number>();
  return addresses.flatMap((address): readonly ListenPlace[] => {
    if (address.kind !== "fd") return [address];
    const meant = socketsOf(address, passed);
    for (const { descriptor } of meant) {
      if (taken.has(descriptor)) {
        throw new ListenError(
          `can't listen on ${formatAddress(address)}: descriptor ${descriptor} is listened on already; name each socket once`,
        );
      }
      taken.add(descriptor);
    }
    return meant;
  });
}

function socketsOf(
  address: PassedAddress,
  passed: Result<readonly PassedSocket[], string>,
): readonly PassedSocket[] {
  const { which } = address;
  const place = formatAddress(address);
  if (!passed.ok) throw new ListenError(`can't listen on ${place}: ${passed.error}`);
  const meant = passed.value.filter(
    ({ descriptor, name }) =>
      which === "" || (/^[0-9]+$/u.test(which) ? descriptor === Number(which) : name === which),
  );
  if (meant.length === 0) {
    const found = passed.value.map(({ descriptor, name }) => `${descriptor} (${name})`).join(", ");
    throw new ListenError(`can't listen on ${place}: what was passed is ${found}`);
  }
  return meant;
}

/** Whether a descriptor is a socket at all: Node ends the process where it is to listen on one of its own that is none. */
export function isSocket(descriptor: number): boolean {
  try {
    return fstatSync(descriptor).isSocket();
  } catch {
    return false;
  }
}

/** Where a passed unix socket is. */
export function addressOfPassed(descriptor: number): ListenUnixAddress {
  const path = pathOfPassed(descriptor);
  const mode = statSync(path, { throwIfNoEntry: false })?.mode ?? 0;
  return { kind: "unix", path, mode: mode & PERMISSIONS };
}

const PERMISSIONS = 0o7777;

/** Its path, as the kernel knows it (proc_pid_net(5)); its number where it can't be known. */
function pathOfPassed(descriptor: number): string {
  try {
    const [, inode] = /^socket:\[([0-9]+)\]$/u.exec(readlinkSync(`/proc/self/fd/${descriptor}`)) ?? [];
    for (const line of readFileSync("/proc/self/net/unix", "utf8").split("\n")) {
      const [, found, path] = UNIX_ROW.exec(line) ?? [];
      if (found === inode && path !== undefined) return path;
    }
  } catch {
    // No /proc, or not for everybody.
  }
  return `fd/${descriptor}`;
}

/** `Num: RefCount Protocol Flags Type St Inode Path`. */
const UNIX_ROW = /^[0-9a-f]+:(?: +[0-9A-F]+){5} +([0-9]+) (.+)$/u;
