import type { TLSSocket } from "node:tls";
import { systemFailure } from "../../kernel/system-error.ts";

/** Why a client is not let in that must show a certificate; undefined where it is. */
export function explainCertificate(socket: TLSSocket): string | undefined {
  const certificate = socket.getPeerX509Certificate();
  if (certificate === undefined) {
    // Go's clients show none that is of another authority than those which they are told.
    return "a client certificate of one of this listener's authorities is needed, and none was shown (docker: --tlscert and --tlskey)";
  }
  if (socket.authorized && !socket.isSessionReused()) {
    return undefined;
  }
  // Node's types call the code an error.
  const code = String(socket.authorizationError ?? "a resumed session");
  const subject = JSON.stringify(certificate.subject.replaceAll("\n", ", ").slice(0, SUBJECT_LIMIT));
  return `the client certificate ${subject} is not accepted: ${REASONS.get(code) ?? code}`;
}

/** The most characters of a subject that are told: it is the client's choice. */
const SUBJECT_LIMIT = 100;

const STRANGE_AUTHORITY = "it is not signed by an authority that this listener knows";

/** OpenSSL's names for what is wrong with a certificate (X509_STORE_CTX_get_error(3)). */
const REASONS: ReadonlyMap<string, string> = new Map([
  ["CERT_HAS_EXPIRED", "it or one above it has expired"],
  ["CERT_NOT_YET_VALID", "it or one above it is not valid yet"],
  ["INVALID_PURPOSE", "it is not made for clients (extendedKeyUsage has no clientAuth)"],
  ["DEPTH_ZERO_SELF_SIGNED_CERT", STRANGE_AUTHORITY],
  ["SELF_SIGNED_CERT_IN_CHAIN", STRANGE_AUTHORITY],
  ["UNABLE_TO_GET_ISSUER_CERT", STRANGE_AUTHORITY],
  ["UNABLE_TO_GET_ISSUER_CERT_LOCALLY", STRANGE_AUTHORITY],
  ["UNABLE_TO_VERIFY_LEAF_SIGNATURE", STRANGE_AUTHORITY],
  ["CERT_SIGNATURE_FAILURE", STRANGE_AUTHORITY],
]);

/** Why a handshake failed, with what helps; undefined for who only looked whether somebody listens. */
export function explainHandshake(error: Error): string | undefined {
  const { code } = systemFailure(error);
  if (code === "" || SILENT.has(code)) {
    return undefined;
  }
  const known = HANDSHAKE_REASONS.find(({ pattern }) => pattern.test(code));
  return known?.reason ?? `the TLS handshake failed (${code})`;
}

const SILENT: ReadonlySet<string> = new Set(["ECONNRESET", "EPIPE", "ERR_TLS_HANDSHAKE_TIMEOUT"]);

/** By OpenSSL's names: alerts are what the client says. */
const HANDSHAKE_REASONS: readonly { readonly pattern: RegExp; readonly reason: string }[] = [
  {
    pattern: /HTTP_REQUEST$/u,
    reason: "it speaks HTTP without TLS; it needs https://, or docker --tlsverify",
  },
  {
    pattern: /ALERT_(?:UNKNOWN_CA|BAD_CERTIFICATE|CERTIFICATE_\w+)$/u,
    reason:
      "it does not accept the gate's certificate; give it the authority (docker: --tlscacert) and the right name",
  },
  {
    pattern: /UNSUPPORTED_PROTOCOL$/u,
    reason: 'it speaks no TLS version that is spoken here; oldest: "1.2" in tls takes older clients',
  },
  { pattern: /NO_APPLICATION_PROTOCOL$/u, reason: "it wants another protocol than HTTP/1.1" },
];
