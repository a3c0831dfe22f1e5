import type { Outline } from "../json/outline.ts";
import { isJsonArray, type JsonValue } from "../json/value.ts";
import type { Identity } from "../objects/identity.ts";
import { underName } from "../objects/image-names.ts";
import type { ObjectKind } from "../objects/object-kind.ts";
import { IDENTITY_MEMBERS } from "../objects/read-identity.ts";
import { canonicalImage } from "../powers/image-reference.ts";
import type { AnswerPart } from "./answer-table.ts";
import { is, likewise } from "./shape.ts";
import type { Viewer } from "./viewer.ts";

const names: AnswerPart = is("image");

const WITH_IDENTITY: Outline = { kind: "all", beside: IDENTITY_MEMBERS };

/**
 * The names of an image, which may be of several clients: whoever has it in scope by one of them learns of no other. `read` says
 * which image it is that they stand in.
 */
export function namesOf(read: (kind: ObjectKind, around: JsonValue) => Identity | undefined): AnswerPart {
  return {
    ...likewise(names, (viewer, inner) => (viewer.isScoped ? WITH_IDENTITY : inner)),
    review: (value, viewer, around) => {
      const shown = names.review(value, viewer, around);
      if (!viewer.isScoped || shown === undefined || !isJsonArray(shown)) return shown;
      const image = around && read("image", around);
      const seen = shown.filter((name) => image !== undefined && isSeen(image, name, viewer));
      return seen.length === shown.length ? shown : seen;
    },
  };
}

/** Where an image has no name, engines write `<none>:<none>`. */
function isSeen(image: Identity, name: JsonValue, viewer: Viewer): boolean {
  if (typeof name !== "string") return false;
  return name.startsWith(NO_NAME) || viewer.sees(underName(image, canonicalImage(name) ?? name));
}

const NO_NAME = "<none>";
