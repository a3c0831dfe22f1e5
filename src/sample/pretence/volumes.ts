import type { Call } from "../call.ts";
import { identify } from "../catalogue.ts";
import type { Description } from "../descriptions.ts";
import { nothing, readMembers, type Route } from "./answers.ts";
import { descriptionOn, labelsOf, type PlainThing, Shelf } from "./shelf.ts";

/** The volumes that were made, by themselves or for a container. */
export class PretendedVolumes {
  readonly #things: Shelf<PlainThing> = new Shelf();

  readonly routes: readonly Route[] = [
    [
      /^GET \/volumes$/u,
      ({ query }) => ({
        Volumes: this.#things.listed(query).map(({ description }) => description),
        Warnings: null,
      }),
    ],
    [/^POST \/volumes\/create$/u, (call) => this.#create(call)],
    [/^POST \/volumes\/prune$/u, () => ({ VolumesDeleted: null, SpaceReclaimed: 0 })],
    [
      /^GET \/volumes\/(?<name>[^/]+)$/u,
      ({ name }) => descriptionOn(this.#things, name, `get ${name}: no such volume`),
    ],
    [
      /^DELETE \/volumes\/(?<name>[^/]+)$/u,
      (call) => {
        this.#things.remove(call.name);
        return nothing(call);
      },
    ],
  ];

  /** Makes a plain volume where there is none of this name. */
  ensure(name: string): void {
    if (this.#things.find(name) === undefined) this.#keep({ Name: name });
  }

  async #create(call: Call): Promise<Description> {
    const settings = await readMembers(call);
    call.response.statusCode = 201;
    return this.#keep(settings);
  }

  /** An empty text leaves the choice to the engine. */
  #keep({ Name: given, Driver: driver, DriverOpts: options = null, ...settings }: Description): Description {
    const name = typeof given === "string" && given !== "" ? given : identify(`volume ${this.#things.size}`);
    const labels = labelsOf(settings);
    const description = {
      Name: name,
      Driver: typeof driver === "string" && driver !== "" ? driver : "local",
      Options: options,
      Labels: labels,
      Mountpoint: `/var/lib/docker/volumes/${name}/_data`,
      Scope: "local",
    };
    this.#things.keep({ id: name, name, labels, description });
    return description;
  }
}
