import type { CertificatePattern } from "./certificate.ts";
import type { Alternative, Matcher } from "./matcher.ts";

/** Says whom an alternative means, behind "who": `calls from 172.25.0.0/24 and has a certificate for ops.example`. */
export function explainAlternative(alternative: Alternative): string {
  return alternative.map((matcher) => explainMatcher(matcher)).join(" and ");
}

function explainMatcher(matcher: Matcher): string {
  switch (matcher.kind) {
    case "address": {
      return `calls from ${either(matcher.ranges.map(({ text }) => text))}`;
    }
    case "name": {
      return `calls from an address of ${either(matcher.names)}`;
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
  return texts.join(" or ");
}
