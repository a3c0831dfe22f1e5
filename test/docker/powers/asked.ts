import { parseJson } from "../../../src/docker/json/parse.ts";
import { parsePath } from "../../../src/docker/path.ts";
import { type Asked, Asking, type Lookup } from "../../../src/docker/powers/asking.ts";
import { objectOf } from "../../../src/docker/powers/lookup.ts";
import type { Meaning } from "../../../src/docker/powers/meaning.ts";
import type { OperationPowers } from "../../../src/docker/powers/operation-powers.ts";
import { powerText } from "../../../src/docker/powers/power.ts";
import { parseQuery } from "../../../src/docker/query.ts";

/** What was asked for, as a test writes it down. */
export interface AskedTexts {
  /** Powers as a list of powers has them, in their order and without doubles. */
  readonly powers: readonly string[];
  /** `volume:data`, `network:web`, `container:db for join:pid:`, `network:web for its name`: what the engine has to be asked. */
  readonly lookups: readonly string[];
  /** Where each power was found, in the order of the powers as they were asked for. */
  readonly places: readonly string[];
  readonly fault: string | undefined;
}

/** The parts of a request that tables judge. */
export interface AskingRequest {
  readonly path?: string;
  readonly query?: string;
  /** Anything that JSON can write, or a JSON text in a Buffer. */
  readonly body?: unknown;
}

/** Judges one value by its meaning. */
export function askedBy(meaning: Meaning, value: unknown): AskedTexts {
  const asking = new Asking();
  judgeValue(meaning, value, asking);
  return textsOf(asking.asked, asking.fault);
}

/** Judges a whole request, as the gate does: by being what it is, by its path, its query and its body. */
export function askedByRequest(
  { itself = [], path, query, body }: OperationPowers,
  { path: target = "/", query: queryText, body: content }: AskingRequest,
): AskedTexts {
  const asking = new Asking();
  for (const { noun, value } of itself) asking.ask(noun, value);
  const { segments } = unwrap(parsePath(target));
  path?.judge(segments, asking);
  if (query !== undefined) {
    const parsed = unwrap(parseQuery(queryText ?? "", (key) => query.lists.has(key)));
    query.judge(parsed, asking, segments);
  }
  if (body !== undefined && content !== undefined) judgeValue(body, content, asking);
  return textsOf(asking.asked, asking.fault);
}

function judgeValue(meaning: Meaning, value: unknown, asking: Asking): void {
  const bytes = Buffer.isBuffer(value) ? value : Buffer.from(JSON.stringify(value), "utf8");
  const content = unwrap(parseJson(bytes));
  meaning.judge(meaning.respell?.(content) ?? content, asking);
}

function textsOf({ powers, lookups }: Asked, fault: string | undefined): AskedTexts {
  return {
    powers: [...new Set(powers.map((power) => powerText(power)))],
    lookups: lookups.map((lookup) => lookupText(lookup)),
    places: powers.map(({ place }) => place),
    fault,
  };
}

function lookupText(lookup: Lookup): string {
  return lookup.kind === "engine"
    ? `${lookup.about}:${lookup.name}`
    : `${objectOf(lookup)}:${lookup.name}${purposeOf(lookup)}`;
}

function purposeOf(lookup: Lookup): string {
  switch (lookup.kind) {
    case "container":
      return ` for ${lookup.noun}:${lookup.before}`;
    case "secret":
    case "config":
      return lookup.called === undefined ? "" : ` called ${lookup.called}`;
    case "object":
      return " for its name";
    default:
      return "";
  }
}

function unwrap<Value>(result: { ok: true; value: Value } | { ok: false; error: unknown }): Value {
  if (!result.ok) throw new Error(`the request can't be read: ${JSON.stringify(result.error)}`);
  return result.value;
}
