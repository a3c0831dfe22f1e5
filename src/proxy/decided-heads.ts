import { isOwnProbe } from "../engine/probe.ts";
import type { Fault } from "../http1/fault.ts";
import { parseRequestHead, type RequestHead, takesBody } from "../http1/request-head.ts";
import { TRACE_FIELDS } from "../http1/trace-context.ts";
import type { Result } from "../kernel/result.ts";
import { keepPagesOut } from "../policy/browser-request.ts";
import { cureOfBuilder } from "../policy/buildx-builder.ts";
import { decide } from "../policy/decide.ts";
import type { Grant } from "../policy/grant.ts";
import type { Origins } from "../policy/origins.ts";
import type { Allow, DenyOperation, Refuse } from "../policy/verdict.ts";
import { engineHead } from "./engine-head.ts";
import { REMEMBERED_HEAD, REMEMBERED_HEADS } from "./limits.ts";

/** A request's head, and all that is decided by its bytes alone. */
export interface DecidedHead {
  readonly head: RequestHead;
  readonly verdict: Allow | DenyOperation | Refuse;
  /** Whether the gate itself sent it, to an engine whose address leads back here. */
  readonly isOwnProbe: boolean;
  /** What goes to the engine, where nothing but the head decides that and the head may come again. */
  readonly forEngine: string | undefined;
  /** What to do instead of opening what is refused, where there is something. */
  readonly cure: string | undefined;
}

/** What one client is held to. Nothing of it changes; who is held to something else gets other {@link DecidedHeads}. */
export interface Terms {
  readonly grant: Grant;
  readonly origins: Origins;
  /** What the gate's own pings carry. */
  readonly mark: string;
  /** Whether `Authorization` is for the gate, and so goes no further. */
  readonly takesAuthorization?: boolean;
}

/** Fields that say who asks: what carries one is not kept in memory longer than it is needed. */
const CREDENTIALS = /^(?:authorization|cookie|proxy-authorization|x-registry-.*)$/u;

/**
 * Reads and decides heads. Programs send the same few again and again, byte by byte, and the same bytes under the same
 * terms mean the same: so the last ones are remembered, which halves the time of a refusal.
 */
export class DecidedHeads {
  readonly #terms: Terms;
  readonly #most: number;
  /** By their bytes, of connections that may be a browser's and of all others; the oldest first. */
  readonly #remembered: readonly [Map<string, DecidedHead>, Map<string, DecidedHead>] = [
    new Map(),
    new Map(),
  ];

  /** @param most how many it remembers of each kind */
  constructor(terms: Terms, most: number = REMEMBERED_HEADS) {
    this.#terms = terms;
    this.#most = most;
  }

  /** Reads and decides the text of a head as {@link HeadReader} gives it. */
  decide(text: string, mayBeBrowser: boolean): Result<DecidedHead, Fault> {
    const remembered = this.#remembered[mayBeBrowser ? 1 : 0];
    const known = text.length <= REMEMBERED_HEAD ? remembered.get(text) : undefined;
    if (known !== undefined) {
      return { ok: true, value: known };
    }
    const parsed = parseRequestHead(text);
    if (!parsed.ok) {
      return parsed;
    }
    const head = this.#terms.takesAuthorization === true ? withoutAuthorization(parsed.value) : parsed.value;
    const decided = this.#decide(head, mayBeBrowser);
    // Looked for in all that was sent: a field that goes no further stands in the bytes all the same.
    const isPlain = text.length <= REMEMBERED_HEAD && !hasCredentials(parsed.value);
    // Of a client that learns more is looked at than the head.
    const mayRemember = isPlain && this.#most > 0 && this.#terms.grant.learns === undefined;
    if (!mayRemember || !isRepeatable(decided)) {
      return { ok: true, value: decided };
    }
    const { verdict } = decided;
    const value =
      verdict.kind === "allow"
        ? { ...decided, forEngine: engineHead(head, verdict, head.framing, undefined, undefined) }
        : decided;
    this.#remember(remembered, text, value);
    return { ok: true, value };
  }

  #remember(remembered: Map<string, DecidedHead>, text: string, decided: DecidedHead): void {
    if (remembered.size >= this.#most) {
      const [oldest] = remembered.keys();
      remembered.delete(oldest ?? "");
    }
    remembered.set(text, decided);
  }

  #decide(head: RequestHead, mayBeBrowser: boolean): DecidedHead {
    const { grant, origins, mark } = this.#terms;
    const { method, path, query, contentTypes, framing, fields } = head;
    const hasBody = framing.kind !== "none" && takesBody(method);
    const decided = decide(grant, { method, path, contentTypes, hasBody });
    const verdict = keepPagesOut(decided, fields, mayBeBrowser, origins);
    return {
      head,
      verdict,
      isOwnProbe: isOwnProbe(head, mark),
      forEngine: undefined,
      cure: verdict.kind === "deny" ? cureOfBuilder(grant, verdict, query) : undefined,
    };
  }
}

/** More fields than programs send: what is remembered has a bound, whatever a client sends. */
const MOST_FIELDS = 24;

/** A query that is the name of a thing and nothing else. */
const NAME_ALONE = /^name=[\w.-]{1,64}$/u;

/**
 * Whether the head alone decides all that comes of the request: not a body, an upgrade, or what the engine says. Of what is
 * not allowed a body decides nothing. Of a trace no two requests say the same: to remember one would push out what comes again.
 */
function isRepeatable({ head, verdict, isOwnProbe: isOwn }: DecidedHead): boolean {
  const isAlone =
    verdict.kind !== "allow" ||
    (head.framing.kind === "none" &&
      verdict.restricted === undefined &&
      verdict.objects === undefined &&
      verdict.operation.hijack === "none");
  return (
    isAlone &&
    !isOwn &&
    !head.expectsContinue &&
    head.upgrade === undefined &&
    head.fields.length <= MOST_FIELDS &&
    !head.fields.some(({ key }) => TRACE_FIELDS.has(key))
  );
}

function withoutAuthorization(head: RequestHead): RequestHead {
  return { ...head, fields: head.fields.filter(({ key }) => key !== "authorization") };
}

/** Whether it may carry a password, as the query of a build may. */
function hasCredentials({ method, query, fields }: RequestHead): boolean {
  const reads = method === "GET" || method === "HEAD";
  const isPlainQuery = query === undefined || reads || NAME_ALONE.test(query);
  return !isPlainQuery || fields.some(({ key }) => CREDENTIALS.test(key));
}
