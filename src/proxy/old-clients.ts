import type { EnginePath } from "../docker/path.ts";
import type { LogLevel } from "../kernel/log-words.ts";
import { explainCures, type ShimScope } from "../policy/api-shim.ts";
import { FirstTimes } from "../clients/first-times.ts";
import { OLD_CLIENTS_LIMIT } from "./limits.ts";

/** Takes sentences of the gate's own for the log; must not throw and must not wait. */
export type NoteListener = (level: LogLevel, message: string) => void;

/** What dockerd says, in every release: `client version 1.24 is too old. Minimum supported API version is 1.40, …`. */
const TOO_OLD =
  /client version 1\.([0-9]{1,3}) is too old\. Minimum supported API version is 1\.([0-9]{1,3})\D/u;
/** It stands at the beginning of a short answer. */
const LOOKED_AT = 1024;

/** Tells the log of each client that speaks a version which its engine no longer speaks, once: what becomes of it, and what cures. */
export class OldClients {
  readonly #note: NoteListener;
  readonly #told = new FirstTimes(OLD_CLIENTS_LIMIT);

  constructor(note: NoteListener) {
    this.#note = note;
  }

  /** Looks whether the beginning of a 400 says so. Nothing but the note depends on it. */
  hearRefusal(address: string, bytes: Buffer): void {
    const [, asked, oldest] = TOO_OLD.exec(bytes.toString("latin1", 0, LOOKED_AT)) ?? [];
    if (asked !== undefined && oldest !== undefined && this.#told.isNew(address)) {
      const cures = explainCures(Number(asked), Number(oldest));
      this.#note(
        "warning",
        `${address} speaks API version 1.${asked}, which the engine refuses: ${cures}; or have the gate translate it by QUAYGATE_API_SHIM=reads, or lifecycle`,
      );
    }
  }

  /** Notes that a request goes on in another version. */
  noteTranslation(address: string, asked: EnginePath, sent: EnginePath, scope: ShimScope): void {
    if (this.#told.isNew(address)) {
      this.#note(
        "notice",
        `${address} speaks API version ${asked.version}, which the engine does not: its requests go on in ${sent.version} (QUAYGATE_API_SHIM=${scope})`,
      );
    }
  }
}
