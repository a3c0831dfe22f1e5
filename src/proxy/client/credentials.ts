import type { KeyObject, X509Certificate } from "node:crypto";
import type { TlsFiles } from "../../kernel/address.ts";
import { crypto, fileSystem } from "../../kernel/late-modules.ts";
import type { Result } from "../../kernel/result.ts";
import { systemFailure } from "../../kernel/system-error.ts";
import { CERTIFICATE_FILE_LIMIT } from "../limits.ts";

/** What a TLS server shows, and by whom its clients must be certified. All of it has been read and fits together. */
export interface Credentials {
  /** PEM: the gate's own first. */
  readonly certificates: string;
  /** PEM, not encrypted. */
  readonly key: string;
  /** PEM, one certificate each, one at least; undefined where clients need none. */
  readonly authorities: readonly string[] | undefined;
  /** The same for the same contents alone. */
  readonly identity: string;
  /** What a person should know, although all of it can be used. */
  readonly warnings: readonly string[];
}

/** A certificate's block (RFC 7468 §5.1). */
const CERTIFICATE = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/gu;
const PRIVATE_KEY = /-----BEGIN (?:[A-Z]+ )?PRIVATE KEY-----/u;
const ENCRYPTED = /-----BEGIN ENCRYPTED PRIVATE KEY-----|^Proc-Type: 4,ENCRYPTED/mu;

/** A file that can't be used, and why. */
class FileProblem extends Error {
  override readonly name = "FileProblem";
}

/** Reads the files of a TLS listener, or says which of them can't be used, and why. `now` is in milliseconds since 1970. */
export async function readCredentials(files: TlsFiles, now: number): Promise<Result<Credentials, string>> {
  try {
    const chain = await readCertificates("certificate", files.certificate);
    const key = await readKey(files.key);
    const authorities =
      files.clients === undefined
        ? undefined
        : await readCertificates("authorities of clients", files.clients);
    if (!chain[0].checkPrivateKey(key)) {
      throw new FileProblem(`the key ${files.key} does not match the certificate ${files.certificate}`);
    }
    const warnings = [
      ...chain
        .slice(0, 1)
        .flatMap((found) => explainDates(`the certificate ${files.certificate}`, found, now)),
      ...(authorities ?? []).flatMap((found) =>
        explainDates(`${nameOf(found)} in ${String(files.clients)}`, found, now),
      ),
    ];
    const certificates = chain.map(String).join("");
    const keyText = key.export({ type: "pkcs8", format: "pem" }).toString();
    const authorityTexts = authorities?.map(String);
    const identity = crypto()
      .createHash("sha256")
      .update(JSON.stringify([certificates, keyText, authorityTexts]))
      .digest("hex");
    return {
      ok: true,
      value: { certificates, key: keyText, authorities: authorityTexts, identity, warnings },
    };
  } catch (error) {
    if (error instanceof FileProblem) return { ok: false, error: error.message };
    throw error;
  }
}

/** One at least: of a file without any, Node would take the authorities that browsers trust. */
async function readCertificates(
  what: string,
  path: string,
): Promise<readonly [X509Certificate, ...X509Certificate[]]> {
  const [first, ...others] = (await readText(what, path)).match(CERTIFICATE) ?? [];
  if (first === undefined) {
    throw new FileProblem(`the ${what} ${path}: it is not PEM: no line says BEGIN CERTIFICATE`);
  }
  const parse = (text: string): X509Certificate => {
    try {
      return new (crypto().X509Certificate)(text);
    } catch {
      throw new FileProblem(`the ${what} ${path}: a certificate in it is broken`);
    }
  };
  return [parse(first), ...others.map(parse)];
}

async function readKey(path: string): Promise<KeyObject> {
  const text = await readText("key", path);
  if (ENCRYPTED.test(text)) {
    throw new FileProblem(
      `the key ${path}: it is encrypted, and nobody is there to be asked for its password`,
    );
  }
  if (!PRIVATE_KEY.test(text)) {
    throw new FileProblem(`the key ${path}: it is not PEM: no line says BEGIN PRIVATE KEY`);
  }
  try {
    return crypto().createPrivateKey(text);
  } catch {
    throw new FileProblem(`the key ${path}: it is broken`);
  }
}

/** Follows links, as secrets of Kubernetes are; takes nothing that could make it wait. */
async function readText(what: string, path: string): Promise<string> {
  try {
    const { constants, open } = fileSystem();
    const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
    try {
      const found = await file.stat();
      if (!found.isFile()) throw new FileProblem(`the ${what} ${path}: it is no file`);
      if (found.size > CERTIFICATE_FILE_LIMIT) {
        throw new FileProblem(`the ${what} ${path}: it is longer than ${CERTIFICATE_FILE_LIMIT} bytes`);
      }
      return await file.readFile("latin1");
    } finally {
      await file.close();
    }
  } catch (error) {
    if (error instanceof FileProblem) throw error;
    throw new FileProblem(`the ${what} ${path}: ${explainFailure(error)}`);
  }
}

function explainFailure(error: unknown): string {
  const { code, message } = systemFailure(error);
  switch (code) {
    case "ENOENT":
    case "ENOTDIR":
      return "there is no such file";
    case "EACCES":
    case "EPERM":
      return `no permission for user ${process.getuid?.() ?? "of the gate"} to read it`;
    default:
      return message;
  }
}

function explainDates(what: string, certificate: X509Certificate, now: number): readonly string[] {
  const { validFrom, validTo } = certificate;
  if (Date.parse(validTo) < now) return [`${what} has expired on ${validTo}`];
  return Date.parse(validFrom) > now ? [`${what} is not valid before ${validFrom}`] : [];
}

function nameOf({ subject }: X509Certificate): string {
  return JSON.stringify(subject.replaceAll("\n", ", ").slice(0, 100));
}
