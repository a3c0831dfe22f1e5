import type { Asking } from "./asking.ts";
import { canonicalAddress } from "./port.ts";
import { encodeValue } from "./power.ts";

// scheme://login@host/path?query#fragment. A login ends at the last "@" before the path, and no part of it is shown.
const URL_PARTS =
  /^(?<scheme>[A-Za-z][A-Za-z0-9+.-]*):\/\/(?:(?<login>[^/?#]*)@)?(?<host>[^/?#@]+)(?<path>[^?#]*)(?<query>\?[^#]*)?(?<fragment>#.*)?$/su;
const HOST = /^(?<name>\[[^\]]*\]|[^:]*):(?<port>[0-9]+)$/u;
const USUAL_PORTS: Readonly<Record<string, string>> = { http: "80", https: "443" };
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
    canonicalHost(host, scheme),
    path,
    query === undefined ? "" : "?(query)",
    fragment,
  ].join("");
  asking.ask("fetch", encodeValue(shown), shown);
}

/** A host without the port that its scheme has anyway, and an address in its one spelling. */
function canonicalHost(host: string, scheme: string): string {
  const { name = "", port } = HOST.exec(host.toLowerCase())?.groups ?? { name: host.toLowerCase() };
  const address = canonicalAddress(name.replace(/^\[(.*)\]$/u, "$1")) ?? name;
  const isUsual = port === USUAL_PORTS[scheme.toLowerCase()];
  return port === undefined || isUsual ? address : `${address}:${port}`;
}
