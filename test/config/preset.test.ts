import { describe, expect, test } from "vitest";
import { parsePreset } from "../../src/config/preset.ts";
import { presetNames, readPreset, readPresetText } from "../../src/config/presets.ts";

const HEAD = "describes: It looks.\nprogram: It\n";

function faultsOf(text: string): readonly string[] {
  const parsed = parsePreset("it", text);
  return parsed.ok ? [] : parsed.error;
}

describe("the presets that are shipped", () => {
  test("are seen, by names that can stand in a file without quotes", () => {
    expect(presetNames()).toEqual(expect.arrayContaining(["traefik", "traefik-swarm", "watchtower"]));
    expect(presetNames().filter((name) => !/^[a-z]+(?:-[a-z]+)*$/u.test(name))).toEqual([]);
  });

  test.each(presetNames())("%s can be used, and says in a sentence what it is for", (name) => {
    expect(faultsOf(readPresetText(name) ?? "")).toEqual([]);
    expect(readPreset(name)).toMatchObject({ name, describes: expect.stringMatching(/^[a-zA-Z].*\.$/u) });
  });

  test.each(presetNames())("%s says how it was found", (name) => {
    expect(readPresetText(name)).toMatch(/^# (?:.* )?(?:measured|Measured|read in|Read in)/mu);
  });

  test.each(presetNames())("%s names each operation once, and no group or star", (name) => {
    const texts = (readPreset(name)?.allow ?? []).map(({ text }) => text);
    expect([...new Set(texts)]).toEqual(texts);
    expect(texts.filter((text) => !/^[A-Za-z]+$/u.test(text) || /^[a-z]/u.test(text))).toEqual([]);
  });

  test("hide nothing where the program makes anew what it has read", () => {
    const hiding = presetNames().filter((name) => (readPreset(name)?.hide ?? []).length > 0);
    expect(hiding).toEqual(expect.arrayContaining(["traefik", "dozzle", "homepage"]));
    const making = hiding.filter((name) =>
      readPreset(name)?.allow.some(({ operations }) =>
        operations.some((operation) => /^(?:\w+Create|ServiceUpdate|NodeUpdate)/u.test(operation.name)),
      ),
    );
    expect(making).toEqual([]);
  });

  test("leave a program what it was seen to read", () => {
    const hiddenFrom = (name: string): readonly string[] => readPreset(name)?.hide ?? [];
    // Routes are in labels, and lead to addresses; docker-gen reads VIRTUAL_HOST.
    expect(
      hiddenFrom("traefik").filter((word) => /^(?:labels|addresses|networks|state)$/u.test(word)),
    ).toEqual([]);
    expect(hiddenFrom("nginx-proxy")).toEqual([]);
    for (const name of presetNames()) {
      expect(hiddenFrom(name).filter((word) => /^(?:names|state|labels|image|usage)$/u.test(word))).toEqual(
        [],
      );
    }
  });

  test.each(["", "nothing", "../package", "traefik.yaml", "/etc/passwd", "../presets/traefik"])(
    "are found by their names alone, and none is called %j",
    (name) => {
      expect([readPresetText(name), readPreset(name)]).toEqual([undefined, undefined]);
    },
  );
});

describe("a preset that can't be used", () => {
  test.each([
    [
      "a word that selects nothing",
      "allow: [ContanerList]",
      '"ContanerList" is no operation and no group; did you mean ContainerList?',
    ],
    ["no words", "allow: []", "allow is no list of texts"],
    ["a word alone", "allow: ContainerList", "allow is no list of texts"],
    ["a number for a word", "allow: [1]", "allow is no list of texts"],
    ["a key that there is not", "allow: [ContainerList]\nalow: [SystemInfo]", "there is no key alow"],
    [
      "a power that there is not",
      "allow: [ContainerList]\npowers: [defualt]",
      '"defualt" is no power; did you mean default?',
    ],
    ["a word of a view that there is not", "allow: [ContainerList]\nhide: [envs]", "hide has no word envs"],
    ["a key twice", "allow: [ContainerList]\nallow: ['*']", "Map keys must be unique"],
  ])("says so: %s", (_, text, message) => {
    expect(faultsOf(`${HEAD}${text}\n`)).toEqual([expect.stringContaining(message)]);
  });

  test("has no sentence and no program", () => {
    expect(faultsOf("allow: [ContainerList]\n")).toEqual(["describes is no text", "program is no text"]);
    expect(faultsOf("")).toEqual(["allow is no list of texts", "describes is no text", "program is no text"]);
    expect(faultsOf("- a\n").length).toBeGreaterThan(0);
  });
});
