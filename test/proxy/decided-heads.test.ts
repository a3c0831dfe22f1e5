import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { withCeiling } from "../../src/policy/learn/learning-grant.ts";
import type { Origins } from "../../src/policy/origins.ts";
import { DecidedHeads } from "../../src/proxy/decided-heads.ts";
import { requestPlan, writeRequest } from "../fuzz/request-arbitrary.ts";
import { grantOf } from "../policy/grants.ts";
import { grantWith } from "../policy/judging.ts";
import { noOrigins } from "../support/no-origins.ts";

const MARK = "0a1b";

function heads(grant = grantOf("CONTAINERS=1 PING=1 POST=0"), origins: Origins = noOrigins): DecidedHeads {
  return new DecidedHeads({ grant, origins, mark: MARK });
}

function head(line: string, ...fields: readonly string[]): string {
  return [`${line} HTTP/1.1`, "Host: x", ...fields].map((text) => `${text}\r\n`).join("");
}

function isRemembered(decided: DecidedHeads, text: string): boolean {
  const [first, second] = [decided.decide(text, false), decided.decide(text, false)];
  expect(second).toEqual(first);
  return first.ok && second.ok && first.value === second.value;
}

describe("a head that comes again", () => {
  test.each([
    ["of what is allowed", head("GET /containers/json?all=1")],
    ["of a ping with HEAD", head("HEAD /_ping")],
    ["of what is denied", head("GET /images/json")],
    ["of what is denied, with a body", head("POST /containers/create", "Content-Length: 2")],
    ["of what is denied, with a name", head("POST /containers/create?name=web-1", "Content-Length: 2")],
    ["of what the Engine API does not have", head("GET /nothing")],
  ])("%s is decided once", (_, text) => {
    expect(isRemembered(heads(), text)).toBe(true);
  });

  test.each([
    ["with credentials", head("GET /containers/json", "Authorization: Basic x")],
    ["with a cookie", head("GET /containers/json", "cookie: a=b")],
    ["with a registry's password", head("GET /containers/json", "X-Registry-Auth: e30=")],
    ["with registries' passwords, denied", head("POST /build", "x-registry-config: e30=")],
    ["with a login in its query, allowed", head("POST /containers/web/rename?name=a&token=b")],
    ["with a login in its query, denied", head("POST /images/create?fromSrc=https://u:pw@x/")],
    ["with a login in its query, unknown", head("POST /nothing?credentials=u:pw")],
    [
      "with more fields than programs send",
      head("GET /containers/json", ...Array.from({ length: 30 }, () => "a:")),
    ],
    ["that asks for another protocol", head("GET /containers/json", "Upgrade: tcp")],
    ["that waits for a hundred-continue", head("POST /build", "Content-Length: 1", "Expect: 100-continue")],
    ["with a body that its method gives no meaning", head("GET /containers/json", "Content-Length: 1")],
    ["of the gate's own", head("GET /_ping", `X-Quaygate-Probe: ${MARK}`)],
    ["of a trace", head("GET /containers/json", `traceparent: 00-${"1".repeat(32)}-${"2".repeat(16)}-01`)],
    ["of a trace that can't be read", head("GET /containers/json", "TraceParent: x")],
    ["of the state of a trace", head("GET /containers/json", "tracestate: a=b")],
    ["that is long", head(`GET /containers/json?filters=${"a".repeat(1_000)}`)],
  ])("%s is decided each time", (_, text) => {
    expect(isRemembered(heads(), text)).toBe(false);
  });

  test("of a client that learns is decided each time, for more than its head is looked at", () => {
    const grant = withCeiling(grantOf("CONTAINERS=1"), [], [], "QUAYGATE_WITHIN");
    expect(isRemembered(heads(grant), head("GET /containers/json?all=1"))).toBe(false);
  });

  test("with a token for the gate is decided each time, for its bytes are not kept", () => {
    const terms = {
      grant: grantOf("CONTAINERS=1"),
      origins: noOrigins,
      mark: MARK,
      takesAuthorization: true,
    };
    const text = head("GET /containers/json", "Authorization: Bearer x");
    expect(isRemembered(new DecidedHeads(terms), text)).toBe(false);
    expect(isRemembered(new DecidedHeads(terms), head("GET /containers/json"))).toBe(true);
  });

  test("is decided each time where its body or its query says what it asks for", () => {
    const limited = heads(grantWith("default"));
    expect(isRemembered(limited, head("POST /containers/create", "Content-Length: 2"))).toBe(false);
    expect(isRemembered(limited, head("POST /containers/create"))).toBe(false);
    expect(isRemembered(limited, head("GET /containers/web/archive?path=/"))).toBe(false);
    const open = heads(grantWith("all"));
    expect(isRemembered(open, head("POST /containers/create", "Content-Length: 2"))).toBe(false);
    expect(isRemembered(open, head("GET /containers/web/archive?path=/"))).toBe(true);
    expect(isRemembered(open, head("POST /containers/web/attach?stream=1"))).toBe(false);
  });
});

test("what was decided under one grant says nothing under another", () => {
  const text = head("GET /containers/json");
  const kindUnder = (decided: DecidedHeads): string => {
    const outcome = decided.decide(text, false);
    return outcome.ok ? outcome.value.verdict.kind : "fault";
  };
  const [open, closed] = [heads(), heads(grantOf("PING=1"))];
  expect([kindUnder(open), kindUnder(closed), kindUnder(open), kindUnder(closed)]).toEqual([
    "allow",
    "deny",
    "allow",
    "deny",
  ]);
});

test("what was decided for a program is not what a browser gets, nor the other way round", () => {
  const decided = heads();
  const text = head("GET /containers/json", "Origin: http://evil.example");
  const kinds = [false, true, false, true].map((mayBeBrowser) => {
    const outcome = decided.decide(text, mayBeBrowser);
    return outcome.ok ? outcome.value.verdict.kind : "fault";
  });
  expect(kinds).toEqual(["allow", "refuse", "allow", "refuse"]);
});

test("however many heads come, the last ones are remembered and the others forgotten", () => {
  const decided = heads();
  const textOf = (number: number): string => head(`GET /containers/${number}/json`);
  const first = decided.decide(textOf(0), false);
  for (let number = 1; number <= 255; number += 1) decided.decide(textOf(number), false);
  expect(decided.decide(textOf(0), false)).toEqual(first);
  const valueOf = (number: number): unknown => {
    const outcome = decided.decide(textOf(number), false);
    return outcome.ok ? outcome.value : undefined;
  };
  const kept = valueOf(0);
  expect(first.ok && kept === first.value).toBe(true);
  const last = valueOf(256);
  expect(valueOf(256)).toBe(last);
  expect(valueOf(0)).not.toBe(kept);
});

test("however many heads of traces come, what was remembered before them still is", () => {
  const decided = heads();
  const plain = head("GET /containers/json");
  const first = decided.decide(plain, false);
  for (let number = 1; number <= 1_000; number += 1) {
    const span = number.toString(16).padStart(16, "0");
    const traced = decided.decide(
      head("GET /containers/json", `traceparent: 00-${"1".repeat(32)}-${span}-01`),
      false,
    );
    expect(traced.ok && traced.value.head.trace?.span).toBe(span);
    expect(traced.ok && traced.value.forEngine).toBeUndefined();
  }
  const again = decided.decide(plain, false);
  expect(first.ok && again.ok && again.value === first.value).toBe(true);
});

test("a head is decided as if it had never been seen, whatever came before it", () => {
  const decided = heads(grantWith("default"));
  let repeated = 0;
  fc.assert(
    fc.property(requestPlan, fc.boolean(), (plan, mayBeBrowser) => {
      const whole = writeRequest(plan);
      const text = whole.slice(0, whole.indexOf("\r\n\r\n") + 2);
      const fresh = heads(grantWith("default")).decide(text, mayBeBrowser);
      // Seen now for the first time, for the second, and by the other kind of connection between them.
      const outcomes = [mayBeBrowser, !mayBeBrowser, mayBeBrowser].map((kind) => decided.decide(text, kind));
      repeated +=
        outcomes[0]?.ok === true && outcomes[2]?.ok === true && outcomes[0].value === outcomes[2].value
          ? 1
          : 0;
      expect(outcomes[0]).toEqual(fresh);
      expect(outcomes[2]).toEqual(fresh);
    }),
    { numRuns: 2000 },
  );
  expect(repeated).toBeGreaterThan(100);
});
