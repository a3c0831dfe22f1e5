import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";

/** A certificate and its key: the paths of two PEM files. */
export interface Certificate {
  readonly certificate: string;
  readonly key: string;
}

/** What a test says of a certificate that it wants. */
export interface CertificateOptions {
  /** Another name than that of the file. */
  readonly commonName?: string;
  /** For whom it is good, such as `IP:127.0.0.1` or `DNS:gate.example`. */
  readonly names?: string;
  /** What it is made for; both where it says nothing. */
  readonly usage?: "serverAuth" | "clientAuth";
  /** From today; what is over has fewer than none. */
  readonly days?: number;
}

/** Somebody who makes certificates, in a folder that is gone when the test is over. */
export class Authority {
  readonly folder: string;
  readonly path: string;
  readonly #key: string;

  private constructor(folder: string, name: string) {
    this.folder = folder;
    this.path = join(folder, "ca.pem");
    this.#key = join(folder, "ca.key");
    const subject = ["-subj", `/CN=${name}`, "-days", "30"];
    openssl(["req", "-x509", ...NEW_KEY, "-keyout", this.#key, "-out", this.path, ...subject]);
  }

  /** Makes one for a test. */
  static make(name = "an authority"): Authority {
    const authority = Authority.keep(name);
    onTestFinished(() => authority.remove());
    return authority;
  }

  /** Makes one that lasts until it is removed. */
  static keep(name = "an authority"): Authority {
    return new Authority(mkdtempSync(join(tmpdir(), "quaygate-authority-")), name);
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** Makes a certificate and its key in files of that name. */
  certify(name: string, options: CertificateOptions = {}): Certificate {
    const { commonName = name, names = "IP:127.0.0.1", usage = "serverAuth,clientAuth", days = 30 } = options;
    const [certificate, key] = [join(this.folder, `${name}.pem`), join(this.folder, `${name}.key`)];
    const [request, extensions] = [join(this.folder, `${name}.csr`), join(this.folder, `${name}.ext`)];
    openssl(["req", "-new", ...NEW_KEY, "-keyout", key, "-out", request, "-subj", `/CN=${commonName}`]);
    writeFileSync(extensions, `subjectAltName=${names}\nextendedKeyUsage=${usage}\n`);
    const by = ["-CA", this.path, "-CAkey", this.#key, "-CAcreateserial"];
    const how = ["-days", String(days), "-extfile", extensions, "-out", certificate];
    openssl(["x509", "-req", "-in", request, ...by, ...how]);
    return { certificate, key };
  }
}

const NEW_KEY = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"];

function openssl(words: readonly string[]): void {
  execFileSync("openssl", words, { stdio: ["ignore", "ignore", "pipe"] });
}
