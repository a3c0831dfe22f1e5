import { expect, test } from "vitest";
import { explainPolicyHealth, PolicyStanding } from "../../src/admin/policy-standing.ts";

test("counts the policies that took over, beginning with 1", () => {
  const standing = new PolicyStanding("one");
  expect(standing.health).toEqual({ hash: "one", generation: 1 });
  standing.take("two");
  standing.take("two");
  expect(standing.health).toEqual({ hash: "two", generation: 3 });
});

test("keeps the last good policy while its file can't be used, and tells since when and what the last one is like", () => {
  const standing = new PolicyStanding("one");
  standing.reject(3);
  const since = standing.health.rejected?.since;
  expect(since).toMatch(/^\d{4}-\d\d-\d\dT.*Z$/u);
  standing.reject(2);
  expect(standing.health).toEqual({ hash: "one", generation: 1, rejected: { since, problems: 2 } });
  expect(explainPolicyHealth(standing.health)).toBe(
    `policy one, generation 1; its file can't be used since ${since} (2 problems, which the log tells)`,
  );
  standing.take("two");
  expect(standing.health).toEqual({ hash: "two", generation: 2 });
});
