import { type ClientRange, isInRange, parseClientAddress } from "./address-range.ts";
import { explainNobody } from "./explain-nobody.ts";
import type { Alternative, ClientSource, Matcher, Needs } from "./matcher.ts";
import type { Facts } from "./recognise.ts";

/** Who could call from an address, as far as that is known without asking anybody. */
export interface ForeseenCaller {
  /** The one spelling of the address; undefined for a unix socket. */
  readonly address: string | undefined;
  /** The client that it is by its address alone; undefined for nobody. */
  readonly client: string | undefined;
  /** What nobody is told, who is refused everything. */
  readonly reason: string;
  /** Those who go before it in the policy's order, and could be it. */
  readonly possible: readonly PossibleCaller[];
}

/** A client that a caller is if it has more than its address. */
export interface PossibleCaller {
  readonly name: string;
  /** What would have to hold of it, one of these: `name and label`. */
  readonly by: readonly string[];
}

const NOTHING_NEEDED: Needs = { names: [], labels: false, certificate: false, token: false };
const NOTHING_KNOWN: Omit<Facts, "address"> = {
  names: new Map(),
  labels: undefined,
  certificate: undefined,
  token: undefined,
};

/**
 * Says who calls from an address, or by a unix socket where there is none, by the address ranges of the policy alone; undefined
 * where the text is no address. It takes nothing for granted: a name, a label, a certificate or a token may hold or not.
 */
export function foreseeCaller(
  clients: readonly ClientSource[],
  text: string | undefined,
): ForeseenCaller | undefined {
  const address = text === undefined ? undefined : parseClientAddress(text);
  if (text !== undefined && address === undefined) return undefined;
  const reason = explainNobody({ ...NOTHING_KNOWN, address }, NOTHING_NEEDED);
  const possible: PossibleCaller[] = [];
  for (const { name, anyOf } of clients) {
    const open = anyOf.map((alternative) => openKinds(alternative, address));
    if (open.some((kinds) => kinds?.length === 0)) {
      return { address: address?.text, client: name, reason, possible };
    }
    const by = open.flatMap((kinds) => (kinds === undefined ? [] : [kinds.join(" and ")]));
    if (by.length > 0) possible.push({ name, by: [...new Set(by)] });
  }
  return { address: address?.text, client: undefined, reason, possible };
}

/** What of an alternative the address does not tell; undefined where it can't hold. */
function openKinds(
  alternative: Alternative,
  address: ClientRange | undefined,
): readonly Matcher["kind"][] | undefined {
  if (alternative.length === 0) return undefined;
  const kinds: Matcher["kind"][] = [];
  for (const matcher of alternative) {
    switch (matcher.kind) {
      case "address":
        if (address === undefined || !matcher.ranges.some((range) => isInRange(address, range))) {
          return undefined;
        }
        break;
      case "name":
      case "label":
        if (address === undefined) return undefined;
        kinds.push(matcher.kind);
        break;
      case "certificate":
      case "token":
        kinds.push(matcher.kind);
        break;
    }
  }
  return kinds;
}
