import { JsonNumber } from "../json/value.ts";
import type { OperationName } from "../operations.ts";
import type { AnswerPart, AnswerTable } from "./answer-table.ts";
import { labels } from "./labels.ts";
import { entry, ofAll } from "./object-parts.ts";
import { always, each, is, shape, shapeOfMany, time } from "./shape.ts";
import { listOf, membersAnswer, valueAnswer, whole } from "./tables.ts";

/** A volume that the swarm's own drivers give to nodes. */
const clusterVolume: AnswerPart = shape({
  ...each(always, "ID", "Version"),
  ...each(time("state"), "CreatedAt", "UpdatedAt"),
  Spec: is("settings", "mounts"),
  Info: is("settings", "mounts"),
  PublishStatus: is("state", "host"),
});

/** How many containers have it: anybody's. -1 is Docker's word for what it has not counted. */
const useCount: AnswerPart = ofAll(is("usage"), new JsonNumber("-1"));

/** A volume. Its name stays, being all that it is known by; its options have paths, servers and passwords. */
export const volume: AnswerPart = shapeOfMany({
  Name: always,
  ...each(is("settings"), "Driver", "Scope"),
  Mountpoint: is("mounts", "host"),
  CreatedAt: time("state"),
  Status: is("settings", "mounts"),
  Labels: labels,
  Options: is("settings", "mounts", "addresses"),
  ClusterVolume: clusterVolume,
  // What Podman says besides.
  ...each(
    is("settings"),
    "UID",
    "GID",
    "Anonymous",
    "NeedsCopyUp",
    "NeedsChown",
    "Timeout",
    "StorageID",
    "LockNumber",
  ),
  MountCount: useCount,
  UsageData: shapeOfMany({
    Size: is("usage"),
    RefCount: useCount,
  }),
});

/** A volume as lists have it. */
export const listedVolume: AnswerPart = entry("volume", volume);

/** What the operations on volumes answer. */
export const volumeAnswers: Partial<Record<OperationName, AnswerTable>> = {
  // A warning is of a driver that did not answer.
  VolumeList: membersAnswer({ Volumes: listOf(listedVolume), Warnings: whole(ofAll(is("host"), null)) }),
  VolumeInspect: valueAnswer(volume),
  // A name that is taken answers the volume that has it, whosever that is.
  VolumeCreate: valueAnswer(listedVolume),
  VolumePrune: valueAnswer(shapeOfMany({ VolumesDeleted: always, SpaceReclaimed: is("usage") })),
};
