import { readdirSync, readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseJson } from "../../../src/docker/json/parse.ts";
import { isJsonArray, isJsonObject, type JsonValue } from "../../../src/docker/json/value.ts";
import { serializeJson } from "../../../src/docker/json/write.ts";
import { Asking } from "../../../src/docker/powers/asking.ts";
import { harmless, leftOut, type Meaning } from "../../../src/docker/powers/meaning.ts";
import { endpoint } from "../../../src/docker/powers/network-endpoint.ts";
import { operationPowers } from "../../../src/docker/powers/operations.ts";
import { judgeBody, writeBody } from "../../../src/policy/judge.ts";
import { grantWith, restricted } from "../../policy/judging.ts";
import { askedBy } from "./asked.ts";

/** Every object with fields of its own that stands anywhere in a meaning, by the way to it. */
function objectsIn(meaning: Meaning, way: string): (readonly [way: string, meaning: Meaning])[] {
  const below = [...(meaning.fields ?? [])].flatMap(([name, field]) => objectsIn(field, `${way}.${name}`));
  return meaning.fields === undefined ? [] : [[way, meaning] as const, ...below];
}

const objects = [
  ...[...operationPowers].flatMap(([name, { body }]) => (body === undefined ? [] : objectsIn(body, name))),
  ...objectsIn(endpoint, "EndpointSettings"),
];
const fields = objects.flatMap(([way, meaning]) =>
  [...(meaning.fields ?? [])].map(([name, field]) => [`${way}.${name}`, meaning, name, field] as const),
);

/** Spellings that Go's decoder takes for a name: in other letters of ASCII, and by two letters beyond it. */
function spellingsOf(name: string): { readonly plain: readonly string[]; readonly odd: readonly string[] } {
  const plain = [name.toLowerCase(), name.toUpperCase(), `${name.slice(0, -1)}${swap(name.slice(-1))}`];
  const odd = [name.replaceAll(/s/giu, "\u017f"), name.replaceAll(/k/giu, "\u212a")];
  const isOther = (spelling: string): boolean => spelling !== name;
  return { plain: plain.filter(isOther), odd: odd.filter(isOther) };
}

function swap(letter: string): string {
  return letter === letter.toUpperCase() ? letter.toLowerCase() : letter.toUpperCase();
}

const parse = (text: string): JsonValue => {
  const parsed = parseJson(Buffer.from(text, "utf8"));
  if (!parsed.ok) throw new Error(parsed.error.reason);
  return parsed.value;
};

/** How an object with these members goes on, or why it does not. */
function outcomeOf(meaning: Meaning, members: Readonly<Record<string, unknown>>): string {
  const isList = askedBy(meaning, {}).fault?.endsWith("must be a list") === true;
  const value = parse(JSON.stringify(isList ? [members] : members));
  const fault = askedBy(meaning, isList ? [members] : members).fault ?? "";
  return fault.includes("would be read as") ? fault : serializeJson(meaning.respell?.(value) ?? value);
}

describe("a field that Go's decoder would take for a known one", () => {
  test("is looked for in every object of the tables", () => {
    expect(objects.length).toBeGreaterThan(100);
    expect(objects.map(([way]) => way)).toEqual(
      expect.arrayContaining([
        ...["ContainerCreate.HostConfig.Mounts.VolumeOptions.DriverConfig", "ContainerExec"],
        ...["ContainerUpdate.RestartPolicy", "ServiceCreate.TaskTemplate.ContainerSpec.Privileges.Seccomp"],
        ...["EndpointSettings.IPAMConfig", "SystemAuth", "NetworkConnect.EndpointConfig"],
      ]),
    );
  });

  test("is one only: no table has two names for it", () => {
    for (const [way, meaning] of objects) {
      const names = [...(meaning.fields?.keys() ?? [])];
      const folded = names.map((name) => name.toLowerCase());
      expect([way, ...new Set(folded)]).toEqual([way, ...folded]);
      expect(names.join("")).toMatch(/^[A-Za-z0-9_]*$/u);
    }
  });

  test.each(fields)("goes on in Docker's letters: %s", (_way, meaning, name, field) => {
    for (const spelling of spellingsOf(name).plain) {
      for (const value of [false, "", {}, []]) {
        const known = outcomeOf(meaning, { First: 1, [name]: value, Last: null });
        expect(known.includes(`"${name}"`)).toBe(field !== leftOut);
        expect(outcomeOf(meaning, { First: 1, [spelling]: value, Last: null })).toBe(known);
        expect(outcomeOf(meaning, { First: 1, [name]: null, [spelling]: value, Last: null })).toBe(known);
        expect(outcomeOf(meaning, { First: 1, [spelling]: null, [name]: value, Last: null })).toBe(known);
      }
      expect(outcomeOf(meaning, { First: 1, [spelling]: null })).toBe(outcomeOf(meaning, { First: 1 }));
      for (const value of [false, "a", 1]) {
        expect(outcomeOf(meaning, { [spelling]: value, [name]: value })).toBe(
          outcomeOf(meaning, { [name]: value }),
        );
      }
    }
  });

  test.each(fields.filter(([, , , field]) => field !== leftOut))(
    "is refused beside another that says something else: %s",
    (_way, meaning, name) => {
      const sentence = new RegExp(`would be read as ${name}, and must be written so$`, "u");
      const different: readonly (readonly [unknown, unknown])[] = [
        [{}, {}],
        [[], []],
        ["a", "b"],
        [1, "1"],
        [true, null],
        [false, 0],
      ];
      const { plain } = spellingsOf(name);
      for (const spelling of plain) {
        for (const [one, other] of different) {
          expect(outcomeOf(meaning, { [spelling]: one, [name]: other })).toMatch(sentence);
        }
      }
      const [one = "", other = ""] = plain;
      if (other !== "") expect(outcomeOf(meaning, { [one]: 1, [other]: 2 })).toMatch(sentence);
    },
  );

  test.each(fields.filter(([, , name]) => /[sk]/iu.test(name)))(
    "is refused in letters beyond ASCII, whatever it says: %s",
    (_way, meaning, name) => {
      for (const spelling of spellingsOf(name).odd) {
        for (const value of [null, false, {}]) {
          expect(outcomeOf(meaning, { [spelling]: value })).toMatch(
            new RegExp(`would be read as ${name}, and must be written so$`, "u"),
          );
        }
      }
    },
  );

  test("is one exactly where the two fold to the same", () => {
    const odd = ["\u017f", "\u212a", "\u0131", "\u0130", "\u00df", "s\u0307", "K", "k", "S", "s", "_", ""];
    const scene = fc.constantFrom(...fields).chain(([, meaning, name]) =>
      fc.record({
        meaning: fc.constant(meaning),
        name: fc.constant(name),
        at: fc.nat(name.length - 1),
        letter: fc.constantFrom(...odd, "swap", "odd"),
        upper: fc.array(fc.boolean(), { minLength: name.length, maxLength: name.length }),
      }),
    );
    const tally = { called: 0, refused: 0, other: 0 };
    fc.assert(
      fc.property(scene, ({ meaning, name, at, letter, upper }) => {
        const cased = Array.from({ length: name.length }, (_, index) => {
          const one = name.charAt(index);
          if (index === at && letter.length < 3) return letter;
          return upper[index] === true ? one.toUpperCase() : one;
        });
        const plain = cased.join("");
        const key = letter === "odd" ? plain.replace(/s/iu, "\u017f").replace(/k/iu, "\u212a") : plain;
        const known = [...(meaning.fields?.keys() ?? [])];
        // With both flags a regular expression folds as Unicode's simple folding does.
        const same = known.find((field) => new RegExp(`^${field}$`, "iu").test(key));
        const outcome = outcomeOf(meaning, { [key]: true });
        if (same === undefined) {
          tally.other += 1;
          expect(outcome).toContain(serializeJson(key));
        } else if (/^[\u0000-\u007f]*$/u.test(key)) {
          tally.called += 1;
          expect(outcome).toBe(outcomeOf(meaning, { [same]: true }));
        } else {
          tally.refused += 1;
          expect(outcome).toContain(`would be read as ${same},`);
        }
      }),
      { numRuns: 5000 },
    );
    expect(Math.min(tally.called, tally.refused, tally.other)).toBeGreaterThan(100);
  });
});

/** The same with the letters of every known field changed, as deep as the tables reach. */
function respelt(
  value: JsonValue,
  meaning: Meaning | undefined,
  change: (name: string) => string,
): JsonValue {
  if (isJsonArray(value)) return value.map((entry) => respelt(entry, meaning, change));
  if (!isJsonObject(value) || meaning?.fields === undefined) return value;
  return new Map(
    [...value].map(([key, member]) => {
      const field = meaning.fields?.get(key);
      return [field === undefined ? key : change(key), respelt(member, field, change)];
    }),
  );
}

/** What says nothing goes on in Docker's letters, and not at all in others. */
function withoutNulls(value: JsonValue): JsonValue {
  if (isJsonArray(value)) return value.map((entry) => withoutNulls(entry));
  if (!isJsonObject(value)) return value;
  const members = [...value].filter(([, member]) => member !== null);
  return new Map(members.map(([key, member]) => [key, withoutNulls(member)]));
}

describe("a body in other letters, at any depth,", () => {
  const folder = new URL("bodies/", import.meta.url);
  const recorded = readdirSync(folder).flatMap((name) => {
    const record = parse(readFileSync(new URL(name, folder), "utf8"));
    const [operation, body] = isJsonObject(record) ? [record.get("operation"), record.get("body")] : [];
    const found = [...operationPowers].find(([known]) => known === operation)?.[1].body;
    return found === undefined || body === undefined ? [] : [[name, found, body] as const];
  });
  const deep = parse(
    JSON.stringify({
      TaskTemplate: {
        ContainerSpec: {
          Image: "a",
          Mounts: [
            { Type: "bind", Source: "/a", ReadOnly: true, BindOptions: { ReadOnlyNonRecursive: true } },
            { Type: "volume", Source: "v-{{.Node.ID}}", VolumeOptions: { DriverConfig: { Name: "x" } } },
          ],
          Secrets: [{ SecretID: "a".repeat(25), SecretName: "s" }],
          Privileges: { Seccomp: { Mode: "unconfined" } },
          Healthcheck: { Test: ["CMD", "true"] },
        },
        Networks: [{ Target: "n" }],
      },
      EndpointSpec: { Ports: [{ PublishedPort: 80, PublishMode: "host" }] },
    }),
  );
  const all = [
    ...recorded,
    ["a service", operationPowers.get("ServiceCreate")?.body ?? harmless, deep] as const,
  ];

  const judged = (meaning: Meaning, value: JsonValue): unknown => {
    const asking = new Asking();
    const canonical = meaning.respell?.(value) ?? value;
    meaning.judge(canonical, asking);
    const { powers, lookups } = asking.asked;
    const places = powers.map(({ noun, value: asked, place }) => [noun, asked, place]);
    const named = lookups.map(({ kind, name, place }) => [kind, name, place]);
    return [asking.fault, places, named, serializeJson(withoutNulls(canonical))];
  };

  test.each(all)("asks for the same and goes on the same: %s", (_name, meaning, body) => {
    expect(recorded.length).toBeGreaterThan(10);
    for (const change of [
      (name: string) => name.toLowerCase(),
      (name: string) => name.toUpperCase(),
      (name: string) => `${swap(name.slice(0, 1))}${name.slice(1)}`,
    ]) {
      const other = respelt(body, meaning, change);
      expect(serializeJson(other)).not.toBe(serializeJson(body));
      expect(judged(meaning, other)).toEqual(judged(meaning, body));
    }
  });

  test("below names of the client's own too", () => {
    const create = operationPowers.get("ContainerCreate")?.body ?? harmless;
    const body = (binding: string, address: string): JsonValue =>
      parse(
        `{"HostConfig":{"PortBindings":{"80/tcp":[${binding}]}},` +
          `"NetworkingConfig":{"EndpointsConfig":{"aliases":{"IPAMConfig":{"${address}":"10.0.0.2"}}}}}`,
      );
    expect(judged(create, body('{"hostIp":"127.0.0.1","HOSTPORT":"80"}', "ipv4address"))).toEqual(
      judged(create, body('{"HostIp":"127.0.0.1","HostPort":"80"}', "IPv4Address")),
    );
  });
});

describe("keys that are data", () => {
  test.each([
    ["labels", { Labels: { Privileged: "1", privileged: "2", "\u017f": null, hostconfig: null } }],
    ["options of a driver", { HostConfig: { LogConfig: { Config: { Type: "a", type: "b" } } } }],
    ["networks by name", { NetworkingConfig: { EndpointsConfig: { web: {}, Web: null, links: {} } } }],
    ["volumes by path", { Volumes: { "/A": {}, "/a": null } }],
    ["what nobody knows", { New: { privileged: null, Privileged: true }, nEW: null }],
  ])("go on as they are: %s", (_name, body) => {
    const grant = grantWith("all,-privileged");
    const judged = judgeBody(grant, restricted(grant), Buffer.from(JSON.stringify(body)));
    if (!judged.ok) throw new Error(judged.error.reason);
    expect(writeBody(judged.value.canonical).toString()).toBe(JSON.stringify(body));
  });
});

test("what must not go on is refused where nobody has left it out", () => {
  const asking = new Asking();
  leftOut.judge("x", asking);
  expect(asking.fault).toMatch(/can't go on to the engine$/u);
});
