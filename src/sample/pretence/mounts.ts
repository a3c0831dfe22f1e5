import { identify } from "../catalogue.ts";
import type { Description } from "../descriptions.ts";
import { recordOf, textOf, textsOf } from "./answers.ts";

/** What an engine says of the mounts of a container that was made with these settings. */
export function mountsOf(id: string, config: Description, hostConfig: Description): readonly Description[] {
  const binds = textsOf(hostConfig["Binds"]).map((bind) => {
    const [source = "", target = "", mode = ""] = bind.split(":");
    const isReadOnly = mode.split(",").includes("ro");
    return describeMount(source.startsWith("/") ? "bind" : "volume", source, target, isReadOnly);
  });
  const mounts = (Array.isArray(hostConfig["Mounts"]) ? hostConfig["Mounts"] : []).map((given: unknown) => {
    const { Type: type, Source: source = "", Target: target, ReadOnly: isReadOnly } = recordOf(given);
    const name = source === "" && type === "volume" ? identify(`${id} ${textOf(target)}`) : textOf(source);
    return describeMount(textOf(type), name, textOf(target), isReadOnly === true);
  });
  const taken = new Set([...binds, ...mounts].map(({ Destination: target }) => target));
  const unnamed = Object.keys(recordOf(config["Volumes"]))
    .filter((target) => !taken.has(target))
    .map((target) => describeMount("volume", identify(`${id} ${target}`), target, false));
  return [...binds, ...mounts, ...unnamed];
}

function describeMount(type: string, source: string, target: string, isReadOnly: boolean): Description {
  const common = { Type: type, Destination: target, Mode: "", RW: !isReadOnly, Propagation: "" };
  return type === "volume"
    ? { ...common, Name: source, Source: `/var/lib/docker/volumes/${source}/_data`, Driver: "local" }
    : { ...common, Source: source };
}
