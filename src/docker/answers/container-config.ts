import type { AnswerPart } from "./answer-table.ts";
import { buildStep, commandLine } from "./free-text.ts";
import { labels } from "./labels.ts";
import { each, is, list, shape, under } from "./shape.ts";

/** How the engine sees whether a container is well. */
export const healthCheck: AnswerPart = shape({
  Test: is("command"),
  ...each(is("settings"), "Interval", "Timeout", "Retries", "StartPeriod", "StartInterval", "Successes"),
});

/** What Podman says besides. */
const podmanConfig: Readonly<Record<string, AnswerPart>> = {
  Annotations: labels,
  StartupHealthCheck: healthCheck,
  ...each(
    is("settings"),
    "HealthcheckOnFailureAction",
    "HealthcheckMaxLogCount",
    "HealthcheckMaxLogSize",
    "Timezone",
    "SystemdMode",
    "Umask",
    "Timeout",
    "Passwd",
    "sdNotifyMode",
  ),
  ...each(is("host"), "HealthLogDestination", "sdNotifySocket"),
  CreateCommand: commandLine,
  Secrets: is("mounts", "names"),
  ChrootDirs: is("mounts"),
};

/** What a container runs, as an image has it too; also as API versions before 1.20 and Podman have it. */
export const containerConfig: AnswerPart = shape({
  ...each(is("names"), "Hostname", "Domainname"),
  User: is("security"),
  ...each(
    is("settings"),
    "AttachStdin",
    "AttachStdout",
    "AttachStderr",
    "Tty",
    "OpenStdin",
    "StdinOnce",
    "ArgsEscaped",
    "WorkingDir",
    "NetworkDisabled",
    "StopSignal",
    "StopTimeout",
  ),
  ...each(is("addresses"), "ExposedPorts", "MacAddress"),
  Env: is("env"),
  ...each(is("command"), "Cmd", "Entrypoint", "Shell"),
  Healthcheck: healthCheck,
  Image: is("image"),
  ...each(is("mounts"), "Volumes", "VolumeDriver"),
  OnBuild: buildStep,
  Labels: labels,
  ...each(is("resources"), "Memory", "MemorySwap", "CpuShares", "Cpuset"),
  ...podmanConfig,
});

/** One mount as it was asked for, of a container or a service. */
export const askedMounts: AnswerPart = under(
  "mounts",
  list(
    shape({
      ...each(is("mounts"), "Target", "Source", "Type", "ReadOnly", "Consistency", "BindOptions"),
      VolumeOptions: shape({
        ...each(is("mounts"), "NoCopy", "Subpath"),
        DriverConfig: is("mounts", "addresses"),
        Labels: labels,
      }),
      ...each(is("mounts"), "ImageOptions", "TmpfsOptions", "ClusterOptions"),
    }),
  ),
);

/** What is mounted in a container. */
export const mountPoints: AnswerPart = under(
  "mounts",
  list(
    shape(
      each(
        is("mounts"),
        "Type",
        "Name",
        "Source",
        "Destination",
        "Driver",
        "Mode",
        "RW",
        "Propagation",
        "Options",
        "SubPath",
      ),
    ),
  ),
);
