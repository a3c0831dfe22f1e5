/** How many requests a client may send. */
export interface RequestRate {
  /** A second, in the long run. */
  readonly rate: number;
  /** At once, after a pause: one at least. */
  readonly burst: number;
}

/** How much a client may ask for, whatever it holds; what is undefined has no bound of this client's own. */
export interface ClientLimits {
  readonly requests: RequestRate | undefined;
  /** Exchanges under way at a time. */
  readonly concurrent: number | undefined;
  /** Streams under way at a time. */
  readonly streams: number | undefined;
  /** The longest body of a request, in bytes. */
  readonly body: number | undefined;
}

/** Says how long the bodies of a client may be, and where that is written; `most` is in bytes. */
export function explainBodyLimit(name: string, most: number): string {
  return `a body of ${name} may have ${formatSize(most)} (${limitPlace(name, "body")})`;
}

/** Where the policy file says a limit. */
export function limitPlace(name: string, key: keyof ClientLimits): string {
  return `clients.${name}.limits.${key}`;
}

/** Says how many: `1 stream`, `2 streams`. */
export function countOf(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}

const UNITS = [
  ["GiB", 1024 ** 3],
  ["GB", 1e9],
  ["MiB", 1024 ** 2],
  ["MB", 1e6],
  ["KiB", 1024],
  ["kB", 1e3],
] as const;

/** Writes a size in the largest unit of which it is a whole number: `10 MB`, `1025 bytes`. */
export function formatSize(bytes: number): string {
  const unit = UNITS.find(([, size]) => bytes >= size && bytes % size === 0);
  return unit === undefined ? countOf(bytes, "byte") : `${bytes / unit[1]} ${unit[0]}`;
}
