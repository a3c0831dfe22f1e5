import { identify } from "../catalogue.ts";
import { type Description, identifyImage } from "../descriptions.ts";
import { created, nothing, progress, type Route, sendArchive } from "./answers.ts";

const builtLine = { stream: "Successfully built 000000000000\n" } as const;
const made = "2025-01-01T00:00:00Z";
/** In a list a date is a number. */
const listed = {
  Created: Date.parse(made) / 1000,
  Containers: -1,
  SharedSize: -1,
  ParentId: "",
  Labels: null,
} as const;

/** The images that the pretended containers run. Of each a registry has a newer one. */
export const imagesDue = ["nginx:latest", "postgres:17"] as const;

/** Every image that somebody names is there, but those of the pretended containers are of yesterday until they are pulled. */
export class PretendedImages {
  readonly #pulled: Set<string> = new Set();
  /** What each id stands for that was told. */
  readonly #names: Map<string, string> = new Map();

  readonly routes: readonly Route[] = [
    [/^GET \/images\/json$/u, () => imagesDue.map((name) => ({ ...this.#describe(name), ...listed }))],
    [/^GET \/images\/search$/u, () => []],
    [/^GET \/images\/get$/u, (call) => sendArchive(call)],
    [/^GET \/images\/(?<name>.+)\/get$/u, (call) => sendArchive(call)],
    [/^GET \/images\/(?<name>.+)\/history$/u, () => []],
    [/^GET \/images\/(?<name>.+)\/json$/u, ({ name }) => this.#inspect(name)],
    [
      /^POST \/images\/create$/u,
      ({ query }) => {
        const [image, tag] = [query.get("fromImage") ?? "", query.get("tag") ?? ""];
        this.#pulled.add(shortName(tag === "" || tag.includes(":") ? image : `${image}:${tag}`));
        return progress({ status: "Pull complete" });
      },
    ],
    [/^POST \/images\/prune$/u, () => ({ ImagesDeleted: null, SpaceReclaimed: 0 })],
    [/^POST \/images\/load$/u, () => progress({ stream: "Loaded image\n" })],
    [/^POST \/images\/.+\/push$/u, () => progress({ status: "Pushed" })],
    [/^POST \/images\/.+\/tag$/u, ({ response }) => void response.writeHead(201).end()],
    [/^DELETE \/images\/(?<name>.+)$/u, ({ name }) => [{ Untagged: name }]],
    [/^POST \/commit$/u, (call) => created(call, identifyImage(`commit ${call.query.toString()}`))],
    [/^POST \/build$/u, () => progress({ aux: { ID: identifyImage("built") } }, builtLine)],
    [/^POST \/build\/prune$/u, () => ({ CachesDeleted: null, SpaceReclaimed: 0 })],
    [/^POST \/build\/cancel$/u, nothing],
  ];

  /** The id that a name stands for now. */
  identify(name: string): string {
    const short = shortName(name);
    const isDue = imagesDue.some((due) => due === short) && !this.#pulled.has(short);
    const id = identifyImage(isDue ? `yesterday's ${short}` : short);
    this.#names.set(id, short);
    return id;
  }

  #inspect(word: string): Description {
    const name = this.#names.get(word);
    if (name === undefined) return this.#describe(word.startsWith("sha256:") ? undefined : word, word);
    return { ...this.#describe(name), Id: word };
  }

  #describe(name: string | undefined, id: string = this.identify(name ?? "")): Description {
    const digest = `sha256:${identify(`digest ${id}`)}`;
    return {
      Id: name === undefined ? id : this.identify(name),
      RepoTags: name === undefined ? [] : [name],
      RepoDigests: name === undefined ? [] : [`${repositoryOf(name)}@${digest}`],
      Created: made,
      Size: 0,
      Os: "linux",
      Architecture: "amd64",
      Config: {},
      // Compose 1 reads it where it makes a container anew.
      ContainerConfig: {},
      RootFS: { Type: "layers", Layers: [] },
    };
  }
}

/** As `docker ps` shows it: without what Docker Hub's names leave out, and with a tag. */
function shortName(name: string): string {
  const short = name.replace(/^(?:docker\.io\/)?(?:library\/)?/u, "");
  return /[:@][^/]*$/u.test(short) ? short : `${short}:latest`;
}

function repositoryOf(name: string): string {
  return name.replace(/[:@][^/]*$/u, "");
}
