import { getHeapSnapshot } from "node:v8";
import { expect, test } from "vitest";
import { nouns } from "../../src/docker/powers/nouns.ts";
import { parsePowerSet } from "../../src/policy/power-set.ts";
import { memoryInUse } from "../support/memory.ts";

const PRIVATE = "command";

test("of values in which passwords may stand none is remembered", async () => {
  const set = parsePowerSet(`none,${PRIVATE}:a*,-${PRIVATE}:ab,env:A*`);
  if (!set.ok) throw new Error(JSON.stringify(set.error));
  expect(nouns[PRIVATE]).toHaveProperty("isPrivate", true);
  // Made where nobody keeps them, and never written whole in this file.
  for (const noun of [PRIVATE, "env"] as const) {
    set.value.holds({ noun, value: Buffer.from(`${noun}+hunter`).toString("latin1").concat("-two") });
  }
  memoryInUse();
  let heap = "";
  for await (const part of getHeapSnapshot()) heap += String(part);
  // What is no secret is remembered, so that the search can find something.
  expect(heap.includes(["env+hunter", "two"].join("-"))).toBe(true);
  expect(heap.includes([`${PRIVATE}+hunter`, "two"].join("-"))).toBe(false);
  expect(set.value.entries.length).toBe(4);
});
