import { writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, onTestFinished, test } from "vitest";
import { parse } from "yaml";
import { loadSettings } from "../../src/config/load-settings.ts";
import { readSettings } from "../../src/config/read-settings.ts";
import type { Settings } from "../../src/config/settings.ts";
import { migrate, type Migration } from "../../src/migrate/migrate.ts";
import { findPolicyDifferences } from "../../src/migrate/policy/verify-policy.ts";
import { explainRemarks } from "../../src/migrate/remark.ts";
import { type Decision, type Grant, isLimited } from "../../src/policy/grant.ts";
import { openIn } from "../examples/decided.ts";
import { entriesOf, wordsOf } from "../examples/example.ts";
import { temporaryFolder } from "../support/docker-cli.ts";
import { migrated, policyFiles, toldLines } from "./golden-files.ts";

/** A file that is gone must not go unnoticed. */
const FEWEST_FILES = 6;
const POLICY = "./policy.yaml";

/** What the gate reads of a policy. */
async function settingsOf({ policy }: Migration): Promise<Settings> {
  const folder = temporaryFolder();
  onTestFinished(() => folder.remove());
  const file = join(folder.path, "policy.yaml");
  writeFileSync(file, policy?.text ?? "");
  const settings = await loadSettings({ QUAYGATE_POLICY: file }, { terminal: false });
  if (!settings.ok) throw new Error(`the policy is not taken: ${JSON.stringify(settings.error)}`);
  return settings.value;
}

/** The services of a Compose file, as it is deployed. */
function servicesOf(text: string): ReadonlyMap<string, ReadonlyMap<string, unknown>> {
  const plain: unknown = parse(text, { merge: true });
  return new Map(
    [...entriesOf(entriesOf(plain).get("services"))].map(([name, keys]) => [name, entriesOf(keys)]),
  );
}

/** The variables of a service, from either syntax. */
function variablesOf(keys: ReadonlyMap<string, unknown> | undefined): Readonly<Record<string, string>> {
  const environment = keys?.get("environment");
  const entries = Array.isArray(environment)
    ? environment.map((each) => String(each).split("=", 2))
    : [...entriesOf(environment)].map(([name, value]) => [name, String(value)]);
  return Object.fromEntries(entries.map(([name = "", value = ""]) => [name, value]));
}

/** What a proxy that was there let through, read from its variables as the gate in its place would read them. */
function openBefore(keys: ReadonlyMap<string, unknown> | undefined): readonly string[] {
  const compat = String(keys?.get("image")).includes("linuxserver") ? { QUAYGATE_COMPAT: "linuxserver" } : {};
  const { LOG_LEVEL: _, ...variables } = variablesOf(keys);
  const settings = readSettings({ ...variables, ...compat }, { terminal: false });
  if (!settings.ok) throw new Error("these variables are not taken");
  return openIn(settings.value.clients[0].grant);
}

/** What is decided of the operations that are open. */
function openingsOf(grant: Grant | undefined): readonly Extract<Decision, { kind: "allow" }>[] {
  return [...(grant?.decisions.values() ?? [])].flatMap((each) => (each.kind === "allow" ? [each] : []));
}

test("there are as many golden files as there were", () => {
  expect(policyFiles.length).toBeGreaterThanOrEqual(FEWEST_FILES);
});

describe.each(policyFiles)("$name, with one gate for the file,", ({ input, path, render }) => {
  const migration = migrated(input, POLICY);
  const { text, policy, remarks } = migration;
  const [before, after] = [servicesOf(input), servicesOf(text)];
  const gone = remarks.flatMap(({ service = "", says }) => {
    const [, client = ""] = /^is gone; what it let through is the client (\S+) of/u.exec(says) ?? [];
    return client === "" ? [] : [{ proxy: service, client }];
  });

  test("is converted as its golden file says", async () => {
    await expect(render(text, policy?.text ?? "", toldLines(explainRemarks(remarks)))).toMatchFileSnapshot(
      path,
    );
  });

  test("converted again, stays as it is", () => {
    expect(migrated(text, POLICY)).toMatchObject({ text, isChanged: false, policy: undefined });
  });

  test("with Windows' line ends, becomes the same with Windows' line ends", () => {
    const windows = (lines: string): string => lines.replaceAll("\n", "\r\n");
    expect(migrated(windows(input), POLICY)).toMatchObject({
      text: windows(text),
      policy: { text: policy?.text },
    });
  });

  test("has a policy that the gate reads as it was meant", async () => {
    expect(findPolicyDifferences(policy?.clients ?? [], await settingsOf(migration))).toEqual([]);
  });

  test("has the proxies no more that became clients, and no client who is told of them", () => {
    const clients = new Set(
      policy?.clients.flatMap(({ from }) => from.map((name) => name.replace(/^tasks\./u, ""))),
    );
    for (const { proxy } of gone) {
      expect([before.has(proxy), after.has(proxy)]).toEqual([true, false]);
      for (const [name, keys] of after) {
        const told = JSON.stringify([keys.get("environment"), keys.get("command")]);
        const names = new RegExp(`(?://|HOST":"|HOST=)${proxy}[:"]`, "u");
        expect({ name, told: clients.has(name) && names.test(told) }).toEqual({ name, told: false });
        expect(JSON.stringify([keys.get("depends_on"), keys.get("links")])).not.toMatch(
          new RegExp(`"${proxy}[:"]`, "u"),
        );
      }
    }
  });

  test("gives each client what its proxy let through, operation by operation", async () => {
    const { clients } = await settingsOf(migration);
    for (const { proxy, client } of gone) {
      const keys = before.get(proxy);
      const was = String(keys?.get("image")).includes("wollomatic") ? [] : openBefore(keys);
      const grant = clients.find(({ name }) => name === client)?.grant;
      expect({ client, open: grant === undefined ? undefined : openIn(grant) }).toEqual({
        client,
        open: was,
      });
      // The originals look at paths alone: what they let through may go on asking for anything.
      expect(openingsOf(grant).filter((opening) => isLimited(opening))).toEqual([]);
    }
  });

  test("has the gate on internal networks with one client each, and tells each by its service's name", async () => {
    const { policy: told } = await settingsOf(migration);
    const gate = [...after].find(([, keys]) => entriesOf(keys.get("environment")).has("QUAYGATE_POLICY"));
    const plain: unknown = parse(text, { merge: true });
    const networks = entriesOf(entriesOf(plain).get("networks"));
    const namesOn = (keys: ReadonlyMap<string, unknown>): readonly string[] => {
      const own = keys.get("networks");
      return Array.isArray(own) ? wordsOf(own) : [...entriesOf(own).keys()];
    };
    const clientOf = (service: string): string | undefined =>
      told?.sources.find(({ anyOf }) =>
        anyOf
          .flat()
          .some((each) => each.kind === "name" && each.names.join().replace(/^tasks\./u, "") === service),
      )?.name;
    expect(gate).toBeDefined();
    for (const network of namesOn(gate?.[1] ?? new Map())) {
      const members = [...after].filter(
        ([name, keys]) => name !== gate?.[0] && namesOn(keys).includes(network),
      );
      expect(entriesOf(networks.get(network)).get("internal")).toBe(true);
      const clients = new Set(members.map(([name]) => clientOf(name)));
      expect([members.length > 0, clients.size, clients.has(undefined)]).toEqual([true, 1, false]);
    }
  });
});

describe("a file that is damaged, with one gate for it,", () => {
  const lines = policyFiles.map(({ input }) => input.split("\n"));
  const words = [
    "",
    " ",
    "    - x",
    "  <<: *a",
    "}",
    "\t",
    "    network_mode: host",
    "    networks: [a]",
    "    links: [a:b]",
  ];

  test("is converted or refused, and what it is converted to stays as it is", () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...lines),
        fc.array(fc.tuple(fc.nat(90), fc.nat(3), fc.constantFrom(...words)), { maxLength: 3 }),
        (original, damages) => {
          const damaged = [...original];
          for (const [at, count, instead] of damages) damaged.splice(at % damaged.length, count, instead);
          const first = migrate(damaged.join("\n"), POLICY);
          if (!first.ok) {
            expect(first.error.message).not.toBe("");
            return;
          }
          const again = migrate(first.value.text, POLICY);
          // What has a gate of its own by now has no client, so that there may be nothing to put in a policy.
          expect(again.ok ? again.value.text : first.value.text).toBe(first.value.text);
        },
      ),
      { numRuns: 200 },
    );
  });
});
