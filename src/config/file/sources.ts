import { resolve } from "node:path";
import { parseClientRange } from "../../clients/address-range.ts";
import { parseFingerprint, parseOtherName, parseSpiffe } from "../../clients/certificate.ts";
import { parseHostName } from "../../clients/host-name.ts";
import { parseLabelPattern } from "../../clients/label.ts";
import type { Alternative, Matcher } from "../../clients/matcher.ts";
import { parsePlace } from "../../clients/place.ts";
import { parseTokenFile, type Token } from "../../clients/token.ts";
import { explainFileFailure } from "../../kernel/file-failure.ts";
import type { Result } from "../../kernel/result.ts";
import { MOST_TOKEN_BYTES } from "./limits.ts";
import { readPlainFile } from "./plain-file.ts";
import type { SourceKind } from "./policy-file.ts";
import type { CertificateDefinition, SourceDefinition } from "./source-definition.ts";

/** Understands the texts of `from`. Tokens are read from their files, each once, whose paths are relative to the policy's folder. */
export class Sources {
  readonly #folder: string;
  readonly #tokens: Map<string, Result<Token, string>> = new Map();

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Says what is wrong with a text, if anything is. */
  check(kind: SourceKind, text: string): string | undefined {
    const parsed = this.#parse(kind, text);
    return parsed.ok ? undefined : parsed.error;
  }

  /** What `from` asks of a caller, of texts in which nothing was wrong. */
  alternativesOf(from: readonly SourceDefinition[]): readonly Alternative[] {
    return from.map((source) =>
      typeof source === "string" ? [valueOf(parsePlace(source))] : this.#allOf(source),
    );
  }

  #allOf({ address, name, label, certificate, token }: Exclude<SourceDefinition, string>): Alternative {
    return [
      address === undefined
        ? []
        : [{ kind: "address", ranges: address.map((text) => valueOf(parseClientRange(text))) } as const],
      name === undefined
        ? []
        : [{ kind: "name", names: name.map((text) => valueOf(parseHostName(text))) } as const],
      label === undefined
        ? []
        : [{ kind: "label", labels: label.map((text) => valueOf(parseLabelPattern(text))) } as const],
      certificate === undefined ? [] : [certificateMatcher(certificate)],
      token === undefined ? [] : [{ kind: "token", token: valueOf(this.#tokenOf(token)) } as const],
    ].flat();
  }

  #parse(kind: SourceKind, text: string): Result<unknown, string> {
    switch (kind) {
      case "plain":
        return parsePlace(text);
      case "address":
        return parseClientRange(text);
      case "name":
        return parseHostName(text);
      case "label":
        return parseLabelPattern(text);
      case "subject":
        return { ok: true, value: text };
      case "san":
        return parseOtherName(text);
      case "fingerprint":
        return parseFingerprint(text);
      case "spiffe":
        return parseSpiffe(text);
      case "token":
        return this.#tokenOf(text);
    }
  }

  #tokenOf(path: string): Result<Token, string> {
    const known = this.#tokens.get(path) ?? readToken(resolve(this.#folder, path));
    this.#tokens.set(path, known);
    return known;
  }
}

function readToken(path: string): Result<Token, string> {
  try {
    const bytes = readPlainFile(path, MOST_TOKEN_BYTES);
    if (bytes === undefined) return { ok: false, error: `${path}: is no plain file` };
    return bytes.length > MOST_TOKEN_BYTES
      ? { ok: false, error: `${path}: is longer than ${MOST_TOKEN_BYTES / 1024} KiB` }
      : parseTokenFile(bytes.toString("utf8"));
  } catch (error) {
    return { ok: false, error: `${path}: ${explainFileFailure(error)}` };
  }
}

function certificateMatcher({ subject, san, fingerprint, spiffe }: CertificateDefinition): Matcher {
  return {
    kind: "certificate",
    certificate: {
      commonName: subject,
      otherName: san === undefined ? undefined : valueOf(parseOtherName(san)),
      fingerprint: fingerprint === undefined ? undefined : valueOf(parseFingerprint(fingerprint)),
      spiffe: spiffe === undefined ? undefined : valueOf(parseSpiffe(spiffe)),
    },
  };
}

/** What was checked before can be used. */
function valueOf<Value>(parsed: Result<Value, string>): Value {
  if (!parsed.ok) throw new Error(parsed.error);
  return parsed.value;
}
