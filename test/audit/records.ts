import fc from "fast-check";
import type { AuditRecord } from "../../src/audit/record.ts";
import { operations } from "../../src/docker/operations.ts";
import { EXCHANGE_ENDS, VERDICT_WORDS } from "../../src/kernel/log-words.ts";

/** An exchange that was allowed; a test changes what it is about. */
export const ALLOWED: AuditRecord = {
  time: "2026-11-24T15:04:05.123Z",
  client: "everybody",
  address: "172.18.0.5",
  method: "GET",
  path: "/v1.41/containers/web/json",
  operation: "ContainerInspect",
  verdict: "allow",
  code: undefined,
  reason: undefined,
  rule: "CONTAINERS=1",
  missing: [],
  powers: undefined,
  object: undefined,
  scope: undefined,
  learning: undefined,
  status: 200,
  withheld: undefined,
  bytesIn: 0,
  bytesOut: 4096,
  duration: 1.234,
  engineTime: 1.012,
  stream: "none",
  end: "complete",
  trace: undefined,
  span: undefined,
  repeated: undefined,
};

/** An exchange that the grant does not allow. */
export const DENIED: AuditRecord = {
  ...ALLOWED,
  method: "POST",
  path: "/containers/web/stop",
  operation: "ContainerStop",
  verdict: "deny",
  code: "operation_denied",
  rule: "POST=1 and one of ALLOW_STOP=1, ALLOW_RESTARTS=1, CONTAINERS=1",
  missing: ["POST=1", "ALLOW_STOP=1|ALLOW_RESTARTS=1|CONTAINERS=1"],
  status: 403,
  bytesOut: 0,
  duration: 0.1,
  engineTime: undefined,
};

/** Bytes that were no request. */
export const NOT_UNDERSTOOD: AuditRecord = {
  ...ALLOWED,
  method: undefined,
  path: undefined,
  operation: undefined,
  verdict: "refuse",
  code: "bad_request_line",
  reason: "the message does not start with a word",
  rule: undefined,
  status: 400,
  bytesOut: 0,
  duration: 0,
  engineTime: undefined,
};

/** A request that the engine failed to answer. */
export const FAILED: AuditRecord = {
  ...ALLOWED,
  code: "engine_unreachable",
  reason: "the Docker engine at unix:///x can't be reached: it is away",
  status: 502,
  bytesOut: 0,
  duration: 12,
  engineTime: undefined,
  end: "engine",
};

/** An exchange with everything that a record can say. */
export const FULL: AuditRecord = {
  ...DENIED,
  code: "power_denied",
  reason: "it would be another client's",
  powers: ["privileged", "bind:/etc:ro"],
  object: {
    kind: "container",
    id: "ab".repeat(32),
    name: "web",
    labels: { "com.docker.compose.project": "shop" },
  },
  scope: "out",
  learning: true,
  withheld: 3,
  engineTime: 1.1,
  trace: "0af7651916cd43dd8448eb211c80319c",
  span: "b7ad6b7169203331",
  repeated: 30,
};

/** Anything that a program can hold, with what could end a line, an object or a field. */
const hostile = fc.oneof(
  fc.string({ unit: "binary" }),
  fc.string({
    unit: fc.constantFrom(
      "\n",
      "\r",
      "\u0085",
      "\u2028",
      "\u2029",
      "\u001b",
      "\u0000",
      '"',
      "\\",
      "{",
      "}",
      " ",
      "a",
    ),
  }),
  fc.constantFrom(
    "\n2026-01-01T00:00:00.000Z info    200 allow",
    '","level":"info"}\n{"level":"emerg',
    "\ud800",
    "\r",
  ),
);

/** Any record, whatever its strings hold. */
export const anyRecord: fc.Arbitrary<AuditRecord> = fc.record({
  time: hostile,
  client: hostile,
  address: hostile,
  method: fc.option(hostile, { nil: undefined }),
  path: fc.option(hostile, { nil: undefined }),
  operation: fc.option(fc.constantFrom(...operations.map(({ name }) => name)), { nil: undefined }),
  verdict: fc.constantFrom(...VERDICT_WORDS),
  code: fc.option(hostile, { nil: undefined }),
  reason: fc.option(hostile, { nil: undefined }),
  rule: fc.option(hostile, { nil: undefined }),
  missing: fc.array(hostile, { maxLength: 3 }),
  powers: fc.option(fc.array(hostile, { maxLength: 3 }), { nil: undefined }),
  object: fc.option(
    fc.record({
      kind: fc.constantFrom("container", "image"),
      id: fc.option(hostile, { nil: undefined }),
      name: fc.option(hostile, { nil: undefined }),
      labels: fc.option(fc.dictionary(hostile, hostile, { maxKeys: 3 }), { nil: undefined }),
    }),
    { nil: undefined },
  ),
  scope: fc.constantFrom(undefined, "out"),
  learning: fc.constantFrom(undefined, true),
  status: fc.constantFrom(0, 200, 403, 502),
  withheld: fc.option(fc.nat(), { nil: undefined }),
  bytesIn: fc.nat(),
  bytesOut: fc.nat(),
  duration: fc.nat().map((microseconds) => microseconds / 1000),
  engineTime: fc.option(
    fc.nat().map((microseconds) => microseconds / 1000),
    { nil: undefined },
  ),
  stream: fc.oneof(fc.constant("tunnel"), hostile),
  end: fc.constantFrom(...EXCHANGE_ENDS),
  trace: fc.constantFrom(undefined, "0af7651916cd43dd8448eb211c80319c"),
  span: fc.constantFrom(undefined, "b7ad6b7169203331"),
  repeated: fc.option(fc.integer({ min: 2, max: 1_000_000 }), { nil: undefined }),
});
