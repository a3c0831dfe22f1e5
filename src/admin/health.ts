import { decodePolicyHealth, explainPolicyHealth, type PolicyHealth } from "./policy-standing.ts";

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
  /** Set where a policy file says who may do what. */
  readonly policy?: PolicyHealth;
  /** The clients that learn: more passes for them than they are given. */
  readonly learning?: readonly string[];
}

/**
 * Tells whether all is well. A policy file that can't be used is no illness: the gate goes by the last good one, and a restart
 * would end it.
 */
export function isHealthy(health: Health): boolean {
  return health.gate === "alive" && health.engine === "reachable";
}

/** Says health in one line. */
export function explainHealth({ gate, engine, reason, policy, learning }: Health): string {
  const because = reason === undefined ? "" : `: ${reason}`;
  return [
    `gate ${gate}`,
    ...(policy === undefined ? [] : [explainPolicyHealth(policy)]),
    ...(learning === undefined ? [] : [`learning: ${learning.join(" and ")}`]),
    `engine ${engine}${because}`,
  ].join(", ");
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
  const policy = "policy" in value ? decodePolicyHealth(value.policy) : undefined;
  return {
    gate,
    engine,
    ...("reason" in value && typeof value.reason === "string" ? { reason: value.reason } : {}),
    ...(policy === undefined ? {} : { policy }),
    ...("learning" in value && isTexts(value.learning) ? { learning: value.learning } : {}),
  };
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((each) => typeof each === "string");
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
