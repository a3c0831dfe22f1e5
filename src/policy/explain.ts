import type { Method } from "../docker/operation.ts";
import type { Operation } from "../docker/operations.ts";
import { nouns } from "../docker/powers/nouns.ts";
import { isCut, powerText } from "../docker/powers/power.ts";
import { READ_ONLY_TOP } from "../docker/powers/read-only-bind.ts";
import { explainHostPowers, type HostPower, hostPowerOf, mayBeHost } from "./host-power.ts";
import type { Deny, DenyPowers, Refuse, ToldPower } from "./verdict.ts";

/** What whoever says a refusal knows beside the verdict. */
export interface Advice {
  /** Where a container would reach the gate. */
  readonly gate?: string | undefined;
  /** What to do, where that is something else than to open what was refused. */
  readonly cure?: string | undefined;
}

/**
 * Says a verdict that is not "allow" as the sentence that `docker` prints. `client` is the caller's address.
 */
export function explainVerdict(
  verdict: Deny | Refuse,
  method: Method,
  client: string,
  advice: Advice = {},
): string {
  if (verdict.kind === "deny" && verdict.code === "power_denied") {
    return `quaygate: ${explainPowers(verdict, client, advice)}`;
  }
  if (verdict.kind === "deny") {
    const { name, template } = verdict.operation;
    return `quaygate: ${name} (${method} ${plainTemplate(template)}) is not allowed for ${client}: ${advice.cure ?? verdict.remedy}`;
  }
  return `quaygate: ${explainSubject(verdict, method)} is refused: ${verdict.reason}`;
}

/** Says which request it is: `ContainerCreate (POST /containers/create)`. */
export function explainSubject(
  { operation, path, unread }: Pick<Refuse, "operation" | "path" | "unread">,
  method: Method,
): string {
  const shown = path?.unversioned ?? unread;
  return shown === undefined ? "the request" : explainRequest(method, shown, operation);
}

/** The same of what is no request that was understood: its path is printable ASCII. */
export function explainRequest(method: string, path: string, operation: Operation | undefined): string {
  const place = `${method} ${shorten(path)}`;
  return operation === undefined ? place : `${operation.name} (${place})`;
}

/** How many powers a sentence shows with their places; the record has all. */
const MOST_NAMED = 4;

function explainPowers(
  { operation, told, place }: DenyPowers,
  client: string,
  { gate, cure }: Advice,
): string {
  const named = told.slice(0, MOST_NAMED);
  const more = told.length > named.length ? `, and ${told.length - named.length} more` : "";
  const asked = named.map((power) => `${shorten(explainPower(power))} (${power.place})`).join(", ");
  const what = `${told.length === 1 ? "the power" : "the powers"} ${asked}${more}`;
  const teaching = [...explainHost(told, gate), ...explainCure(told, place), ...adviceOn(told)];
  const sentences = cure === undefined ? teaching : [cure];
  return [`${operation.name} asks for ${what}, which ${client} does not hold.`, ...sentences].join(" ");
}

/** What to add, but for powers that are the host itself: a refusal is no reason to give that away. */
function explainCure(told: readonly ToldPower[], place: string): readonly string[] {
  const added = told.filter((power) => hostPowerOfTold(power) === undefined);
  if (added.length === 0) return [];
  const it = added.length === told.length ? "it" : "the rest";
  const mayBe = added.some(({ noun, value }) => value === undefined && mayBeHost(noun));
  return [
    `To allow ${it}, add ${explainList(added)} to its powers (${place}).`,
    ...(mayBe ? ["It may be the host itself: look first at what it gives away."] : []),
  ];
}

/** What powers mean that are the host itself, and the gate's own address for whom wants an engine. */
function explainHost(told: readonly ToldPower[], gate: string | undefined): readonly string[] {
  const held = told.flatMap((power) => {
    const host = hostPowerOfTold(power);
    return host === undefined ? [] : [{ text: shorten(explainPower(power)), ...host }];
  });
  const instead = `For the Docker API, set DOCKER_HOST to this gate${gate === undefined ? "" : `: ${gate}`}.`;
  return [
    ...explainHostPowers(held).map((sentence) => `${sentence}.`),
    ...(held.some(({ isEngine }) => isEngine) ? [instead] : []),
  ];
}

function hostPowerOfTold({ noun, value }: ToldPower): HostPower | undefined {
  return value === undefined ? undefined : hostPowerOf({ noun, value });
}

/** Said where a value is not for the client. */
const IN_THE_LOG = "which the gate's log names";

function explainPower({ noun, value }: ToldPower): string {
  return value === undefined ? `${noun} with a value ${IN_THE_LOG}` : powerText({ noun, value });
}

/** What is to be added, each once and as it can be copied; of a list too long for a sentence the beginning. */
function explainList(told: readonly ToldPower[]): string {
  // A noun without its value would open every value there is: only what was cut has no other entry that gives it.
  const texts = new Set(
    told.flatMap(({ noun, value }) => {
      if (value === undefined) return [];
      const entry = isCut(value) ? noun : powerText({ noun, value });
      return [shorten(entry, LONGEST_TAUGHT)];
    }),
  );
  const [first, ...others] = texts;
  const hidden = told.some(({ value }) => value === undefined);
  if (first === undefined) return `that, ${IN_THE_LOG},`;
  let list = first;
  for (const [index, text] of others.entries()) {
    if (list.length + text.length >= LONGEST_TAUGHT) {
      return `${list} and ${others.length - index} more, ${IN_THE_LOG},`;
    }
    list += `,${text}`;
  }
  return hidden ? `${list} and the rest, ${IN_THE_LOG},` : list;
}

/** What to do instead, where there is something. */
function adviceOn(powers: readonly ToldPower[]): readonly string[] {
  return [...new Set(powers.flatMap(({ noun, value }) => adviceOnMode(value) ?? nouns[noun].instead ?? []))];
}

function adviceOnMode(value: string | undefined): string | undefined {
  return value?.endsWith(READ_ONLY_TOP) === true
    ? "What is mounted below the path stays writable there; Docker makes that read-only too from API 1.44 on."
    : undefined;
}

/** A template as the Engine API's documentation writes it: `{name...}` is `{name}` there. */
export function plainTemplate(template: string): string {
  return template.replaceAll("...}", "}");
}

const LONGEST_SHOWN = 200;
/** What is to be added is told whole, since a part of it allows nothing: as long as the longest path that Linux takes. */
const LONGEST_TAUGHT = 4096;

/** A text as far as a sentence has room for it. */
export function shorten(text: string, longest: number = LONGEST_SHOWN): string {
  return text.length > longest ? `${text.slice(0, longest)}...` : text;
}
