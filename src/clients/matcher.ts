import type { ClientRange } from "./address-range.ts";
import type { CertificatePattern } from "./certificate.ts";
import type { LabelPattern } from "./label.ts";
import type { Token } from "./token.ts";

/** One thing that a caller must have or be. */
export type Matcher =
  /** Its address is in one of the ranges. */
  | { readonly kind: "address"; readonly ranges: readonly ClientRange[] }
  /** Its address is one of those that one of the names has. */
  | { readonly kind: "name"; readonly names: readonly string[] }
  /** Its container has all of the labels. */
  | { readonly kind: "label"; readonly labels: readonly LabelPattern[] }
  /** Its certificate has all of this. */
  | { readonly kind: "certificate"; readonly certificate: CertificatePattern }
  /** It sends this token with each request. */
  | { readonly kind: "token"; readonly token: Token };

/** All of these hold together. None at all is nobody. */
export type Alternative = readonly Matcher[];

/** How one client is recognised, apart from listeners that are its own. */
export interface ClientSource {
  readonly name: string;
  /** One of these is enough. */
  readonly anyOf: readonly Alternative[];
  /** Whether a listener is its own, so that it needs no alternative. */
  readonly hasListener: boolean;
}

/** What has to be known of callers, over all clients. What no client asks for is never asked. */
export interface Needs {
  /** Each name once. */
  readonly names: readonly string[];
  readonly labels: boolean;
  readonly certificate: boolean;
  readonly token: boolean;
}

/** Works out at start what the clients ask for. */
export function needsOf(clients: readonly ClientSource[]): Needs {
  const matchers = clients.flatMap(({ anyOf }) => anyOf.flat());
  const has = (kind: Matcher["kind"]): boolean => matchers.some((each) => each.kind === kind);
  return {
    names: [...new Set(matchers.flatMap((each) => (each.kind === "name" ? each.names : [])))],
    labels: has("label"),
    certificate: has("certificate"),
    token: has("token"),
  };
}
