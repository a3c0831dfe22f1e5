import type { WasSaid } from "../../docker/answers/error-text.ts";
import type { EnginePath } from "../../docker/path.ts";
import type { RequestHead } from "../../http1/request-head.ts";

/** An id may be told in short where the request had the whole one. */
const SHORT_ID = /^[0-9a-f]{12,64}$/u;

/**
 * Tells which words a request had in its path or query: as the client wrote it, and as it went on. Those of its body are not
 * kept for as long as an answer may take.
 */
export function wordsOf({ path: target, query }: RequestHead, { segments }: EnginePath): WasSaid {
  const values = [...new URLSearchParams(query).values()];
  const words = new Set(
    [...namesIn(segments), ...namesIn(decoded(target).split("/")), ...values].map((word) =>
      word.replace(/^sha256:/u, ""),
    ),
  );
  return (word) =>
    words.has(word) ||
    words.has(word.replace(/^\//u, "")) ||
    (SHORT_ID.test(word) && [...words].some((whole) => whole.startsWith(word)));
}

/** Segments, and those that stand together: an image's name may have slashes. */
function namesIn(segments: readonly string[]): readonly string[] {
  return segments.flatMap((_segment, from) =>
    segments.slice(from).map((_last, count) => segments.slice(from, from + count + 1).join("/")),
  );
}

function decoded(target: string): string {
  try {
    return decodeURIComponent(target);
  } catch {
    return target;
  }
}
