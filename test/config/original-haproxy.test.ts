import { describe, expect, test } from "vitest";
import { asksHaproxy, openHaproxy } from "./haproxy.ts";
import type { Difference } from "./differences.ts";
import { haproxyRules } from "./original.ts";
import { originals } from "./originals.ts";
import { type SampleRequest, sampleRequestsOf } from "./sample-requests.ts";

type Request = readonly [method: string, path: string];

/** Every operation once, and the rows where Quaygate differs. */
function requestsOf(samples: readonly SampleRequest[], rows: readonly Difference[]): readonly Request[] {
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

describe.each(originals)(
  "the list of the $compat dialect's original",
  ({ original, operations, differences }) => {
    const { switches, defaults, decision } = original;
    const requests = requestsOf(sampleRequestsOf(operations), differences);

    test.runIf(asksHaproxy).each(environmentsOf(switches, defaults))(
      "decides as a real HAProxy does, with %s",
      async (_, on) => {
        const environment = Object.fromEntries(switches.map((name) => [name, on.includes(name) ? "1" : "0"]));
        const haproxy = await openHaproxy(haproxyRules(original), environment);
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
  },
);
