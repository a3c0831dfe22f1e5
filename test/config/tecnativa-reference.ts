/** One rule of the original's list: a switch, and the paths that it opens. */
export interface ReferenceRule {
  readonly name: string;
  /** Matched without regard to case, anchored at the start only, against the path decoded once. */
  readonly pattern: string;
}

const version = String.raw`^(/v[0-9.]+)?`;
const container = `${version}/containers/[A-Za-z0-9_.-]+`;

const sections = [
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

/** The original's allowing rules, in its order; the first that matches a path and is on decides. */
export const referenceRules: readonly ReferenceRule[] = [
  { name: "ALLOW_RESTARTS", pattern: `${container}/(stop|restart|kill)` },
  { name: "ALLOW_START", pattern: `${container}/start` },
  { name: "ALLOW_STOP", pattern: `${container}/stop` },
  { name: "ALLOW_PAUSE", pattern: `${container}/pause` },
  { name: "ALLOW_UNPAUSE", pattern: `${container}/unpause` },
  ...sections.map(([section, name]) => ({ name, pattern: `${version}/${section}` })),
];

/** Every switch of the original; those in `referenceDefaults` are on when nothing is said. */
export const referenceSwitches: readonly string[] = ["POST", ...referenceRules.map(({ name }) => name)];

/** The original's defaults. */
export const referenceDefaults: readonly string[] = ["EVENTS", "PING", "VERSION"];

const compiled = referenceRules.map(({ name, pattern }) => ({ name, expression: new RegExp(pattern, "i") }));

/** Gives the original's decision for a method and a path, as a question to the switches that are on. */
export function referenceDecision(
  method: string,
  rawPath: string,
): (isOn: (name: string) => boolean) => boolean {
  const path = decodeOnce(rawPath);
  const opening = compiled.filter(({ expression }) => expression.test(path)).map(({ name }) => name);
  const isRead = method === "GET" || method === "HEAD";
  return (isOn) => (isRead || isOn("POST")) && opening.some((name) => isOn(name));
}

/** HAProxy's `url_dec`: byte by byte, a broken escape ends the decoding there. */
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
  return [
    `http-request deny unless METH_GET || ${isOn("POST")}`,
    ...referenceRules.map(
      ({ name, pattern }) => `http-request ${allow} if { path,url_dec -m reg -i ${pattern} } ${isOn(name)}`,
    ),
  ];
}
