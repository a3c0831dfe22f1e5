/** How the settings of wollomatic's socket-proxy begin in the environment. */
export const WOLLOMATIC_PREFIX = "SP_";

/** Settings that only say how the original runs. */
const MEANINGLESS: ReadonlySet<string> = new Set([
  "allowhealthcheck",
  "logjson",
  "shutdowngracetime",
  "stoponwatchdog",
  "watchdoginterval",
]);

/** Settings that only say where it listens and where the engine is, with what says that here. */
export const wollomaticPlaces: ReadonlyMap<string, string> = new Map([
  ["listenip", "QUAYGATE_LISTEN"],
  ["proxyport", "QUAYGATE_LISTEN"],
  ["proxysocketendpoint", "QUAYGATE_LISTEN"],
  ["proxysocketendpointfilemode", "QUAYGATE_LISTEN"],
  ["socketpath", "SOCKET_PATH"],
]);

const METHOD_RULE = /^allow(?:get|head|post|put|patch|delete|connect|trace|options)(?:_\d+)?$/u;

/** What becomes of a setting of wollomatic's socket-proxy, as the end of a sentence; undefined for what it does not know. */
export function explainWollomatic(name: string): string | undefined {
  if (MEANINGLESS.has(name)) {
    return "has no meaning any more";
  }
  switch (name) {
    case "allowfrom":
      return "is not checked any more: whoever is on its networks reaches it, so leave only its clients there";
    case "allowbindmountfrom":
      return "must become QUAYGATE_POWERS, such as default,bind:/srv/**: no switch restricts what is mounted";
    case "proxycontainername":
      return "is not read any more, nor are the labels socket-proxy.allow.* of the clients";
    case "loglevel":
      return "must become LOG_LEVEL, one of debug, info, warning and err";
    default:
      return METHOD_RULE.test(name) ? "must become switches" : undefined;
  }
}

/** `-allowGET`, `--allowGET` and `ALLOW_GET` are the same setting. */
export function plainName(name: string): string {
  return name.replaceAll(/^-+|_(?!\d)/gu, "").toLowerCase();
}
