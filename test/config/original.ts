/** One rule of an original's list: when it applies, and what happens then. The first rule that applies decides. */
export interface OriginalRule {
  /** Matched without regard to case, anchored at the start only, against the path decoded once; absent: every path. */
  readonly pattern?: string;
  /** Whether the rule is about every method but GET and HEAD only. */
  readonly writes?: true;
  readonly verdict: "allow" | "deny";
  /** The switch that must be on for an "allow" to apply, and off for a "deny". */
  readonly name: string;
}

/** A proxy that Quaygate replaces, by its list of rules. */
export interface Original {
  readonly rules: readonly OriginalRule[];
  /** Every switch; those in `defaults` are on when nothing is said. */
  readonly switches: readonly string[];
  readonly defaults: readonly string[];
  /** Gives the decision for a method and a path, as a question to the switches that are on. */
  readonly decision: (method: string, rawPath: string) => (isOn: (name: string) => boolean) => boolean;
}

/** Begins every path that may have a version. */
export const VERSION: string = String.raw`^(/v[0-9.]+)?`;
/** An id or a name, as the originals write it. */
export const ID: string = String.raw`[A-Za-z0-9_.-]+`;

/** The switches that open what is below a first segment of Docker's API, in the originals' order. */
export const originalSections: readonly (readonly [section: string, name: string])[] = [
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
];

/** Makes an original of its list, in its order, without the last rule, which denies all the rest. */
export function originalOf(rules: readonly OriginalRule[], defaults: readonly string[]): Original {
  const compiled = rules.map(({ pattern = "", writes = false, verdict, name }) => ({
    expression: new RegExp(pattern, "i"),
    writes,
    allows: verdict === "allow",
    name,
  }));
  return {
    rules,
    switches: [...new Set(rules.map(({ name }) => name))],
    defaults,
    decision: (method, rawPath) => {
      const path = decodeOnce(rawPath);
      const isRead = method === "GET" || method === "HEAD";
      const concerned = compiled.filter(
        ({ expression, writes }) => expression.test(path) && !(writes && isRead),
      );
      return (isOn) => concerned.find(({ allows, name }) => isOn(name) === allows)?.allows ?? false;
    },
  };
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
export function haproxyRules(
  { rules }: Original,
  isOn: (name: string) => string = (name) => `{ env(${name}) -m bool }`,
  allow = "return status 200",
): readonly string[] {
  return rules.map(({ pattern, writes, verdict, name }) => {
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
