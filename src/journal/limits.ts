/** How much of a file is read at once, in bytes: what is read costs a promise for each piece, not for each line. */
export const PIECE: number = 512 * 1024;

/** The most characters that a collector of logs puts before a line: names of a host and a container, and a time. */
export const LONGEST_PREFIX = 512;
