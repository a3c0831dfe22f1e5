import { expect, test } from "vitest";
import { largestJudgedBody } from "../../src/docker/limits.ts";
import { detached, sizeOfDetached } from "../../src/docker/powers/detached.ts";
import { decidePowers, judgeBody } from "../../src/policy/judge.ts";
import { recordedPowers } from "../../src/policy/recorded-powers.ts";
import { memoryInUse } from "../support/memory.ts";
import { grantWith, restricted } from "./judging.ts";

// In a file of its own: what other tests let go of would be counted here.
const grant = grantWith("default");
const verdict = restricted(grant);

/** Bytes of objects and buffers, after what nobody holds is gone. */
function bytesInUse(): number {
  memoryInUse();
  return bytesAllocated();
}

function bytesAllocated(): number {
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

const entries = (count: number, entry: (at: number) => string): string =>
  Array.from({ length: count }, (_, at) => entry(at)).join(",");
const filled = (field: string, used: number): string =>
  `{"Image":"a",${field},"WorkingDir":"${"x".repeat(largestJudgedBody - used)}"}`;

const BODIES: Readonly<Record<string, string>> = {
  "one text": filled('"Domainname":""', 100),
  "a text that is not Latin": `{"Image":"a","WorkingDir":"${"ā".repeat(2_000_000)}"}`,
  "as many objects as there may be": filled(`"OnBuild":[${entries(49_000, () => '{"a":0}')}]`, 500_000),
  "as many lists": filled(`"OnBuild":[${entries(49_000, () => "[0]")}]`, 300_000),
  "as many keys": `{"Image":"a","OnBuild":{${entries(90_000, (at) => `"${at}":"${"x".repeat(30)}"`)}}}`,
  "escapes only": `{"Image":"a","WorkingDir":"${"\\n".repeat(2_000_000)}"}`,
  "labels of percent signs": `{"Image":"a","Labels":{${entries(2000, (at) => `"${"%".repeat(2000)}${at}=":""`)}}}`,
  "one key over thousands": `{"Image":"a","NetworkingConfig":{"EndpointsConfig":{"${"k".repeat(3_000_000)}":{${entries(5000, (at) => `"f${at}":1`)}}}}}`,
  "a command of words": `{"Image":"a","Cmd":[${entries(90_000, () => `"${"%".repeat(40)}"`)}]}`,
};

test.each(Object.entries(BODIES))(
  "judging a body takes no more than 16 times its largest size: %s",
  (_name, text) => {
    const body = Buffer.from(text);
    const before = bytesInUse();
    const judged = judgeBody(grant, verdict, body);
    if (judged.ok) decidePowers(grant, verdict, judged.value.powers);
    // Nothing that was let go of meanwhile is missing here, unless V8 has collected it already.
    expect(bytesAllocated() - before).toBeLessThan(16 * largestJudgedBody);
  },
);

test("of a judged body that waits nothing is kept but what goes on and what it asks for, which is counted", () => {
  const body = Buffer.from(
    filled(
      `"Labels":{${entries(200, (at) => `"a-rather-long-label-${at}":""`)}},"HostConfig":{"Ulimits":[[[{"a":1}]]],"Binds":["a-named-volume:/v"]}`,
      20_000,
    ),
  );
  const count = 10;
  const before = bytesInUse();
  const waiting = Array.from({ length: count }, () => {
    const judged = judgeBody(grant, verdict, body);
    if (!judged.ok) throw new Error(judged.error.reason);
    return detached(judged.value);
  });
  const records = Array.from({ length: count }, () => {
    const judged = judgeBody(grant, verdict, body);
    return judged.ok ? recordedPowers(judged.value.powers) : [];
  });
  const used = bytesInUse() - before;
  const counted = waiting.reduce((sum, asked) => sum + sizeOfDetached(asked), 0);
  expect(waiting[0]?.powers.length).toBeGreaterThan(200);
  expect(waiting[0]?.lookups).toMatchObject([{ name: "a-named-volume" }]);
  expect(records[0]).toHaveLength(50);
  expect(used).toBeLessThan(counted + count * 20_000);
});
