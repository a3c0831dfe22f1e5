import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { containerPowers } from "../../../src/docker/powers/container.ts";
import { hostConfig } from "../../../src/docker/powers/host-config.ts";
import { harmless, type Meaning } from "../../../src/docker/powers/meaning.ts";
import { endpoint } from "../../../src/docker/powers/network-endpoint.ts";
import { askedBy } from "./asked.ts";
import { createBody, execBody } from "./container-asks.ts";

const updateBody = containerPowers.ContainerUpdate?.body ?? harmless;

/** Every object with fields of its own that stands anywhere in a meaning, by the way to it. */
function objectsIn(meaning: Meaning, way: string): (readonly [way: string, meaning: Meaning])[] {
  const below = [...(meaning.fields ?? [])].flatMap(([name, field]) => objectsIn(field, `${way}.${name}`));
  return meaning.fields === undefined ? [] : [[way, meaning] as const, ...below];
}

const objects = [
  ...objectsIn(createBody, "ContainerCreate"),
  ...objectsIn(execBody, "ContainerExec"),
  ...objectsIn(updateBody, "ContainerUpdate"),
  ...objectsIn(hostConfig, "ContainerStart"),
  ...objectsIn(endpoint, "EndpointSettings"),
];

/** Why an object with this key is refused. The value says nothing, so that only the key can be the reason. */
function faultOf(meaning: Meaning, key: string, value: unknown): string {
  const object = Object.fromEntries([[key, value]]);
  const isList = askedBy(meaning, {}).fault?.endsWith("must be a list") === true;
  return askedBy(meaning, isList ? [object] : object).fault ?? "";
}

const isTaken = (meaning: Meaning, key: string): boolean => meaning.fields?.has(key) === true;

describe("a key that Go's decoder would take for a known one", () => {
  test("is looked for in every object of the tables", () => {
    expect(objects.map(([way]) => way)).toEqual(
      expect.arrayContaining([
        ...[
          "ContainerCreate",
          "ContainerCreate.HostConfig",
          "ContainerCreate.HostConfig.Mounts",
          "ContainerExec",
        ],
        "ContainerCreate.HostConfig.Mounts.VolumeOptions.DriverConfig",
        ...[
          "ContainerCreate.NetworkingConfig",
          "ContainerUpdate.RestartPolicy",
          "EndpointSettings.IPAMConfig",
        ],
      ]),
    );
  });

  const fields = objects.flatMap(([way, meaning]) =>
    [...(meaning.fields?.keys() ?? [])].map((name) => [`${way}.${name}`, meaning, name] as const),
  );

  test.each(fields)("is refused: %s", (_way, meaning, name) => {
    const variants = [
      name.toLowerCase(),
      name.toUpperCase(),
      `${name.slice(0, 1).toLowerCase()}${name.slice(1)}`,
      `${name.slice(0, -1)}${name.slice(-1).toUpperCase()}`,
      name.replaceAll(/s/giu, "\u017f"),
      name.replaceAll(/k/giu, "\u212a"),
      name.toUpperCase().replaceAll("S", "\u017f").replaceAll("K", "\u212a"),
    ].filter((variant) => !isTaken(meaning, variant));
    expect(variants.length).toBeGreaterThan(1);
    for (const variant of variants) {
      for (const value of [null, false, {}]) {
        expect(faultOf(meaning, variant, value)).toMatch(
          new RegExp(`would be read as ${name}, and must be written so$`, "u"),
        );
      }
    }
  });

  test("is refused exactly where the two fold to the same", () => {
    const odd = fc.constantFrom(
      "\u017f",
      "\u212a",
      "\u0131",
      "\u0130",
      "\u00df",
      "s\u0307",
      "K",
      "k",
      "S",
      "s",
      "_",
      "",
    );
    const scene = fc.constantFrom(...fields).chain(([, meaning, name]) =>
      fc.record({
        meaning: fc.constant(meaning),
        name: fc.constant(name),
        at: fc.nat(name.length - 1),
        letter: fc.oneof(odd, fc.constant("swap")),
        upper: fc.array(fc.boolean(), { minLength: name.length, maxLength: name.length }),
      }),
    );
    let folded = 0;
    fc.assert(
      fc.property(scene, ({ meaning, name, at, letter, upper }) => {
        const cased = Array.from({ length: name.length }, (_, index) => {
          const one = name.charAt(index);
          if (index === at && letter !== "swap") return letter;
          return upper[index] === true ? one.toUpperCase() : one;
        });
        const key = cased.join("");
        if (isTaken(meaning, key)) return;
        // With both flags a regular expression folds as Unicode's simple folding does.
        const known = [...(meaning.fields?.keys() ?? [])];
        const isSame = known.some((field) => new RegExp(`^${field}$`, "iu").test(key));
        if (isSame) folded += 1;
        expect(faultOf(meaning, key, true).includes("would be read as")).toBe(isSame);
      }),
      { numRuns: 5000 },
    );
    expect(folded).toBeGreaterThan(1000);
  });
});
