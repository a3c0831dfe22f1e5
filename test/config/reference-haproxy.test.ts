import { describe, expect, test } from "vitest";
import { asksHaproxy, openHaproxy } from "./haproxy.ts";
import * as linuxserver from "./linuxserver-reference.ts";
import { bothCataloguesRequests, libpodDifferentOnPurpose } from "./linuxserver-requests.ts";
import * as tecnativa from "./tecnativa-reference.ts";
import { catalogueRequests, differentOnPurpose, type SampleRequest } from "./tecnativa-requests.ts";

type Request = readonly [method: string, path: string];

/** Every operation once, and the rows where Quaygate differs. */
function requestsOf(
  samples: readonly SampleRequest[],
  rows: readonly (readonly [string, string, string, string])[],
): readonly Request[] {
  const each = new Map(
    samples.map(({ method, path, operation }): [string, Request] => [operation.name, [method, path]]),
  );
  return [...each.values(), ...rows.map(([, method, path]): Request => [method, path])];
}

const lifecycle = (name: string): boolean =>
  /^(?:LIBPOD_)?ALLOW_(?:POD_)?(?:RE)?(?:START|STOP|PAUSE|UNPAUSE)/u.test(name);

function environmentsOf(
  switches: readonly string[],
  defaults: readonly string[],
): readonly (readonly [words: string, on: readonly string[]])[] {
  return [
    ["the defaults", defaults],
    ["every switch off", []],
    ["every switch on", switches],
    ["every switch but POST", switches.filter((name) => name !== "POST")],
    ["CONTAINERS alone", ["CONTAINERS"]],
    ["the lifecycle switches without POST", switches.filter(lifecycle)],
    ["POST and the lifecycle switches", ["POST", ...switches.filter(lifecycle)]],
    ["every ALLOW switch without a section", switches.filter((name) => name.includes("ALLOW_"))],
    ["POST and ALLOW_START", ["POST", "ALLOW_START"]],
    ["POST and ALLOW_STOP", ["POST", "ALLOW_STOP"]],
    ["POST, EXEC and IMAGES", ["POST", "EXEC", "IMAGES"]],
  ];
}

const dialects = [
  {
    name: "Tecnativa's",
    switches: tecnativa.referenceSwitches,
    defaults: tecnativa.referenceDefaults,
    decision: tecnativa.referenceDecision,
    rules: tecnativa.referenceConfiguration(),
    requests: requestsOf(catalogueRequests, differentOnPurpose),
  },
  {
    name: "LinuxServer's",
    switches: linuxserver.referenceSwitches,
    defaults: linuxserver.referenceDefaults,
    decision: linuxserver.referenceDecision,
    rules: linuxserver.referenceConfiguration(),
    requests: requestsOf(bothCataloguesRequests, [...differentOnPurpose, ...libpodDifferentOnPurpose]),
  },
];

describe.each(dialects)("the reference of $name rules that Quaygate is compared with", (dialect) => {
  const { switches, defaults, decision, rules, requests } = dialect;

  test.runIf(asksHaproxy).each(environmentsOf(switches, defaults))(
    "decides as a real HAProxy does, with %s",
    async (_, on) => {
      const haproxy = await openHaproxy(
        rules,
        Object.fromEntries(switches.map((name) => [name, on.includes(name) ? "1" : "0"])),
      );
      try {
        for (const [method, path] of requests) {
          const expected = decision(method, path)((name) => on.includes(name)) ? 200 : 403;
          expect([method, path, await haproxy.ask(method, path)]).toEqual([method, path, expected]);
        }
      } finally {
        await haproxy.close();
      }
    },
    60_000,
  );
});
