/** The first of the two bytes that end a line (RFC 9112 §2.2). */
export const CR = 0x0d;

/** The second, and never alone. */
export const LF = 0x0a;

/** No bytes. */
export const EMPTY: Buffer = Buffer.alloc(0);
