import type { Call } from "../call.ts";
import { identify, networks as known } from "../catalogue.ts";
import { describeNetwork, type Description } from "../descriptions.ts";
import { filtered, nothing, readMembers, type Route, textOf } from "./answers.ts";
import { descriptionOn, labelsOf, type PlainThing, Shelf } from "./shelf.ts";
import { identifyInSwarm } from "./swarm-id.ts";

/** Docker's own networks. */
const ownNetworks = known.filter(({ name }) => ["bridge", "host", "none"].includes(name));
/** That of a swarm, on which services publish ports. */
const ingress = {
  Name: "ingress",
  Driver: "overlay",
  Scope: "swarm",
  Ingress: true,
  Labels: {},
  Containers: {},
};

/** Networks: Docker's own, and those that were made. */
export class PretendedNetworks {
  readonly #things: Shelf<PlainThing> = new Shelf();

  constructor() {
    for (const network of ownNetworks) this.#keep(describeNetwork(network));
    this.#keep({ ...ingress, Id: identifyInSwarm("network ingress") });
  }

  readonly routes: readonly Route[] = [
    [/^GET \/networks$/u, ({ query }) => this.#list(query)],
    [/^POST \/networks\/create$/u, (call) => this.#create(call)],
    [/^POST \/networks\/prune$/u, () => ({ NetworksDeleted: null })],
    [
      /^GET \/networks\/(?<name>[^/]+)$/u,
      ({ name }) => descriptionOn(this.#things, name, `network ${name} not found`),
    ],
    [
      /^DELETE \/networks\/(?<name>[^/]+)$/u,
      (call) => {
        this.#things.remove(call.name);
        return nothing(call);
      },
    ],
  ];

  /** Has a network there that was made before, with what engines choose. */
  putThere(name: string): void {
    this.#keep(withDefaults({ Name: name }));
  }

  /** The id of a network, also of one that nobody has made. */
  identify(name: string): string {
    return this.#things.find(name)?.id ?? identify(`network ${name}`);
  }

  /** What a network is called. */
  nameOf(word: string): string {
    return this.#things.find(word)?.name ?? word;
  }

  #keep(description: Description): void {
    const [id, name] = [textOf(description["Id"]), textOf(description["Name"])];
    this.#things.keep({ id, name, labels: labelsOf(description), description });
  }

  async #create(call: Call): Promise<Description> {
    const description = withDefaults(await readMembers(call));
    this.#keep(description);
    call.response.statusCode = 201;
    return { Id: description["Id"], Warning: "" };
  }

  #list(query: URLSearchParams): readonly Description[] {
    const drivers = filtered(query, "driver");
    return this.#things
      .listed(query)
      .map(({ description }) => description)
      .filter(({ Driver: driver }) => drivers.length === 0 || drivers.includes(textOf(driver)));
  }
}

/** What a client leaves open, or says with an empty text, is the engine's choice. */
function withDefaults(settings: Description): Description {
  const { Name: name, Driver: given, Scope: scope } = settings;
  const driver = given === undefined || given === "" ? "bridge" : given;
  const isOfSwarm = driver === "overlay";
  const words = `network ${textOf(name)}`;
  return {
    Containers: {},
    Labels: {},
    IPAM: { Driver: "default", Config: [] },
    ...settings,
    Driver: driver,
    Scope: scope === undefined || scope === "" ? (isOfSwarm ? "swarm" : "local") : scope,
    Id: isOfSwarm ? identifyInSwarm(words) : identify(words),
  };
}
