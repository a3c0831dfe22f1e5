import { shorten } from "./explain.ts";
import { canBeStrange, isOrigin, type Origins } from "./origins.ts";
import type { Refuse, Verdict } from "./verdict.ts";

/** A field of a request's head, its name in lower case. */
export interface SentField {
  readonly key: string;
  readonly value: string;
}

/**
 * Keeps out what a web page sent, for the gate has no password and a page may send requests anywhere: on a connection
 * that may be a browser's, all that shows a page, and on every connection a WebSocket with an `Origin`, which carries
 * input both ways and which browsers open across origins without asking the server first (RFC 6455 §10.2). Everything
 * else keeps the verdict that it has: programs such as Portainer's server pass their own browser's fields on.
 */
export function keepPagesOut<Decided extends Verdict>(
  verdict: Decided,
  fields: readonly SentField[],
  mayBeBrowser: boolean,
  origins: Origins,
): Decided | Refuse {
  const { path, operation } = verdict;
  const reason = mayBeBrowser
    ? pageReason(origins, fields)
    : operation?.hijack === "websocket"
      ? originReason(origins, fields)
      : undefined;
  return reason === undefined
    ? verdict
    : { kind: "refuse", code: "browser_request", reason, path, operation };
}

/**
 * Says why a request may be a web page's, or gives undefined. A page can't leave out what tells of it: browsers put
 * `Origin` on all that can change something and on every WebSocket, `Sec-Fetch-Site` on all that goes to 127.0.0.1, ::1 or
 * localhost (Fetch Metadata §2.3; `none` is what a person asked for in the address bar), and the page's own name into
 * Host when that name was pointed here after it was served. `Referer` is no sign, for a page may leave it out; it can't
 * be forged either, and so tells whose page asks where there is no Origin.
 */
export function pageReason(origins: Origins, fields: readonly SentField[]): string | undefined {
  let hasOrigin = false;
  let site: string | undefined;
  let referer: string | undefined;
  for (const { key, value } of fields) {
    switch (key) {
      case "origin":
        if (!origins.pages.has(value)) {
          return explainOrigin(value);
        }
        hasOrigin = true;
        break;
      case "sec-fetch-site":
        site = site === undefined || site === "none" ? value : site;
        break;
      case "referer":
        referer ??= value;
        break;
      case "host":
        if (isStrange(nameOf(value), origins)) {
          return explainHost(value);
        }
        break;
      default:
    }
  }
  return hasOrigin || site === undefined || site === "none" || origins.pages.has(pageOf(referer))
    ? undefined
    : explainSite(site, pageOf(referer));
}

/** The same by `Origin` alone: a browser that opens a WebSocket always sends one (RFC 6455 §4.1). */
function originReason(origins: Origins, fields: readonly SentField[]): string | undefined {
  const field = fields.find(({ key, value }) => key === "origin" && !origins.pages.has(value));
  return field === undefined ? undefined : explainOrigin(field.value);
}

function isStrange(name: string, { hosts }: Origins): boolean {
  return canBeStrange(name) && !hosts.has(name);
}

/** A host without its port and the dot that may end it (RFC 9110 §7.2, RFC 1034 §3.1), in lower case. */
function nameOf(host: string): string {
  return host
    .toLowerCase()
    .replace(/:[0-9]*$/u, "")
    .replace(/\.$/u, "");
}

/** The origin of a page's address, or "". */
function pageOf(address: string | undefined): string {
  return /^[^:/?#]+:\/\/[^/?#]*/u.exec(address ?? "")?.[0] ?? "";
}

function explainOrigin(origin: string): string {
  return isOrigin(origin)
    ? `a web page sent it (Origin: ${shown(origin)}): to let that page's requests in, add ${shown(origin)} to QUAYGATE_ORIGINS`
    : `a web page sent it that does not say whose it is (Origin: ${shown(origin)}): no setting lets it in`;
}

function explainSite(site: string, page: string): string {
  return isOrigin(page)
    ? `a web page sent it (Sec-Fetch-Site: ${shown(site)}): to let that page's requests in, add ${shown(page)} to QUAYGATE_ORIGINS`
    : `a web page sent it (Sec-Fetch-Site: ${shown(site)}): to let that page's requests in, add its origin to QUAYGATE_ORIGINS`;
}

function explainHost(host: string): string {
  const name = shown(nameOf(host));
  return `it is for ${name} (Host), a name that a web page can have pointed here: if it is the gate's own, add ${name} to QUAYGATE_ORIGINS`;
}

/** A value of the client's choice as far as a sentence has room for it, without what can't be printed. */
function shown(value: string): string {
  return shorten(value).replaceAll(/[^\x20-\x7e]/gu, "?");
}
