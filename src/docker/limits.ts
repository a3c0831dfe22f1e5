/** Below API 1.24 a start takes a whole HostConfig and a copy reads files by POST: dockerd up to 24 still serves both. */
export const oldestMinorVersion = 24;

/** Three digits reach far beyond any engine, and keep the number exact. */
export const longestMinorVersion = 3;

/** The routes below /libpod that are known here are those of Podman 3 and later. */
export const oldestLibpodMajorVersion = 3;

/** Three digits, as above, in each of the three numbers of a libpod version. */
export const longestLibpodNumber = 3;

/** The most levels of arrays and objects in a body that is judged; real ones have up to nine. */
export const deepestBody = 32;

/**
 * The most values in a body that is judged. Real ones have some hundreds; without a bound, 4 MiB of `{}` would take
 * hundreds of MiB of memory and seconds in which nobody else is served.
 */
export const mostValues = 100_000;

/** The most powers that one request may ask for: a Compose service with all its labels asks for some dozens. */
export const mostPowers = 2_000;

/**
 * The longest name, path or address, in bytes, that is a power's value as a whole: Linux takes no longer path (PATH_MAX),
 * and names are far shorter. What is longer is cut, and no pattern stands for it.
 */
export const longestName = 4_096;

/** The same of a command: Linux starts no program with a longer word (MAX_ARG_STRLEN), so no script in one is longer. */
export const longestCommand: number = 128 * 1024;

/** The most characters of all powers of one request. Real ones have some thousand, or as many as a script has. */
export const mostPowerCharacters: number = 512 * 1024;

/** The most names of one request of which the engine is asked what they stand for. */
export const mostLookups = 32;

/** The most characters of a client's value that an error repeats. */
export const longestShownValue = 120;

/** The most characters of a template that a list of powers can name; real ones have some dozens. */
export const longestTemplate = 1024;

/** The longest body that is judged, as Docker's own plugins get it at most; it must be whole before it is read. */
export const largestJudgedBody: number = 4 * 1024 * 1024;
