import type { Result } from "../../kernel/result.ts";
import { type CommandLine, type KnownOptions, parseCommandLine } from "./command-line.ts";

/** What a health check asks. */
export type Question =
  | {
      readonly kind: "http";
      readonly method: "GET" | "HEAD";
      readonly url: URL;
      /** Whether an answer of 400 and more is a failure. */
      readonly failsByStatus: boolean;
      /** Whether the answer's body is printed. */
      readonly prints: boolean;
      /** The exit code of a failure by its status; any other failure is {@link Program.failed}. */
      readonly statusCode: number;
      readonly failedCode: number;
    }
  | {
      readonly kind: "connect";
      readonly host: string;
      readonly port: number;
      readonly failedCode: number;
    };

/** The names under which a stand-in can be called: what people ask the other proxies with. */
export type StandIn = "wget" | "curl" | "nc";

/** The options that a health check uses. */
const OPTIONS: Readonly<Record<StandIn, KnownOptions>> = {
  wget: {
    alone: words("q quiet v verbose n no-verbose S server-response spider no-check-certificate"),
    withValue: words("O output-document T timeout t tries Y"),
  },
  curl: {
    alone: words(
      "f fail fail-with-body s silent S show-error no-progress-meter L location k insecure v verbose i include I head 4 6",
    ),
    withValue: words("o output X request m max-time connect-timeout retry"),
  },
  nc: { alone: words("z v n"), withValue: words("w") },
};

/** Tells whether there is a stand-in of this name. */
export function isStandIn(name: string): name is StandIn {
  return Object.hasOwn(OPTIONS, name);
}

/** Understands the arguments of one of the programs, or says what it does not understand. */
export function parseQuestion(program: StandIn, line: readonly string[]): Result<Question, string> {
  const parsed = parseCommandLine(OPTIONS[program], line);
  if (!parsed.ok) return parsed;
  switch (program) {
    case "wget":
      return parseWget(parsed.value);
    case "curl":
      return parseCurl(parsed.value);
    case "nc":
      return parseNc(parsed.value);
  }
}

/** wget: a status of 400 and more is a failure; BusyBox's has one exit code for all. */
function parseWget({ options, operands }: CommandLine): Result<Question, string> {
  const output = options.get("O") ?? options.get("output-document");
  if (output !== undefined && !isNowhere(output) && output !== "-") return { ok: false, error: output };
  return withUrl(operands, (url) => ({
    kind: "http",
    // Also for --spider: the engine has no HEAD but of /_ping, and older wgets asked with GET.
    method: "GET",
    url,
    failsByStatus: true,
    prints: output === "-",
    statusCode: 1,
    failedCode: 1,
  }));
}

/** curl: any answer is a success, unless `--fail` is given, and its exit codes are its own. */
function parseCurl({ options, operands }: CommandLine): Result<Question, string> {
  const output = options.get("o") ?? options.get("output");
  if (output !== undefined && !isNowhere(output) && output !== "-") return { ok: false, error: output };
  const request = options.get("X") ?? options.get("request");
  if (request !== undefined && request !== "GET" && request !== "HEAD") return { ok: false, error: request };
  const isHead = options.has("I") || options.has("head") || request === "HEAD";
  return withUrl(operands, (url) => ({
    kind: "http",
    method: isHead ? "HEAD" : "GET",
    url,
    failsByStatus: ["f", "fail", "fail-with-body"].some((name) => options.has(name)),
    prints: output === undefined || output === "-",
    statusCode: 22,
    failedCode: 7,
  }));
}

function parseNc({ options, operands }: CommandLine): Result<Question, string> {
  const [host, port, ...others] = operands;
  const isPort = /^[1-9][0-9]{0,4}$/u.test(port ?? "");
  if (!options.has("z") || host === undefined || !isPort || others.length > 0) {
    return { ok: false, error: operands.join(" ") };
  }
  return { ok: true, value: { kind: "connect", host, port: Number(port), failedCode: 1 } };
}

function isNowhere(output: string): boolean {
  return output === "/dev/null";
}

function withUrl(operands: readonly string[], ask: (url: URL) => Question): Result<Question, string> {
  const [text = "", ...others] = operands;
  const url = parseUrl(text);
  return url === undefined || others.length > 0
    ? { ok: false, error: operands.join(" ") }
    : { ok: true, value: ask(url) };
}

function parseUrl(text: string): URL | undefined {
  const written = /^[a-z]+:\/\//u.test(text) ? text : `http://${text}`;
  if (!URL.canParse(written)) return undefined;
  const url = new URL(written);
  return url.protocol === "http:" && url.username === "" && url.password === "" ? url : undefined;
}

function words(text: string): ReadonlySet<string> {
  return new Set(text.split(" "));
}
