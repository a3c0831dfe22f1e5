import { JsonNumber } from "../json/value.ts";
import type { OperationName } from "../operations.ts";
import type { AnswerPart, AnswerTable } from "./answer-table.ts";
import { changedFile, exec, health, inspectedContainer, made, processes } from "./container-answers.ts";
import { event, eventKinds } from "./event.ts";
import { trouble } from "./free-text.ts";
import { inspectedImage, layer, listedImage } from "./image-answers.ts";
import { labels } from "./labels.ts";
import { entry, keyedBy, nameBeside, ofAll, ofNobody } from "./object-parts.ts";
import { always, each, is, list, shape, shapeOfMany, time, under } from "./shape.ts";
import { stored } from "./swarm-answers.ts";
import { version } from "./system-answers.ts";
import { listAnswer, listOf, membersAnswer, sequenceAnswer, valueAnswer, whole } from "./tables.ts";
import { listedVolume, volume } from "./volume-answers.ts";

const usage: AnswerPart = is("usage");
const total: AnswerPart = ofAll(usage, new JsonNumber("0"));

const listedContainer: AnswerPart = entry(
  "container",
  shape({
    Id: always,
    Names: nameBeside("Id"),
    ...each(is("image"), "Image", "ImageID"),
    Command: is("command"),
    Created: time("state"),
    ...each(
      is("state"),
      "CreatedAt",
      "Exited",
      "ExitedAt",
      "ExitCode",
      "Pid",
      "Restarts",
      "StartedAt",
      "State",
      "Status",
      "IsInfra",
      "Pod",
    ),
    PodName: is("names"),
    Labels: labels,
    Mounts: is("mounts"),
    Namespaces: is("security"),
    Networks: is("networks"),
    ...each(is("addresses"), "Ports", "ExposedPorts"),
    Size: usage,
    AutoRemove: is("settings"),
    CIDFile: is("host"),
  }),
);

/** What one or more containers take, each time that it was looked. */
const stats: AnswerPart = shapeOfMany({
  Error: trouble,
  Stats: list(
    shape({
      ContainerID: always,
      Name: nameBeside("ContainerID"),
      ...each(
        usage,
        "AvgCPU",
        "CPU",
        "CPUNano",
        "CPUSystemNano",
        "PerCPU",
        "SystemNano",
        "MemUsage",
        "MemLimit",
        "MemPerc",
        "NetInput",
        "NetOutput",
        "Network",
        "BlockInput",
        "BlockOutput",
        "PIDs",
        "UpTime",
        "Duration",
      ),
    }),
  ),
});

/** What was deleted, or was not because of an error. */
const deleted: AnswerPart = shape({ ...each(always, "Id", "RawInput"), Size: usage, Err: trouble });
const removedImages: AnswerPart = shape({
  ...each(always, "Deleted", "ExitCode"),
  Untagged: is("image"),
  Errors: trouble,
});
const deletedNetwork: AnswerPart = shape({ Name: is("networks"), ...each(trouble, "Err", "Error") });

const network: AnswerPart = shapeOfMany({
  id: always,
  name: nameBeside("id", "networks"),
  created: time("state"),
  ...each(is("settings"), "driver", "ipv6_enabled", "internal", "dns_enabled"),
  network_interface: is("host"),
  ...each(is("addresses"), "subnets", "routes", "network_dns_servers"),
  ...each(is("settings", "addresses"), "options", "ipam_options"),
  labels,
  containers: under(
    "networks",
    keyedBy("container", shape({ name: is("names"), interfaces: is("addresses") })),
  ),
});

/** What all objects take on the disk. Its entries are no objects as lists have them, so that nobody can tell whose they are. */
const diskUsage: AnswerTable = membersAnswer({
  ImagesSize: whole(total),
  Images: listOf(
    ofNobody(
      shape({
        ...each(is("image"), "Repository", "Tag"),
        ImageID: always,
        Created: time("state"),
        ...each(usage, "Size", "SharedSize", "UniqueSize", "Containers"),
      }),
    ),
  ),
  Containers: listOf(
    ofNobody(
      shape({
        ContainerID: always,
        Names: nameBeside("ContainerID"),
        Image: is("image"),
        Command: is("command"),
        ...each(usage, "LocalVolumes", "Size", "RWSize"),
        Created: time("state"),
        Status: is("state"),
      }),
    ),
  ),
  Volumes: listOf(
    ofNobody(shape({ VolumeName: always, ...each(usage, "Links", "Size", "ReclaimableSize") })),
  ),
});

const info: AnswerPart = shapeOfMany({
  host: is("host", "names", "addresses"),
  store: shapeOfMany({
    containerStore: shapeOfMany(each(total, "number", "paused", "running", "stopped")),
    imageStore: shapeOfMany({ number: total }),
    ...each(
      is("host"),
      "configFile",
      "graphDriverName",
      "graphOptions",
      "graphRoot",
      "graphRootAllocated",
      "graphRootUsed",
      "graphStatus",
      "imageCopyTmpDir",
      "runRoot",
      "volumePath",
      "transientStore",
    ),
  }),
  registries: is("host", "addresses"),
  ...each(is("host"), "plugins", "version"),
});

/**
 * What Podman's own operations answer, as its newest release (6) documents it and older ones do it. Pods, manifests and
 * what is made of Kubernetes' files have no tables.
 */
export const libpodAnswers: Partial<Record<OperationName, AnswerTable>> = {
  ContainerInspectLibpod: valueAnswer(inspectedContainer),
  ContainerListLibpod: listAnswer(listedContainer),
  ContainerTopLibpod: sequenceAnswer(processes),
  ContainerChangesLibpod: listAnswer(changedFile),
  ContainerStatsLibpod: sequenceAnswer(stats),
  ContainersStatsAllLibpod: sequenceAnswer(stats),
  ContainerHealthcheckLibpod: valueAnswer(health),
  ContainerShowMountedLibpod: valueAnswer(keyedBy("container", is("host", "mounts")), "container"),
  ContainerCreateLibpod: valueAnswer(made),
  ContainerDeleteLibpod: listAnswer(deleted),
  ContainerPruneLibpod: listAnswer(deleted),
  ContainerExecLibpod: valueAnswer(made),
  ExecInspectLibpod: valueAnswer(exec),

  ImageListLibpod: listAnswer(listedImage),
  ImageInspectLibpod: valueAnswer(inspectedImage),
  ImageHistoryLibpod: listAnswer(layer),
  ImageChangesLibpod: listAnswer(changedFile),
  // Drawn with the names of every image that a layer ends.
  ImageTreeLibpod: valueAnswer(shape({ Tree: ofAll(is("image", "usage"), "") })),
  ImageResolveLibpod: valueAnswer(shape({ Names: always })),
  ImageDeleteLibpod: valueAnswer(removedImages),
  ImageDeleteAllLibpod: valueAnswer(removedImages),
  ImagePruneLibpod: listAnswer(deleted),
  ImageImportLibpod: valueAnswer(shape({ Id: always })),
  ImageLoadLibpod: valueAnswer(shape({ Names: is("image") })),
  ImageSearchLibpod: listAnswer(
    shape(each(always, "Index", "Name", "Description", "Stars", "Official", "Automated", "Tag")),
  ),

  NetworkListLibpod: listAnswer(entry("network", network)),
  NetworkInspectLibpod: valueAnswer(network, "container"),
  NetworkCreateLibpod: valueAnswer(network),
  NetworkDeleteLibpod: listAnswer(deletedNetwork),
  NetworkPruneLibpod: listAnswer(deletedNetwork),

  VolumeListLibpod: listAnswer(listedVolume),
  VolumeInspectLibpod: valueAnswer(volume),
  VolumeCreateLibpod: valueAnswer(volume),
  VolumePruneLibpod: listAnswer(deleted),

  SecretListLibpod: listAnswer(entry("secret", stored)),
  SecretInspectLibpod: valueAnswer(stored),
  SecretCreateLibpod: valueAnswer(shape({ ID: always })),

  SystemInfoLibpod: valueAnswer(info),
  SystemVersionLibpod: valueAnswer(version),
  SystemDataUsageLibpod: diskUsage,
  SystemEventsLibpod: sequenceAnswer(event, ...eventKinds),
};
