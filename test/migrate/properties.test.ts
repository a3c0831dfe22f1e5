import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseDocument } from "yaml";
import { migrate } from "../../src/migrate/migrate.ts";
import { migrated, migrationFiles } from "./golden-files.ts";

/** The services and networks that a text means. */
function meaningOf(text: string): Readonly<Record<"services" | "networks", ReadonlyMap<string, unknown>>> {
  const document = parseDocument(text, { merge: true });
  expect(document.errors).toEqual([]);
  const plain: unknown = document.toJS();
  const partOf = (key: string): ReadonlyMap<string, unknown> => {
    const part = new Map<string, unknown>(Object.entries(plain ?? {})).get(key);
    return new Map<string, unknown>(Object.entries(part ?? {}));
  };
  return { services: partOf("services"), networks: partOf("networks") };
}

/** The setting of a service, as JSON. */
function settingOf(service: unknown, key: string): string {
  const settings = new Map<string, unknown>(Object.entries(service ?? {}));
  return JSON.stringify(settings.get(key) ?? null);
}

const isGate = (service: unknown): boolean => /quaygate:[\w.]+"$/u.test(settingOf(service, "image"));

describe.each(migrationFiles)("$name", ({ input }) => {
  const { text, remarks } = migrated(input);
  const before = meaningOf(input).services;
  const { services, networks } = meaningOf(text);

  test("converted again, stays as it is", () => {
    expect(migrated(text)).toMatchObject({ text, isChanged: false });
  });

  test("with Windows' line ends, becomes the same with Windows' line ends", () => {
    const windows = (lines: string): string => lines.replaceAll("\n", "\r\n");
    expect(migrated(windows(input)).text).toBe(windows(text));
  });

  test("without a line end at the end, becomes the same", () => {
    const outcome = migrated(input.replace(/\n$/u, "")).text;
    expect(outcome.replace(/\n$/u, "")).toBe(text.replace(/\n$/u, ""));
  });

  test("keeps every comment that has a line of its own, in the same order", () => {
    const commentsOf = (lines: string): readonly string[] =>
      lines
        .split("\n")
        .filter((line) => /^\s*#/u.test(line) && !line.includes("The number of the socket's group"));
    expect(commentsOf(text)).toEqual(commentsOf(input));
  });

  test("keeps each service that nothing was done to", () => {
    const done = new Set(remarks.filter(({ kind }) => kind === "done").map(({ service }) => service));
    const kept = [...before].filter(([name]) => !done.has(name));
    expect(kept.map(([name]) => [name, services.get(name)])).toEqual(kept);
  });

  test("gives the socket to gates only, but where it says so", () => {
    const told = new Set(
      remarks
        .filter(({ says }) => /^(?:keeps the socket|was left|mounts the volume)/u.test(says))
        .map(({ service }) => service),
    );
    const holders = [...services].filter(
      ([name, service]) =>
        /docker\.sock["}:]/u.test(settingOf(service, "volumes")) && !isGate(service) && !told.has(name),
    );
    expect(holders.map(([name]) => name)).toEqual([]);
  });

  test("uses no network that is not declared", () => {
    const used = [...services.values()].flatMap((service) => {
      const own: unknown = JSON.parse(settingOf(service, "networks"));
      return Array.isArray(own) ? own.map(String) : Object.keys(own ?? {});
    });
    expect(used.filter((name) => name !== "default" && !networks.has(name))).toEqual([]);
  });

  test("lets a new gate be reached by its consumers only, on an internal network", () => {
    for (const [name, service] of services) {
      if (!before.has(name)) {
        const own: unknown = JSON.parse(settingOf(service, "networks"));
        const consumers = [...services].filter(([, other]) =>
          settingOf(other, "networks").includes(`"${String(own)}"`),
        );
        const goThere = remarks.filter(({ says }) => says.startsWith(`goes through ${name},`));
        expect(settingOf(service, "ports")).toBe("null");
        expect(settingOf(networks.get(String(own)), "internal")).toBe("true");
        expect(consumers.map(([consumer]) => consumer).toSorted()).toEqual(
          [name, ...goThere.map(({ service: consumer }) => consumer ?? "")].toSorted(),
        );
      }
    }
  });
});

describe("a file that is damaged", () => {
  const lines = migrationFiles.map(({ input }) => input.split("\n"));

  test("is converted or refused, and what it is converted to stays as it is", () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...lines),
        fc.array(
          fc.tuple(fc.nat(60), fc.nat(3), fc.constantFrom("", " ", "    - x", "  <<: *a", "}", "\t")),
          {
            maxLength: 3,
          },
        ),
        (original, damages) => {
          const damaged = [...original];
          for (const [at, count, instead] of damages) {
            damaged.splice(at % damaged.length, count, instead);
          }
          const first = migrate(damaged.join("\n"));
          if (first.ok) {
            expect(migrated(first.value.text)).toMatchObject({ text: first.value.text, isChanged: false });
          } else {
            expect(first.error.message).not.toBe("");
          }
        },
      ),
      { numRuns: 200 },
    );
  });

  test("is never more than refused, whatever it holds", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 200 }), (text) => {
        const result = migrate(`services:\n  a:\n    ${text}`);
        expect(result.ok || result.error.message.length > 0).toBe(true);
      }),
    );
  });
});
