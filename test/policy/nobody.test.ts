import { expect, test } from "vitest";
import { catalogue } from "../../src/docker/operations.ts";
import { decide } from "../../src/policy/decide.ts";
import { explainVerdict } from "../../src/policy/explain.ts";
import { grantOfNobody } from "../../src/policy/grant.ts";

const REASON = "no client of the policy is at 172.25.0.9";

test("nobody holds no operation, and is told why it is nobody", () => {
  const grant = grantOfNobody(REASON);
  for (const { methods, template } of catalogue) {
    const path = template.replaceAll(/\{[^}]+\}/gu, "a");
    for (const method of methods) {
      const verdict = decide(grant, { method, path, hasBody: false, contentTypes: [] });
      if (verdict.kind === "allow") throw new Error(`${method} ${path} is allowed`);
      expect(explainVerdict(verdict, method, "172.25.0.9")).toContain(REASON);
    }
  }
});

test("nobody holds no power", () => {
  expect(grantOfNobody(REASON).powers.holds({ noun: "restart", value: "always" })).toBe(false);
});
