import { describe, expect, test } from "vitest";
import { readSettings } from "../../src/config/read-settings.ts";
import { explainReport, reportOf } from "../../src/config/report.ts";
import { catalogue } from "../../src/docker/operations.ts";
import { readGoldenFiles } from "./golden-file.ts";

/** A file that is gone must not go unnoticed. */
const FEWEST_FILES = 23;

const files = readGoldenFiles("report").map((file) => {
  const settings = readSettings(file.environment, { terminal: false });
  if (!settings.ok) {
    throw new Error(`${file.path}: ${JSON.stringify(settings.error)}`);
  }
  return [file.name, { ...file, settings: settings.value }] as const;
});

describe("the report of what is open", () => {
  test.each(files)("%s", async (_, { settings, path, render }) => {
    await expect(render(explainReport(reportOf(settings)))).toMatchFileSnapshot(path);
  });

  test("is written for as many settings as there were", () => {
    expect(files.length).toBeGreaterThanOrEqual(FEWEST_FILES);
  });

  test.each(files)("names all that an open operation exposes, and nothing of a closed one: %s", (_, { settings }) => {
    const isOpen = (name: (typeof catalogue)[number]["name"]): boolean =>
      settings.clients[0].grant.decisions.get(name)?.kind === "allow";
    const exposed = new Set(catalogue.filter(({ name }) => isOpen(name)).map(({ exposes }) => exposes));
    const [{ openings, open } = expect.fail("no client")] = reportOf(settings).clients;
    const told = openings.flatMap(({ exposes }) => exposes);
    expect(new Set(told.map((phrase) => phrase.replace(" (held to the powers below)", "")))).toEqual(exposed);
    expect(open).toBe(catalogue.filter(({ name }) => isOpen(name)).length);
  });

  test.each(files)("says each phrase once under a rule, and each rule once: %s", (_, { settings }) => {
    const [{ openings } = expect.fail("no client")] = reportOf(settings).clients;
    expect(new Set(openings.map(({ rule }) => rule)).size).toBe(openings.length);
    expect(openings.every(({ exposes }) => new Set(exposes).size === exposes.length)).toBe(true);
  });

  test.each(files)("has no line that needs another one to be understood: %s", (_, { settings }) => {
    const [engine, listening, health, count, ...rest] = explainReport(reportOf(settings));
    expect(engine).toMatch(/^engine \S+$/u);
    expect(listening).toMatch(/^listening on \S/u);
    expect(health).toMatch(/^health (?:at http:\S+\/health(?:, metrics at http:\S+\/metrics)?|is not served \(QUAYGATE_ADMIN=off\))$/u);
    expect(count).toMatch(
      settings.dialect.name === "tecnativa"
        ? /\b\d+ of 124 operations(?: are open, all others are refused)?$/u
        : /\b\d+ of 236 operations \(124 of Docker's API and 112 of Podman's own\)/u,
    );
expect(
      rest.filter(
        (line) => !/^(?:[A-Z_]+=1(?: and [A-Z_]+=1){0,2}|browsers|networks|old API versions|powers|warning): \S/u.test(line),
      ),
    ).toEqual([]);
  });
});
