import type { Socket } from "node:net";
import type { SecureContextOptions, Server, TLSSocket } from "node:tls";
import { addressOf } from "../../clients/address.ts";
import { KEEP_ALIVE_DELAY } from "../../engine/limits.ts";
import { formatAddress, type ListenTcpAddress, type TlsFiles } from "../../kernel/address.ts";
import { crypto, tls } from "../../kernel/late-modules.ts";
import type { Result } from "../../kernel/result.ts";
import { systemFailure } from "../../kernel/system-error.ts";
import { noteCarrier } from "../carrier.ts";
import { FirstTimes } from "../../clients/first-times.ts";
import { CERTIFICATE_LOOK_INTERVAL, FAILED_HANDSHAKES_LIMIT } from "../limits.ts";
import type { NoteListener } from "../old-clients.ts";
import { type Credentials, readCredentials } from "./credentials.ts";
import { Handshakes } from "./handshakes.ts";
import { ListenError } from "./listen-error.ts";
import { explainCertificate, explainHandshake } from "./tls-failures.ts";

/** Who gets what comes through a door. */
export interface DoorOwner {
  /** A client has come in. A TLS client's certificate, where one is asked for, has been verified. */
  doorOnClient(socket: Socket): void;
  /** A client may not come in. It can be told why, and gets nothing else. */
  doorOnStranger(socket: Socket, reason: string): void;
  readonly note: NoteListener;
}

/**
 * TLS before a listener: takes connections as they come, and gives those on that are through their handshake. Its
 * certificate is read anew when its files change; connections that are open go on with the old one.
 */
export class TlsDoor {
  readonly #files: TlsFiles;
  readonly #place: string;
  readonly #owner: DoorOwner;
  readonly #handshakes = new Handshakes();
  readonly #failed = new FirstTimes(FAILED_HANDSHAKES_LIMIT);
  #server: Server | undefined;
  #nextLook: NodeJS.Timeout | undefined;
  #isClosed = false;
  /** Which credentials are in use. */
  #identity = "";
  /** What the last look found wrong, and what of that was told. */
  #problem: string | undefined;
  #told: string | undefined;

  constructor(address: ListenTcpAddress, files: TlsFiles, owner: DoorOwner) {
    this.#files = files;
    this.#place = formatAddress(address);
    this.#owner = owner;
  }

  /**
   * Reads the certificate and takes connections from now on.
   *
   * @throws {ListenError} where a file can't be used: what can't be read now could not be read anew later.
   */
  async open(): Promise<void> {
    const found = await this.#read();
    if (!found.ok) {
      throw new ListenError(`can't listen on ${this.#place}: ${found.error}`);
    }
    if (this.#isClosed) return;
    const { identity, warnings } = found.value;
    this.#identity = identity;
    this.#warn(warnings);
    this.#server = this.#createServer(found.value);
    this.#scheduleLook();
  }

  /** Takes a new connection, or turns it away unread: before the door is open, and while too many are in their handshake. */
  take(carrier: Socket): void {
    carrier.on("error", () => undefined);
    if (this.#server === undefined || this.#isClosed || !this.#handshakes.begin(carrier)) {
      carrier.destroy();
      return;
    }
    // Set here, before the socket is wrapped: the handshake's records are small as well, and its silence as long.
    carrier.setNoDelay(true);
    carrier.setKeepAlive(true, KEEP_ALIVE_DELAY);
    this.#server.emit("connection", carrier);
  }

  /** Takes nothing new, and cuts what is in its handshake. */
  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#nextLook);
    this.#handshakes.close();
  }

  #createServer(credentials: Credentials): Server {
    const server = tls().createServer({
      ...contextOf(this.#files, credentials),
      requestCert: credentials.authorities !== undefined,
      // Whom we do not accept is told so in HTTP, and goes no further; TLS itself would only hang up.
      rejectUnauthorized: false,
      // Go's clients offer h2 as well, and speak it if they get it.
      ALPNProtocols: ["http/1.1"],
    });
    server.on("secureConnection", (socket) => this.#onSecure(socket));
    server.on("tlsClientError", (error, socket) => this.#onFailure(error, socket));
    return server;
  }

  #onSecure(socket: TLSSocket): void {
    socket.on("error", () => undefined);
    const carrier = this.#handshakes.complete(socket);
    if (carrier === undefined || this.#isClosed) {
      socket.destroy();
      return;
    }
    noteCarrier(socket, carrier);
    const refusal = this.#files.clients === undefined ? undefined : explainCertificate(socket);
    if (refusal === undefined) {
      this.#owner.doorOnClient(socket);
    } else {
      this.#owner.doorOnStranger(socket, refusal);
    }
  }

  #onFailure(error: Error, socket: TLSSocket): void {
    const reason = explainHandshake(error);
    const address = addressOf(socket, this.#place);
    socket.destroy();
    if (reason !== undefined && address !== undefined && this.#failed.isNew(address)) {
      this.#owner.note("notice", `${address} can't connect to ${this.#place}: ${reason}`);
    }
  }

  #scheduleLook(): void {
    this.#nextLook = setTimeout(() => {
      void this.#look().then(() => {
        if (!this.#isClosed) this.#scheduleLook();
      });
    }, CERTIFICATE_LOOK_INTERVAL).unref();
  }

  /** Files may be replaced one after the other: what does not fit together is told when it still does not at the next look. */
  async #look(): Promise<void> {
    const found = await this.#read();
    if (!found.ok) {
      if (found.error === this.#problem && found.error !== this.#told) {
        this.#told = found.error;
        this.#owner.note("err", `${this.#place} goes on with the certificate that it has: ${found.error}`);
      }
      this.#problem = found.error;
      return;
    }
    this.#problem = undefined;
    this.#told = undefined;
    if (found.value.identity === this.#identity) return;
    this.#identity = found.value.identity;
    this.#server?.setSecureContext(contextOf(this.#files, found.value));
    this.#owner.note("notice", `${this.#place} has a new certificate, from ${this.#files.certificate}`);
    this.#warn(found.value.warnings);
  }

  /** Reads the files, and has OpenSSL look whether it takes them. */
  async #read(): Promise<Result<Credentials, string>> {
    const found = await readCredentials(this.#files, Date.now());
    if (!found.ok || found.value.identity === this.#identity) return found;
    try {
      tls().createSecureContext(contextOf(this.#files, found.value));
      return found;
    } catch (error) {
      const { code, message } = systemFailure(error);
      return {
        ok: false,
        error: `the certificate ${this.#files.certificate}: OpenSSL does not take it (${code || message})`,
      };
    }
  }

  #warn(warnings: readonly string[]): void {
    for (const warning of warnings) {
      this.#owner.note("warning", `${this.#place}: ${warning}`);
    }
  }
}

function contextOf(files: TlsFiles, credentials: Credentials): SecureContextOptions {
  const { certificates, key, authorities } = credentials;
  const { SSL_OP_NO_TICKET, SSL_OP_NO_RENEGOTIATION } = crypto().constants;
  return {
    cert: certificates,
    key,
    ...(authorities === undefined ? {} : { ca: [...authorities] }),
    minVersion: files.oldest === "1.2" ? "TLSv1.2" : "TLSv1.3",
    // A resumed session is not verified anew: to TLS 1.3 it would be authorized even without a certificate. And who has
    // been recognised stays the same (RFC 5746).
    secureOptions: SSL_OP_NO_TICKET | SSL_OP_NO_RENEGOTIATION,
  };
}
