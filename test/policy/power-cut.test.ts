import { describe, expect, test } from "vitest";
import { longestName } from "../../src/docker/limits.ts";
import { nounValues } from "../../src/docker/powers/noun-values.ts";
import { nouns } from "../../src/docker/powers/nouns.ts";
import { encodePath, encodeValue } from "../../src/docker/powers/power.ts";
import { explainVerdict } from "../../src/policy/explain.ts";
import { decidePowers, judgeBody } from "../../src/policy/judge.ts";
import { grantWith, restricted } from "./judging.ts";
import { everyNoun, powerSet } from "./powers.ts";

const LONG = "x".repeat(longestName + 1);
const valued = everyNoun.filter((noun) => nouns[noun].kind !== "word");

/** Patterns that a value of such a beginning would fit if it were not cut, and one that it would not. */
const FITTING: Readonly<Record<string, readonly string[]>> = {
  text: ["x*", `${"x".repeat(120)}*`, "*x"],
  path: ["/**", `/${"x".repeat(119)}*`],
  image: ["**/*", "docker.io/**"],
  port: ["1-65535"],
  capability: ["X*"],
};

const REMOVABLE: Readonly<Record<string, string>> = { path: "/zz", image: "docker.io/library/zz", port: "1" };

describe("a value that was cut", () => {
  const cuts = [
    encodeValue(LONG),
    encodePath(`/${LONG}`),
    `${encodePath(`/${LONG}`)}:ro`,
    `pid:${encodeValue(LONG)}`,
  ];

  test.each(valued)("is given by the noun alone: %s", (noun) => {
    for (const value of cuts) {
      expect(powerSet(noun).holds({ noun, value })).toBe(true);
      for (const pattern of noun === "subnet" ? ["10.*"] : (FITTING[nouns[noun].kind] ?? [])) {
        expect(powerSet(`none,${noun}:${pattern}`).holds({ noun, value })).toBe(false);
      }
    }
  });

  // A list can't take away what is spelt so: there are no such values.
  const removable = valued.filter((noun) => nounValues[noun] === undefined);

  test.each(removable)("is gone with any value that is taken away: %s", (noun) => {
    const pattern = REMOVABLE[nouns[noun].kind] ?? "99";
    for (const value of cuts) {
      expect(powerSet(`all,-${noun}:${pattern}`).holds({ noun, value })).toBe(false);
    }
  });

  test("is no new name for a container where a list means containers by name", () => {
    const rename = { noun: "rename", value: encodeValue(`web${LONG}`) } as const;
    expect(powerSet("default").holds(rename)).toBe(true);
    expect(powerSet("default,volumes-from:web*").holds(rename)).toBe(false);
    expect(powerSet("default,join:pid:web*").holds(rename)).toBe(false);
  });

  test("is taught by its noun, which can be set", () => {
    const grant = grantWith("default");
    const body = Buffer.from(JSON.stringify({ Image: "a", Labels: { [LONG]: "" } }));
    const judged = judgeBody(grant, restricted(grant), body);
    const powers = judged.ok ? judged.value.powers : [];
    const verdict = decidePowers(grant, restricted(grant), powers);
    const sentence = verdict.kind === "deny" ? explainVerdict(verdict, "POST", "x") : "";
    expect(sentence).toContain(`asks for the power label:${"x".repeat(120)}%... (Labels.`);
    expect(sentence).toContain("add label to its powers");
    expect(decidePowers(grantWith("default,label"), restricted(grant), powers).kind).toBe("allow");
  });
});
