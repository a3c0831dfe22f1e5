import { explainWollomatic, plainName, WOLLOMATIC_PREFIX, wollomaticPlaces } from "../config/wollomatic.ts";
import { GATE_PORT } from "./image.ts";

/** What becomes of wollomatic's settings. */
export interface WollomaticUse {
  readonly variables: ReadonlyMap<string, string>;
  /** What a person must decide, a sentence each. */
  readonly says: readonly string[];
}

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
      .filter(([name]) => name.startsWith(WOLLOMATIC_PREFIX))
      .map(([name, value]) => ({
        shown: `${name}=${value}`,
        name: plainName(name.slice(WOLLOMATIC_PREFIX.length)),
        value,
      })),
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
  const mode = (valueOf("proxysocketendpointfilemode") ?? "0600").padStart(4, "0");
  const listen =
    file === undefined ? `tcp://${host}:${valueOf("proxyport") ?? GATE_PORT}` : `unix://${file}?mode=${mode}`;
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
        wollomaticPlaces.has(name) ? [] : [`${shown} ${explainWollomatic(name) ?? "is not known here"}`],
      ),
    ],
  };
}
