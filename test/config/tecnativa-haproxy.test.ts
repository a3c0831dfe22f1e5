import { describe, expect, test } from "vitest";
import { asksHaproxy, openHaproxy } from "./haproxy.ts";
import {
  referenceConfiguration,
  referenceDecision,
  referenceDefaults,
  referenceSwitches,
} from "./tecnativa-reference.ts";
import { catalogueRequests, differentOnPurpose } from "./tecnativa-requests.ts";

/** Every operation once, and the rows where Quaygate differs; a NUL can't be sent in a path by node:http otherwise. */
const requests = [
  ...new Map(
    catalogueRequests.map(({ method, path, operation }) => [operation.name, [method, path] as const]),
  ).values(),
  ...differentOnPurpose.map(([, method, path]) => [method, path] as const),
];

const environments: readonly (readonly [words: string, on: readonly string[]])[] = [
  ["the defaults", referenceDefaults],
  ["every switch on", referenceSwitches],
  ["CONTAINERS alone", ["CONTAINERS"]],
  ["the lifecycle switches without POST", referenceSwitches.filter((name) => name.startsWith("ALLOW_"))],
  [
    "POST and the lifecycle switches",
    ["POST", ...referenceSwitches.filter((name) => name.startsWith("ALLOW_"))],
  ],
  ["POST and ALLOW_START", ["POST", "ALLOW_START"]],
  ["POST and ALLOW_STOP", ["POST", "ALLOW_STOP"]],
  ["POST, EXEC and IMAGES", ["POST", "EXEC", "IMAGES"]],
];

describe("the reference that Quaygate is compared with", () => {
  test.runIf(asksHaproxy).each(environments)("decides as a real HAProxy does, with %s", async (_, on) => {
    const haproxy = await openHaproxy(
      referenceConfiguration(),
      Object.fromEntries(referenceSwitches.map((name) => [name, on.includes(name) ? "1" : "0"])),
    );
    try {
      for (const [method, path] of requests) {
        const expected = referenceDecision(method, path)((name) => on.includes(name)) ? 200 : 403;
        expect([method, path, await haproxy.ask(method, path)]).toEqual([method, path, expected]);
      }
    } finally {
      await haproxy.close();
    }
  });
});
