import { REQUEST_METHODS, type RequestMethod } from "../http1/request-head.ts";
import type { Result } from "../kernel/result.ts";

/** Who sends the request, as the command line says it. */
export type AskedCaller =
  | { readonly kind: "unsaid" }
  | { readonly kind: "client"; readonly name: string }
  | {
      readonly kind: "caller";
      /** Its address, as it was written. */
      readonly from: string | undefined;
      /** Where it connects to, as it was written. */
      readonly to: string | undefined;
    };

/** The request that `quaygate check` is about. */
export interface AskedRequest {
  readonly method: RequestMethod;
  readonly target: string;
  /** The file with its body; `-` is standard input. */
  readonly file: string | undefined;
  readonly caller: AskedCaller;
}

/** Each option, with what stands behind it. */
const OPTIONS: ReadonlyMap<string, string> = new Map([
  ["--body", "a file, or - for standard input"],
  ["--client", "the name of a client"],
  ["--from", "an address, such as 172.25.0.3"],
  ["--to", "a place where the gate listens, such as tcp://0.0.0.0:2375"],
]);

/** Understands the command line of `quaygate check`, or says what it wants. */
export function parseCheckWords(words: readonly string[]): Result<AskedRequest, string> {
  const options = new Map<string, string>();
  const others: string[] = [];
  for (let at = 0; at < words.length; at += 1) {
    const word = words[at] ?? "";
    const wants = OPTIONS.get(word);
    if (wants === undefined) {
      others.push(word);
      continue;
    }
    at += 1;
    const value = words[at];
    if (value === undefined) return refused(`check ${word} wants ${wants}`);
    if (options.has(word)) return refused(`check takes ${word} once`);
    options.set(word, value);
  }
  const [word = "", target = "", ...rest] = others;
  const method = REQUEST_METHODS.find((known) => known === word.toUpperCase());
  if (method === undefined || !target.startsWith("/") || rest.length > 0) {
    return refused("check wants a method and a path, such as: quaygate check GET /containers/json");
  }
  const [name, from, to] = ["--client", "--from", "--to"].map((option) => options.get(option));
  if (name !== undefined && (from !== undefined || to !== undefined)) {
    return refused("check takes --client, or --from and --to: a client that is named is not looked for");
  }
  return {
    ok: true,
    value: { method, target, file: options.get("--body"), caller: callerOf(name, from, to) },
  };
}

function callerOf(name: string | undefined, from: string | undefined, to: string | undefined): AskedCaller {
  if (name !== undefined) return { kind: "client", name };
  return from === undefined && to === undefined ? { kind: "unsaid" } : { kind: "caller", from, to };
}

function refused(error: string): { readonly ok: false; readonly error: string } {
  return { ok: false, error };
}
