import type { EngineWord } from "../../src/clients/containers.ts";

/** A container as a test has it: on which networks, at which addresses. */
export interface PretendedContainer {
  readonly id: string;
  readonly labels?: unknown;
  /** The first address of its network, unless said otherwise. */
  readonly gateway?: string;
  /** By the name of a network. */
  readonly addresses: Readonly<Record<string, string>>;
}

/** A network of a pretended engine. */
export interface PretendedNetwork {
  readonly subnet: string;
  readonly gateway?: string;
}

/** 64 digits, different for each number. */
export function id(number: number): string {
  return number.toString(16).padStart(64, "0");
}

/** The id that the pretended engine gives to a network. */
export function networkId(name: string): string {
  return Buffer.from(name).toString("hex").padEnd(64, "0");
}

/** Answers as an engine does that has these networks and containers, which the test may change. */
export class PretendedEngine {
  readonly asked: string[] = [];
  networks: Readonly<Record<string, PretendedNetwork>>;
  containers: readonly PretendedContainer[];
  /** What is answered instead, by path. */
  readonly instead: Map<string, EngineWord> = new Map();

  constructor(
    networks: Readonly<Record<string, PretendedNetwork>>,
    containers: readonly PretendedContainer[],
  ) {
    this.networks = networks;
    this.containers = containers;
  }

  readonly ask = (path: string): Promise<EngineWord> => {
    this.asked.push(path);
    const body = this.#answer(path);
    const word =
      body === undefined ? { status: 404, body: "{}" } : { status: 200, body: JSON.stringify(body) };
    return Promise.resolve(this.instead.get(path) ?? word);
  };

  #answer(path: string): unknown {
    const [, room = "", which] = path.split("/");
    if (room === "networks" && which === undefined)
      return Object.keys(this.networks).map((name) => this.#network(name));
    if (room === "networks") {
      const name = Object.keys(this.networks).find((each) => networkId(each) === which);
      return name === undefined ? undefined : { ...this.#network(name), Containers: this.#ends(name) };
    }
    const container = this.containers.find((each) => each.id === which);
    return container === undefined ? undefined : this.#container(container);
  }

  #network(name: string): Readonly<Record<string, unknown>> {
    const { subnet = "", gateway } = this.networks[name] ?? {};
    const config = gateway === undefined ? { Subnet: subnet } : { Subnet: subnet, Gateway: gateway };
    return { Name: name, Id: networkId(name), IPAM: { Driver: "default", Config: [config] }, Containers: {} };
  }

  #ends(name: string): Readonly<Record<string, unknown>> {
    return Object.fromEntries(
      this.containers.flatMap((container) => {
        const address = container.addresses[name];
        if (address === undefined) return [];
        const keys = address.includes(":") ? ["IPv6Address", "IPv4Address"] : ["IPv4Address", "IPv6Address"];
        return [[container.id, { Name: "x", [keys[0] ?? ""]: `${address}/24`, [keys[1] ?? ""]: "" }]];
      }),
    );
  }

  #container({ labels = {}, gateway, addresses }: PretendedContainer): unknown {
    const networks = Object.entries(addresses).map(([name, address]) => [
      name,
      {
        NetworkID: networkId(name),
        IPAddress: address,
        Gateway: gateway ?? address.replace(/[0-9]+$/u, "1"),
      },
    ]);
    return { Config: { Labels: labels }, NetworkSettings: { Networks: Object.fromEntries(networks) } };
  }
}
