import { isCovered } from "./address-range.ts";
import type { CertificatePattern } from "./certificate.ts";
import { explainAlternatives } from "./explain-source.ts";
import type { Alternative, ClientSource, Matcher } from "./matcher.ts";

/** A client that can never be recognised, because others are meant before it. */
export interface Indistinct {
  readonly client: string;
  /** Who is recognised in its place, in the policy's order. */
  readonly earlier: readonly string[];
  readonly message: string;
}

interface Earlier {
  readonly name: string;
  readonly alternative: Alternative;
}

/**
 * Finds the clients that can't be told apart from earlier ones: whoever is meant by any of their alternatives is meant
 * before. A part in common is no fault, since the first client counts; nor is a client that has a listener of its own.
 * What only shows when somebody calls, as two names of one address, is not seen here.
 */
export function findIndistinct(clients: readonly ClientSource[]): readonly Indistinct[] {
  return clients.flatMap((client, index) => {
    if (client.hasListener || client.anyOf.length === 0) return [];
    const before = clients
      .slice(0, index)
      .flatMap(({ name, anyOf }) => anyOf.map((alternative): Earlier => ({ name, alternative })));
    const namesOf = client.anyOf.map((alternative) => coversOf(alternative, before));
    if (namesOf.some((names) => names.length === 0)) return [];
    const named = new Set(namesOf.flat());
    const earlier = clients.map(({ name }) => name).filter((name) => named.has(name));
    return [{ client: client.name, earlier, message: explain(client, earlier) }];
  });
}

/** The earlier clients that are meant wherever this alternative holds; none where it has callers of its own. */
function coversOf(alternative: Alternative, before: readonly Earlier[]): readonly string[] {
  const whole = before.find((each) => covers(each.alternative, alternative));
  if (whole !== undefined) return [whole.name];
  for (const matcher of alternative) {
    const names = coversTogether(matcher, before);
    if (names.length > 0) return names;
  }
  return [];
}

/** Whoever the second means, the first means as well: each thing that it asks for is asked for there too. */
function covers(earlier: Alternative, later: Alternative): boolean {
  return earlier.length > 0 && earlier.every((one) => later.some((other) => asksForMore(other, one)));
}

/** Whoever has what the first asks for has what the second asks for. */
function asksForMore(first: Matcher, second: Matcher): boolean {
  switch (first.kind) {
    case "address": {
      const ranges = second.kind === "address" ? second.ranges : [];
      return first.ranges.every((range) => isCovered(range, ranges));
    }
    case "name": {
      const names = second.kind === "name" ? second.names : [];
      return first.names.every((name) => names.includes(name));
    }
    case "label": {
      return (
        second.kind === "label" &&
        second.labels.every(({ key, value }) =>
          first.labels.some((label) => label.key === key && (value === undefined || label.value === value)),
        )
      );
    }
    case "certificate": {
      return second.kind === "certificate" && isPartOf(second.certificate, first.certificate);
    }
    case "token": {
      return second.kind === "token" && second.token.equals(first.token);
    }
  }
}

function isPartOf(less: CertificatePattern, more: CertificatePattern): boolean {
  return (["commonName", "otherName", "fingerprint", "spiffe"] as const).every(
    (key) => less[key] === undefined || less[key] === more[key],
  );
}

/** Several clients may have the parts of a network, or the names, that a later one asks for. */
function coversTogether(matcher: Matcher, before: readonly Earlier[]): readonly string[] {
  const alone = before.flatMap(({ name, alternative: [only, ...others] }) =>
    only !== undefined && others.length === 0 ? [{ name, only }] : [],
  );
  if (matcher.kind === "address") {
    const parts = alone.flatMap(({ name, only }) =>
      only.kind === "address" ? [{ name, ranges: only.ranges }] : [],
    );
    const ranges = parts.flatMap((part) => part.ranges);
    if (!matcher.ranges.every((range) => isCovered(range, ranges))) return [];
    // Who has nothing of it is not to blame.
    return parts
      .filter((part) =>
        part.ranges.some((one) =>
          matcher.ranges.some((other) => isCovered(one, [other]) || isCovered(other, [one])),
        ),
      )
      .map(({ name }) => name);
  }
  if (matcher.kind === "name") {
    const parts = alone.flatMap(({ name, only }) =>
      only.kind === "name" ? [{ name, names: only.names }] : [],
    );
    if (!matcher.names.every((name) => parts.some(({ names }) => names.includes(name)))) return [];
    return parts
      .filter(({ names }) => names.some((name) => matcher.names.includes(name)))
      .map(({ name }) => name);
  }
  return [];
}

function explain({ name, anyOf }: ClientSource, earlier: readonly string[]): string {
  const others = earlier.map((each) => `"${each}"`).join(" and ");
  const meant = explainAlternatives(anyOf).join(", or ");
  const come = earlier.length === 1 ? "comes" : "come";
  return `"${name}" can't be told apart from ${others}, which ${come} first: who ${meant} is taken for ${others}`;
}
