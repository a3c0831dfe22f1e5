/** How long a name may take to be resolved; later it has no addresses for who asked. Docker's own DNS takes milliseconds. */
export const NAME_DEADLINE = 2_000;

/**
 * How long after each other the names of Swarm tasks are asked again for a caller that nothing recognises. Swarm makes a
 * task's name known after the task was started, so its first call can come earlier; all other names are there before.
 */
export const LATE_NAME_PAUSES: readonly number[] = [100, 400, 1_000];

/** How long the engine may take to say which container has an address, over all the questions that this takes. */
export const CONTAINER_DEADLINE = 3_000;

/** The most networks that one address can be looked for in; Docker gives no two networks the same addresses. */
export const MOST_NETWORKS = 4;

/** The fewest characters of a token: 16 of base64 are 96 bits. */
export const LEAST_TOKEN = 16;

/** The longest name of the DNS (RFC 1035 §2.3.4), written with dots. */
export const LONGEST_NAME = 253;

/** The longest part between its dots. */
export const LONGEST_NAME_PART = 63;

/** How many callers from other networks than that of the address that they called the log is told of, each once. */
export const OTHER_NETWORKS_LIMIT = 256;
