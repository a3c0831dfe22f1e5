import { describe, expect, test } from "vitest";
import { contents } from "../../../src/docker/answers/content.ts";
import { makeView } from "../../../src/policy/view/make-view.ts";
import { parseViewWord } from "../../../src/policy/view/view-word.ts";

describe("a view that hides", () => {
  const view = makeView({ hide: ["env", "labels:secret.*"] });

  test("hides what is named, and nothing else", () => {
    expect(view.hides("env")).toBe(true);
    expect(view.hides("names")).toBe(false);
    expect(view.hidesLabel("secret.key")).toBe(true);
    expect(view.hidesLabel("com.example")).toBe(false);
    expect(view.isStrict).toBe(false);
  });

  test("does not show labels as a whole where it hides some of them", () => {
    expect(view.hides("labels")).toBe(true);
  });

  test("hides nothing without words", () => {
    expect(makeView({}).hides("env")).toBe(false);
    expect(makeView({ hide: [] }).hidesLabel("any")).toBe(false);
  });
});

describe("a view that shows only", () => {
  const view = makeView({ only: ["names", "labels:traefik.*"] });

  test("shows what is named, and nothing else", () => {
    expect(view.hides("names")).toBe(false);
    expect(view.hides("env")).toBe(true);
    expect(view.hidesLabel("traefik.enable")).toBe(false);
    expect(view.hidesLabel("com.example")).toBe(true);
    expect(view.isStrict).toBe(true);
  });

  test("does not show labels as a whole where it shows some of them", () => {
    expect(view.hides("labels")).toBe(true);
    expect(makeView({ only: ["labels"] }).hides("labels")).toBe(false);
  });

  test("shows nothing without words", () => {
    expect(makeView({ only: [] }).hides("names")).toBe(true);
    expect(makeView({ only: [] }).hidesLabel("any")).toBe(true);
  });
});

test("a view is told as a sentence without an end", () => {
  expect(makeView({ hide: ["env", "labels:a.*"] }).text).toBe("hidden from it: env, labels:a.*");
  expect(makeView({ only: ["names"] }).text).toBe(
    "sees of answers only: names, and nothing that this version does not know",
  );
});

test("a word that is none is never passed over", () => {
  expect(() => makeView({ hide: ["enviroment"] })).toThrow("enviroment is no word of a view");
});

describe("a word of a view", () => {
  test.each(Object.keys(contents))("%s is one", (word) => {
    expect(parseViewWord(word)).toEqual({ ok: true, value: { kind: "content", content: word } });
  });

  test("is a pattern of labels, as the powers have patterns", () => {
    expect(parseViewWord("labels:com.example.*")).toEqual({
      ok: true,
      value: { kind: "labels", keys: ["com.example.", ""] },
    });
    expect(parseViewWord("labels:a%2Ab")).toEqual({ ok: true, value: { kind: "labels", keys: ["a*b"] } });
  });

  test("is all labels where the pattern is only stars", () => {
    expect(parseViewWord("labels:**")).toEqual({
      ok: true,
      value: { kind: "content", content: "labels" },
    });
  });

  test.each(["labels:", "labels:%zz"])("is malformed: %s", (word) => {
    expect(parseViewWord(word)).toMatchObject({ ok: false, error: { kind: "malformed", word } });
  });

  test.each(["Env", "toString", "__proto__", "", "label:a"])("is not known: %j", (word) => {
    const parsed = parseViewWord(word);
    expect(parsed).toMatchObject({ ok: false, error: { kind: "unknown", word } });
  });
});
