import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Power, powerText } from "../../src/docker/powers/power.ts";
import { powersOfUnknown } from "../../src/docker/powers/lookup.ts";
import { nouns } from "../../src/docker/powers/nouns.ts";
import { explainVerdict } from "../../src/policy/explain.ts";
import { decidePowers, judgeBody, judgeHead } from "../../src/policy/judge.ts";
import type { Allow, DenyPowers, Refuse } from "../../src/policy/verdict.ts";
import { parsePowerSet } from "../../src/policy/power-set.ts";
import { grantWith, restricted } from "./judging.ts";
import { everyNoun } from "./powers.ts";

const CLIENT = "172.18.0.5";
const TAIL = `which ${CLIENT} does not hold. To allow it, add `;

/** The verdict about a whole request, as far as it can be told without the engine. */
function verdictOn(body: string, powers = "default", query?: string): Allow | DenyPowers | Refuse {
  const grant = grantWith(powers);
  const verdict = restricted(grant);
  const head = judgeHead(grant, verdict, query);
  if (!head.ok) return head.error;
  const judged = judgeBody(grant, verdict, Buffer.from(body, "utf8"));
  return judged.ok
    ? decidePowers(grant, verdict, [...head.value.powers, ...judged.value.powers])
    : judged.error;
}

function sentenceOn(body: string, powers?: string, query?: string): string {
  const verdict = verdictOn(body, powers, query);
  return verdict.kind === "allow" ? "allowed" : explainVerdict(verdict, "POST", CLIENT);
}

function sentenceAbout(lacking: readonly Power[]): string {
  const verdict = decidePowers(grantWith("none"), restricted(grantWith("none")), lacking);
  return verdict.kind === "allow" ? "allowed" : explainVerdict(verdict, "POST", CLIENT);
}

describe("the sentence of a refusal", () => {
  test.each([
    {
      name: "one power: what asks for it, who asks, and what would allow it",
      body: '{"HostConfig":{"Binds":["/srv:/x"]}}',
      sentence:
        "quaygate: ContainerCreate asks for the power bind:/srv (HostConfig.Binds[0] = /srv:/x), " +
        "which 172.18.0.5 does not hold. To allow it, add bind:/srv to its powers (QUAYGATE_POWERS).",
    },
    {
      name: "what else a mode of a path gives",
      body: '{"HostConfig":{"Mounts":[{"Type":"bind","Source":"/etc","ReadOnly":true,"BindOptions":{"ReadOnlyNonRecursive":true}}]}}',
      sentence:
        "quaygate: ContainerCreate asks for the power bind:/etc:ro-nonrecursive (HostConfig.Mounts[0].Source = /etc), " +
        `${TAIL}bind:/etc:ro-nonrecursive to its powers (QUAYGATE_POWERS). ` +
        "What is mounted below the path stays writable there; Docker makes that read-only too from API 1.44 on.",
    },
    {
      name: "a power without a value",
      body: '{"HostConfig":{"PublishAllPorts":true}}',
      powers: "default,-publish-all",
      sentence:
        "quaygate: ContainerCreate asks for the power publish-all (HostConfig.PublishAllPorts = true), " +
        `${TAIL}publish-all to its powers (QUAYGATE_POWERS).`,
    },
    {
      name: "several powers, each with its place",
      body: '{"HostConfig":{"Runtime":"x","CapAdd":["CAP_net_admin","CHOWN"],"UTSMode":"host"}}',
      sentence:
        "quaygate: ContainerCreate asks for the powers runtime:x (HostConfig.Runtime = x), " +
        "cap:NET_ADMIN (HostConfig.CapAdd[0] = CAP_net_admin), host:uts (HostConfig.UTSMode = host), " +
        `${TAIL}runtime:x,cap:NET_ADMIN,host:uts to its powers (QUAYGATE_POWERS).`,
    },
    {
      name: "a power that is asked for twice, to be added once",
      body: '{"HostConfig":{"Binds":["/a:/x","/a:/y"]}}',
      sentence:
        "quaygate: ContainerCreate asks for the powers bind:/a (HostConfig.Binds[0] = /a:/x), " +
        `bind:/a (HostConfig.Binds[1] = /a:/y), ${TAIL}bind:/a to its powers (QUAYGATE_POWERS).`,
    },
    {
      name: "four of many, and how many more",
      body: '{"HostConfig":{"Binds":["/a:/x","/b:/x","/c:/x","/d:/x","/e:/x","/f:/x"]}}',
      sentence:
        "quaygate: ContainerCreate asks for the powers bind:/a (HostConfig.Binds[0] = /a:/x), " +
        "bind:/b (HostConfig.Binds[1] = /b:/x), bind:/c (HostConfig.Binds[2] = /c:/x), " +
        `bind:/d (HostConfig.Binds[3] = /d:/x), and 2 more, ${TAIL}bind:/a,bind:/b,bind:/c,bind:/d,bind:/e,bind:/f ` +
        "to its powers (QUAYGATE_POWERS).",
    },
    {
      name: "an unknown field, with its value",
      body: '{"HostConfig":{"New":{"Deep":[1,2]}}}',
      sentence:
        'quaygate: ContainerCreate asks for the power field:HostConfig.New (HostConfig.New = {"Deep":[1,2]}), ' +
        `${TAIL}field:HostConfig.New to its powers (QUAYGATE_POWERS).`,
    },
  ])("tells $name", ({ body, sentence, powers }) => {
    expect(sentenceOn(body, powers)).toBe(sentence);
  });

  test("tells a key of the query by its question mark", () => {
    expect(sentenceOn("{}", "default", "new=1")).toBe(
      `quaygate: ContainerCreate asks for the power field:?new (?new = 1), ${TAIL}field:?new to its powers (QUAYGATE_POWERS).`,
    );
  });

  test("keeps long values short, but not what is to be added: a part of it would allow nothing", () => {
    const long = `/${"a".repeat(500)}`;
    expect(sentenceOn(`{"HostConfig":{"Binds":["${long}:/x"]}}`)).toBe(
      `quaygate: ContainerCreate asks for the power bind:${long.slice(0, 195)}... ` +
        `(HostConfig.Binds[0] = ${long.slice(0, 120)}...), ${TAIL}bind:${long} to its powers (QUAYGATE_POWERS).`,
    );
  });

  test("has a bound, whatever is asked for", () => {
    const names = Array.from({ length: 6 }, (_, at) => String(at) + "\u00e4".repeat(5000));
    const deep = names.reduceRight((inner, name) => `{"${name}":${inner}}`, '"x"');
    const body = `{"NetworkingConfig":{"EndpointsConfig":{"${names[0] ?? ""}":{"DriverOpts":{"${names[1] ?? ""}":"x","b":"${names[2] ?? ""}"},"Links":["${names[3] ?? ""}"]}}},"n":${deep}}`;
    const sentence = sentenceOn(body, "none");
    expect(sentence).toContain(" more, which ");
    expect(sentence.length).toBeLessThan(20_000);
  });

  test.each(["buildkit", "podman"] as const)("says what to do instead of %s, once", (noun) => {
    const sentence = nouns[noun].instead ?? "";
    expect(sentence).toMatch(/^[A-Z].{20,}\.$/u);
    const power = { noun, value: "", place: "the operation itself" };
    expect(sentenceAbout([power, power])).toBe(
      `quaygate: ContainerCreate asks for the powers ${noun} (the operation itself), ${noun} (the operation itself), ` +
        `${TAIL}${noun} to its powers (QUAYGATE_POWERS). ${sentence}`,
    );
    expect(sentenceAbout([{ noun: "privileged", value: "", place: "x" }])).not.toContain(sentence);
  });

  test.each([
    { name: "a command", body: { Cmd: ["sh", "-c", "secret"] }, asked: "command:sh -c secret (Cmd)" },
    { name: "a program", body: { Entrypoint: ["secret"] }, asked: "entrypoint:secret (Entrypoint)" },
    {
      name: "a health check",
      body: { Healthcheck: { Test: ["CMD", "secret"] } },
      asked: "command:secret (Healthcheck.Test)",
    },
  ])("names $name to its client, who sent it", ({ body, asked }) => {
    expect(sentenceOn(JSON.stringify(body), "default,-command,-entrypoint")).toContain(asked);
  });

  test.each([
    { name: "a variable", body: { Env: ["PASSWORD=secret"] }, asked: "env:PASSWORD (Env[0])," },
    { name: "a variable without a name", body: { Env: ["=secret"] }, asked: "env:(empty) (Env[0])," },
    { name: "a label", body: { Labels: { key: "secret" } }, asked: "label:key (Labels.key)," },
  ])("has nothing of the value of $name", ({ body, asked }) => {
    const sentence = sentenceOn(JSON.stringify(body), "none");
    expect(sentence).toContain(asked);
    expect(sentence).not.toContain("secret");
  });

  test.each([
    { name: "in a list that should be a text", body: { User: ["secret"] } },
    { name: "in an object that should be a list", body: { Env: { PASSWORD: "secret" } } },
    { name: "under a key in two spellings", body: { Env: ["A=secret"], env: ["PASSWORD=secret"] } },
  ])("has no value of a body that is not understood: $name", ({ body }) => {
    const verdict = verdictOn(JSON.stringify(body));
    expect(verdict.kind).toBe("refuse");
    expect(sentenceOn(JSON.stringify(body))).not.toContain("secret");
  });
});

const forging = fc.string({
  unit: fc.constantFrom(
    "a",
    "/",
    ":",
    '"',
    "'",
    "\\",
    "\n",
    "\r",
    "\u001b",
    "\u0085",
    "\u2028",
    "\u202e",
    "\u00e4",
    "\u{1f600}",
    "\u007f",
    ",",
    "*",
    "%",
    " ",
    "(",
    ")",
  ),
  minLength: 1,
  maxLength: 12,
});
/** Bodies in which a client's own text stands wherever it can be asked for. */
const forgedBody = fc.tuple(forging, forging, forging).map(([first, second, third]) =>
  JSON.stringify({
    [`x${first}`]: second,
    Env: [first],
    Labels: { [second]: third },
    Cmd: [third],
    User: first,
    HostConfig: {
      Binds: [`/${second.replaceAll(":", "")}:/x`],
      Sysctls: { [third]: first },
      SecurityOpt: [second],
      Annotations: { [first]: third },
      Runtime: second,
      VolumesFrom: [third],
    },
  }),
);

describe("whatever a client writes", () => {
  test("the sentence is one line of printable ASCII", () => {
    const tally = { denied: 0 };
    fc.assert(
      fc.property(forgedBody, (body) => {
        const sentence = sentenceOn(body, "none");
        tally.denied += sentence.includes(" asks for the powers ") ? 1 : 0;
        expect(sentence).toMatch(/^quaygate: ContainerCreate [ -~]+$/u);
      }),
      { numRuns: 500 },
    );
    expect(tally.denied).toBeGreaterThan(100);
  });

  test("what the sentence tells to add allows it", () => {
    const tally = { denied: 0 };
    fc.assert(
      fc.property(forgedBody, (body) => {
        const verdict = verdictOn(body, "none");
        if (verdict.kind !== "deny") return;
        tally.denied += 1;
        const list = [...new Set(verdict.lacking.map((power) => powerText(power)))].join(",");
        expect(sentenceOn(body, list)).toBe("allowed");
      }),
      { numRuns: 500 },
    );
    expect(tally.denied).toBeGreaterThan(100);
  });
});

describe("no value that a client can write teaches an entry that gives all values of its power", () => {
  test.each([
    { name: "a capability that is a prefix alone", body: '{"HostConfig":{"CapAdd":["CAP_"]}}' },
    { name: "all capabilities behind a second prefix", body: '{"HostConfig":{"CapAdd":["CAP_CAP_ALL"]}}' },
    { name: "an empty key of a sysctl", body: '{"HostConfig":{"Sysctls":{"":"1"}}}' },
    { name: "an empty name of an annotation", body: '{"HostConfig":{"Annotations":{"=x":"1"}}}' },
    { name: "an empty variable", body: '{"Env":["=x"]}' },
    { name: "an empty label", body: '{"Labels":{"":"1"}}' },
    { name: "a device without a word", body: '{"HostConfig":{"DeviceRequests":[{"Capabilities":[[""]]}]}}' },
  ])("$name", ({ body }) => {
    const [, taught = ""] = / add (\S+) to its powers/u.exec(sentenceOn(body, "none")) ?? [];
    const set = parsePowerSet(taught === "" ? "none" : taught);
    expect(
      set.ok && everyNoun.filter((noun) => nouns[noun].kind !== "word" && set.value.holdsAll(noun)),
    ).toEqual([]);
  });

  test("and a container without a name is none of those that there are", () => {
    const asked = powersOfUnknown({
      kind: "container",
      name: "",
      noun: "volumes-from",
      before: "",
      withId: (id) => id,
      at: [],
      place: "HostConfig.VolumesFrom[0] = :ro",
    });
    expect(asked.map((power) => powerText(power))).toEqual([
      "volumes-from:(empty)",
      "volumes-from:(unknown)",
    ]);
  });
});
