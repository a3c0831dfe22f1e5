import type { Result } from "../kernel/result.ts";

/** A label that a caller's container must have. */
export interface LabelPattern {
  readonly key: string;
  /** Exactly this value; where there is none, whichever. */
  readonly value: string | undefined;
}

/** Reads `key` or `key=value` as it is written in a policy. The value may be empty, and is all behind the first `=`. */
export function parseLabelPattern(text: string): Result<LabelPattern, string> {
  const equals = text.indexOf("=");
  const key = equals === -1 ? text : text.slice(0, equals);
  if (key === "" || key !== key.trim()) {
    return { ok: false, error: `"${text}" is no label: write key or key=value` };
  }
  return { ok: true, value: { key, value: equals === -1 ? undefined : text.slice(equals + 1) } };
}

/** Tells whether a container has all that is asked for, letter by letter. To ask for nothing stands for none. */
export function hasLabels(labels: ReadonlyMap<string, string>, patterns: readonly LabelPattern[]): boolean {
  if (patterns.length === 0) return false;
  return patterns.every(({ key, value }) =>
    value === undefined ? labels.has(key) : labels.get(key) === value,
  );
}
