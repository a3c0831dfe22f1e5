import { matchOperation } from "../docker/match.ts";
import type { Method } from "../docker/operation.ts";
import type { Operation } from "../docker/operations.ts";
import { type EnginePath, parsePath } from "../docker/path.ts";
import { type Grant, inPlace, NOTHING_OPENS_IT } from "./grant.ts";
import type { Allow, DenyOperation, Refuse } from "./verdict.ts";

/** The parts of a request that are judged. */
export interface JudgedRequest {
  readonly method: Method;
  /** The target up to the first `?`. */
  readonly path: string;
  readonly hasBody: boolean;
  /** What each Content-Type says, in lower case and without parameters. */
  readonly contentTypes: readonly string[];
}

/**
 * Decides whether a request may go to the engine. Nothing is allowed but an operation of the catalogue, at a canonical
 * path, that the grant allows. Pure: the same request and grant give the same verdict.
 *
 * An `allow` for which `restricted` is set is not the last word: what the request asks for has yet to be judged. A grant
 * that only warns allows what it does not hold, with the denial beside it.
 */
export function decide(grant: Grant, request: JudgedRequest): Allow | DenyOperation | Refuse {
  const parsed = parsePath(request.path);
  if (!parsed.ok) {
    const { code, reason } = parsed.error;
    // A library may ask about any text.
    const unread = /^[\u0021-\u007e]+$/u.test(request.path) ? { unread: request.path } : {};
    return { kind: "refuse", code, reason, path: undefined, operation: undefined, ...unread };
  }
  const path = parsed.value;
  const operation = matchOperation(request.method, path.segments);
  if (operation === undefined) {
    const api = path.segments[0] === "libpod" ? "Podman's API" : "the Engine API";
    const reason = `${api} has no such endpoint that this version of quaygate knows`;
    return { kind: "refuse", code: "unknown_operation", reason, path, operation };
  }
  const decided = decideOperation(grant, operation, path);
  if (decided.kind === "deny" && grant.warns !== true) {
    return decided;
  }
  if (request.hasBody && request.contentTypes.some(isForm) && operation.formBody !== true) {
    const reason = "a form body could override the query that was judged";
    return { kind: "refuse", code: "form_body", reason, path, operation };
  }
  return decided.kind === "deny" ? letThrough(decided) : decided;
}

/**
 * Decides by the operation and its path alone. A grant that only warns denies here as any other; what the grant of a client that
 * learns denies may pass by its ceiling, and is held to the ceiling's powers then.
 */
export function decideOperation(grant: Grant, operation: Operation, path: EnginePath): Allow | DenyOperation {
  const decided = decideByGrant(grant, operation, path);
  const { learns } = grant;
  if (decided.kind === "allow" || learns === undefined) return decided;
  const opening = learns.opens.get(operation.name);
  if (opening === undefined) {
    return {
      ...decided,
      remedy: `${decided.remedy}; it is beyond the ceiling of learn too (${learns.place})`,
    };
  }
  const { rule, restricted, objects } = opening;
  return {
    kind: "allow",
    operation,
    path,
    rule,
    restricted,
    powers: undefined,
    objects,
    held: learns.powers,
  };
}

function decideByGrant(grant: Grant, operation: Operation, path: EnginePath): Allow | DenyOperation {
  const decision = grant.decisions.get(operation.name);
  if (decision?.kind !== "allow") {
    const remedy = grant.closedBecause ?? NOTHING_OPENS_IT;
    return deny(operation, path, decision ?? { rule: "closed", missing: [], remedy });
  }
  const { rule, restricted, objects } = decision;
  const exception = decision.exceptions.find(({ paths }) => paths.test(`/${path.segments.join("/")}`));
  if (exception !== undefined) {
    const missing = `${exception.needs}=1`;
    return deny(operation, path, {
      rule: `${rule} and ${missing}`,
      missing: [missing],
      remedy: `needs ${missing}${inPlace(grant.openingPlace)} for a path that begins like this`,
    });
  }
  return { kind: "allow", operation, path, rule, restricted, powers: undefined, objects };
}

/** What a grant that only warns makes of a denial: all that such a request may ask for goes on as well. */
function letThrough(denial: DenyOperation): Allow {
  const { operation, path, rule } = denial;
  return { kind: "allow", operation, path, rule, restricted: undefined, powers: undefined, warning: denial };
}

function deny(
  operation: Operation,
  path: EnginePath,
  { rule, missing, remedy }: Pick<DenyOperation, "rule" | "missing" | "remedy">,
): DenyOperation {
  return { kind: "deny", code: "operation_denied", operation, path, rule, missing, remedy };
}

/** Go's Request.ParseForm puts the values of these bodies before those of the query. */
function isForm(type: string): boolean {
  return type === "application/x-www-form-urlencoded" || type.startsWith("multipart/");
}
