import type { ListenAddress } from "../kernel/address.ts";
import type { Result } from "../kernel/result.ts";
import { canBeStrange, isOrigin, type Origins } from "../policy/origins.ts";
import { nearestName } from "./nearest.ts";

/** The setting that lists what of browsers is let in, in every dialect. */
export const ORIGINS_SETTING = "QUAYGATE_ORIGINS";

const EVERYWHERE = "everywhere";
const HOST = /^[a-z0-9_-]+(?:\.[a-z0-9_-]+)+$/u;

/**
 * Reads the list of what of browsers is let in, or says all that is wrong with it. The names by which the gate was told
 * to listen are its own, and need not be listed.
 */
export function readOrigins(
  text: string | undefined,
  own: readonly ListenAddress[],
): Result<Origins, readonly string[]> {
  const pages = new Set<string>();
  const hosts = new Set(own.flatMap((address) => (address.kind === "tcp" ? namesIn(address.host) : [])));
  const problems: string[] = [];
  let everywhere = false;
  for (const entry of text?.split(",").map((part) => part.trim()) ?? []) {
    const origin = entry.includes("://") ? originOf(entry) : undefined;
    const [host] = namesIn(entry);
    if (entry === EVERYWHERE) {
      everywhere = true;
    } else if (origin !== undefined) {
      pages.add(origin);
    } else if (host !== undefined) {
      hosts.add(host);
    } else {
      problems.push(explainEntry(entry));
    }
  }
  return problems.length === 0
    ? { ok: true, value: { everywhere, pages, hosts } }
    : { ok: false, error: problems };
}

/** A name that has to be listed to be let in, as it is compared; none for what is no such name. */
function namesIn(text: string): readonly string[] {
  const name = text.toLowerCase().replace(/\.$/u, "");
  return HOST.test(name) && canBeStrange(name) ? [name] : [];
}

/** An origin as browsers write it: in lower case, without the port that its scheme has anyway, and nothing behind it. */
function originOf(text: string): string | undefined {
  const origin = /^https?:/iu.test(text) ? readUrl(text)?.origin : text.toLowerCase();
  return origin !== undefined && isOrigin(origin) ? origin : undefined;
}

/** Reads an address of the web that has nothing but an origin. */
function readUrl(text: string): URL | undefined {
  return /^[^\s/\\?#@]+:\/\/[^\s/\\?#@]+\/?$/u.test(text) && URL.canParse(text) ? new URL(text) : undefined;
}

function explainEntry(entry: string): string {
  const nearest = nearestName(entry, [EVERYWHERE]);
  const meant = nearest === undefined ? "" : `; did you mean ${nearest}?`;
  return `"${entry}" is no origin like https://portainer.example:9443, no name with a dot like gate.example, and not everywhere${meant}`;
}
