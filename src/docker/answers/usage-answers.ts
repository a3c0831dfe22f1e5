import { JsonNumber, type JsonValue } from "../json/value.ts";
import type { OperationName } from "../operations.ts";
import type { AnswerPart, AnswerTable, Member } from "./answer-table.ts";
import { listedContainer } from "./container-answers.ts";
import { buildStep } from "./free-text.ts";
import { listedImage } from "./image-answers.ts";
import { ofAll, ofNobody } from "./object-parts.ts";
import { always, each, is, shapeOfMany, time } from "./shape.ts";
import { listOf, membersAnswer, membersOf, valueAnswer, whole } from "./tables.ts";
import { listedVolume } from "./volume-answers.ts";

const ZERO = new JsonNumber("0");
const NONE: readonly JsonValue[] = [];

/** What all objects of a kind take together, whoever's they are. */
const total: AnswerPart = ofAll(is("usage"), ZERO);

/** What was kept of builds: nobody can tell whose. */
const buildCache: Member = listOf(
  ofNobody(
    shapeOfMany({
      ...each(always, "ID", "Parent", "Parents", "Type"),
      Description: buildStep,
      ...each(is("usage"), "InUse", "Shared", "Size", "UsageCount"),
      ...each(time("state"), "CreatedAt", "LastUsedAt"),
    }),
  ),
);

/** One kind's part, as API 1.52 and newer have it. */
function section(items: Member): Member {
  return membersOf({
    ActiveCount: whole(total),
    TotalCount: whole(total),
    Reclaimable: whole(total),
    TotalSize: whole(total),
    Items: items,
  });
}

/** What the engine answers on the disk that all takes: with sections of lists, of totals, or with both. */
export const usageAnswers: Partial<Record<OperationName, AnswerTable>> = {
  SystemDataUsage: membersAnswer({
    LayersSize: whole(total),
    BuilderSize: whole(total),
    Images: listOf(listedImage),
    Containers: listOf(listedContainer),
    Volumes: listOf(listedVolume),
    BuildCache: buildCache,
    ImageUsage: section(listOf(listedImage)),
    ContainerUsage: section(listOf(listedContainer)),
    VolumeUsage: section(listOf(listedVolume)),
    BuildCacheUsage: section(buildCache),
  }),
  BuildPrune: valueAnswer(shapeOfMany({ CachesDeleted: ofAll(always, NONE), SpaceReclaimed: total })),
};
