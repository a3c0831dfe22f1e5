import { expect, test } from "vitest";
import { type ExchangeFacts, recordOf } from "../../src/proxy/exchange-record.ts";
import { decide } from "../../src/policy/decide.ts";
import type { Grant } from "../../src/policy/grant.ts";
import { decidePowers, judgeHead, judgeBody } from "../../src/policy/judge.ts";
import type { Verdict } from "../../src/policy/verdict.ts";
import { grantOf } from "./grants.ts";
import { grantWith, restricted } from "./judging.ts";

const warning = (grant: Grant): Grant => ({ ...grant, warns: true });

const get = { method: "GET", path: "/v1.41/secrets", hasBody: false, contentTypes: [] } as const;

test("an operation that is not held goes on unread, with the denial that it would have met", () => {
  const grant = grantOf("CONTAINERS=1");
  const denial = decide(grant, get);
  expect(denial.kind).toBe("deny");
  expect(decide(warning(grant), get)).toMatchObject({
    kind: "allow",
    restricted: undefined,
    warning: denial,
  });
});

test("what is held is allowed without a warning", () => {
  const held = { ...get, path: "/v1.41/containers/json" };
  expect(decide(warning(grantOf("CONTAINERS=1")), held)).toStrictEqual(decide(grantOf("CONTAINERS=1"), held));
});

test.each([
  ["an unknown endpoint", { ...get, path: "/v1.41/unheard-of" }, "unknown_operation"],
  ["a path that is not canonical", { ...get, path: "/v1.41/containers/%2e%2e/json" }, "bad_path"],
  [
    "a form body",
    {
      method: "POST",
      path: "/v1.41/containers/create",
      hasBody: true,
      contentTypes: ["multipart/form-data"],
    },
    "form_body",
  ],
] as const)("%s is refused all the same", (_name, request, code) => {
  expect(decide(warning(grantOf("CONTAINERS=1")), request)).toMatchObject({ kind: "refuse", code });
});

test("a power that is not held goes on, with the denial that it would have met", () => {
  const grant = grantWith("default");
  const asking = restricted(grant);
  const judged = judgeBody(grant, asking, Buffer.from('{"HostConfig":{"Privileged":true}}'));
  const powers = judged.ok ? judged.value.powers : [];
  const denial = decidePowers(grant, asking, powers);
  expect(denial.kind).toBe("deny");
  expect(decidePowers(warning(grant), asking, powers)).toMatchObject({
    kind: "allow",
    powers,
    warning: denial,
  });
});

test("a body with two readings is refused all the same", () => {
  const grant = warning(grantWith("default"));
  const twice = Buffer.from('{"HostConfig":{"Privileged":true,"Privileged":false}}');
  expect(judgeBody(grant, restricted(grant), twice)).toMatchObject({
    ok: false,
    error: { code: "bad_body" },
  });
  expect(judgeHead(grant, restricted(grant), "name=a&name=b")).toMatchObject({ ok: false });
});

test("the record says warn, and what is missing", () => {
  expect(recordFor(decide(warning(grantOf("CONTAINERS=1")), get))).toMatchObject({
    verdict: "warn",
    code: undefined,
    missing: ["SECRETS=1"],
    status: 200,
  });
  expect(recordFor(decide(warning(grantOf("SECRETS=1")), get))).toMatchObject({
    verdict: "allow",
    missing: [],
  });
});

test("a warning is none where nothing was let through, for the client left before", () => {
  const warned = decide(warning(grantOf("CONTAINERS=1")), get);
  const left = { status: 0, end: "client" } as const;
  expect(recordFor(warned, { ...left, isSent: false })).toMatchObject({ verdict: "none", status: 0 });
  expect(recordFor(warned, { ...left, isSent: true })).toMatchObject({ verdict: "warn", status: 0 });
});

function recordFor(verdict: Verdict, more: Partial<ExchangeFacts> = {}): unknown {
  return recordOf({
    client: "ci",
    address: "127.0.0.1",
    method: "GET",
    verdict,
    isSent: true,
    powers: undefined,
    object: undefined,
    isOutOfScope: false,
    isLearning: false,
    code: undefined,
    reason: undefined,
    status: 200,
    withheld: 0,
    bytesIn: 0,
    bytesOut: 0,
    time: 0,
    duration: 0,
    engineTime: undefined,
    tunnelled: false,
    end: "complete",
    trace: undefined,
    ...more,
  });
}
