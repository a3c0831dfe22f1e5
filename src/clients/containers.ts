import type { ClientRange } from "./address-range.ts";
import { withDeadline } from "./deadline.ts";
import {
  type EngineNetwork,
  type NetworkEnd,
  networksWith,
  readContainer,
  readNetwork,
} from "./engine-networks.ts";
import { FreshQuestions } from "./fresh-questions.ts";
import { CONTAINER_DEADLINE, MOST_NETWORKS } from "./limits.ts";

/** A whole answer of the engine. */
export interface EngineWord {
  readonly status: number;
  readonly body: string;
}

/** Asks the engine by GET; its answer has a bound, and where there is none it rejects. */
export type AskEngine = (path: string) => Promise<EngineWord>;

/** The labels of the caller's container, or why there are none. */
export type LabelsAnswer =
  | { readonly kind: "labels"; readonly labels: ReadonlyMap<string, string> }
  /** The engine says that no container has the address on a network that the gate is in. */
  | { readonly kind: "no-container" }
  /** The engine could not be asked, or not be understood: it may know better the next time. */
  | { readonly kind: "failed"; readonly reason: string };

const OK = 200;
const NO_CONTAINER: LabelsAnswer = { kind: "no-container" };
const LATE: LabelsAnswer = failed(`no answer within ${CONTAINER_DEADLINE / 1000} seconds`);

/**
 * Knows which container calls, by what the engine says of its networks at that moment, and never by an old answer.
 *
 * The engine's networks are asked and not its list of containers: a container stands in its network before its first
 * process runs and until its address is free again, while the list shows it some time after its first call (measured: 3 of
 * 15 calls of containers that call first of all, against 15 of 15 in the network). The list also grows with labels, which
 * are others' to write.
 *
 * It is a caller's container where, in one and only one network, it has the caller's address, and the gate's end of the
 * connection is another container's in that network or its gateway, which is the host. So the network is one that both
 * share, and the address was not changed on the way. A caller in the host's network, or through it, has the gateway's
 * address, which is no container's. Of an overlay network an engine knows only its own node's containers: callers on other
 * nodes are nobody.
 */
export class Containers {
  readonly #ask: AskEngine;
  readonly #answers: FreshQuestions<unknown> = new FreshQuestions((path) => this.#read(path));
  readonly #networks: FreshQuestions<EngineNetwork> = new FreshQuestions(async (id) =>
    readNetwork(id, await this.#read(`/networks/${id}`)),
  );

  constructor(ask: AskEngine) {
    this.#ask = ask;
  }

  /** The labels of who calls from `remote` to `local`. Resolves after {@link CONTAINER_DEADLINE} at the latest; never rejects. */
  labelsOf(remote: ClientRange, local: ClientRange): Promise<LabelsAnswer> {
    const answer = this.#labelsOf(remote, local).catch((error: unknown) =>
      failed(error instanceof Error ? error.message : String(error)),
    );
    return withDeadline(answer, CONTAINER_DEADLINE, LATE);
  }

  async #labelsOf(remote: ClientRange, local: ClientRange): Promise<LabelsAnswer> {
    const ids = networksWith(await this.#answers.ask("/networks"), remote);
    if (ids === undefined) return failed("the Docker engine did not list its networks");
    if (ids.length > MOST_NETWORKS) return failed("too many networks have the caller's address");
    // One after the other: a caller takes no more connections to the engine than it has to the gate.
    const networks: EngineNetwork[] = [];
    for (const id of ids) networks.push(await this.#networks.ask(id));
    const [place, ...others] = networks.flatMap((network) => placesAt(network, remote));
    if (place === undefined || others.length > 0) return NO_CONTAINER;
    const { container, network } = place;
    const found = readContainer(await this.#answers.ask(`/containers/${container}/json`), network.id);
    if (found === undefined) return failed("the Docker engine did not describe the container");
    const gateEnds = [...network.gateways, ...found.gateways, ...network.ends.flatMap(otherEnds(container))];
    return gateEnds.some(({ text }) => text === local.text)
      ? { kind: "labels", labels: found.labels }
      : NO_CONTAINER;
  }

  async #read(path: string): Promise<unknown> {
    const { status, body } = await this.#ask(path);
    if (status !== OK) throw new Error(`the Docker engine answered with status ${status}`);
    const value: unknown = JSON.parse(body);
    return value;
  }
}

interface Place {
  readonly container: string;
  readonly network: EngineNetwork;
}

function placesAt(network: EngineNetwork, { text }: ClientRange): readonly Place[] {
  return network.ends.flatMap(({ container, addresses }) =>
    container !== undefined && addresses.some((each) => each.text === text) ? [{ container, network }] : [],
  );
}

function otherEnds(caller: string): (end: NetworkEnd) => readonly ClientRange[] {
  return ({ container, addresses }) => (container === caller ? [] : addresses);
}

function failed(reason: string): LabelsAnswer {
  return { kind: "failed", reason };
}
