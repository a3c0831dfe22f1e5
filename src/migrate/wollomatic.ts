import { GATE_PORT } from "./image.ts";

/** What becomes of wollomatic's settings. */
export interface WollomaticUse {
  readonly variables: ReadonlyMap<string, string>;
  /** What a person must decide, a sentence each. */
  readonly says: readonly string[];
}

/** Settings that only say how the original runs. */
const MEANINGLESS: ReadonlySet<string> = new Set([
  "allowhealthcheck",
  "logjson",
  "shutdowngracetime",
  "stoponwatchdog",
  "watchdoginterval",
]);

/** Settings that are carried over. */
const CARRIED: ReadonlySet<string> = new Set(["listenip", "proxyport", "proxysocketendpoint", "socketpath"]);

/**
 * Carries over where wollomatic's proxy listens and finds the engine. What it allows is written in regular expressions,
 * which switches can't say: each is named for a person to decide, and until then the gate opens nothing.
 */
export function readWollomatic(
  words: readonly string[],
  environment: ReadonlyMap<string, string>,
): WollomaticUse {
  const settings = [
    ...[...environment]
      .filter(([name]) => name.startsWith("SP_"))
      .map(([name, value]) => ({ shown: `${name}=${value}`, name: plainName(name.slice(3)), value })),
    ...words
      .filter((word) => word.startsWith("-"))
      .map((word) => {
        const [name = ""] = word.split("=", 1);
        return { shown: word, name: plainName(name), value: word.slice(name.length + 1) };
      }),
  ];
  const valueOf = (name: string): string | undefined =>
    settings.findLast((setting) => setting.name === name)?.value;
  const file = valueOf("proxysocketendpoint");
  const address = valueOf("listenip") ?? "127.0.0.1";
  const host = address.includes(":") ? `[${address}]` : address;
  const listen =
    file === undefined ? `tcp://${host}:${valueOf("proxyport") ?? GATE_PORT}` : `unix://${file}?mode=0600`;
  const engine = valueOf("socketpath");
  return {
    variables: new Map([
      ["QUAYGATE_COMPAT", "linuxserver"],
      ["QUAYGATE_LISTEN", listen],
      ["EVENTS", "0"],
      ...(engine === undefined ? [] : [["SOCKET_PATH", engine] as const]),
    ]),
    says: [
      "opens nothing but PING and VERSION until you set switches for what its expressions allowed",
      ...settings.flatMap(({ shown, name }) =>
        CARRIED.has(name) ? [] : [`${shown} ${explainSetting(name)}`],
      ),
    ],
  };
}

function explainSetting(name: string): string {
  if (MEANINGLESS.has(name)) {
    return "has no meaning any more";
  }
  switch (name) {
    case "allowfrom":
      return "is not checked any more: whoever is on its networks reaches it, so leave only its clients there";
    case "allowbindmountfrom":
      return "is not checked any more: no switch restricts what a created container may mount";
    case "proxycontainername":
      return "is not read any more, nor are the labels socket-proxy.allow.* of the clients";
    case "loglevel":
      return "must become LOG_LEVEL, one of debug, info, warning and err";
    default:
      return name.startsWith("allow") ? "must become switches" : "is not known here";
  }
}

/** `-allowGET`, `--allowGET` and `ALLOW_GET` are the same setting. */
function plainName(name: string): string {
  return name.replaceAll(/^-+|_(?!\d)/gu, "").toLowerCase();
}
