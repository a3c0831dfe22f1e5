import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Asking } from "../../../src/docker/powers/asking.ts";
import { archiveContent } from "../../../src/docker/powers/compression.ts";
import { nouns } from "../../../src/docker/powers/nouns.ts";
import { powerText } from "../../../src/docker/powers/power.ts";
import { serializeArchive } from "../../support/images.ts";

function askedBy(hex: string | Buffer): readonly string[] {
  const asking = new Asking();
  archiveContent.judge(typeof hex === "string" ? Buffer.from(hex, "hex") : hex, asking);
  return asking.asked.powers.map(powerText);
}

/** What dockerd takes ten bytes for, written down from its documentation and not from the gate's table. */
function engineReads(bytes: Buffer): string | undefined {
  const hex = bytes.subarray(0, 10).toString("hex");
  if (hex.startsWith("425a68")) return "bzip2";
  if (hex.startsWith("1f8b08")) return "gzip";
  if (hex.startsWith("fd377a585a00")) return "xz";
  if (hex.startsWith("28b52ffd")) return "zstd";
  return /^5.2a4d18.{8}/u.test(hex) ? "zstd" : undefined;
}

/** Bytes that are often the beginning of something compressed, or nearly. */
const starts = fc
  .tuple(
    fc.constantFrom("", "425a68", "1f8b08", "fd377a585a00", "28b52ffd", "502a4d18", "5f2a4d18", "4f2a4d18"),
    fc.nat({ max: 12 }),
    fc.uint8Array({ maxLength: 12 }),
  )
  .map(([hex, end, rest]) => Buffer.from(`${hex.slice(0, end)}${Buffer.from(rest).toString("hex")}`, "hex"));

describe("the first bytes of an archive", () => {
  test.each([
    ["gzip", "1f8b0800", "gzip"],
    ["gzip, no more than its three bytes", "1f8b08", "gzip"],
    ["bzip2", "425a6839", "bzip2"],
    ["bzip2 with a level that there is not", "425a6800", "bzip2"],
    ["xz", "fd377a585a000004", "xz"],
    ["zstd", "28b52ffd24", "zstd"],
    ["zstd that begins with a frame to skip", "502a4d1800000000", "zstd"],
    ["zstd that begins with the last kind of those", "5f2a4d18ffffffff", "zstd"],
  ])("ask for it: %s", (_name, hex, format) => {
    expect(askedBy(hex)).toEqual([`decompress:${format}`]);
  });

  test.each([
    ["of none", ""],
    ["of a gzip that is no deflate", "1f8b07"],
    ["of half a gzip", "1f8b"],
    ["of an xz whose last byte is another", "fd377a585a01"],
    ["of lzma, which no engine knows", "5d00008000ffffffff"],
    ["of a frame to skip that is too short", "502a4d18000000"],
    ["of a file whose name starts like bzip2", Buffer.from("BZ-notes.txt")],
    ["of a file whose name is in capitals", Buffer.from("PACKAGES\0")],
    ["of a plain archive", serializeArchive([{ name: "file", content: "" }])],
    ["of one in which zeros stand first", "00000000000000000000"],
  ])("ask for nothing: %s", (_name, bytes) => {
    expect(askedBy(bytes)).toEqual([]);
  });

  test("are known as soon as no byte behind them changes what the engine reads, and no sooner", () => {
    fc.assert(
      fc.property(starts, fc.uint8Array({ minLength: 10, maxLength: 10 }), (start, rest) => {
        const read = engineReads(start);
        expect(askedBy(start)).toEqual(read === undefined ? [] : [`decompress:${read}`]);
        if (archiveContent.isKnown(start)) {
          expect(engineReads(Buffer.concat([start, rest]))).toBe(read);
        }
      }),
      { numRuns: 5000 },
    );
  });

  test.each([
    { start: "", known: false },
    { start: "66", known: true },
    { start: "50", known: false },
    { start: "5041", known: true },
    { start: "425a", known: false },
    { start: "425a68", known: true },
    { start: "fd377a585a", known: false },
    { start: "502a4d18", known: false },
    { start: "502a4d18000000", known: false },
    { start: "502a4d1800000000", known: true },
  ])("are known: $start, $known", ({ start, known }) => {
    expect(archiveContent.isKnown(Buffer.from(start, "hex"))).toBe(known);
  });
});

test("nothing is decompressed by default", () => {
  expect("byDefault" in nouns.decompress).toBe(false);
});
