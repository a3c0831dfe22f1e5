import fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import { entriesOf } from "../examples/example.ts";
import { uniqueName } from "../support/docker-cli.ts";
import { hasEngine, useOwnEngine } from "../support/engine-gate.ts";
import { everySwitch } from "../support/engine-switches.ts";
import { openTestGate, type TestGate } from "../support/gate.ts";
import { type Answer, send } from "./attacks/attack.ts";

const RUNS = 400;
/** Takes away a capability that no body here asks for, so that bodies are judged and every power in them is held. */
const JUDGED = "all,-cap:WAKE_ALARM";

/** A member of an object as text: its key, in its right spelling, and its value. */
type Member = readonly [key: string, value: string];

function member(key: string, ...values: readonly string[]): fc.Arbitrary<Member> {
  return fc.constantFrom(...values).map((value) => [key, value] as const);
}

const hostMember: fc.Arbitrary<Member> = fc.oneof(
  member("Privileged", "true", "false", "null"),
  member("Binds", '["/srv:/a"]', '["/srv:/a:ro","/opt/:/b"]', '["\\u002fsrv:/a"]', "null", "[]"),
  member("CapAdd", '["SYS_PTRACE"]', '"NET_ADMIN"', '["cap_syslog","CHOWN"]', "null"),
  member("PidMode", '"host"', '"\\u0068ost"', '""', "null"),
  member("NetworkMode", '"none"', '"host"'),
  member("Memory", "9007199254740993", "8388608", "0", "1e8", "8388608.0"),
  member("OomScoreAdj", "500", "-500", "0"),
);
const configMember: fc.Arbitrary<Member> = fc.oneof(
  member("Labels", '{"a":"1"}', '{"a":"1","A":"2"}', '{"__proto__":"x","caf\u00e9":"y"}', "null", "{}"),
  member("Env", '["A=1"]', '["A=1","B"]', '["\u00c4=1"]', "null"),
  member("User", '"1000"', '"1000:50"', '"root"', '""', "null"),
);

/** A key as clients write it, or as only an engine takes it for that. */
function spelt(key: string): fc.Arbitrary<string> {
  const escaped = `\\u${key.charCodeAt(0).toString(16).padStart(4, "0")}${key.slice(1)}`;
  return fc.oneof(
    { weight: 12, arbitrary: fc.constantFrom(key, key, key, escaped) },
    {
      weight: 1,
      arbitrary: fc.constantFrom(
        key.toLowerCase(),
        key.toUpperCase(),
        key.replace("s", "\u017f"),
        key.replace(/k/iu, "\u212a"),
      ),
    },
  );
}

/** Members as an object. A key stands twice now and then. */
function objectOf(members: readonly Member[]): fc.Arbitrary<string> {
  const texts = members.map(([key, value]) => spelt(key).map((spelling) => `"${spelling}":${value}`));
  const space = fc.constantFrom("", "", "", " ", "\n\t");
  return fc.tuple(fc.tuple(...texts), space).map(([all, gap]) => `{${gap}${all.join(`,${gap}`)}${gap}}`);
}

function membersOf(arbitrary: fc.Arbitrary<Member>): fc.Arbitrary<readonly Member[]> {
  return fc.oneof(
    { weight: 8, arbitrary: fc.uniqueArray(arbitrary, { maxLength: 4, selector: ([key]) => key }) },
    { weight: 1, arbitrary: fc.array(arbitrary, { maxLength: 4 }) },
  );
}

/** Bodies for an engine that reads the members of a HostConfig that is not there beside it, or does not. */
function bodyFor(readsBeside: boolean): fc.Arbitrary<string> {
  return fc
    .tuple(membersOf(hostMember).chain(objectOf), membersOf(configMember), membersOf(hostMember), fc.nat(9))
    .chain(([hostConfig, config, beside, choice]) =>
      objectOf([
        ["Image", '"busybox:test"'],
        ...config,
        ...(choice < 2 && readsBeside ? beside : []),
        ...(choice === 0 ? [] : [["HostConfig", choice === 1 ? "null" : hostConfig] as const]),
        ...(choice === 9 ? [["HostConfig", hostConfig] as const] : []),
      ]),
    )
    .chain((text) => fc.constantFrom(text, text, text, text, `${text}}`, `${text} {}`, `\u{feff}${text}`));
}

/** What of a container's own description the judge speaks of, worked out from the description alone. */
function powersOf(inspected: string): readonly string[] {
  const container = entriesOf(JSON.parse(inspected));
  const config = entriesOf(container.get("Config"));
  const hostConfig = entriesOf(container.get("HostConfig"));
  const powers = [
    ...(hostConfig.get("Privileged") === true ? ["privileged"] : []),
    ...wordsOf(hostConfig.get("Binds")).map((bind) => {
      const [source = "", , mode] = bind.split(":");
      return `bind:${source.replace(/(?<=.)\/$/u, "")}${mode === "ro" ? ":ro-nonrecursive" : ""}`;
    }),
    ...wordsOf(hostConfig.get("CapAdd")).map((name) => `cap:${name.toUpperCase().replace(/^CAP_/u, "")}`),
    ...(hostConfig.get("PidMode") === "host" ? ["host:pid"] : []),
    ...(hostConfig.get("NetworkMode") === "host" ? ["host:network"] : []),
    ...(hostConfig.get("OomScoreAdj") === 0 ? [] : ["resource:OomScoreAdj"]),
    ...[...entriesOf(config.get("Labels")).keys()].map((key) => `label:${encodeURI(key)}`),
    ...wordsOf(config.get("Env")).map((variable) => `env:${encodeURI(variable.split("=")[0] ?? "")}`),
  ];
  return [...new Set(powers)].toSorted();
}

function wordsOf(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.map(String) : [];
}

const SPOKEN_OF = /^(?:privileged|bind|cap|host|resource|label|env)(?::|$)/u;

describe.runIf(hasEngine)("a body that was judged", () => {
  const own = useOwnEngine();
  let gate: TestGate | undefined;

  beforeAll(async () => {
    const env = { ...everySwitch, QUAYGATE_POWERS: JUDGED };
    gate = await openTestGate({ env, engineSocket: own().engine.socketPath });
    return () => gate?.close();
  });

  test("makes the container that was judged, or none at all", async () => {
    const { engine } = own();
    const { socketPath } = engine;
    // Engines from 27 on leave them aside.
    const body = bodyFor(!engine.speaks("1.46"));
    const outcomes = { made: 0, refused: 0, failed: 0 };
    await fc.assert(
      fc.asyncProperty(body, async (text) => {
        const name = uniqueName("judged");
        const answer = await create(gate, name, text);
        if (answer.status === 201) {
          outcomes.made += 1;
          const inspected = await send({ socketPath }, "GET", `/v1.41/containers/${name}/json`);
          const judged = gate?.records.at(-1)?.powers ?? [];
          expect(judged.filter((power) => SPOKEN_OF.test(power)).toSorted()).toEqual(
            powersOf(inspected.text),
          );
          const memory = /"Memory":([0-9]+)/u.exec(text)?.[1];
          if (memory !== undefined) {
            expect(inspected.text).toContain(`"Memory":${memory},`);
          }
          await send({ socketPath }, "DELETE", `/v1.41/containers/${name}?force=true`);
        } else if (answer.code === undefined) {
          // The engine's own error, such as a number that is none.
          outcomes.failed += 1;
          expect(answer.status).toBeGreaterThanOrEqual(400);
        } else {
          outcomes.refused += 1;
          expect(answer).toMatchObject({ status: 400, code: "bad_body" });
        }
      }),
      { numRuns: RUNS },
    );
    console.log("bodies", outcomes);
    // A test that never gets to the comparison shows nothing.
    expect(outcomes.made).toBeGreaterThan(RUNS / 10);
    expect(outcomes.refused).toBeGreaterThan(RUNS / 10);
  }, 120_000);
});

async function create(gate: TestGate | undefined, name: string, text: string): Promise<Answer> {
  return send({ port: gate?.port ?? 0 }, "POST", `/v1.41/containers/create?name=${name}`, text);
}
