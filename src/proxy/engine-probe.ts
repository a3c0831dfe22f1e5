import { AnswerReader } from "./answer-reader.ts";
import { ownRequest } from "./engine-head.ts";
import type { EnginePool } from "./engine-pool.ts";
import { PROBE_DEADLINE } from "./limits.ts";

/** Whether the engine answers. */
export type EngineState =
  | { readonly reachable: true; readonly apiVersion: string | undefined }
  | {
      readonly reachable: false;
      readonly reason: string;
      /** Whether nobody takes connections there. */
      readonly absent: boolean;
    };

const OK = 200;

const PING: string = ownRequest("/_ping");

/** Asks the engine for `/_ping` on a connection of its own. Always resolves, within {@link PROBE_DEADLINE}. */
export function probeEngine(pool: EnginePool): Promise<EngineState> {
  return new Promise((resolve) => {
    const reader = new AnswerReader(false);
    const finish = (state: EngineState): void => {
      clearTimeout(timer);
      connection.destroy();
      resolve(state);
    };
    const fail = (reason: string, absent = false): void => finish({ reachable: false, reason, absent });
    const connection = pool.acquire(true, {
      engineOnData: (chunk) => {
        const progress = reader.read(chunk);
        if (progress.kind === "fault") {
          fail(progress.reason);
        } else if (progress.kind !== "partial") {
          const { status, fields } = progress.head;
          const apiVersion = fields.find(({ key }) => key === "api-version")?.value;
          finish(
            status === OK
              ? { reachable: true, apiVersion }
              : {
                  reachable: false,
                  reason: `the Docker engine answers /_ping with ${status}`,
                  absent: false,
                },
          );
        }
      },
      engineOnEnd: () => fail("the Docker engine closed the connection"),
      engineOnDrain: () => undefined,
      engineOnFail: (error) => fail(error.message, error.code === "engine_unreachable"),
    });
    const timer = setTimeout(
      () => fail("the Docker engine accepts connections and does not answer"),
      PROBE_DEADLINE,
    );
    connection.socket.write(PING, "latin1");
  });
}
