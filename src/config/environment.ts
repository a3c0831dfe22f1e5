/** Environment variables by name. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** The environment of this process: read here and nowhere else. */
export function readEnvironment(): Environment {
  return { ...process.env };
}
