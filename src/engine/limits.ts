/** How long opening a connection to the engine may take. */
export const CONNECT_DEADLINE = 10_000;

/** When the kernel starts to ask whether a silent peer still lives: streams may be silent for days. */
export const KEEP_ALIVE_DELAY = 30_000;

/** How long an idle connection to the engine is kept; dockerd itself never closes one. */
export const ENGINE_IDLE_DEADLINE = 60_000;

/** The most idle connections to the engine: more than that many at once is a burst. */
export const ENGINE_IDLE_LIMIT = 64;

/** How long a look whether the engine answers may take, clearly below the 30 seconds of a container's health check. */
export const PROBE_DEADLINE = 3_000;

/** How long the engine may take to say what all the volumes and networks are that a request names. */
export const LOOKUP_DEADLINE = 10_000;

/** The longest answers about all that a request names: a network with a thousand containers has some hundred KiB. */
export const LOOKUP_ANSWER_LIMIT: number = 4 * 1024 * 1024;

/** The first buffer for reads from the engine, in bytes: an event fits, and thousands of followers of events have one each. */
export const FIRST_READ = 1_024;
/** A buffer that was full is followed by one so many times as long: most answers fit into the second one. */
export const READ_GROWTH = 8;
/** The longest one: what Node itself reads at most at once. */
export const LONGEST_READ: number = FIRST_READ * READ_GROWTH * READ_GROWTH;

/**
 * The longest entry of a list that is looked through for what a request names: a network has some hundred bytes, and its
 * labels. A longer one is not what is meant.
 */
export const NAMED_ENTRY_LIMIT: number = 256 * 1024;

/** The longest one where it has to be known of each: of all labels that a request can have, each byte may be written as six. */
export const PLACED_ENTRY_LIMIT: number = 32 * 1024 * 1024;

/** The longest entry of a list that the gate reads for itself. */
export const LISTED_ENTRY_LIMIT: number = 4 * 1024 * 1024;

/** The most objects of a kind that it keeps the ids of for one exchange: some 10 MB. No engine has so many. */
export const LISTED_OBJECTS = 100_000;
