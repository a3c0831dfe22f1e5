import { expect, test } from "vitest";
import { HeadReader } from "../../src/http1/head-reader.ts";
import { HEAD_LIMIT } from "../../src/http1/limits.ts";
import { eventually } from "../support/raw-peer.ts";
import { memoryInUse } from "../support/memory.ts";

// In a file of its own: what other tests let go of would be counted here.
test("the reader keeps nothing of a large head that is complete", async () => {
  const head = Buffer.from(`GET /version HTTP/1.1\r\nX-Pad: ${"a".repeat(200_000)}`, "latin1");
  const end = Buffer.from("\r\n\r\n", "latin1");
  const before = memoryInUse().arrayBuffers;
  const readers = Array.from({ length: 100 }, () => {
    const reader = new HeadReader(HEAD_LIMIT);
    reader.read(head);
    return reader;
  });
  const whileReading = memoryInUse().arrayBuffers - before;
  expect(whileReading).toBeGreaterThan((readers.length * head.length) / 2);
  const complete = readers
    .map((reader) => reader.read(end))
    .every((progress) => progress.ok && progress.complete);
  expect(complete).toBe(true);
  // V8 counts a freed buffer only when it has swept it, which it does beside us.
  await eventually(
    () => memoryInUse().arrayBuffers - before < whileReading / 10,
    "the buffers are let go of",
  );
  expect(readers.every(({ held }) => held === 0)).toBe(true);
});
