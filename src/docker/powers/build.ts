import type { OperationName } from "../operations.ts";
import { judgeFetch } from "./fetch.ts";
import { labelsField } from "./identity.ts";
import { judgeTag } from "./image-operations.ts";
import { flag, harmless, jsonText, listOf, type Meaning, named, text } from "./meaning.ts";
import { judgeImage } from "./image-name.ts";
import { buildNetworkField, judgeAbsentNetwork } from "./network-endpoint.ts";
import { type OperationPowers, query } from "./operation-powers.ts";
import { encodeValue } from "./power.ts";
import { securityOptionsField } from "./security.ts";

/** A number as text, or a list as JSON, that says nothing where it is 0 or empty. */
const saysNothing: ReadonlySet<string> = new Set(["", "0", "null", "[]", "{}"]);

function resource(name: string): Meaning {
  return text(["resource"], (value, asking) => {
    if (!saysNothing.has(value)) asking.ask("resource", name, value);
  });
}

/** BuildKit's exporters: an engine without BuildKit has none. */
const outputsField: Meaning = text(["field"], (value, asking) => {
  if (!saysNothing.has(value)) asking.ask("field", asking.fieldPath, value);
});

/** `client-session` is BuildKit's word for files of the client; everything else is fetched. */
const remoteField: Meaning = text(["fetch", "buildkit"], (remote, asking) => {
  if (remote === "client-session") asking.ask("buildkit", "", remote);
  else judgeFetch(remote, asking);
});

/** Docker keeps it inside the build's files. Podman fetches it where it is a URL, and follows it upwards. */
const dockerfileField: Meaning = text(["fetch", "field"], (dockerfile, asking) => {
  if (dockerfile.includes("://")) judgeFetch(dockerfile, asking);
  else if (/(?:^|[/"\\])\.\.(?:[/"\\]|$)/u.test(dockerfile))
    asking.ask("field", asking.fieldPath, dockerfile);
});

/** Docker on Linux has the default only; Podman can build without containers. */
const isolationField: Meaning = text(["field"], (isolation, asking) => {
  if (isolation !== "default") asking.ask("field", asking.fieldPath, isolation);
});

/** The builder: 1 is the classic one, and so is none. */
const versionField: Meaning = text(["buildkit"], (version, asking) => {
  if (version !== "1") asking.ask("buildkit", "", version);
});

const tagField: Meaning = text(["tag"], (reference, asking) => judgeTag(reference, "", asking));

const extraHostField: Meaning = text(["extra-host"], (entry, asking) =>
  asking.ask("extra-host", encodeValue(entry.replace(/[:=]/u, "=")), entry),
);

const cgroupParentField: Meaning = named("cgroup-parent");

/** Images whose steps may be used again. Of one that is not there engines build without it. */
const cacheField: Meaning = listOf(
  text(["image"], (reference, asking) => {
    judgeImage(reference, asking);
    asking.mention("image", reference, "spare");
  }),
);

const buildQuery = query({
  keys: {
    t: listOf(tagField),
    remote: remoteField,
    version: versionField,
    session: flag("buildkit"),
    networkmode: buildNetworkField,
    cgroupparent: cgroupParentField,
    extrahosts: listOf(extraHostField),
    securityopt: securityOptionsField,
    ulimits: resource("Ulimits"),
    shmsize: resource("ShmSize"),
    labels: jsonText(labelsField),
    cachefrom: jsonText(cacheField),
    outputs: outputsField,
    // Each limits the build alone, or says how it is done and shown.
    memory: harmless,
    memswap: harmless,
    cpushares: harmless,
    cpuperiod: harmless,
    cpuquota: harmless,
    cpusetcpus: harmless,
    cpusetmems: harmless,
    isolation: isolationField,
    buildargs: harmless,
    buildid: harmless,
    dockerfile: dockerfileField,
    target: harmless,
    platform: harmless,
    pull: harmless,
    nocache: harmless,
    rm: harmless,
    forcerm: harmless,
    q: harmless,
    squash: harmless,
    compress: harmless,
  },
  lists: ["t", "extrahosts", "securityopt"],
  // docker-py writes the file's name, and behind it what is in it where it lies elsewhere.
  firsts: ["dockerfile"],
  whole: {
    nouns: ["network"],
    judge: (values, asking) =>
      asking.within("?networkmode", () => judgeAbsentNetwork(values.get("networkmode"), asking)),
  },
});

/** What builds may ask for. A Dockerfile, which is in the archive, can name any image. */
export const buildPowers: Partial<Record<OperationName, OperationPowers>> = {
  ImageBuild: {
    itself: [
      { noun: "build", value: "" },
      { noun: "image", value: "(any)" },
    ],
    query: buildQuery,
  },
  Grpc: { itself: [{ noun: "buildkit", value: "" }] },
  Session: { itself: [{ noun: "buildkit", value: "" }] },
};
