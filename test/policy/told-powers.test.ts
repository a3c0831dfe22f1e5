import { describe, expect, test } from "vitest";
import type { JsonValue } from "../../src/docker/json/value.ts";
import { parseJson } from "../../src/docker/json/parse.ts";
import type { Lookup } from "../../src/docker/powers/asking.ts";
import { resolveLookup } from "../../src/docker/powers/lookup.ts";
import { powerText } from "../../src/docker/powers/power.ts";
import { explainVerdict } from "../../src/policy/explain.ts";
import type { Decision, Grant } from "../../src/policy/grant.ts";
import { decidePowers } from "../../src/policy/judge.ts";
import { recordedPowers } from "../../src/policy/recorded-powers.ts";
import { restrictTo } from "../../src/policy/scope/restrict-to.ts";
import { makeView } from "../../src/policy/view/make-view.ts";
import type { View } from "../../src/policy/view/view.ts";
import { grantWith, restricted } from "./judging.ts";

function json(value: unknown): JsonValue {
  const parsed = parseJson(Buffer.from(JSON.stringify(value), "utf8"));
  return parsed.ok ? parsed.value : null;
}

/** The grant with one operation open or closed. */
function withReading(
  grant: Grant,
  name: "VolumeInspect" | "NetworkInspect" | "ContainerInspect",
  open: boolean,
): Grant {
  const decision: Decision = open
    ? { kind: "allow", rule: "x", restricted: undefined, exceptions: [] }
    : { kind: "deny", rule: "closed", missing: [], remedy: "" };
  return { ...grant, decisions: new Map([...grant.decisions, [name, decision]]) };
}

const reader = { volume: "VolumeInspect", network: "NetworkInspect", container: "ContainerInspect" } as const;

const volume: Lookup = { kind: "volume", name: "data", place: "HostConfig.Binds[0] = data" };
const network = (name: string): Lookup => ({
  kind: "network",
  name,
  place: `HostConfig.NetworkMode = ${name}`,
});
const container = (name: string): Lookup => ({
  kind: "container",
  name,
  noun: "volumes-from",
  before: "",
  withId: (id) => id,
  at: [],
  place: `HostConfig.VolumesFrom[0] = ${name}`,
});
const ID = "0f".repeat(32);

/** The sentence for a client that may read such things or not, and what the record has. */
function told(
  lookup: Lookup,
  answers: readonly unknown[],
  open: boolean,
  powers = "default",
  view?: View,
): { sentence: string; missing: readonly string[] } {
  if (lookup.kind !== "volume" && lookup.kind !== "network" && lookup.kind !== "container") {
    throw new Error("not here");
  }
  const readable = withReading(grantWith(powers), reader[lookup.kind], open);
  const grant =
    view === undefined ? readable : restrictTo(readable, { scope: undefined, view, stamps: new Map() });
  const found = resolveLookup(
    lookup,
    answers.map((answer) => json(answer)),
  );
  const verdict = decidePowers(grant, restricted(grant), found.powers);
  if (verdict.kind === "allow") throw new Error(found.powers.map((power) => powerText(power)).join());
  return { sentence: explainVerdict(verdict, "POST", "c"), missing: recordedPowers(verdict.lacking) };
}

const bind = { Driver: "local", Options: { type: "none", o: "bind", device: "/srv/secret" } };
const odd = { Driver: "local", Options: { "secret-key": "x" } };

describe("what the engine said of a thing is for clients that may read it there", () => {
  test.each<readonly [string, Lookup, readonly unknown[], RegExp]>([
    [
      "a volume's folder",
      volume,
      [bind],
      /the power bind:\/srv\/secret \(HostConfig\.Binds\[0\] = data, Options\)/u,
    ],
    ["a volume's option", volume, [odd], /the power field:Options\.secret-key \(/u],
    [
      "a network's driver",
      network("lan"),
      [{ Name: "lan", Driver: "secret-plugin" }],
      /network-driver:secret-plugin/u,
    ],
  ])("and says it to them: %s", (_name, lookup, answers, says) => {
    expect(told(lookup, answers, true).sentence).toMatch(says);
  });

  test.each<readonly [string, Lookup, readonly unknown[], string, string]>([
    ["a volume's folder", volume, [bind], "bind", "bind:/srv/secret"],
    ["a volume's option", volume, [odd], "field", "field:Options.secret-key"],
    [
      "a volume's plugin",
      volume,
      [{ Driver: "secret-plugin" }],
      "volume-driver",
      "volume-driver:secret-plugin",
    ],
    [
      "a network's driver",
      network("lan"),
      [{ Name: "lan", Driver: "secret" }],
      "network-driver",
      "network-driver:secret",
    ],
  ])("and tells the others its kind, and the log all of it: %s", (_name, lookup, answers, noun, missing) => {
    const { sentence, missing: recorded } = told(lookup, answers, false);
    expect(sentence).toBe(
      `quaygate: ContainerCreate asks for the power ${noun} with a value which the gate's log names (${lookup.place}), ` +
        "which c does not hold. To allow it, add that, which the gate's log names, to its powers (QUAYGATE_POWERS)." +
        (noun === "bind" ? " It may be the host itself: look first at what it gives away." : ""),
    );
    expect(recorded).toStrictEqual([missing]);
  });

  test.each([
    ["what is hidden", { hide: ["mounts"] }, false],
    ["what is not", { hide: ["env"] }, true],
    ["what is shown", { only: ["names"] }, false],
  ] as const)("and by a view not all of it: %s", (_name, words, isTold) => {
    const { sentence, missing } = told(volume, [bind], true, "default", makeView(words));
    expect(sentence.includes("/srv/secret")).toBe(isTold);
    expect(missing).toStrictEqual(["bind:/srv/secret"]);
  });

  test("and never says to add all of a kind where the value is not told, beside others that are", () => {
    const closed = withReading(grantWith("none,volume:data"), "VolumeInspect", false);
    const grant = withReading(closed, "NetworkInspect", true);
    const lan = json({ Name: "lan", Id: ID, Driver: "secret" });
    const found = [resolveLookup(network("lan"), [lan]), resolveLookup(volume, [json(bind)])];
    const powers = found.flatMap((resolved) => resolved.powers);
    const verdict = decidePowers(grant, restricted(grant), powers);
    if (verdict.kind === "allow") throw new Error("it is denied");
    expect(explainVerdict(verdict, "POST", "c")).toContain(
      "To allow it, add network:lan,network-driver:secret and the rest, which the gate's log names, to its powers",
    );
  });
});

describe("who may not read what things there are is told the same whether there is one or not", () => {
  const CLOSED = "none";
  const secretNetwork = { Name: "secret", Id: ID, Driver: "macvlan" };

  test.each<readonly [string, Lookup, readonly (readonly unknown[])[]]>([
    ["a volume", volume, [[], [bind], [{ Driver: "secret-plugin" }], ["?"]]],
    ["a network by name", network("lan"), [[], [{ Name: "lan", Id: ID, Driver: "macvlan" }], [[]], ["?"]]],
    ["a network by a part of its id", network("0f"), [[], [secretNetwork], [[secretNetwork]]]],
    ["a container by name", container("db"), [[], [{ Id: ID, Name: "/db" }]]],
    ["a container by a part of its id", container("0f"), [[], [{ Id: ID, Name: "/secret" }]]],
    ["a container by the name of a link", container("web/db"), [[], [{ Id: ID, Name: "/secret" }]]],
  ])("%s", (_name, lookup, engines) => {
    const sentences = engines.map((answers) => told(lookup, answers, false, CLOSED).sentence);
    expect(new Set(sentences).size).toBe(1);
    expect(sentences[0]).not.toMatch(/secret|macvlan|unknown/u);
    // The client that may look gets to know.
    expect(
      new Set(engines.map((answers) => told(lookup, answers, true, CLOSED).sentence)).size,
    ).toBeGreaterThan(lookup.name === "db" ? 0 : 1);
  });
});
