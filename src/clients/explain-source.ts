import type { CertificatePattern } from "./certificate.ts";
import type { Alternative, Matcher } from "./matcher.ts";

/**
 * Says whom alternatives mean, behind "who", each way by itself: `calls from 172.25.0.0/24 or an address of web`, then
 * `has a certificate for ops.example`. What asks for a place alone is one way.
 */
export function explainAlternatives(anyOf: readonly Alternative[]): readonly string[] {
  const places = anyOf.filter(isPlaceAlone).flat();
  const others = anyOf.filter((alternative) => !isPlaceAlone(alternative)).map(explainAlternative);
  return [...(places.length === 0 ? [] : [`calls from ${explainPlaces(places)}`]), ...others];
}

function isPlaceAlone([only, ...others]: Alternative): boolean {
  return others.length === 0 && (only?.kind === "address" || only?.kind === "name");
}

function explainPlaces(matchers: Alternative): string {
  const ranges = matchers.flatMap((matcher) => (matcher.kind === "address" ? matcher.ranges : []));
  const names = matchers.flatMap((matcher) => (matcher.kind === "name" ? matcher.names : []));
  return either([
    ...ranges.map(({ text }) => text),
    ...(names.length === 0 ? [] : [`an address of ${either(names)}`]),
  ]);
}

function explainAlternative(alternative: Alternative): string {
  return alternative.map((matcher) => explainMatcher(matcher)).join(" and ");
}

function explainMatcher(matcher: Matcher): string {
  switch (matcher.kind) {
    case "address":
    case "name": {
      return `calls from ${explainPlaces([matcher])}`;
    }
    case "label": {
      const labels = matcher.labels.map(({ key, value }) => (value === undefined ? key : `${key}=${value}`));
      return `is a container with the ${labels.length === 1 ? "label" : "labels"} ${labels.join(" and ")}`;
    }
    case "certificate": {
      return `has a certificate ${explainCertificate(matcher.certificate)}`;
    }
    case "token": {
      return "sends the token of its file";
    }
  }
}

function explainCertificate({ commonName, otherName, fingerprint, spiffe }: CertificatePattern): string {
  return [
    commonName === undefined ? [] : [`with the common name ${commonName}`],
    otherName === undefined ? [] : [`for ${otherName.slice(otherName.indexOf(":") + 1)}`],
    fingerprint === undefined ? [] : [`with the fingerprint ${fingerprint}`],
    spiffe === undefined ? [] : [`for ${spiffe}`],
  ]
    .flat()
    .join(" and ");
}

function either(texts: readonly string[]): string {
  const [last = "", ...others] = texts.toReversed();
  return others.length === 0 ? last : `${others.toReversed().join(", ")} or ${last}`;
}
