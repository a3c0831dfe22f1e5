import { hidesTrouble } from "../docker/answers/free-text.ts";
import { applyEdits, type Edit } from "../docker/json/edit.ts";
import { parseJson } from "../docker/json/parse.ts";
import type { JsonValue } from "../docker/json/value.ts";
import { writeJson } from "../docker/json/write.ts";
import { mostLookups } from "../docker/limits.ts";
import { type NamedNetworks, pinNetworks } from "../docker/objects/pinned-networks.ts";
import { Asking, type Lookup } from "../docker/powers/asking.ts";
import { nounsOfLookup, powersByWord, powersOfUnknown, powersUnasked } from "../docker/powers/lookup.ts";
import { nounsOf, type OperationPowers } from "../docker/powers/operation-powers.ts";
import { type Power, powerText } from "../docker/powers/power.ts";
import { parseQuery, type Query, serializeQuery } from "../docker/query.ts";
import type { Result } from "../kernel/result.ts";
import { explainHeldPlace, type Grant, heldBy } from "./grant.ts";
import { narrowList } from "./scope/list-query.ts";
import { needsBody, stampBody, stampQuery } from "./scope/stamping.ts";
import type { Allow, DenyPowers, Refuse, ToldPower } from "./verdict.ts";

/** A part of a request that was read strictly: what it asks for, and how it goes on to the engine. */
export interface Judged<Part> {
  readonly powers: readonly Power[];
  /** What the engine has to be asked before it is known what the request asks for. */
  readonly lookups: readonly Lookup[];
  readonly canonical: Part;
  /** How many entries of a list the client wants at most, where the gate counts them. */
  readonly most?: number | undefined;
}

type Outcome<Part> = Result<Judged<Part>, Refuse>;

/** An allowed request whose powers are restricted. */
export type Restricted = Allow & { readonly restricted: OperationPowers };

/** Tells whether an allowed request has yet to be judged by what it asks for. */
export function isRestricted(verdict: Allow): verdict is Restricted {
  return verdict.restricted !== undefined;
}

/** Judges what a request asks for before its body: by being what it is, in its path and in its query. */
export function judgeHead(
  grant: Grant,
  verdict: Restricted,
  query: string | undefined,
): Outcome<string | undefined> {
  const { itself = [], path, query: meaning, body } = verdict.restricted;
  const asking = new Asking();
  for (const { noun, value } of itself) asking.within("the request", () => asking.ask(noun, value));
  path?.judge(verdict.path.segments, asking);
  if (meaning === undefined) return outcome(grant, verdict, asking, query, "bad_query");
  // dockerode repeats the fields of a body in the query, where no engine reads them: they go no further.
  const isRepeated = (key: string): boolean =>
    meaning.repeatsBody && !meaning.keys.has(key) && body?.fields?.has(key) === true;
  // A query that is not there says something too: a push without a tag is one of all tags.
  const isOther = (key: string): boolean => meaning.passesOthers && !meaning.keys.has(key);
  const { lists, firsts } = meaning;
  const isList = (key: string): boolean =>
    lists.has(key) || firsts.has(key) || isRepeated(key) || isOther(key);
  const parsed = parseQuery(query ?? "", isList);
  if (!parsed.ok) return refuse(verdict, "bad_query", parsed.error);
  const kept = new Map(
    [...parsed.value]
      .filter(([key]) => !isRepeated(key))
      .map(([key, value]) => [key, firsts.has(key) && typeof value === "object" ? (value[0] ?? "") : value]),
  );
  meaning.judge(kept, asking, verdict.path.segments);
  const judged = outcome(grant, verdict, asking, serializeQuery(kept), "bad_query");
  return judged.ok && verdict.objects !== undefined ? restrictQuery(verdict, judged.value, kept) : judged;
}

/** What a client's scope and labels make of a query. */
function restrictQuery(
  verdict: Restricted,
  judged: Judged<string | undefined>,
  query: Query,
): Outcome<string | undefined> {
  const { objects, operation } = verdict;
  if (objects === undefined) return { ok: true, value: judged };
  const narrowed = narrowList(objects, query);
  if (!narrowed.ok) return refuse(verdict, "scope_denied", narrowed.error);
  const stamped = stampQuery(objects, operation.name, narrowed.value.query);
  if (!stamped.ok) return refuse(verdict, "bad_query", stamped.error);
  return {
    ok: true,
    value: { ...judged, canonical: serializeQuery(stamped.value), most: narrowed.value.most },
  };
}

/**
 * Judges a whole JSON body. What goes on is written by {@link writeBody} from the value that was judged: in Docker's
 * spelling, and without what never goes on.
 */
export function judgeBody(grant: Grant, verdict: Restricted, bytes: Buffer): Outcome<JsonValue> {
  const parsed = parseJson(bytes);
  if (!parsed.ok) return refuse(verdict, "bad_body", `the body can't be judged: ${parsed.error.reason}`);
  const asking = new Asking();
  const respelt = verdict.restricted.body?.respell?.(parsed.value) ?? parsed.value;
  judgeContent(verdict, respelt, asking);
  const judged = outcome(grant, verdict, asking, respelt, "bad_body");
  const { objects, operation } = verdict;
  if (!judged.ok || objects === undefined) return judged;
  const stamped = stampBody(objects, operation.name, respelt);
  return stamped.ok
    ? { ok: true, value: { ...judged.value, canonical: stamped.value } }
    : refuse(verdict, "bad_body", stamped.error);
}

/** Writes a judged body anew, so that nobody can read it another way. */
export function writeBody(judged: JsonValue): Buffer {
  return writeJson(judged);
}

/**
 * Writes what {@link writeBody} wrote once more, with what was found meanwhile: while a request waits, the text takes a
 * part of what the value would.
 */
export function rewriteBody(
  verdict: Restricted,
  written: Buffer | undefined,
  edits: readonly Edit[],
  networks: NamedNetworks = new Map(),
): Result<Buffer | undefined, Refuse> {
  if (written === undefined || (edits.length === 0 && networks.size === 0))
    return { ok: true, value: written };
  const parsed = parseJson(written);
  if (!parsed.ok) return refuse(verdict, "bad_body", `the body can't be judged: ${parsed.error.reason}`);
  const { operation, path } = verdict;
  const pinned = pinNetworks(operation.name, path.segments, applyEdits(parsed.value, edits), networks);
  return { ok: true, value: writeBody(pinned) };
}

/** Tells whether the first bytes of a body decide: only where they could ask for what is not held, or it is to be learnt. */
export function isDecidedByStart(grant: Grant, verdict: Restricted): boolean {
  const { content } = verdict.restricted;
  const held = heldBy(grant, verdict);
  const isOpen =
    grant.learns === undefined && [...(content?.nouns ?? [])].every((noun) => held.holdsAll(noun));
  return content !== undefined && !isOpen;
}

/** Judges what the first bytes of a body ask for; nothing is said while what comes behind them could change it. */
export function judgeStart(
  { restricted: { content } }: Restricted,
  start: Buffer,
  isWhole: boolean,
): readonly Power[] | undefined {
  if (!isWhole && content?.isKnown(start) === false) return undefined;
  const asking = new Asking();
  content?.judge(start, asking);
  return asking.asked.powers;
}

/** Judges a body that is not there, or does not count: it asks for what the engine gives to one that says nothing. */
export function judgeNoBody(grant: Grant, verdict: Restricted): Outcome<undefined> {
  const { objects, operation } = verdict;
  if (objects !== undefined && needsBody(operation.name)) {
    return refuse(verdict, "bad_body", "it has no body, which says what it makes");
  }
  const asking = new Asking();
  judgeContent(verdict, null, asking);
  return outcome(grant, verdict, asking, undefined, "bad_body");
}

/**
 * Decides about a request whose body does not count, or is not there, without asking the engine about names: each may
 * be anything.
 */
export function decideWithoutBody(
  grant: Grant,
  verdict: Restricted,
  head: Pick<Judged<unknown>, "powers" | "lookups">,
): Allow | DenyPowers | Refuse {
  const absent = judgeNoBody(grant, verdict);
  if (!absent.ok) return absent.error;
  const { powers, lookups } = absent.value;
  const unknown = [...head.lookups, ...lookups].flatMap((lookup) => powersOfUnknown(lookup));
  return decidePowers(grant, verdict, [...head.powers, ...powers, ...unknown]);
}

/** Engines read `null`, and no body at all, as an object with nothing in it. */
function judgeContent({ restricted: { body } }: Restricted, content: JsonValue, asking: Asking): void {
  const isNothing = content === null && body?.fields !== undefined;
  body?.judge(isNothing ? new Map() : content, asking);
}

/**
 * What the engine is asked: about names only where all else is held, since it matters to nobody else; what it is itself
 * always, so that a refusal tells all that lacks.
 */
export function lookupsToAsk(
  grant: Grant,
  verdict: Allow,
  { powers, lookups }: Pick<Judged<unknown>, "powers" | "lookups">,
): readonly Lookup[] {
  const held = heldBy(grant, verdict);
  // A grant that only warns lets it through: what it asks for is all to be known then, and recorded.
  const goesOn = grant.warns === true || powers.every((power) => held.holds(power));
  return goesOn ? lookups : lookups.filter(({ kind }) => kind === "engine");
}

/** Decides about a request by all that it asks for; a grant that only warns allows what it does not hold. */
export function decidePowers(grant: Grant, verdict: Allow, powers: readonly Power[]): Allow | DenyPowers {
  const held = heldBy(grant, verdict);
  const lacking = powers.filter((power) => !held.holds(power));
  if (lacking.length === 0) return { ...verdict, restricted: undefined, powers };
  const { operation, path } = verdict;
  const rule = held.entries.join(", ");
  const told = tellPowers(grant, lacking);
  const place = explainHeldPlace(grant, verdict);
  const denial: DenyPowers = {
    kind: "deny",
    code: "power_denied",
    operation,
    path,
    rule,
    powers,
    lacking,
    told,
    place,
  };
  return grant.warns === true ? { ...verdict, restricted: undefined, powers, warning: denial } : denial;
}

/** The same of a part of a request, while the rest may ask for more. */
export function decideEarly(grant: Grant, verdict: Allow, powers: readonly Power[]): Allow | DenyPowers {
  const decided = decidePowers(grant, verdict, powers);
  return decided.kind === "deny" ? asEarly(decided) : decided;
}

/** A denial that was said while the rest of the request might have asked for more. */
export function asEarly(denial: DenyPowers): DenyPowers {
  return { ...denial, isEarly: true };
}

/**
 * What the engine said is told only to clients that may ask it themselves, and read all of the answer that it can be from. The
 * others get to know of a thing that they may not name no more than that: nothing tells them whether it is there.
 */
function tellPowers(grant: Grant, lacking: readonly Power[]): readonly ToldPower[] {
  const { view } = grant.objects ?? {};
  const hidesSome = view !== undefined && hidesTrouble(view.hides);
  const isHidden = ({ noun, found }: Power): boolean => {
    const decision = found === undefined ? undefined : grant.decisions.get(found.readBy);
    // Of a configuration the client may read some only: to read one asks for what is lacking.
    const isOpen = decision?.kind === "allow" && !nounsOf(decision.restricted ?? {}).has(noun);
    return found !== undefined && (hidesSome || !isOpen);
  };
  const unnamed = new Set(
    lacking.flatMap((power) => (power.found?.isName === true && isHidden(power) ? [power.found.place] : [])),
  );
  return lacking.flatMap((power): readonly ToldPower[] => {
    const { noun, value, place, found } = power;
    if (found === undefined || !isHidden(power)) return [{ noun, value, place }];
    const isSaid = !found.isName && unnamed.has(found.place);
    return isSaid ? [] : [{ noun, value: found.word, place: found.place }];
  });
}

/** `code` names the part of the request that was read. */
function outcome<Part>(
  grant: Grant,
  verdict: Restricted,
  asking: Asking,
  canonical: Part,
  code: "bad_query" | "bad_body",
): Outcome<Part> {
  if (asking.fault !== undefined) return refuse(verdict, code, asking.fault);
  const isScoped = verdict.objects?.scope !== undefined;
  const { powers } = asking.asked;
  // What it keeps between builds, and which images it reads, is the same for all clients.
  if (isScoped && powers.some(({ noun }) => noun === "buildkit")) {
    return refuse(
      verdict,
      "scope_denied",
      "a client with a scope can't use BuildKit: what it keeps is that of all clients",
    );
  }
  const lookups = isScoped ? [...asking.asked.lookups, ...asking.mentions] : asking.asked.lookups;
  const held = heldBy(grant, verdict);
  const holds = (power: Power): boolean => held.holds(power);
  const unasked = new Map(
    lookups.map((lookup) => [lookup, powersUnasked(lookup, verdict.path.version, holds)]),
  );
  // Of what a path names it has been found out before whether it is there for the client.
  const isOpen = (lookup: Lookup): boolean =>
    !(isScoped && lookup.kind !== "engine" && lookup.kind !== "object") &&
    nounsOfLookup(lookup).every((noun) => held.holdsAll(noun));
  // Who holds all that nobody knows has not said that this field names nothing.
  const unknown =
    isScoped && held.holdsAll("field") ? powers.find(({ noun }) => noun === "field") : undefined;
  if (unknown !== undefined) {
    const reason = `nobody knows whether ${unknown.place} names what is out of the client's scope: add ${powerText(unknown)} to its powers where it does not`;
    return refuse(verdict, "scope_denied", reason);
  }
  const namedBy = (lookup: Lookup): readonly Power[] => (isOpen(lookup) ? powersByWord(lookup) : []);
  const asked = lookups.filter((lookup) => unasked.get(lookup) === undefined && !isOpen(lookup));
  // What the engine itself is, it is asked once.
  if (asked.filter(({ kind }) => kind !== "engine").length > mostLookups) {
    const reason = `it names more than ${mostLookups} things of which the engine would have to be asked`;
    return refuse(verdict, code, reason);
  }
  // What is held anyway is still asked for, and recorded.
  const all = [...powers, ...[...unasked].flatMap(([lookup, known]) => known ?? namedBy(lookup))];
  return { ok: true, value: { powers: all, lookups: asked, canonical } };
}

function refuse(
  verdict: Allow,
  code: Refuse["code"],
  reason: string,
): { readonly ok: false; readonly error: Refuse } {
  const { operation, path } = verdict;
  return { ok: false, error: { kind: "refuse", code, reason, path, operation } };
}
