import { JsonNumber, type JsonValue } from "../json/value.ts";
import type { OperationName } from "../operations.ts";
import type { AnswerPart, AnswerTable } from "./answer-table.ts";
import { listedContainer } from "./container-answers.ts";
import { buildStep } from "./free-text.ts";
import { listedImage } from "./image-answers.ts";
import { ofAll } from "./object-parts.ts";
import { always, each, is, list, shapeOfMany, time } from "./shape.ts";
import { valueAnswer } from "./tables.ts";
import { listedVolume } from "./volume-answers.ts";

const ZERO = new JsonNumber("0");
const NONE: readonly JsonValue[] = [];

/** What all objects of a kind take together, whoever's they are. */
const total: AnswerPart = ofAll(is("usage"), ZERO);

/** What was kept of builds: nobody can tell whose. */
const buildCache: AnswerPart = ofAll(
  list(
    shapeOfMany({
      ...each(always, "ID", "Parent", "Parents", "Type"),
      Description: buildStep,
      ...each(is("usage"), "InUse", "Shared", "Size", "UsageCount"),
      ...each(time("state"), "CreatedAt", "LastUsedAt"),
    }),
  ),
  NONE,
);

/** One kind's part, as API 1.52 and newer have it. */
function section(items: AnswerPart): AnswerPart {
  return shapeOfMany({
    ...each(total, "ActiveCount", "TotalCount", "Reclaimable", "TotalSize"),
    Items: items,
  });
}

/** What the engine answers on the disk that all takes: with sections of lists, of totals, or with both. */
export const usageAnswers: Partial<Record<OperationName, AnswerTable>> = {
  SystemDataUsage: valueAnswer(
    shapeOfMany({
      ...each(total, "LayersSize", "BuilderSize"),
      Images: list(listedImage),
      Containers: list(listedContainer),
      Volumes: list(listedVolume),
      BuildCache: buildCache,
      ImageUsage: section(list(listedImage)),
      ContainerUsage: section(list(listedContainer)),
      VolumeUsage: section(list(listedVolume)),
      BuildCacheUsage: section(buildCache),
    }),
  ),
  BuildPrune: valueAnswer(shapeOfMany({ CachesDeleted: ofAll(always, NONE), SpaceReclaimed: total })),
};
