import type { AnswerPart } from "../../../src/docker/answers/answer-table.ts";
import type { Viewer } from "../../../src/docker/answers/viewer.ts";
import { parseJson } from "../../../src/docker/json/parse.ts";
import type { JsonValue } from "../../../src/docker/json/value.ts";
import { serializeJson } from "../../../src/docker/json/write.ts";
import type { Identity } from "../../../src/docker/objects/identity.ts";
import type { ObjectKind } from "../../../src/docker/objects/object-kind.ts";
import { makeView, type ViewWords } from "../../../src/policy/view/make-view.ts";

/** Which objects somebody with a scope knows of. */
interface Seen {
  readonly sees?: (object: Identity) => boolean;
  readonly knows?: (kind: ObjectKind, id: string) => boolean;
}

/** Somebody who sees all objects, and of each what the words say. */
export function viewerOf(words: ViewWords): Viewer {
  return { ...makeView(words), isScoped: false, sees: () => true, knows: () => true };
}

/** Somebody with a scope: without more, of no object at all. */
export function scoped({ sees = () => false, knows = () => false }: Seen, words: ViewWords = {}): Viewer {
  return { ...makeView(words), isScoped: true, sees, knows };
}

/** A value as the strict reader gives it. */
export function json(value: unknown): JsonValue {
  const parsed = parseJson(Buffer.from(JSON.stringify(value), "utf8"));
  if (!parsed.ok) throw new Error(parsed.error.reason);
  return parsed.value;
}

/** What the viewer gets of a value, as a client reads it; undefined where it gets nothing. */
export function seen(part: AnswerPart, value: unknown, viewer: Viewer): unknown {
  const reviewed = part.review(json(value), viewer);
  return reviewed === undefined ? undefined : JSON.parse(serializeJson(reviewed));
}
