/** What one rule opens. */
export interface Opening {
  /** What opened it: `POST=1 and CONTAINERS=1`, `containers:read`, or `the preset traefik` for all of its words. */
  readonly rule: string;
  /** What a client gains by it, without doubles. */
  readonly exposes: readonly string[];
}

/** Stands behind an exposure, which is told of an operation without limits, where its requests are held to the client's powers. */
export const HELD = " (held to the powers below)";

/** The same where only a ceiling opens it, which gives no power beyond these. */
export const HELD_TO_DEFAULT = " (held to the powers of default)";

/** Puts together what each rule opens, told one by one. */
export function gatherOpenings(
  told: readonly { readonly rule: string; readonly exposes: string }[],
): readonly Opening[] {
  const openings = new Map<string, Set<string>>();
  for (const { rule, exposes } of told) {
    openings.set(rule, (openings.get(rule) ?? new Set()).add(exposes));
  }
  return [...openings].map(([rule, exposes]) => ({ rule, exposes: [...exposes] }));
}
