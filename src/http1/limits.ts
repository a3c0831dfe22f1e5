/**
 * The longest head. dockerode repeats the whole create body in the URL and X-Registry-Config holds every registry
 * login, so Node's 16 KiB is too small; Go accepts 1 MiB, which no client needs.
 */
export const HEAD_LIMIT: number = 256 * 1024;

/** Heads beyond this size are rare, and what they take is looked after: nearly all are below 2 KiB. */
export const LARGE_HEAD: number = 16 * 1024;

/**
 * The longest path: names and a version, and no client needs a tenth of it. It is kept as long as its exchange lasts,
 * unlike the query and the fields.
 */
export const PATH_LIMIT: number = 8 * 1024;

/** The most fields in one head: BuildKit repeats X-Docker-Expose-Session-Grpc-Method about ten times, nobody needs 200. */
export const FIELD_LIMIT = 200;

/** The longest trailer section, the longest that Go's server reads too. It is checked and dropped. */
export const TRAILER_LIMIT = 4096;

/** The most bytes of chunk extensions in one body. They are read and dropped; no Docker client sends one. */
export const CHUNK_EXTENSION_LIMIT = 1024;

/** The most hexadecimal digits of a chunk size: 13 digits stay below 2^53, where numbers are exact. */
export const CHUNK_SIZE_DIGITS = 13;

/** The most decimal digits of a Content-Length: 15 digits stay below 2^53, where numbers are exact. */
export const CONTENT_LENGTH_DIGITS = 15;

/** The longest body that is read and dropped where the method gives it no meaning: `requests.delete(json=...)` sends one. */
export const IGNORED_BODY_LIMIT: number = 64 * 1024;
