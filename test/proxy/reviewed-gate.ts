import type { AnswerTable, ElementsTable } from "../../src/docker/answers/answer-table.ts";
import { isJsonObject, type JsonValue, stringOf } from "../../src/docker/json/value.ts";
import type { Identity } from "../../src/docker/objects/identity.ts";
import type { ObjectUse } from "../../src/docker/objects/object-use.ts";
import type { OperationName } from "../../src/docker/operations.ts";
import type { Grant } from "../../src/policy/grant.ts";
import type { Scope } from "../../src/policy/scope/scope.ts";
import { viewerOf } from "../../src/policy/view/viewer.ts";
import { grantOf } from "../policy/grants.ts";

/** What is ours has a label `team` that says so, or a name that begins with it. */
export const OURS: Scope = { client: "ci", entries: [], sees: isOurs };

function isOurs({ names, labels }: Identity): boolean {
  return labels.get("team") === "ours" || names.some((name) => name.startsWith("ours"));
}

/** Entries whose `team` is ours, without their `secret`. What is no object is not there. */
const entries: AnswerTable["part"] = {
  review: (value) => {
    if (!isJsonObject(value) || stringOf(value.get("team")) === "theirs") return undefined;
    return value.has("secret") ? withoutSecret(value) : value;
  },
};

function withoutSecret(value: ReadonlyMap<string, JsonValue>): JsonValue {
  return new Map([...value].filter(([key]) => key !== "secret"));
}

/** A table of these entries. */
export function tableOf(layout: ElementsTable["layout"], needs: ElementsTable["needs"] = []): ElementsTable {
  return { layout, part: entries, needs };
}

/** How the answer to one operation is read. */
export interface ReviewedOperation {
  readonly answer?: AnswerTable | undefined;
  readonly use?: ObjectUse;
  /** None where the client may know of all. */
  readonly scope?: Scope | undefined;
}

/** A grant of everything, whose client reads the answers of some operations by tables. */
export function grantReviewing(
  operations: Readonly<Partial<Record<OperationName, ReviewedOperation>>>,
): Grant {
  const grant = grantOf("everything");
  const decisions = new Map(grant.decisions);
  for (const [name, decision] of grant.decisions) {
    const reviewed = operations[name];
    if (reviewed === undefined || decision.kind !== "allow") continue;
    const { answer, use = { use: "list", kind: "container" } } = reviewed;
    const scope = "scope" in reviewed ? reviewed.scope : OURS;
    const terms = { scope, view: undefined, stamps: new Map<string, string>() };
    decisions.set(name, {
      ...decision,
      objects: { ...terms, viewer: viewerOf(terms), use, answer },
    });
  }
  return { ...grant, decisions };
}

/** A complete answer of JSON with a length. */
export function jsonAnswer(body: string, status = "200 OK", fields = ""): string {
  const length = `Content-Length: ${Buffer.byteLength(body)}`;
  return `HTTP/1.1 ${status}\r\nContent-Type: application/json\r\n${fields}${length}\r\n\r\n${body}`;
}

/** The head of an answer of JSON in chunks. */
export const CHUNKED_JSON =
  "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n";

/** One chunk. */
export function chunk(text: string): string {
  return `${Buffer.byteLength(text).toString(16)}\r\n${text}\r\n`;
}

/** The end of a chunked body. */
export const LAST = "0\r\n\r\n";
