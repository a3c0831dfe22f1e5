import { formatTimestamp } from "../kernel/timestamp.ts";

/** Which policy a gate goes by, and what became of the last one that was read. */
export interface PolicyHealth {
  /** What tells the text of the policy from others. */
  readonly hash: string;
  /** 1 for the policy that the gate began with, and one more for each that took over. */
  readonly generation: number;
  /** Set while the file can't be used, of which that policy came. */
  readonly rejected?: RejectedPolicy;
}

/** A policy that could not take over. */
export interface RejectedPolicy {
  /** Since when it is so: RFC 3339, in UTC. */
  readonly since: string;
  /** How many problems the last one has. */
  readonly problems: number;
}

/** Keeps which policy is in force. */
export class PolicyStanding {
  #health: PolicyHealth;

  /** @param hash of the policy that the gate begins with */
  constructor(hash: string) {
    this.#health = { hash, generation: 1 };
  }

  get health(): PolicyHealth {
    return this.#health;
  }

  /** Notes that a policy took over. */
  take(hash: string): void {
    this.#health = { hash, generation: this.#health.generation + 1 };
  }

  /** Notes that one could not, so that the last one stays. */
  reject(problems: number): void {
    const since = this.#health.rejected?.since ?? formatTimestamp(Date.now());
    this.#health = { ...this.#health, rejected: { since, problems } };
  }
}

/** Says it as a part of a sentence: `policy 3f2a, generation 2`. */
export function explainPolicyHealth({ hash, generation, rejected }: PolicyHealth): string {
  const inForce = `policy ${hash}, generation ${generation}`;
  if (rejected === undefined) return inForce;
  const { problems, since } = rejected;
  return `${inForce}; its file can't be used since ${since} (${problems} ${problems === 1 ? "problem" : "problems"}, which the log tells)`;
}

/** Reads what stands in a health answer, or gives undefined if that is something else. */
export function decodePolicyHealth(value: unknown): PolicyHealth | undefined {
  if (typeof value !== "object" || value === null || !("hash" in value) || !("generation" in value)) {
    return undefined;
  }
  const { hash, generation } = value;
  if (typeof hash !== "string" || typeof generation !== "number") return undefined;
  const rejected = "rejected" in value ? decodeRejected(value.rejected) : undefined;
  return rejected === undefined ? { hash, generation } : { hash, generation, rejected };
}

function decodeRejected(value: unknown): RejectedPolicy | undefined {
  if (typeof value !== "object" || value === null || !("since" in value) || !("problems" in value)) {
    return undefined;
  }
  const { since, problems } = value;
  return typeof since === "string" && typeof problems === "number" ? { since, problems } : undefined;
}
