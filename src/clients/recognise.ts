import { type ClientRange, isInRange } from "./address-range.ts";
import { type CertificateFacts, matchesCertificate } from "./certificate.ts";
import type { LabelsAnswer } from "./containers.ts";
import { hasLabels } from "./label.ts";
import type { Alternative, ClientSource, Matcher } from "./matcher.ts";
import { isAmong, type NameAnswer } from "./names.ts";
import type { Token } from "./token.ts";

/** What is known of a caller so far. */
export interface Facts {
  /** Undefined on a unix socket. */
  readonly address: ClientRange | undefined;
  /** Of the names that were asked. */
  readonly names: ReadonlyMap<string, NameAnswer>;
  /** Undefined until the engine was asked. */
  readonly labels: LabelsAnswer | undefined;
  readonly certificate: CertificateFacts | undefined;
  readonly token: Token | undefined;
}

/** A fact that decides and was not asked yet. */
export type OpenFact = { readonly kind: "name"; readonly name: string } | { readonly kind: "labels" };

/** Who calls, or what has to be asked before that can be said. */
export type Recognition =
  | { readonly kind: "client"; readonly name: string }
  | { readonly kind: "nobody" }
  | { readonly kind: "open"; readonly fact: OpenFact };

type Holding = boolean | OpenFact;

/**
 * Says who calls: the first client in the policy's order of whom one alternative holds. Asks for a fact only where it
 * decides: not for what is behind a client who is recognised, nor beside a fact that does not hold. What was asked and
 * could not be had does not hold.
 */
export function recognise(clients: readonly ClientSource[], facts: Facts): Recognition {
  for (const { name, anyOf } of clients) {
    const holding = anyHolds(anyOf, facts);
    if (holding === true) return { kind: "client", name };
    if (holding !== false) return { kind: "open", fact: holding };
  }
  return { kind: "nobody" };
}

function anyHolds(alternatives: readonly Alternative[], facts: Facts): Holding {
  return some(alternatives, (alternative) => allHold(alternative, facts));
}

function allHold(alternative: Alternative, facts: Facts): Holding {
  if (alternative.length === 0) return false;
  const holdings = alternative.map((matcher) => holds(matcher, facts));
  if (holdings.includes(false)) return false;
  return holdings.find((each) => typeof each === "object") ?? true;
}

/** True where one holds, else the first fact that is open. */
function some<T>(entries: readonly T[], holdsOf: (entry: T) => Holding): Holding {
  const holdings = entries.map((entry) => holdsOf(entry));
  if (holdings.includes(true)) return true;
  return holdings.find((each) => typeof each === "object") ?? false;
}

function holds(matcher: Matcher, { address, names, labels, certificate, token }: Facts): Holding {
  switch (matcher.kind) {
    case "address": {
      return address !== undefined && matcher.ranges.some((range) => isInRange(address, range));
    }
    case "name": {
      if (address === undefined) return false;
      return some(matcher.names, (name) => {
        const answer = names.get(name);
        if (answer === undefined) return { kind: "name", name };
        return answer.kind === "addresses" && isAmong(address, answer);
      });
    }
    case "label": {
      if (address === undefined) return false;
      if (labels === undefined) return { kind: "labels" };
      return labels.kind === "labels" && hasLabels(labels.labels, matcher.labels);
    }
    case "certificate": {
      return certificate !== undefined && matchesCertificate(certificate, matcher.certificate);
    }
    case "token": {
      return token !== undefined && matcher.token.equals(token);
    }
  }
}
