import { expect, test } from "vitest";
import { readSettings } from "../../src/config/read-settings.ts";
import { parseJson } from "../../src/docker/json/parse.ts";
import type { ObjectLookup } from "../../src/docker/powers/asking.ts";
import { resolveLookup } from "../../src/docker/powers/lookup.ts";
import { explainVerdict } from "../../src/policy/explain.ts";
import { decidePowers } from "../../src/policy/judge.ts";
import { recordedPowers } from "../../src/policy/recorded-powers.ts";
import { allowed } from "./judging.ts";

const ID = "k3jxr0n8w2";

/** What a client without any power is told of an object by its id, and what the record has. */
function told(
  noun: ObjectLookup["noun"],
  switches: Readonly<Record<string, string>>,
): { readonly sentence: string; readonly missing: readonly string[] } {
  const variables = { POST: "1", CONTAINERS: "1", QUAYGATE_POWERS: "none", ...switches };
  const settings = readSettings(variables, { terminal: false });
  if (!settings.ok) throw new Error(JSON.stringify(settings.error));
  const [{ grant }] = settings.value.clients;
  const answer = parseJson(Buffer.from(JSON.stringify({ ID, Spec: { Name: "shop_db" } })));
  const { powers } = resolveLookup(
    { kind: "object", noun, name: ID, place: `{id} = ${ID}` },
    answer.ok ? [answer.value] : [],
  );
  const verdict = decidePowers(grant, allowed(grant), powers);
  if (verdict.kind === "allow") throw new Error("it is denied");
  return { sentence: explainVerdict(verdict, "DELETE", "c"), missing: recordedPowers(verdict.lacking) };
}

test.each([
  ["a secret, to who may look at secrets", "secret", { SECRETS: "1" }, true],
  ["a secret, to who may not", "secret", {}, false],
  ["a configuration, to who may look at those that it holds only", "config", { CONFIGS: "1" }, false],
] as const)(
  "the name of an object is told only to who may look at it: %s",
  (_name, noun, switches, isTold) => {
    const { sentence, missing } = told(noun, switches);
    expect(sentence.includes("shop_db")).toBe(isTold);
    expect(missing).toEqual([`${noun}:shop_db`]);
  },
);
