import { containerPowers } from "../../../src/docker/powers/container.ts";
import { hostConfig } from "../../../src/docker/powers/host-config.ts";
import { harmless } from "../../../src/docker/powers/meaning.ts";
import { type AskedTexts, askedBy } from "./asked.ts";

/** What the body of ContainerCreate means. */
export const createBody = containerPowers.ContainerCreate?.body ?? harmless;

/** What the body of ContainerExec means. */
const execBody = containerPowers.ContainerExec?.body ?? harmless;

/** What every container asks for that says nothing of it: the engine and the image fill it in. */
export const unsaid = [
  "image:(none)",
  "user:(image)",
  "entrypoint:(image)",
  "command:(image)",
  "network:bridge",
];

/** Powers and look-ups in one list, or why there is no answer. */
export function outcome({ powers, lookups, fault }: AskedTexts): readonly string[] | string {
  return fault === undefined ? [...powers, ...lookups.map((name) => `look up ${name}`)] : `refused: ${fault}`;
}

/** What fields of HostConfig ask for. */
export function hostAsks(fields: unknown): readonly string[] | string {
  return outcome(askedBy(hostConfig, fields));
}

/** What a body of ContainerCreate asks for beyond what it leaves unsaid. */
export function createAsks(body: unknown): readonly string[] | string {
  const asked = outcome(askedBy(createBody, body));
  return typeof asked === "string" ? asked : asked.filter((power) => !unsaid.includes(power));
}

/** What a body of ContainerExec asks for. */
export function execAsks(body: unknown): readonly string[] | string {
  return outcome(askedBy(execBody, body));
}
