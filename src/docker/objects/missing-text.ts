import type { OperationName } from "../operations.ts";
import { canonicalImage } from "../powers/image-reference.ts";
import type { ObjectKind } from "./object-kind.ts";

/** How dockerd says that it has none, behind or before the client's word. */
const TEXTS: Readonly<Record<ObjectKind, (word: string) => string>> = {
  container: (word) => `No such container: ${word}`,
  exec: (word) => `No such exec instance: ${word}`,
  image: (word) => `No such image: ${familiarImage(word)}`,
  network: (word) => `network ${word} not found`,
  volume: (word) => `get ${word}: no such volume`,
  service: (word) => `service ${word} not found`,
  task: (word) => `task ${word} not found`,
  secret: (word) => `secret ${word} not found`,
  config: (word) => `config ${word} not found`,
  node: (word) => `node ${word} not found`,
  plugin: (word) => `plugin ${JSON.stringify(word)} not found`,
};

/** Where an operation says it in other words than the others of its kind. */
const OF_OPERATION: Readonly<Partial<Record<OperationName, (word: string) => string>>> = {
  ContainerKill: (word) => `cannot kill container: ${word}: ${TEXTS.container(word)}`,
  // An engine says it in the stream of a push that has begun.
  ImagePush: (word) => `An image does not exist locally with the tag: ${untagged(familiarImage(word))}`,
};

/**
 * What dockerd answers with 404 about an object that is not there, as today's releases write it: to the operation, or to
 * most of those that there are for its kind.
 */
export function missingText(kind: ObjectKind, word: string, operation?: OperationName): string {
  const write = operation === undefined ? undefined : OF_OPERATION[operation];
  return (write ?? TEXTS[kind])(word);
}

function untagged(image: string): string {
  return image.replace(/(?::[^/:]*|@.*)$/u, "");
}

const HUB = "docker.io/";
/** The folder of Docker's own images, which their names leave out. */
const OFFICIAL = "library/";
/** The beginning of an id, which dockerd takes for a name as well. */
const ID_START = /^[0-9a-f]{1,63}$/u;

/** A reference as dockerd shows it: without what Docker's names leave out, and with the tag that it took. */
function familiarImage(word: string): string {
  if (ID_START.test(word)) return `${word}:latest`;
  const canonical = canonicalImage(word) ?? word;
  if (!canonical.startsWith(HUB)) return canonical;
  const path = canonical.slice(HUB.length);
  const isOfficial = path.startsWith(OFFICIAL) && !path.slice(OFFICIAL.length).includes("/");
  return isOfficial ? path.slice(OFFICIAL.length) : path;
}
