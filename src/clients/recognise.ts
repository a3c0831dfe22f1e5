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

/** A fact that can decide and was not asked for yet. */
export type OpenFact = { readonly kind: "name"; readonly name: string } | { readonly kind: "labels" };

/** Who calls, or what has to be asked before that can be said. */
export type Recognition =
  | { readonly kind: "client"; readonly name: string }
  | { readonly kind: "nobody" }
  | { readonly kind: "open"; readonly facts: readonly OpenFact[] };

/** Whether something holds, or the facts that say so; `unsaid` where the engine did not answer what was asked. */
type Holding = boolean | "unsaid" | readonly OpenFact[];

/**
 * Says who calls: the first client in the policy's order of whom one alternative holds. Asks for a fact only where it can
 * decide: not for what is behind a client who is recognised, nor beside a fact that does not hold. All that can decide is
 * asked for at once, so that names which nobody answers for are waited for together.
 *
 * A name that can't be resolved has no addresses: some name servers tell so of a container that is not there. Where the
 * engine did not say whose labels an address has, nobody calls, and not a later client: whoever keeps the engine busy could
 * choose else as whom it is judged.
 */
export function recognise(clients: readonly ClientSource[], facts: Facts): Recognition {
  const open: OpenFact[] = [];
  for (const { name, anyOf } of clients) {
    const holding = anyHolds(anyOf.map((alternative) => allHold(alternative, facts)));
    if (holding === true) return open.length === 0 ? { kind: "client", name } : { kind: "open", facts: open };
    if (holding === "unsaid") break;
    if (holding !== false) open.push(...holding);
  }
  return open.length === 0 ? { kind: "nobody" } : { kind: "open", facts: open };
}

function anyHolds(holdings: readonly Holding[]): Holding {
  if (holdings.includes(true)) return true;
  const open = openOf(holdings);
  if (open.length > 0) return open;
  return holdings.includes("unsaid") && "unsaid";
}

function allHold(alternative: Alternative, facts: Facts): Holding {
  const holdings = alternative.map((matcher) => holds(matcher, facts));
  if (holdings.length === 0 || holdings.includes(false)) return false;
  const open = openOf(holdings);
  if (open.length > 0) return open;
  return holdings.includes("unsaid") ? "unsaid" : true;
}

function openOf(holdings: readonly Holding[]): readonly OpenFact[] {
  return holdings.flatMap((holding) => (typeof holding === "object" ? holding : []));
}

function holds(matcher: Matcher, { address, names, labels, certificate, token }: Facts): Holding {
  switch (matcher.kind) {
    case "address": {
      return address !== undefined && matcher.ranges.some((range) => isInRange(address, range));
    }
    case "name": {
      if (address === undefined) return false;
      return anyHolds(
        matcher.names.map((name) => {
          const answer = names.get(name);
          if (answer === undefined) return [{ kind: "name", name }];
          return answer.kind === "addresses" && isAmong(address, answer);
        }),
      );
    }
    case "label": {
      if (address === undefined) return false;
      if (labels === undefined) return [{ kind: "labels" }];
      if (labels.kind === "failed") return "unsaid";
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
