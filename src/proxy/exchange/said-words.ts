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
  // A name may have slashes: it is looked for in whole segments, of which there can be thousands.
  const places = [
    `/${segments.join("/")}/`,
    `/${decoded(target)}/`,
    ...values.map((value) => `/${value}/`),
  ].map((place) => place.replaceAll("/sha256:", "/"));
  return (word) => {
    const name = word.replace(/^\//u, "");
    const isShort = SHORT_ID.test(name);
    return places.some((place) => place.includes(`/${name}/`) || (isShort && place.includes(`/${name}`)));
  };
}

function decoded(target: string): string {
  try {
    return decodeURIComponent(target);
  } catch {
    return target;
  }
}
