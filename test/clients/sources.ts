import { parseClientRange } from "../../src/clients/address-range.ts";
import { type LabelPattern, parseLabelPattern } from "../../src/clients/label.ts";
import type { Alternative, ClientSource, Matcher } from "../../src/clients/matcher.ts";
import { parseTokenFile } from "../../src/clients/token.ts";

/** A client that is recognised by any of the alternatives. */
export function client(called: string, ...anyOf: readonly Alternative[]): ClientSource {
  return { name: called, anyOf, hasListener: false };
}

/** Called from one of these addresses or networks. */
export function address(...texts: readonly string[]): Matcher {
  return {
    kind: "address",
    ranges: texts.map((text) => {
      const range = parseClientRange(text);
      if (!range.ok) throw new Error(range.error);
      return range.value;
    }),
  };
}

/** Called from an address of one of these names. */
export function name(...names: readonly string[]): Matcher {
  return { kind: "name", names };
}

/** Called from a container with all of these labels. */
export function label(...texts: readonly string[]): Matcher {
  const labels = texts.map((text): LabelPattern => {
    const parsed = parseLabelPattern(text);
    if (!parsed.ok) throw new Error(parsed.error);
    return parsed.value;
  });
  return { kind: "label", labels };
}

/** Called with this token. */
export function token(text: string): Extract<Matcher, { kind: "token" }> {
  const parsed = parseTokenFile(text);
  if (!parsed.ok) throw new Error(parsed.error);
  return { kind: "token", token: parsed.value };
}

/** Called with a certificate that has these names. */
export function certificate(commonName: string, otherName?: string): Alternative {
  return [{ kind: "certificate", certificate: { commonName, otherName } }];
}
