import { describe, expect, test } from "vitest";
import { readSettings } from "../../src/config/read-settings.ts";
import { mostLookups, mostPowerCharacters, mostPowers, mostValues } from "../../src/docker/limits.ts";
import { LOOKUP_DEADLINE } from "../../src/engine/limits.ts";
import { ERROR_CODES } from "../../src/gate-error.ts";
import { FIELD_LIMIT, HEAD_LIMIT, LARGE_HEAD } from "../../src/http1/limits.ts";
import { decide } from "../../src/policy/decide.ts";
import { explainVerdict } from "../../src/policy/explain.ts";
import {
  BODY_DEADLINE,
  CONNECTION_LIMIT,
  FAIR_MULTIPLE,
  HEAD_DEADLINE,
  JUDGED_BODY_LIMIT,
  JUDGED_MEMORY_LIMIT,
  LARGE_BODY,
  LARGE_HEADS_LIMIT,
  UPGRADE_BODY_LIMIT,
} from "../../src/proxy/limits.ts";
import { readDocument } from "./document.ts";

const text = readDocument("docs/errors.md");
const sections = text
  .split(/^### /mu)
  .slice(1)
  .map((section): readonly [code: string, body: string] => {
    const [code = "", ...lines] = section.split("\n");
    return [code, lines.join(" ").trim()];
  });
const bodyOf = new Map(sections);

/** What one alone gets of so many: seven of eight. */
function fairShareOf(limit: number): number {
  return (limit * FAIR_MULTIPLE) / (FAIR_MULTIPLE + 1);
}

describe("the list of errors", () => {
  test("has one heading for each code, and none for anything else", () => {
    expect(sections.map(([code]) => code).toSorted()).toEqual(Object.keys(ERROR_CODES).toSorted());
  });

  test.each(Object.entries(ERROR_CODES))(
    "says status and source of %s, then what it means",
    (code, { status, source }) => {
      expect(bodyOf.get(code)).toMatch(new RegExp(`^${status}, ${source}\\. [A-Z\`].{15,}\\.`, "u"));
    },
  );

  test.each([
    { code: "head_too_large", says: `longer than ${HEAD_LIMIT / 1024} KiB.` },
    { code: "too_many_fields", says: `more than ${FIELD_LIMIT} fields.` },
    { code: "head_timeout", says: `within ${HEAD_DEADLINE / 1000} seconds.` },
    { code: "body_timeout", says: `within ${BODY_DEADLINE / 1000} seconds.` },
    { code: "body_too_large", says: `longer than ${UPGRADE_BODY_LIMIT / 1024} KiB.` },
    { code: "body_too_large", says: `longer than ${JUDGED_BODY_LIMIT / 1024 / 1024} MiB.` },
    { code: "bad_body", says: `more than ${mostValues.toLocaleString("en")} values` },
    { code: "bad_body", says: `more than ${mostPowers.toLocaleString("en")} powers` },
    { code: "bad_body", says: `powers of more than ${mostPowerCharacters.toLocaleString("en")} characters` },
    { code: "bad_body", says: `more than ${mostLookups} things` },
    { code: "engine_answer", says: `within ${LOOKUP_DEADLINE / 1000} seconds.` },
    {
      code: "too_many_large_bodies",
      says: `fill the ${JUDGED_MEMORY_LIMIT / 1024 / 1024} MiB that there are for them`,
    },
    { code: "too_many_large_bodies", says: `requests of no more than ${LARGE_BODY / 1024} KiB` },
    { code: "too_many_connections", says: `All ${CONNECTION_LIMIT.toLocaleString("en")} connections` },
    {
      code: "too_many_connections",
      says: `: ${fairShareOf(CONNECTION_LIMIT).toLocaleString("en")} when nobody`,
    },
    {
      code: "too_many_large_heads",
      says: `As many as ${LARGE_HEADS_LIMIT} requests with a head of more than ${LARGE_HEAD / 1024} KiB`,
    },
    { code: "too_many_large_heads", says: `or ${fairShareOf(LARGE_HEADS_LIMIT)} of them` },
  ])("tells the limit of $code as it is: $says", ({ code, says }) => {
    expect(bodyOf.get(code)).toContain(says);
  });

  test("begins with an answer that the gate gives", () => {
    const settings = readSettings({ CONTAINERS: "1" }, { terminal: false });
    if (!settings.ok) {
      throw new Error("CONTAINERS=1 is a setting");
    }
    const request = {
      method: "POST",
      path: "/v1.41/containers/create",
      hasBody: true,
      contentTypes: [],
    } as const;
    const verdict = decide(settings.value.clients[0].grant, request);
    const message = verdict.kind === "allow" ? "allowed" : explainVerdict(verdict, "POST", "172.18.0.5");
    const example = /```json\n([^]*?)```/u.exec(text)?.[1] ?? "";
    expect(JSON.parse(example)).toEqual({ message });
  });
});
