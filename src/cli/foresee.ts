import { largestJudgedBody } from "../docker/limits.ts";
import type { Lookup } from "../docker/powers/asking.ts";
import { lookupTargets, powersOfAbsent, powersOfUnknown } from "../docker/powers/lookup.ts";
import { operationPowers } from "../docker/powers/operations.ts";
import type { Power } from "../docker/powers/power.ts";
import type { Grant } from "../policy/grant.ts";
import {
  decidePowers,
  decideWithoutBody,
  isDecidedByStart,
  isRestricted,
  judgeBody,
  type Judged,
  judgeHead,
  judgeStart,
  judgeNoBody,
  lookupsToAsk,
  type Restricted,
} from "../policy/judge.ts";
import { everyPowerSeen } from "../policy/power-set.ts";
import type { Allow, Deny, DenyPowers, Refuse } from "../policy/verdict.ts";

/** A body: undefined when nobody gave one, empty when the request has none. */
export type GivenBody = Buffer | undefined;

/** What the gate would decide about an open request by what it asks for, and what that is. */
export type Foreseen = {
  readonly powers: readonly Power[];
  /** What the engine would be asked; here each is taken for new. */
  readonly lookups: readonly Lookup[];
} & (
  | {
      readonly kind: "yes";
      /** Why it could not be judged, where the gate would not judge it either. */
      readonly unread: string | undefined;
      /** What the grant says of it, where that is no and the grant only warns. */
      readonly warning?: Deny | undefined;
    }
  | { readonly kind: "no"; readonly verdict: DenyPowers | Refuse }
  | { readonly kind: "too large"; readonly reason: string }
  /** Its body decides. */
  | { readonly kind: "unknown" }
);

const NOTHING = { powers: [], lookups: [] } as const;

/** Judges an open request in the order in which the gate does, as far as that goes without an engine. */
export function foreseeRequest(
  grant: Grant,
  verdict: Allow,
  query: string | undefined,
  body: GivenBody,
): Foreseen {
  if (isRestricted(verdict)) {
    return foresee(grant, verdict, query, body);
  }
  const { warning } = verdict;
  // The gate does not look at all; what the request asks for is told all the same.
  const restricted = operationPowers.get(verdict.operation.name);
  if (restricted === undefined) {
    return { kind: "yes", unread: undefined, warning, ...NOTHING };
  }
  const looked = { ...verdict, restricted, held: everyPowerSeen };
  const { powers, lookups, ...found } = foresee(grant, looked, query, body);
  const unread =
    found.kind === "no" && found.verdict.kind === "refuse"
      ? found.verdict.reason
      : found.kind === "too large"
        ? found.reason
        : undefined;
  return { kind: "yes", unread, warning, powers, lookups };
}

function foresee(grant: Grant, verdict: Restricted, query: string | undefined, body: GivenBody): Foreseen {
  const head = judgeHead(grant, verdict, query);
  if (!head.ok) {
    return { kind: "no", verdict: head.error, ...NOTHING };
  }
  const { powers, lookups } = head.value;
  const hasBody = body !== undefined && body.length > 0;
  const isUnsaid = body === undefined && isDecidedByStart(grant, verdict);
  if (!hasBody && !isUnsaid && (verdict.restricted.body === undefined || body !== undefined)) {
    const judged = judgeNoBody(grant, verdict);
    return judged.ok
      ? decideAll(grant, verdict, head.value, judged.value)
      : { kind: "no", verdict: judged.error, ...NOTHING };
  }
  if (verdict.restricted.body === undefined) {
    const decided = decideWithoutBody(grant, verdict, head.value);
    return decided.kind === "allow" && isDecidedByStart(grant, verdict)
      ? foreseeStart(grant, verdict, decided.powers ?? [], body)
      : foreseen(decided);
  }
  const early = decidePowers(grant, verdict, powers);
  if (early.kind === "deny") {
    return { kind: "no", verdict: early, powers, lookups: [] };
  }
  if (body === undefined && early.warning !== undefined) {
    return { kind: "yes", unread: undefined, warning: early.warning, powers, lookups: [] };
  }
  return body === undefined
    ? { kind: "unknown", powers, lookups }
    : foreseeBody(grant, verdict, head.value, body);
}

function foreseen(decided: Allow | DenyPowers | Refuse): Foreseen {
  return decided.kind === "allow"
    ? { kind: "yes", unread: undefined, warning: decided.warning, powers: decided.powers ?? [], lookups: [] }
    : { kind: "no", verdict: decided, powers: "powers" in decided ? decided.powers : [], lookups: [] };
}

function foreseeStart(grant: Grant, verdict: Restricted, asked: readonly Power[], body: GivenBody): Foreseen {
  const powers = body === undefined ? undefined : judgeStart(verdict, body, true);
  return powers === undefined
    ? { kind: "unknown", powers: asked, lookups: [] }
    : foreseen(decidePowers(grant, verdict, [...asked, ...powers]));
}

/** What was found in a part of the request. */
type Found = Pick<Judged<unknown>, "powers" | "lookups">;

function foreseeBody(grant: Grant, verdict: Restricted, head: Found, body: Buffer): Foreseen {
  if (body.length > largestJudgedBody) {
    const reason = `the body is longer than the ${largestJudgedBody} bytes that can be judged`;
    return { kind: "too large", reason, ...NOTHING };
  }
  const judged = judgeBody(grant, verdict, body);
  if (!judged.ok) {
    return { kind: "no", verdict: judged.error, ...head };
  }
  return decideAll(grant, verdict, head, judged.value);
}

function decideAll(grant: Grant, verdict: Restricted, head: Found, body: Found): Foreseen {
  const powers = [...head.powers, ...body.powers];
  const lookups = [...head.lookups, ...body.lookups];
  const askedFor = (asked: readonly Lookup[]): readonly Power[] => [
    ...powers,
    ...asked.flatMap((lookup) => powersOfNewOne(lookup, verdict.path.version)),
  ];
  const all = askedFor(lookups);
  const decided = decidePowers(grant, verdict, askedFor(lookupsToAsk(grant, verdict, { powers, lookups })));
  return decided.kind === "deny"
    ? { kind: "no", verdict: decided, powers: all, lookups }
    : { kind: "yes", unread: undefined, warning: decided.warning, powers: all, lookups };
}

/** The engine is asked only for names that a path can carry. */
function powersOfNewOne(lookup: Lookup, version: string | undefined): readonly Power[] {
  return lookupTargets(lookup, version).length === 0 ? powersOfUnknown(lookup) : powersOfAbsent(lookup);
}
