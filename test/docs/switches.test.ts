import { describe, expect, test } from "vitest";
import { openingsOf, renderSwitchesPage, SWITCHES_PAGE } from "../../scripts/switches-page.ts";
import { dialects } from "../../src/config/dialects.ts";
import { readSettings } from "../../src/config/read-settings.ts";
import { readDocument } from "./document.ts";

test("the page of switches is what the script writes: npx tsx scripts/switches-page.ts", () => {
  expect(readDocument(SWITCHES_PAGE)).toBe(renderSwitchesPage());
});

describe.each(dialects)("the page of switches for $name", (dialect) => {
  const names = [...dialect.switches.keys()];

  /** The operations that are open when these switches are on and all others are off. */
  function openBy(on: readonly string[]): ReadonlySet<string> {
    const environment = Object.fromEntries(names.map((name) => [name, on.includes(name) ? "1" : "0"]));
    const settings = readSettings({ ...environment, QUAYGATE_COMPAT: dialect.name }, { terminal: false });
    if (!settings.ok) {
      throw new Error(settings.error.map(({ message }) => message).join("; "));
    }
    const { decisions } = settings.value.clients[0].grant;
    return new Set([...decisions].filter(([, { kind }]) => kind === "allow").map(([name]) => name));
  }

  test.each(names)("tells of %s just what the gate opens by it", (name) => {
    for (const { others, operations } of openingsOf(dialect, name)) {
      const [without, together] = [openBy(others), openBy([name, ...others])];
      const told = operations.map((operation) => operation.name);
      expect(told.filter((operation) => !together.has(operation))).toEqual([]);
      // What another switch of the same group opens without this one is told there as well.
      const gained = [...together].filter((operation) => !without.has(operation));
      const elsewhere = openingsOf(dialect, name)
        .filter((opening) => opening.others.every((other) => others.includes(other)))
        .flatMap((opening) => opening.operations.map((operation) => operation.name));
      expect(gained.filter((operation) => !elsewhere.some((known) => known === operation))).toEqual([]);
    }
  });

  test("is right that POST alone opens nothing", () => {
    expect([...openBy(["POST"])]).toEqual([]);
    expect(openingsOf(dialect, "POST").filter(({ others }) => others.length === 0)).toEqual([]);
  });

  test("names what no switch opens, and all switches together do not open it", () => {
    const closed = dialect.operations.filter((operation) => dialect.requirementOf(operation).length === 0);
    const open = openBy(names);
    expect(closed.length).toBeGreaterThan(0);
    expect(closed.filter(({ name }) => open.has(name))).toEqual([]);
    expect(dialect.operations).toHaveLength(closed.length + open.size);
  });
});
