import { OWN_LABELS, OWNER_LABEL } from "../../src/docker/objects/owner-label.ts";
import type { ObjectKind } from "../../src/docker/objects/object-kind.ts";
import { dockerOutput, uniqueName } from "./docker-cli.ts";

/** An object of the engine by all that it can be called. */
export interface TestObject {
  readonly name: string;
  readonly id: string;
}

/** One object of each kind that tests can have. */
export type TestObjects = Readonly<Record<Exclude<ObjectKind, "exec" | "node" | "plugin">, TestObject>>;

/** Writes lines until it is told to end, and repeats what it hears. */
const TALKS =
  "trap 'exit 0' TERM; (while :; do echo tick; sleep 1; done) & while read -r line; do echo heard $line; done; wait";

/** Makes objects of every kind behind the gate's back, all of them marked as made by this client; the engine manages a swarm. */
export async function makeObjects(host: string, client: string): Promise<TestObjects> {
  const run = (...words: readonly string[]): Promise<string> => dockerOutput(host, words);
  const owned = `${OWNER_LABEL}=${client}`;
  const name = uniqueName(client);
  const talking = ["busybox:test", "sh", "-c", TALKS];
  const container = await run(
    ...["run", "--detach", "--interactive", "--network=none", `--name=${name}`, `--label=${owned}`],
    ...talking,
  );
  const change = `--change=LABEL ${owned} ${OWN_LABELS}image-owner=${client}`;
  const image = await run("commit", "--pause=false", change, container, `${name}:latest`);
  const network = await run("network", "create", `--label=${owned}`, name);
  await run("volume", "create", `--label=${owned}`, name);
  const quietly = ["--quiet", "--no-resolve-image", `--name=${name}`, `--label=${owned}`];
  await run("service", "create", ...quietly, ...talking);
  const service = await run("service", "inspect", "--format={{.ID}}", name);
  const task = await run("service", "ps", "--quiet", "--no-trunc", name);
  const made = async (kind: "secret" | "config"): Promise<string> =>
    dockerOutput(host, [kind, "create", `--label=${owned}`, name, "-"], { input: "hunter2" });
  return {
    container: { name, id: container },
    image: { name, id: image },
    network: { name, id: network },
    volume: { name, id: name },
    service: { name, id: service },
    task: { name: task, id: task },
    secret: { name, id: await made("secret") },
    config: { name, id: await made("config") },
  };
}
