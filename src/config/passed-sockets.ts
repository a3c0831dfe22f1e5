import type { PassedSocket } from "../kernel/address.ts";
import type { Result } from "../kernel/result.ts";
import type { Environment } from "./environment.ts";

/** The first descriptor behind input, output and errors (sd_listen_fds(3), SD_LISTEN_FDS_START). */
const FIRST = 3;
/** What systemd calls a socket without a name. */
const NAMELESS = "unknown";

/**
 * Reads which sockets whoever started the process has opened for it, as sd_listen_fds_with_names(3) does, or says why
 * there are none.
 */
export function readPassedSockets(
  environment: Environment,
  processId: number,
): Result<readonly PassedSocket[], string> {
  const { LISTEN_FDS: countText, LISTEN_PID: owner, LISTEN_FDNAMES: namesText } = environment;
  if (countText === undefined) {
    return no(
      "no socket was passed to the gate (LISTEN_FDS is not set): have a systemd socket unit start it",
    );
  }
  if (owner !== String(processId)) {
    const whose = owner === undefined ? "LISTEN_PID is not set" : `LISTEN_PID is ${quote(owner)}`;
    return no(
      `the sockets were passed to another process (${whose}, and the gate is ${processId}): start it with nothing in between, or with exec`,
    );
  }
  const count = /^[1-9][0-9]{0,3}$/u.test(countText) ? Number(countText) : undefined;
  if (count === undefined) {
    return no(`LISTEN_FDS is ${quote(countText)}, and no number of sockets from 1 to 9999`);
  }
  const names = namesText?.split(":");
  if (names !== undefined && names.length !== count) {
    return no(`LISTEN_FDNAMES has ${names.length} names for ${count} sockets`);
  }
  return {
    ok: true,
    value: Array.from({ length: count }, (_, index) => ({
      kind: "passed" as const,
      descriptor: FIRST + index,
      name: names?.[index] ?? NAMELESS,
    })),
  };
}

function no(error: string): Result<never, string> {
  return { ok: false, error };
}

function quote(text: string): string {
  return JSON.stringify(text.slice(0, 40));
}
