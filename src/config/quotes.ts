const QUOTED = /^(["'])(.*)\1$/u;

/** The value that stands in quotes; undefined where it stands in none. A shell takes them away, and `docker run --env-file` does not. */
export function textInQuotes(value: string): string | undefined {
  return QUOTED.exec(value.trim())?.[2];
}
