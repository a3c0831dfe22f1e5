/** What health tells: two facts, because a restart of the gate cures only the first. */
export interface Health {
  /** "alive" or, when it takes no new requests, "draining". */
  readonly gate: "alive" | "draining";
  readonly engine: "reachable" | "unreachable";
  /** Why the engine can't be reached. */
  readonly reason?: string;
  /** The newest API version that the engine speaks. */
  readonly apiVersion?: string;
}

/** Tells whether all is well. */
export function isHealthy(health: Health): boolean {
  return health.gate === "alive" && health.engine === "reachable";
}

/** Says health in one line. */
export function explainHealth({ gate, engine, reason }: Health): string {
  return `gate ${gate}, engine ${engine}${reason === undefined ? "" : `: ${reason}`}`;
}

/** Reads what `GET /health` answered, or gives undefined if that is something else. */
export function decodeHealth(text: string): Health | undefined {
  try {
    const value = JSON.parse(text) as Partial<Health> | null;
    const isGate = value?.gate === "alive" || value?.gate === "draining";
    const isEngine = value?.engine === "reachable" || value?.engine === "unreachable";
    return isGate && isEngine ? (value as Health) : undefined;
  } catch {
    return undefined;
  }
}
