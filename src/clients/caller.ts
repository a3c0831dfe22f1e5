import { type ClientRange, parseClientAddress } from "./address-range.ts";
import type { CertificateFacts } from "./certificate.ts";
import type { Containers, LabelsAnswer } from "./containers.ts";
import { explainNobody } from "./explain-nobody.ts";
import { LATE_NAME_PAUSES } from "./limits.ts";
import type { ClientSource, Needs } from "./matcher.ts";
import type { NameAddresses, NameAnswer } from "./names.ts";
import { type Facts, type OpenFact, recognise } from "./recognise.ts";
import type { Token } from "./token.ts";

/** Whom a policy knows, and whom to ask about callers. */
export interface Registry {
  /** In the policy's order. */
  readonly clients: readonly ClientSource[];
  readonly needs: Needs;
  readonly names: NameAddresses;
  readonly containers: Containers;
  /** Resolves after so many milliseconds. */
  readonly pause: (milliseconds: number) => Promise<void>;
}

/** What a connection shows of who is at its other end. */
export interface ShownByConnection {
  /** Both ends as the kernel says them; undefined on a unix socket. */
  readonly remoteAddress: string | undefined;
  readonly localAddress: string | undefined;
  /** Only of a certificate that TLS found good. */
  readonly certificate: CertificateFacts | undefined;
}

/** Who calls. */
export type Identity =
  | { readonly kind: "client"; readonly name: string }
  /** `isSure` is false where something could not be asked: the same connection may be recognised later. */
  | { readonly kind: "nobody"; readonly reason: string; readonly isSure: boolean };

const LATE_NAME = /^tasks\./u;

/**
 * Who is at the other end of one connection. It is made once the connection was accepted, so that whatever is asked for it
 * began later; ask at once, so that what somebody sent who is gone by now is not taken for his successor's at the same
 * address. Nothing is asked that does not decide.
 */
export class Caller {
  readonly #registry: Registry;
  readonly #address: ClientRange | undefined;
  readonly #local: ClientRange | undefined;
  readonly #certificate: CertificateFacts | undefined;
  readonly #names: Map<string, NameAnswer> = new Map();
  #labels: LabelsAnswer | undefined;
  /** What is being asked for this connection: whoever waits for it shares it. */
  readonly #asking: Map<string, Promise<void>> = new Map();
  /** The pauses for late names, each one for all that wait: whoever asks later waits as long as is left. */
  readonly #latePauses: Promise<void>[] = [];

  constructor(registry: Registry, shown: ShownByConnection) {
    const { remoteAddress, localAddress, certificate } = shown;
    this.#registry = registry;
    this.#address = remoteAddress === undefined ? undefined : parseClientAddress(remoteAddress);
    this.#local = localAddress === undefined ? undefined : parseClientAddress(localAddress);
    this.#certificate = certificate;
  }

  /** Who it is by what is known, with the token that a request has; undefined where something has to be asked first. */
  identifyNow(token: Token | undefined): Identity | undefined {
    const facts = this.#facts(token);
    const recognition = recognise(this.#registry.clients, facts);
    if (recognition.kind === "open") return undefined;
    if (recognition.kind === "client") return recognition;
    const isSure = ![...this.#names.values(), this.#labels].some((answer) => answer?.kind === "failed");
    return { kind: "nobody", reason: explainNobody(facts, this.#registry.needs), isSure };
  }

  /**
   * Who it is, after asking what is not known, and again what could not be answered the last time. Never rejects. Each fact
   * has a deadline, and they are asked for together.
   */
  async identify(token: Token | undefined): Promise<Identity> {
    this.#forget((answer) => answer.kind === "failed");
    let latest = await this.#ask(token);
    for (const [index, milliseconds] of LATE_NAME_PAUSES.entries()) {
      if (latest.kind === "client" || !this.#hasLateNames) break;
      await (this.#latePauses[index] ??= this.#pauseForLateNames(milliseconds));
      latest = await this.#ask(token);
    }
    return latest;
  }

  async #pauseForLateNames(milliseconds: number): Promise<void> {
    await this.#registry.pause(milliseconds);
    this.#forget((_, name) => LATE_NAME.test(name));
  }

  get #hasLateNames(): boolean {
    return [...this.#names.keys()].some((name) => LATE_NAME.test(name));
  }

  async #ask(token: Token | undefined): Promise<Identity> {
    for (;;) {
      const identity = this.identifyNow(token);
      if (identity !== undefined) return identity;
      const recognition = recognise(this.#registry.clients, this.#facts(token));
      if (recognition.kind === "open") await Promise.all(recognition.facts.map((fact) => this.#learn(fact)));
    }
  }

  async #learn(fact: OpenFact): Promise<void> {
    const key = fact.kind === "name" ? `name ${fact.name}` : "labels";
    let asking = this.#asking.get(key);
    if (asking === undefined) {
      asking = this.#fetch(fact).finally(() => this.#asking.delete(key));
      this.#asking.set(key, asking);
    }
    await asking;
  }

  async #fetch(fact: OpenFact): Promise<void> {
    if (fact.kind === "name") {
      this.#names.set(fact.name, await this.#registry.names.addressesOf(fact.name));
    } else {
      this.#labels =
        this.#address === undefined || this.#local === undefined
          ? { kind: "no-container" }
          : await this.#registry.containers.labelsOf(this.#address, this.#local);
    }
  }

  #forget(isOld: (answer: NameAnswer, name: string) => boolean): void {
    for (const [name, answer] of this.#names) if (isOld(answer, name)) this.#names.delete(name);
    if (this.#labels?.kind === "failed") this.#labels = undefined;
  }

  #facts(token: Token | undefined): Facts {
    return {
      address: this.#address,
      names: this.#names,
      labels: this.#labels,
      certificate: this.#certificate,
      token,
    };
  }
}
