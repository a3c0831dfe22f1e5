import { X509Certificate } from "node:crypto";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  type CertificateFacts,
  factsOfCertificate,
  matchesCertificate,
  parseFingerprint,
  parseOtherName,
  parseSpiffe,
} from "../../src/clients/certificate.ts";
import { certificates } from "./certificates.ts";

function factsOf(name: keyof typeof certificates): CertificateFacts {
  return factsOfCertificate(new X509Certificate(Buffer.from(certificates[name], "base64")));
}

function isFor(name: keyof typeof certificates, otherName: string): boolean {
  const parsed = parseOtherName(otherName);
  return parsed.ok && matchesCertificate(factsOf(name), { otherName: parsed.value });
}

describe("a certificate's other names", () => {
  test.each([
    ["a name of the DNS, in whatever case", "OPS.example"],
    ["an IPv4 address", "10.0.0.1"],
    ["an IPv6 address, however it is written", "FD00:0::1"],
    ["an address of mail", "ops@example.org"],
    ["a URI", "spiffe://example.org/ops"],
  ])("have %s", (_, name) => {
    expect(isFor("plain", name)).toBe(true);
  });

  test.each([
    ["another name", "plain", "dev.example"],
    ["a part of a name", "plain", "example"],
    ["the common name, which is none of them", "plain", "ops"],
    ["a name inside of another, behind a comma (CVE-2021-44532)", "injected", "ops.example"],
    ["a URI inside of another, behind a comma", "injected", "spiffe://example.org/ops"],
    ["a name inside of another, behind a quotation mark", "quoted", "ops.example"],
    ["what a star would stand for", "wild", "ops.example"],
  ] as const)("do not have %s", (_, certificate, name) => {
    expect(isFor(certificate, name)).toBe(false);
  });

  test("are none where the text is not wholly understood", () => {
    for (const subjectAltName of [
      "DNS:ops.example, x",
      'DNS:ops.example, DNS:"x',
      "DNS:ops.example,DNS:x",
      ":x",
    ]) {
      const facts = factsOfCertificate({ subject: "", subjectAltName, fingerprint256: "" });
      expect([...facts.otherNames]).toEqual([]);
    }
  });

  test("are read as Node quotes them, whatever is in them, and no other", () => {
    const values = fc.array(fc.oneof(fc.string(), fc.constantFrom("ops.example", ", DNS:ops.example", '"')));
    fc.assert(
      fc.property(values, (names) => {
        const subjectAltName = names.map((name) => `URI:${JSON.stringify(name)}`).join(", ");
        const facts = factsOfCertificate({ subject: "", subjectAltName, fingerprint256: "" });
        expect([...facts.otherNames]).toEqual([...new Set(names.map((name) => `URI:${name}`))]);
      }),
    );
  });
});

describe("a certificate's common name", () => {
  test.each([
    ["is the one of the subject", "plain", "ops"],
    ["may stand in one part with others", "multiValue", "ops"],
    ["has letters of all languages", "umlaut", "Müller"],
    ["is no pattern", "wild", "*.example"],
    ["is none of two", "twoNames", undefined],
    [
      "is not what looks like one behind a plus sign in another value (CVE-2021-44533)",
      "plusInValue",
      "stranger",
    ],
    ["is not what looks like one behind the end of a line in another value", "lineInValue", undefined],
    ["is none where something in it is escaped", "escaped", undefined],
  ] as const)("%s", (_, certificate, commonName) => {
    expect(factsOf(certificate).commonName).toBe(commonName);
  });
});

test("a SPIFFE id is the only URI of a certificate", () => {
  const of = (name: keyof typeof certificates): string | undefined => factsOf(name).spiffe;
  expect([of("plain"), of("twoUris"), of("wild")]).toEqual([
    "spiffe://example.org/ops",
    undefined,
    undefined,
  ]);
});

test("a fingerprint is the same with and without colons, in both cases", () => {
  const { fingerprint256 } = new X509Certificate(Buffer.from(certificates.plain, "base64"));
  for (const text of [fingerprint256, fingerprint256.toLowerCase(), fingerprint256.replaceAll(":", "")]) {
    const fingerprint = parseFingerprint(text);
    expect(fingerprint.ok && matchesCertificate(factsOf("plain"), { fingerprint: fingerprint.value })).toBe(
      true,
    );
    expect(fingerprint.ok && matchesCertificate(factsOf("wild"), { fingerprint: fingerprint.value })).toBe(
      false,
    );
  }
});

describe("what is asked of a certificate", () => {
  test("must be there all together", () => {
    const facts = factsOf("plain");
    expect(matchesCertificate(facts, { commonName: "ops", spiffe: "spiffe://example.org/ops" })).toBe(true);
    expect(matchesCertificate(facts, { commonName: "ops", spiffe: "spiffe://example.org/other" })).toBe(
      false,
    );
    expect(matchesCertificate(facts, { commonName: "Ops" })).toBe(false);
  });

  test("stands for nobody where it is nothing", () => {
    expect(matchesCertificate(factsOf("plain"), {})).toBe(false);
    expect(matchesCertificate(factsOf("twoNames"), { commonName: undefined })).toBe(false);
  });

  test.each([
    ["fingerprint", parseFingerprint("ab:cd"), "64 hexadecimal digits"],
    ["SPIFFE id", parseSpiffe("https://example.org/ops"), "is no SPIFFE id"],
    ["SPIFFE id with an empty part", parseSpiffe("spiffe://example.org//ops"), "is no SPIFFE id"],
    ["SPIFFE id without a domain", parseSpiffe("spiffe:///ops"), "is no SPIFFE id"],
    ["list of names", parseOtherName("a.example, b.example"), "is no name in a certificate"],
    ["empty name", parseOtherName(""), "is no name in a certificate"],
  ])("is refused in a policy: a %s", (_, parsed, reason) => {
    expect(parsed.ok ? parsed.value : parsed.error).toContain(reason);
  });
});
