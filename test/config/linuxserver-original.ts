import { ID, type Original, originalOf, type OriginalRule, originalSections, VERSION } from "./original.ts";

/** A container or a pod, in Docker's API or in Podman's own. */
const either = `${VERSION}(/libpod)?/(containers|pods)/${ID}`;
const libpodContainer = `${VERSION}/libpod/containers/${ID}`;
const libpodPod = `${VERSION}/libpod/pods/${ID}`;

const libpodSections = [
  ["containers", "LIBPOD_CONTAINERS"],
  ["events", "LIBPOD_EVENTS"],
  ["exec", "LIBPOD_EXEC"],
  ["generate", "LIBPOD_GENERATE"],
  ["images", "LIBPOD_IMAGES"],
  ["info", "LIBPOD_INFO"],
  ["manifests", "LIBPOD_MANIFESTS"],
  ["networks", "LIBPOD_NETWORKS"],
  ["_ping", "LIBPOD_PING"],
  ["play", "LIBPOD_PLAY"],
  ["pods", "LIBPOD_PODS"],
  ["secrets", "LIBPOD_SECRETS"],
  ["system", "LIBPOD_SYSTEM"],
  ["version", "LIBPOD_VERSION"],
  ["volumes", "LIBPOD_VOLUMES"],
] as const;

const actions = [
  ["RESTARTS", "(stop|restart|kill)"],
  ["START", "start"],
  ["STOP", "stop"],
  ["PAUSE", "pause"],
  ["UNPAUSE", "unpause"],
] as const;

function allowing(prefix: string, place: string): readonly OriginalRule[] {
  return actions.map(([ending, action]) => ({
    pattern: `${place}/${action}`,
    verdict: "allow",
    name: `${prefix}${ending}`,
  }));
}

function sectionRule(section: string, name: string): OriginalRule {
  return { pattern: `${VERSION}/${section}`, verdict: "allow", name };
}

/** LinuxServer's docker-socket-proxy. */
export const linuxserverOriginal: Original = originalOf(
  [
    { pattern: `${either}/archive`, verdict: "deny", name: "ALLOW_ARCHIVE" },
    { pattern: `${either}/change`, verdict: "deny", name: "ALLOW_CHANGES" },
    { pattern: `${either}/export`, verdict: "deny", name: "ALLOW_EXPORT" },
    { pattern: `${either}/logs`, verdict: "deny", name: "ALLOW_LOGS" },
    { pattern: `${either}/top`, verdict: "deny", name: "ALLOW_TOP" },
    ...allowing("ALLOW_", either),
    ...allowing("LIBPOD_ALLOW_", libpodContainer),
    ...allowing("LIBPOD_ALLOW_POD_", libpodPod),
    { writes: true, verdict: "deny", name: "POST" },
    ...originalSections.map(([section, name]) => sectionRule(section, name)),
    ...libpodSections.map(([section, name]) => sectionRule(`libpod/${section}`, name)),
  ],
  ["EVENTS", "PING", "VERSION", "LIBPOD_PING", "LIBPOD_VERSION"],
);
