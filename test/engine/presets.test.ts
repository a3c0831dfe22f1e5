import { describe, expect, onTestFailed, onTestFinished, test } from "vitest";
import { presetNames } from "../../src/config/presets.ts";
import { type Call, type ProgramCall, wholeCall } from "../policy/presets/calls.ts";
import { ALWAYS_CLOSED, allCallsBut, TOO_MUCH } from "../policy/presets/closed.ts";
import { callsOf, operationOf, operationsAskedBy, partsOf } from "../policy/presets/tables.ts";
import { hasEngine } from "../support/engine-gate.ts";
import { type Answer, Program } from "./presets/play.ts";
import { describeRealPrograms } from "./presets/real-programs.ts";
import { useShop } from "./presets/shop.ts";

const isRead = (call: Call): boolean => ["GET", "HEAD"].includes(partsOf(call).method);
const looksOnly = (preset: string): boolean => callsOf(preset).passes.every(isRead);
const deletes = (preset: string): boolean =>
  callsOf(preset).passes.some((call) => partsOf(call).method === "DELETE");
/** Whether a program changes only what it makes itself, and nothing that others look at. */
const isApart = (preset: string): boolean =>
  callsOf(preset).passes.every(
    (call) => isRead(call) || !/\/(?:web|images\/nginx)\b(?!-)/u.test(partsOf(call).path),
  );

/** What is wrong with an answer to a call that has to pass; undefined where it is what the program wants. */
function faultOf({ call, fails, upgrades }: ProgramCall, { status, code, text }: Answer): string | undefined {
  const wanted = fails?.[0] ?? (upgrades === true ? 101 : "success");
  const isWanted = wanted === "its own" || wanted === status || (wanted === "success" && isSuccess(status));
  return code === undefined && isWanted ? undefined : `${call}: ${status} ${text}`;
}

/** 304 says that a container has been stopped already. */
function isSuccess(status: number): boolean {
  return (status >= 200 && status < 300) || status === 304;
}

describe.runIf(hasEngine)("before a real engine", () => {
  const shop = useShop();

  /** Sends all that a preset's program asks for, in its order, and gives what was not answered as it wants it. */
  async function play(preset: string): Promise<readonly string[]> {
    const program = new Program(shop().socketOf(preset), shop());
    const bare = new Program(shop().engine.socketPath, shop());
    const faults: string[] = [];
    for (const each of callsOf(preset).passes) {
      const call = wholeCall(each);
      // What changes nothing can be asked of the socket itself as well.
      const direct = looksOnly(preset) ? bare.send(call) : undefined;
      const answer = await program.send(call);
      const fault = faultOf(call, answer);
      if (fault !== undefined) faults.push(fault);
      const status = (await direct)?.status ?? answer.status;
      if (status !== answer.status) faults.push(`${call.call}: ${answer.status}, on the socket ${status}`);
    }
    return faults;
  }

  describe("all calls of a preset's program are answered by the engine:", () => {
    const looking = presetNames().filter(looksOnly);
    const acting = presetNames().filter((preset) => !looksOnly(preset));

    test.concurrent.each(looking)("%s, as on the socket itself", async (preset) => {
      expect(await play(preset)).toEqual([]);
    });

    test.concurrent.each(acting.filter(isApart))("%s, which changes what it makes", async (preset) => {
      expect(await play(preset)).toEqual([]);
    });

    test.each(acting.filter((preset) => !isApart(preset)))(
      "%s, which changes what is there",
      async (preset) => {
        if (deletes(preset)) onTestFinished(() => shop().restore());
        else onTestFailed(() => shop().restore());
        expect(await play(preset)).toEqual([]);
      },
    );
  });

  describeRealPrograms(shop);

  describe.each(presetNames())("the preset %s", (preset) => {
    /** What the engine was asked since, but for what the gate asks it for itself. */
    const heard = (): readonly string[] =>
      shop()
        .witness.calls()
        .map(({ method, target }) => `${method} ${target}`)
        .filter((call) => !call.endsWith(" /_ping"));

    async function sendAll(calls: readonly Call[]): Promise<readonly (readonly [ProgramCall, Answer])[]> {
      const program = new Program(shop().socketOf(preset), shop());
      shop().witness.forget();
      return Promise.all(calls.map(async (call) => [wholeCall(call), await program.send(call)] as const));
    }

    test("refuses all the rest of Docker's API, of which the engine hears nothing", async () => {
      const rest = allCallsBut(operationsAskedBy(preset));
      const answers = await sendAll([...rest, ...ALWAYS_CLOSED, ...callsOf(preset).refused]);
      expect(rest.length).toBeGreaterThan(70);
      const opened = answers.filter(([, { status, code }]) => status !== 403 || code !== "operation_denied");
      expect(opened).toEqual([]);
      expect(heard()).toEqual([]);
    });

    test("makes nothing that has a part of the host, whatever of it is asked for", async () => {
      const asked = [...TOO_MUCH.values(), ...(callsOf(preset).tooMuch ?? [])];
      const answers = await sendAll(asked);
      const open = operationsAskedBy(preset);
      expect(answers.map(([{ call }, { status, code }]) => [call, status, code])).toEqual(
        asked.map(({ call }) => [
          call,
          403,
          open.has(operationOf(call).name) ? "power_denied" : "operation_denied",
        ]),
      );
      // To judge a request the gate asks what the names in it stand for, and no more.
      expect(heard().filter((call) => !call.startsWith("GET "))).toEqual([]);
    });
  });
});
