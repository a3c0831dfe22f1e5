import { describe, expect, test } from "vitest";
import { nouns } from "../../src/docker/powers/nouns.ts";
import { recordedPowers } from "../../src/policy/recorded-powers.ts";
import { everyNoun } from "./powers.ts";

const privateNouns = everyNoun.filter((noun) => nouns[noun].isPrivate === true);

describe("the record of powers", () => {
  test("has each once, in the order in which they were asked for, without their places", () => {
    const recorded = recordedPowers([
      { noun: "privileged", value: "", place: "secret" },
      { noun: "bind", value: "/etc:ro", place: "secret" },
      { noun: "privileged", value: "", place: "secret too" },
      { noun: "bind", value: "/etc", place: "" },
      { noun: "bind", value: "/etc:ro", place: "" },
    ]);
    expect(recorded).toStrictEqual(["privileged", "bind:/etc:ro", "bind:/etc"]);
  });

  test("has of commands, programs and templates only that there was one", () => {
    expect(privateNouns).toStrictEqual(["template", "command", "entrypoint"]);
    const secret = privateNouns.map((noun) => ({ noun, value: "mysql -psecret", place: "secret" }));
    expect(recordedPowers([...secret, ...secret])).toStrictEqual(privateNouns);
  });

  test("has 50 at most", () => {
    const labels = Array.from(
      { length: 60 },
      (_, at) => ({ noun: "label", value: `l${at}`, place: "" }) as const,
    );
    const recorded = recordedPowers(labels);
    expect(recorded).toHaveLength(50);
    expect(recorded.at(-1)).toBe("label:l49");
    expect(recordedPowers([...labels.slice(0, 49), ...labels.slice(0, 49), ...labels])).toHaveLength(50);
  });

  test("has 200 characters of each at most", () => {
    expect(recordedPowers([{ noun: "label", value: "x".repeat(300), place: "" }])).toStrictEqual([
      `label:${"x".repeat(194)}`,
    ]);
  });

  test("of nothing is empty", () => {
    expect(recordedPowers([])).toStrictEqual([]);
  });
});
