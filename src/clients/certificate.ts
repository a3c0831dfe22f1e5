import { plainAddress } from "../docker/powers/subnet.ts";
import type { Result } from "../kernel/result.ts";

/** What is known of a client's certificate, once TLS has found it valid and signed by an authority that is trusted. */
export interface CertificateFacts {
  /** The one common name of the subject. */
  readonly commonName: string | undefined;
  /** The subject's other names, as `DNS:ops.example`, `IP:10.0.0.1`, `email:ops@example.org`, `URI:spiffe://…`. */
  readonly otherNames: ReadonlySet<string>;
  /** SHA-256 of the certificate: 64 digits in lower case. */
  readonly fingerprint: string;
  /** The SPIFFE id: the certificate's only URI. */
  readonly spiffe: string | undefined;
}

/** What a certificate must have; all of it. */
export interface CertificatePattern {
  readonly commonName?: string | undefined;
  /** As in {@link CertificateFacts.otherNames}. */
  readonly otherName?: string | undefined;
  readonly fingerprint?: string | undefined;
  readonly spiffe?: string | undefined;
}

/** How Node shows a certificate: its own `X509Certificate`. */
export interface ShownCertificate {
  readonly subject: string;
  readonly subjectAltName: string | undefined;
  readonly fingerprint256: string;
}

const SPIFFE = /^spiffe:\/\/[a-z0-9._-]{1,255}(?:\/[A-Za-z0-9._-]+)*$/u;
const DIGEST = /^[0-9a-f]{64}$/u;
/** `KIND:value`, or `KIND:"value"` as JSON where the value could be taken for more than one (CVE-2021-44532). */
const OTHER_NAME = /([^:,"]+):(?:("(?:[^"\\]|\\.)*")|([^",]*))(?:, |$)/uy;

/** Reads what Node shows of a certificate. What it can't read for sure is left out. */
export function factsOfCertificate(shown: ShownCertificate): CertificateFacts {
  const names = otherNamesOf(shown.subjectAltName ?? "");
  const uris = names.filter(([kind]) => kind === "URI");
  const [only = ""] = uris.map(([, value]) => value);
  return {
    commonName: commonNameOf(shown.subject),
    otherNames: new Set(names.map(([kind, value]) => `${kind}:${value}`)),
    fingerprint: shown.fingerprint256.replaceAll(":", "").toLowerCase(),
    spiffe: uris.length === 1 && SPIFFE.test(only) ? only : undefined,
  };
}

/** Tells whether a certificate has all that a pattern asks for. A pattern that asks for nothing stands for none. */
export function matchesCertificate(facts: CertificateFacts, pattern: CertificatePattern): boolean {
  const { commonName, otherName, fingerprint, spiffe } = pattern;
  const asked = [commonName, otherName, fingerprint, spiffe].some((each) => each !== undefined);
  return (
    asked &&
    (commonName === undefined || commonName === facts.commonName) &&
    (otherName === undefined || facts.otherNames.has(otherName)) &&
    (fingerprint === undefined || fingerprint === facts.fingerprint) &&
    (spiffe === undefined || spiffe === facts.spiffe)
  );
}

/** Reads another name as it is written in a policy: by its form a URI, an address of mail, an IP address, or a name of the DNS. */
export function parseOtherName(text: string): Result<string, string> {
  if (text === "" || /[\s,"]/u.test(text)) {
    return { ok: false, error: `"${text}" is no name in a certificate: write one such as ops.example` };
  }
  if (text.includes("://")) return { ok: true, value: `URI:${text}` };
  if (text.includes("@")) return { ok: true, value: `email:${text}` };
  const address = plainAddress(text);
  return { ok: true, value: address === undefined ? `DNS:${text.toLowerCase()}` : `IP:${address}` };
}

/** Reads a SHA-256 as `openssl x509 -fingerprint -sha256` or `sha256sum` write it. */
export function parseFingerprint(text: string): Result<string, string> {
  const digest = text.replaceAll(":", "").toLowerCase();
  return DIGEST.test(digest)
    ? { ok: true, value: digest }
    : { ok: false, error: "a fingerprint is a SHA-256: 64 hexadecimal digits, with or without colons" };
}

/** Reads a SPIFFE id: `spiffe://TRUST-DOMAIN/PATH` (SPIFFE-ID §2). */
export function parseSpiffe(text: string): Result<string, string> {
  return SPIFFE.test(text)
    ? { ok: true, value: text }
    : { ok: false, error: `"${text}" is no SPIFFE id: write one such as spiffe://example.org/ops` };
}

/** The kinds and values; none at all where the text is not wholly understood. */
function otherNamesOf(text: string): readonly (readonly [string, string])[] {
  const names: [string, string][] = [];
  OTHER_NAME.lastIndex = 0;
  while (OTHER_NAME.lastIndex < text.length) {
    const [, kind = "", quoted, plain = ""] = OTHER_NAME.exec(text) ?? [];
    if (kind === "") return [];
    names.push(oneSpelling(kind, quoted === undefined ? plain : unquoted(quoted)));
  }
  return names;
}

function oneSpelling(kind: string, value: string): [string, string] {
  if (kind === "DNS") return [kind, value.toLowerCase()];
  return kind === "IP Address" ? ["IP", plainAddress(value) ?? value] : [kind, value];
}

/** Of what is no JSON nothing is left: it is no name that a policy could have. */
function unquoted(text: string): string {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "string" ? value : "";
  } catch {
    return "";
  }
}

/**
 * The common name, where there is exactly one. Node writes a line for each part of the subject, with several names in
 * one part between ` + `, and escapes what in a value looks like either (RFC 2253, CVE-2021-44533).
 */
function commonNameOf(subject: string): string | undefined {
  const parts = subject.split("\n").flatMap((line) => line.split(" + "));
  const [name, ...others] = parts.flatMap((part) =>
    part.startsWith("CN=") ? [part.slice("CN=".length)] : [],
  );
  if (name === undefined || others.length > 0) return undefined;
  // A value with something escaped is read no further: no common name that a policy has needs it.
  return name.includes("\\") ? undefined : name;
}
