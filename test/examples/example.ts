import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { root } from "../../scripts/set-up.mjs";

/** A deployment under `examples`, as Compose and `docker stack` read it. */
export interface Example {
  readonly file: string;
  readonly text: string;
  readonly services: ReadonlyMap<string, Service>;
  readonly networks: ReadonlyMap<string, ReadonlyMap<string, unknown>>;
}

/** One service of a deployment: its keys, with the environment as a container would see it. */
export interface Service {
  readonly name: string;
  readonly image: string;
  readonly keys: ReadonlyMap<string, unknown>;
  readonly environment: Readonly<Record<string, string>>;
}

const folder = join(root, "examples");

/** How the name of a policy file ends that stands beside its deployment. */
const POLICY = "-policy.yaml";

const files = readdirSync(folder)
  .filter((name) => name.endsWith(".yaml"))
  .toSorted();

/** Every deployment there is, by file name. */
export const exampleFiles: readonly string[] = files.filter((name) => !name.endsWith(POLICY));

/** Every policy file that is mounted by one of them. */
export const policyFiles: readonly string[] = files.filter((name) => name.endsWith(POLICY));

/** Reads a deployment by its file name. */
export function readExample(file: string): Example {
  const text = readFileSync(join(folder, file), "utf8");
  const parsed: unknown = parse(text, { merge: true });
  const services = [...entriesOf(entriesOf(parsed).get("services"))].map(([name, value]): Service => {
    const keys = entriesOf(value);
    const environment = [...entriesOf(keys.get("environment"))].map(([key, setting]) => [
      key,
      String(setting),
    ]);
    return { name, image: String(keys.get("image")), keys, environment: Object.fromEntries(environment) };
  });
  if (services.length === 0) {
    throw new Error(`${file} has no services`);
  }
  return {
    file,
    text,
    services: new Map(services.map((service) => [service.name, service])),
    networks: new Map(
      [...entriesOf(entriesOf(parsed).get("networks"))].map(([name, value]) => [name, entriesOf(value)]),
    ),
  };
}

/** The services of a deployment that are gates, in order. */
export function proxiesOf({ services }: Example): readonly Service[] {
  return [...services.values()].filter(({ image }) => image.startsWith("quaygate/"));
}

/** The network on which a gate serves its metrics, to those who read them and are no clients of it. */
export const MONITORING = "monitoring";

/** The services of a deployment that a gate serves: neither gates nor readers of its metrics. */
export function consumersOf(example: Example): readonly Service[] {
  const gates = proxiesOf(example);
  return [...example.services.values()].filter(
    (service) => !gates.includes(service) && !networksOf(service).includes(MONITORING),
  );
}

/** The networks that a service is on, whether its file lists them or says more of each. */
export function networksOf({ keys }: Service): readonly string[] {
  const networks = keys.get("networks");
  return Array.isArray(networks) ? wordsOf(networks) : [...entriesOf(networks).keys()];
}

/** The environment of one gate of a deployment: what a test starts its own gate with. */
export function settingsOf(file: string, service = "socket-proxy"): Readonly<Record<string, string>> {
  const proxy = proxiesOf(readExample(file)).find(({ name }) => name === service);
  if (proxy === undefined) {
    throw new Error(`${file} has no gate ${service}`);
  }
  const policy = policyOf(proxy);
  return { ...proxy.environment, ...(policy === undefined ? {} : { QUAYGATE_POLICY: policy }) };
}

/** The file here that is mounted where a gate looks for its policy; undefined where it looks for none. */
export function policyOf({ name, environment, keys }: Service): string | undefined {
  const place = environment["QUAYGATE_POLICY"];
  if (place === undefined) return undefined;
  const end = `:${place}:ro`;
  const mount = wordsOf(keys.get("volumes")).find((volume) => volume.endsWith(end));
  if (mount === undefined) throw new Error(`nothing is mounted at ${place} of ${name}, read-only`);
  return join(folder, mount.slice(0, -end.length));
}

/** The volumes of a gate as its file has them, on an engine whose socket is at another place. */
export function volumesAt(socketPath: string, { keys }: Service): readonly string[] {
  return wordsOf(keys.get("volumes")).map((volume) =>
    volume.replace(/^\/var\/run\/docker\.sock:/u, `${socketPath}:`),
  );
}

/** A list of words under a key, whichever of YAML's spellings it has. */
export function wordsOf(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.map(String) : [];
}

/** The entries of a mapping; none where there is none. */
export function entriesOf(value: unknown): ReadonlyMap<string, unknown> {
  return new Map(typeof value === "object" && value !== null ? Object.entries(value) : []);
}
