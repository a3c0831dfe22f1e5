import type { Asking } from "./asking.ts";
import { encodeValue } from "./power.ts";

// scheme://login@host/path?query#fragment. A login ends at the last "@" before the path, and no part of it is shown.
const URL_PARTS =
  /^(?<scheme>[A-Za-z][A-Za-z0-9+.-]*):\/\/(?:(?<login>[^/?#]*)@)?(?<host>[^/?#@]+)(?<path>[^?#]*)(?<query>\?[^#]*)?(?<fragment>#.*)?$/su;
const DOT_SEGMENT = /(?:^|\/)(?:\.|%2e){1,2}(?:\/|$)/iu;

/**
 * Asks for what the engine fetches: a URL, of which only that there is a login and a query goes into the power, for
 * tokens stand there. What is no URL is asked for as it is.
 */
export function judgeFetch(address: string, asking: Asking): void {
  const parts = URL_PARTS.exec(address)?.groups;
  if (parts === undefined) {
    asking.ask("fetch", encodeValue(address));
    return;
  }
  const { scheme = "", login, host = "", path = "", query, fragment = "" } = parts;
  if (DOT_SEGMENT.test(path) || address.includes("\\")) {
    asking.refuse("must be a URL without dot segments and backslashes");
    return;
  }
  const shown = [
    `${scheme.toLowerCase()}://`,
    login === undefined ? "" : "(login)@",
    host.toLowerCase(),
    path,
    query === undefined ? "" : "?(query)",
    fragment,
  ].join("");
  asking.ask("fetch", encodeValue(shown), shown);
}
