import { largestJudgedBody } from "../docker/limits.ts";

/** How long a client may take for one head once it has begun, as both originals allow. */
export const HEAD_DEADLINE = 10_000;

/**
 * How long a client may keep a connection without a request. Docker's Go client keeps idle connections for 30 seconds
 * and does not repeat a POST that meets a closed one, so this must be clearly longer.
 */
export const IDLE_DEADLINE = 90_000;

/** How long a body that the gate must have whole before it goes on may take. */
export const BODY_DEADLINE = 10_000;

/** How long a closed connection is still read, so that the client gets the answer and not a reset (RFC 9112 §9.6). */
export const LINGER_DEADLINE = 2_000;

/** How long who may not come in may be silent before it is told why, in milliseconds. */
export const SILENCE_DEADLINE = 300;

/** How often deadlines are looked at: they end up to this much late, and cost nothing per request. */
export const SWEEP_INTERVAL = 1_000;

/** The most client connections, as many as HAProxy takes in both originals. */
export const CONNECTION_LIMIT = 3_000;

/**
 * How many times what is free one address may hold and still take more: of 3,000 connections it gets 2,625 at most, and
 * less where others hold many as well, so that one who has none finds a place.
 */
export const FAIR_MULTIPLE = 7;

/** The most connections beyond the limit that are told so at one time; further ones are cut without a word. */
export const TURNED_AWAY_LIMIT = 100;

/** The most connections that gave way and are still being closed; further ones are cut instead. */
export const GIVEN_WAY_LIMIT = 100;

/** How long a client may take for a TLS handshake: as long as for a head, and it is one as well. */
export const HANDSHAKE_DEADLINE = 10_000;

/**
 * The most TLS handshakes that are under way at one place. They have no seat yet and give way to nobody, so they have a
 * bound of their own: 256 take some 25 MB, and a thousand real clients that come at once need as many for a second.
 */
export const HANDSHAKE_LIMIT = 256;

/** How often the files of a certificate are read anew. A look costs one millisecond, and nobody waits for it. */
export const CERTIFICATE_LOOK_INTERVAL = 10_000;

/** The longest file of certificates: all authorities that browsers know are 250 KB. */
export const CERTIFICATE_FILE_LIMIT: number = 1024 * 1024;

/** The most clients of whose failed handshakes the log is told; others fail unnoted. */
export const FAILED_HANDSHAKES_LIMIT = 1_000;

/** The most large heads that are read at one time: 16 MiB of them. Nobody sends so many but to exhaust the memory. */
export const LARGE_HEADS_LIMIT = 64;

/** The most bytes that arrive early from a client and are held: a second request, or input before an upgrade. */
export const LEFTOVER_LIMIT: number = 64 * 1024;

/** The longest body of a request that upgrades: `{"Detach":false,"Tty":true}` and the like. */
export const UPGRADE_BODY_LIMIT: number = 64 * 1024;

/** The longest rest of a refused request that is read to keep the connection; beyond, closing is cheaper. */
export const DISCARD_LIMIT: number = 64 * 1024;

/** Data up to this size is copied behind its head, so that both leave in one system call. */
export const COALESCE_LIMIT: number = 16 * 1024;

/** From so many parts on, data are copied whatever their size, which is that of one read: dockerd's chunks are small. */
export const COALESCE_PARTS = 4;

/** The most characters that a record keeps of the sentence that says why: the name of a field of the client's choice may stand in it. */
export const RECORDED_REASON_LIMIT = 512;

/** The longest name of what a request makes that a record keeps: of an image it may have a host, a path and a tag of 128 letters. */
export const RECORDED_NAME_LIMIT = 512;

/** The longest body that is held to be judged; `quaygate check` has the same. */
export const JUDGED_BODY_LIMIT: number = largestJudgedBody;

/**
 * The most memory for all requests that are judged and not yet over: bodies as they are gathered, what goes on in their
 * place, and answers to the gate's own questions. A body's parsed form is not in it, because there is never more than
 * one: of the worst body of 4 MiB it is some 50 MiB, twelve times its size, and gone once it is judged.
 */
export const JUDGED_MEMORY_LIMIT: number = 64 * 1024 * 1024;

/** The most heads of requests that are remembered with what was decided, of one client's grant. */
export const REMEMBERED_HEADS = 256;
/** The longest of them, in bytes: what programs send again and again is far shorter. */
export const REMEMBERED_HEAD = 1_024;

/** The most bytes that are remembered of a list with what its entries are: of a hundred containers, each with its labels and ports. */
export const REMEMBERED_LIST: number = 256 * 1024;
/** The most of such lists, of all clients together. */
export const REMEMBERED_LISTS = 32;

/** From this size on a request that is judged is large: real ones have some KiB. */
export const LARGE_BODY: number = 64 * 1024;

/** What the smallest of them takes: Node cuts small buffers from pieces of 8 KiB, and keeps a piece for the last of them. */
export const JUDGED_MEMORY_LEAST: number = 8 * 1024;

/**
 * What an answer takes at the least that says what an object is: all that a small request may hold. One of 28 KiB fits, for it takes
 * twice its size, and real ones have less.
 */
export const LOOKUP_ROOM: number = LARGE_BODY - JUDGED_MEMORY_LEAST;

/** The most clients whose old API version the log is told of; further ones speak one unnoted. */
export const OLD_CLIENTS_LIMIT = 1_000;

/** The longest entry of a list, or event, that is read on its way to a client: real ones have some KiB. */
export const ANSWER_ELEMENT_LIMIT: number = 4 * 1024 * 1024;

/**
 * The longest answer that is one value, which is about one object or the engine: real ones have some hundred KiB. A quarter of the
 * memory for what is judged, so that one of them never keeps out all others.
 */
export const ANSWER_VALUE_LIMIT: number = 16 * 1024 * 1024;

/** The most values in an element, by how the answer is laid out. As many in a whole answer as in four of the largest entries. */
export const ANSWER_VALUES = { list: 100_000, sequence: 100_000, value: 400_000 } as const;

/** The longest error of an engine; real ones are sentences. */
export const ANSWER_ERROR_LIMIT: number = 64 * 1024;

/** So much of a reviewed answer may wait for a client that reads slowly, and not be counted. */
export const UNREAD_ANSWER: number = 64 * 1024;

/** What it takes to know an object by its id. */
export const KNOWN_OBJECT_SIZE = 150;

/**
 * The most objects of which one stream of events remembers whether they are in scope. Of one that was forgotten the engine is
 * asked again; only that it is gone is not told.
 */
export const REMEMBERED_OBJECTS = 100_000;

/** How long a name stays held whose request broke off: an engine goes on with what it has begun, and needs seconds at most. */
export const HELD_NAMES_AFTERMATH = 30_000;

/** The most of them that one client may have; then its requests that name such things wait for them to be over. */
export const HELD_NAMES_AFTERMATHS = 256;
