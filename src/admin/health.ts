const GATE_STATES = ["alive", "draining"] as const;
const ENGINE_STATES = ["reachable", "unreachable"] as const;

/** What health tells: two facts, because a restart of the gate cures only the first. */
export interface Health {
  /** "alive" or, when it takes no new requests, "draining". */
  readonly gate: (typeof GATE_STATES)[number];
  readonly engine: (typeof ENGINE_STATES)[number];
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
  const value = parseJson(text);
  if (typeof value !== "object" || value === null || !("gate" in value) || !("engine" in value)) {
    return undefined;
  }
  const gate = GATE_STATES.find((state) => state === value.gate);
  const engine = ENGINE_STATES.find((state) => state === value.engine);
  if (gate === undefined || engine === undefined) {
    return undefined;
  }
  return "reason" in value && typeof value.reason === "string"
    ? { gate, engine, reason: value.reason }
    : { gate, engine };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
