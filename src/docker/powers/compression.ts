import type { ContentMeaning } from "./operation-powers.ts";

/** How one kind of compressed content begins, as engines tell it. */
interface Format {
  readonly name: string;
  readonly start: readonly number[];
  /** Which bits of each byte count, where not all do. */
  readonly mask?: readonly number[];
  /** How many bytes there must be before an engine takes it for this, where that is more than those that count. */
  readonly least?: number;
}

/**
 * What engines look for, in the ten bytes at most that they look at. dockerd before 23 knows no zstd and Podman none that
 * begins with a frame to skip (RFC 8878 §3.1.2): those read it as what it is not, an archive.
 */
const FORMATS: readonly Format[] = [
  { name: "bzip2", start: [0x42, 0x5a, 0x68] },
  { name: "gzip", start: [0x1f, 0x8b, 0x08] },
  { name: "xz", start: [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00] },
  { name: "zstd", start: [0x28, 0xb5, 0x2f, 0xfd] },
  { name: "zstd", start: [0x50, 0x2a, 0x4d, 0x18], mask: [0xf0, 0xff, 0xff, 0xff], least: 8 },
];

/** Those that the bytes there are still allow, however few they are. */
function formatsOf(bytes: Buffer): readonly Format[] {
  const isLike = (byte: number, at: number, mask = 0xff): boolean => ((bytes[at] ?? 0) & mask) === byte;
  return FORMATS.filter(({ start, mask }) =>
    start.every((byte, at) => at >= bytes.length || isLike(byte, at, mask?.[at])),
  );
}

/** What an engine takes a body of these bytes for; with too few of them it takes it for a plain one. */
function formatOf(bytes: Buffer): Format | undefined {
  return formatsOf(bytes).find(({ start, least = start.length }) => bytes.length >= least);
}

/**
 * An archive, which the engine decompresses by itself where its first bytes say so. Engines from 24 to 29.5.0 run the
 * `xz` or `unpigz` that they find in the container's own files, as root on the host (CVE-2026-41567).
 */
export const archiveContent: ContentMeaning = {
  nouns: new Set(["decompress"]),
  // No two of them begin alike: the first that fits is the only one.
  isKnown: (start) => formatOf(start) !== undefined || formatsOf(start).length === 0,
  judge: (start, asking) => {
    const found = formatOf(start);
    if (found !== undefined) {
      asking.within("the first bytes of the body", () => asking.ask("decompress", found.name));
    }
  },
};
