/**
 * Which engine the sample pretends to be: one of those that clients of today still take (a docker command of 29.0 to 29.2
 * asks for 1.44 at least). Old clients choose their own version, down to the oldest.
 */
export const release = { engine: "28.5.2", api: "1.51", oldestApi: "1.24" } as const;

/** The number behind the dot of a version of the API, which is always 1. */
export function minorOf(version: string): number {
  return Number(version.slice(version.indexOf(".") + 1));
}
