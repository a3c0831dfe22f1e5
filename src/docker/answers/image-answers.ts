import { JsonNumber } from "../json/value.ts";
import { readInspected, readListed } from "../objects/read-identity.ts";
import type { OperationName } from "../operations.ts";
import type { AnswerPart, AnswerTable } from "./answer-table.ts";
import { containerConfig, healthCheck } from "./container-config.ts";
import { descriptor } from "./descriptor.ts";
import { buildStep } from "./free-text.ts";
import { labels } from "./labels.ts";
import { namesOf } from "./image-names.ts";
import { entry, ofAll } from "./object-parts.ts";
import { always, each, is, list, shape, shapeOfMany, time } from "./shape.ts";
import { listAnswer, valueAnswer } from "./tables.ts";

/** What Docker writes where it has not counted. */
const UNCOUNTED = new JsonNumber("-1");

/** How many containers use an image, or share what a volume has: anybody's. */
const useCount: AnswerPart = ofAll(is("usage"), UNCOUNTED);

/** One variant of an image, with the containers that use it. */
const manifest: AnswerPart = shapeOfMany({
  ...each(always, "ID", "Available", "Kind"),
  Descriptor: descriptor,
  Size: is("usage"),
  ImageData: shapeOfMany({
    Platform: always,
    Identity: is("image"),
    Containers: ofAll(is("usage"), []),
    Size: is("usage"),
  }),
  AttestationData: is("image"),
});

/** An image, as Docker and Podman tell all of it. */
export const inspectedImage: AnswerPart = shapeOfMany({
  ...each(always, "Id", "Architecture", "Variant", "Os", "OsVersion"),
  ...each(namesOf(readInspected), "RepoTags", "RepoDigests"),
  ...each(is("image"), "Parent", "RootFS", "Identity"),
  ...each(is("settings"), "Comment", "Author"),
  Descriptor: descriptor,
  Manifests: list(manifest),
  Created: time("state"),
  ...each(is("host"), "Container", "DockerVersion", "GraphDriver"),
  ...each(containerConfig, "Config", "ContainerConfig"),
  ...each(is("usage"), "Size", "VirtualSize"),
  Metadata: shape({ LastTagTime: time("state") }),
  // What Podman says besides.
  ...each(is("image"), "Digest", "ManifestType"),
  NamesHistory: namesOf(readInspected),
  Version: is("host"),
  ...each(labels, "Labels", "Annotations"),
  User: is("security"),
  Healthcheck: healthCheck,
  History: list(
    shape({
      created: time("state"),
      created_by: buildStep,
      ...each(is("settings"), "author", "comment", "empty_layer"),
    }),
  ),
});

/** An image as lists have it. */
export const listedImage: AnswerPart = entry(
  "image",
  shapeOfMany({
    Id: always,
    ...each(namesOf(readListed), "RepoTags", "RepoDigests"),
    ParentId: is("image"),
    Created: time("state"),
    ...each(is("usage"), "Size", "VirtualSize"),
    ...each(useCount, "SharedSize", "Containers"),
    Labels: labels,
    Manifests: list(manifest),
    Descriptor: descriptor,
    // What Podman says besides.
    ...each(always, "ReadOnly", "Dangling", "Arch", "Os", "IsManifestList", "isManifestList"),
    ...each(namesOf(readListed), "Names", "History"),
    Digest: is("image"),
  }),
);

/** A layer of an image, by what made it. */
export const layer: AnswerPart = shapeOfMany({
  Id: always,
  Created: time("state"),
  CreatedBy: buildStep,
  // A layer has the names of every image that ends with it.
  Tags: ofAll(is("image"), null),
  Size: is("usage"),
  Comment: is("settings"),
});

const deletedImage: AnswerPart = shape({ Untagged: is("image"), Deleted: always });

/** What the operations on images answer; what registries say tells of no object of the engine. */
export const imageAnswers: Partial<Record<OperationName, AnswerTable>> = {
  ImageList: listAnswer(listedImage),
  ImageInspect: valueAnswer(inspectedImage),
  ImageHistory: listAnswer(layer),
  ImageDelete: listAnswer(deletedImage),
  ImagePrune: valueAnswer(shapeOfMany({ ImagesDeleted: list(deletedImage), SpaceReclaimed: is("usage") })),
  ImageCommit: valueAnswer(shape({ Id: always })),
  ImageAttestations: listAnswer(
    shape({ Descriptor: descriptor, PredicateType: always, Statement: buildStep }),
  ),
  ImageSearch: listAnswer(
    shape(each(always, "description", "is_official", "is_automated", "name", "star_count")),
  ),
  DistributionInspect: valueAnswer(shape({ Descriptor: descriptor, Platforms: always })),
};
