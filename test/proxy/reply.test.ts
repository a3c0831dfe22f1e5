import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { type Reply, serializeReply } from "../../src/proxy/reply.ts";

const REPLY: Reply = {
  code: "operation_denied",
  message: "quaygate: é is not allowed",
  close: false,
  toHead: false,
};

beforeEach(() => {
  vi.useFakeTimers({ now: new Date("2026-01-01T00:00:00.100Z") });
});

afterEach(() => {
  vi.useRealTimers();
});

function textOf(reply: Reply): string {
  return serializeReply(reply).toString("utf8");
}

test("a reply that is given again is the same within a second, and has the date of its own second", () => {
  const first = serializeReply(REPLY);
  vi.advanceTimersByTime(800);
  expect(serializeReply({ ...REPLY })).toBe(first);
  vi.advanceTimersByTime(200);
  const text = textOf(REPLY);
  expect(text).toBe(first.toString("utf8").replace("00:00:00 GMT", "00:00:01 GMT"));
  expect(text).toContain("Date: Thu, 01 Jan 2026 00:00:01 GMT\r\n");
  expect(text).toMatch(
    /^HTTP\/1\.1 403 Forbidden\r\n[^]*\r\nContent-Length: 42\r\n\r\n\{"message":"quaygate: é is not allowed"\}\n$/u,
  );
});

test.each<readonly [name: string, other: Partial<Reply>]>([
  ["to a HEAD", { toHead: true }],
  ["before the end of the connection", { close: true }],
  ["with another code", { code: "bad_target" }],
  ["with a value that the client sent", { code: "power_denied" }],
  ["with another sentence", { message: "quaygate: something else" }],
])("a reply %s is another one, whichever was written before", (_, other) => {
  const [one, two] = [textOf(REPLY), textOf({ ...REPLY, ...other })];
  expect(two).not.toBe(one);
  expect([textOf(REPLY), textOf({ ...REPLY, ...other })]).toEqual([one, two]);
});

test("a reply that may hold what nobody remembers is written each time", () => {
  const reply: Reply = { ...REPLY, code: "power_denied" };
  expect(serializeReply(reply)).toEqual(serializeReply(reply));
  expect(serializeReply(reply)).not.toBe(serializeReply(reply));
});
