import type { AnswerPart } from "./answer-table.ts";
import { labels } from "./labels.ts";
import { always, each, is, shape, under } from "./shape.ts";

/** What a registry and a store of images know one of their pieces by. */
export const descriptor: AnswerPart = under(
  "image",
  shape({
    ...each(always, "mediaType", "artifactType", "platform"),
    size: is("usage"),
    ...each(is("image"), "digest", "urls", "data"),
    annotations: labels,
  }),
);
