import type { WasSaid } from "./error-text.ts";

/** Takes the place of a reason that may tell what a client may not read. */
export const HIDDEN_REASON =
  "the engine refused it, and its reason may tell what is hidden from this client: the engine's log has it";

/** Ids, which every client may read: of the engine, and of a swarm. */
const ID = /^(?:[0-9a-f]{12,64}|[0-9a-z]{25})$/u;

/**
 * What engines say about the request alone; each group is a word of it, or an id. As dockerd 20.10 to 29 and Podman 4 and 5
 * write it.
 */
const ABOUT_REQUEST: readonly RegExp[] = [
  /^page not found$/iu,
  /^client version 1\.\d+ is too (?:old|new)\. (?:Minimum|Maximum) supported API version is 1\.\d+(?:, please upgrade your client to a newer version)?$/u,
  /^this node is not (?:a swarm manager|part of a swarm)\b[\w\s."',]*$/iu,
  /^(?:[Ee]rror: )?[Nn]o such (?:container|image|exec instance|exec|network|volume|plugin|service|task|node|secret|config|id)(?:: (\S+))?$/u,
  /^(?:network|service|task|secret|config|node|plugin|volume) "?([^\s"]+)"? not found$/u,
  /^get ([^\s:]+): no such volume$/u,
  /^cannot kill container: ([^\s:]+): No such container: (\S+)$/iu,
  /^no (?:container|image|volume|network|secret|pod) with (?:name or ID|name|id) "?([^\s"]+)"? found: no such (?:container|image|volume|network|secret|pod)$/iu,
];

/** The same of what tells a state. */
const ABOUT_STATE: readonly RegExp[] = [
  /^(?:cannot kill container: ([^\s:]+): )?container (\S+) is (?:not running|not paused|already paused|paused|restarting|restarting, wait until the container is running)$/iu,
];

/** Tells whether an engine's reason has nothing in it but what the request itself said; a state only where it is shown. */
export function isPlainReason(reason: string, showsState: boolean, wasSaid: WasSaid): boolean {
  const known = showsState ? [...ABOUT_REQUEST, ...ABOUT_STATE] : ABOUT_REQUEST;
  return known.some((sentence) => {
    const words = sentence.exec(reason.trim());
    return words?.slice(1).every((word: string | undefined) => word === undefined || isOwn(word, wasSaid));
  });
}

function isOwn(word: string, wasSaid: WasSaid): boolean {
  return ID.test(word) || wasSaid(word) || wasSaid(word.replace(/:latest$/u, ""));
}
