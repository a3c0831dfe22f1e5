import type { Socket } from "node:net";
import { Caller, type Identity, type Registry } from "../../clients/caller.ts";
import { type CertificateFacts, factsOfCertificate } from "../../clients/certificate.ts";
import type { NetworkDoor } from "../../clients/network-door.ts";
import type { PlaceClient } from "../../clients/place-client.ts";
import { presentedToken, type Token } from "../../clients/token.ts";
import { tls } from "../../kernel/late-modules.ts";
import type { GateParts, Recognised, Recogniser, SharedParts } from "../gate-parts.ts";
import { partsOfNobody } from "../terms.ts";
import { PlaceOwner } from "./place-owner.ts";

/** Whom a recogniser knows. */
export interface Acquaintances {
  readonly registry: Registry;
  /** On whose terms each of them is served, by name. */
  readonly clients: ReadonlyMap<string, GateParts>;
  /** The clients to whom a place to listen at belongs, by the place. */
  readonly listeners: ReadonlyMap<string, PlaceClient>;
  /** Where callers are turned back who come by another network than that of the address that they called. */
  readonly door: NetworkDoor;
}

/** Recognises the clients of a policy. What a connection shows is looked at once, a token with each request. */
export class PolicyRecogniser implements Recogniser {
  readonly unknown: GateParts;
  readonly #shared: SharedParts;
  readonly #known: Acquaintances;
  /** Of the places that belong to a client. */
  readonly #owners: ReadonlyMap<string, PlaceOwner>;

  constructor(shared: SharedParts, known: Acquaintances) {
    this.#shared = shared;
    this.#known = known;
    this.unknown = partsOfNobody(shared, "it is not known yet who calls");
    const { door, listeners } = known;
    this.#owners = new Map(
      [...listeners].map(([place, { client, othersBy }]) => [
        place,
        new PlaceOwner(
          this.#partsOf({ kind: "client", name: client }),
          shared,
          othersBy === undefined ? undefined : { door, othersBy },
        ),
      ]),
    );
  }

  recognise(socket: Socket, place: string): Recognised | Promise<Recognised> {
    const owner = this.#owners.get(place);
    if (owner !== undefined) return owner.recognise(socket, place);
    const { registry } = this.#known;
    const { remoteAddress, localAddress } = socket;
    const certificate = registry.needs.certificate ? certificateOf(socket) : undefined;
    const caller = new Caller(registry, { remoteAddress, localAddress, certificate });
    if (registry.needs.token) {
      // Asked at once, so that the answer is about who is there now; of each request it is looked up again.
      if (caller.identifyNow(undefined) === undefined) void caller.identify(undefined);
      return (head) => this.#identify(caller, tokenOf(head));
    }
    const identity = caller.identifyNow(undefined);
    return identity === undefined
      ? caller.identify(undefined).then((found) => this.#recognised(caller, found))
      : this.#recognised(caller, identity);
  }

  /** Who could not be told for sure is asked about again with its second request. */
  #recognised(caller: Caller, identity: Identity): Recognised {
    const parts = this.#partsOf(identity);
    if (identity.kind === "client" || identity.isSure) return parts;
    let isFirst = true;
    return () => {
      const isKnown = isFirst;
      isFirst = false;
      return isKnown ? parts : this.#identify(caller, undefined);
    };
  }

  #identify(caller: Caller, token: Token | undefined): GateParts | Promise<GateParts> {
    const identity = caller.identifyNow(token);
    return identity === undefined || (identity.kind === "nobody" && !identity.isSure)
      ? caller.identify(token).then((found) => this.#partsOf(found))
      : this.#partsOf(identity);
  }

  #partsOf(identity: Identity): GateParts {
    const parts = identity.kind === "client" ? this.#known.clients.get(identity.name) : undefined;
    const reason = identity.kind === "nobody" ? identity.reason : "the policy no longer has this client";
    return parts ?? partsOfNobody(this.#shared, reason);
  }
}

/** Takes one look at each character: a pattern that also trims takes as many as there are spaces, for each of them. */
const AUTHORIZATION = /^authorization:([^\r\n]*)\r$/gimu;

/** Of two tokens none counts. */
function tokenOf(head: string): Token | undefined {
  const [field, ...others] = head.matchAll(AUTHORIZATION);
  return others.length === 0 ? presentedToken(field?.[1]?.trim()) : undefined;
}

/** The certificate of a client's that TLS found good. */
function certificateOf(socket: Socket): CertificateFacts | undefined {
  const shown =
    socket instanceof tls().TLSSocket && socket.authorized ? socket.getPeerX509Certificate() : undefined;
  return shown === undefined ? undefined : factsOfCertificate(shown);
}
