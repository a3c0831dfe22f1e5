/** One rule of the original's list: when it applies, and what happens then. The first rule that applies decides. */
export interface ReferenceRule {
  /** Matched without regard to case, anchored at the start only, against the path decoded once; absent: every path. */
  readonly pattern?: string;
  /** Whether the rule is about every method but GET and HEAD only. */
  readonly writes?: true;
  readonly verdict: "allow" | "deny";
  /** The switch that must be on for an "allow" to apply, and off for a "deny". */
  readonly name: string;
}

const version = String.raw`^(/v[0-9.]+)?`;
const id = String.raw`[A-Za-z0-9_.-]+`;
/** A container or a pod, in Docker's API or in Podman's own. */
const either = `${version}(/libpod)?/(containers|pods)/${id}`;
const libpodContainer = `${version}/libpod/containers/${id}`;
const libpodPod = `${version}/libpod/pods/${id}`;

const dockerSections = [
  ["auth", "AUTH"],
  ["build", "BUILD"],
  ["commit", "COMMIT"],
  ["configs", "CONFIGS"],
  ["containers", "CONTAINERS"],
  ["distribution", "DISTRIBUTION"],
  ["events", "EVENTS"],
  ["exec", "EXEC"],
  ["grpc", "GRPC"],
  ["images", "IMAGES"],
  ["info", "INFO"],
  ["networks", "NETWORKS"],
  ["nodes", "NODES"],
  ["_ping", "PING"],
  ["plugins", "PLUGINS"],
  ["secrets", "SECRETS"],
  ["services", "SERVICES"],
  ["session", "SESSION"],
  ["swarm", "SWARM"],
  ["system", "SYSTEM"],
  ["tasks", "TASKS"],
  ["version", "VERSION"],
  ["volumes", "VOLUMES"],
] as const;

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

/** The original's list, in its order, without the last rule, which denies all the rest. */
const referenceRules: readonly ReferenceRule[] = [
  { pattern: `${either}/archive`, verdict: "deny", name: "ALLOW_ARCHIVE" },
  { pattern: `${either}/change`, verdict: "deny", name: "ALLOW_CHANGES" },
  { pattern: `${either}/export`, verdict: "deny", name: "ALLOW_EXPORT" },
  { pattern: `${either}/logs`, verdict: "deny", name: "ALLOW_LOGS" },
  { pattern: `${either}/top`, verdict: "deny", name: "ALLOW_TOP" },
  ...allowing("ALLOW_", either),
  ...allowing("LIBPOD_ALLOW_", libpodContainer),
  ...allowing("LIBPOD_ALLOW_POD_", libpodPod),
  { writes: true, verdict: "deny", name: "POST" },
  ...dockerSections.map(([section, name]) => sectionRule(section, name)),
  ...libpodSections.map(([section, name]) => sectionRule(`libpod/${section}`, name)),
];

function allowing(prefix: string, place: string): readonly ReferenceRule[] {
  return actions.map(([ending, action]) => ({
    pattern: `${place}/${action}`,
    verdict: "allow",
    name: `${prefix}${ending}`,
  }));
}

function sectionRule(section: string, name: string): ReferenceRule {
  return { pattern: `${version}/${section}`, verdict: "allow", name };
}

/** Every switch of the original; those in `referenceDefaults` are on when nothing is said. */
export const referenceSwitches: readonly string[] = [...new Set(referenceRules.map(({ name }) => name))];

/** The original's defaults. */
export const referenceDefaults: readonly string[] = [
  "EVENTS",
  "PING",
  "VERSION",
  "LIBPOD_PING",
  "LIBPOD_VERSION",
];

const compiled = referenceRules.map(({ pattern = "", writes = false, verdict, name }) => ({
  expression: new RegExp(pattern, "i"),
  writes,
  allows: verdict === "allow",
  name,
}));

/** Gives the original's decision for a method and a path, as a question to the switches that are on. */
export function referenceDecision(
  method: string,
  rawPath: string,
): (isOn: (name: string) => boolean) => boolean {
  const path = decodeOnce(rawPath);
  const isRead = method === "GET" || method === "HEAD";
  const concerned = compiled.filter(({ expression, writes }) => expression.test(path) && !(writes && isRead));
  return (isOn) => concerned.find(({ allows, name }) => isOn(name) === allows)?.allows ?? false;
}

/** HAProxy's `url_dec`: byte by byte, a broken escape stands for itself. */
function decodeOnce(path: string): string {
  return path.replaceAll(/%([0-9A-Fa-f]{2})/g, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
}

/**
 * The original as rules for a real HAProxy, which reads the switches from its environment or where `isOn` says, and
 * lets through by `allow`.
 */
export function referenceConfiguration(
  isOn: (name: string) => string = (name) => `{ env(${name}) -m bool }`,
  allow = "return status 200",
): readonly string[] {
  return referenceRules.map(({ pattern, writes, verdict, name }) => {
    const conditions = [
      ...(pattern === undefined ? [] : [`{ path,url_dec -m reg -i ${pattern} }`]),
      // HAProxy's METH_GET is GET and HEAD.
      ...(writes === undefined ? [] : ["!METH_GET"]),
      `${verdict === "allow" ? "" : "!"}${isOn(name)}`,
    ].join(" ");
    return verdict === "allow"
      ? `http-request ${allow} if ${conditions}`
      : `http-request deny if ${conditions}`;
  });
}
