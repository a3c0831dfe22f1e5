import { isJsonArray, isJsonObject, type JsonValue } from "../json/value.ts";
import { judgeJoining } from "./container-name.ts";
import type { EngineFact } from "./engine-fact.ts";
import { type Meaning, text } from "./meaning.ts";

const HOST = "host";
/** What it is called as a power. */
const NAMESPACE = "cgroupns";
/** What engines list where containers that name none get one of their own (cgroupNamespacesEnabled in moby). */
const OWN_BY_DEFAULT = "cgroupns";

/**
 * Whose control groups a container sees. Of the host's the engine is asked: on control groups of version 1 it says `host` of
 * every container, and tools that make one anew send that back.
 */
export const cgroupNamespaceField: Meaning = text(["host", "join", "field"], (mode, asking) => {
  if (mode === HOST) asking.lookUpEngine("cgroupns", NAMESPACE, mode);
  else if (!judgeJoining(NAMESPACE, mode, asking) && mode !== "private") {
    asking.ask("field", asking.fieldPath, mode);
  }
});

/** Whether every container sees the host's control groups, so that it gives nothing to ask for them. */
export const hostsControlGroups: EngineFact = {
  question: "whether every container has host:cgroupns",
  target: (version) => `${version === undefined ? "" : `/v${version}`}/info`,
  isSo: isSeenByAll,
  least: () => [],
  most: (name) => [[HOST, name]],
  isUsual: false,
};

/** Podman lists none, and gives each container one of its own on version 2: there the lack says nothing. */
function isSeenByAll(info: JsonValue): boolean {
  if (!isJsonObject(info) || info.get("CgroupVersion") !== "1") return false;
  const options = info.get("SecurityOptions") ?? null;
  if (options === null) return true;
  return isJsonArray(options) && options.every((option) => isOther(option));
}

function isOther(option: JsonValue): boolean {
  return typeof option === "string" && !option.includes(OWN_BY_DEFAULT);
}
