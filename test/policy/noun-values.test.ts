import { expect, test } from "vitest";
import { nounValues } from "../../src/docker/powers/noun-values.ts";
import { nouns } from "../../src/docker/powers/nouns.ts";
import { parsePowerSet } from "../../src/policy/power-set.ts";

test("every capability that containers have by default is known", () => {
  expect(nounValues.cap).toEqual(expect.arrayContaining([...(nouns.cap.byDefault ?? [])]));
});

test.each(Object.entries(nounValues))("each known value of %s can be taken away", (noun, values) => {
  for (const value of values) {
    expect(parsePowerSet(`all, -${noun}:${value}`)).toMatchObject({ ok: true });
  }
});

test.each(["cap:SYS_ADMNI", "host:pids"])(
  "%s is a misspelt removal, and a grant that gives nothing",
  (entry) => {
    expect(parsePowerSet(`all, -${entry}`)).toMatchObject({ ok: false, error: [{ kind: "misspelt" }] });
    expect(parsePowerSet(`default, ${entry}`)).toMatchObject({ ok: true });
  },
);
