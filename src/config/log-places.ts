import type { SocketAddress } from "../kernel/address.ts";
import { formatLogPlace, type LogPlace } from "../kernel/log-place.ts";
import type { Result } from "../kernel/result.ts";
import { parseAddressOptions } from "./address-options.ts";
import { parseTcpAddress, unixPath } from "./address.ts";
import { bytesOf, SIZE, SIZE_UNITS } from "./size.ts";

/** The setting that lists where the log goes. */
export const LOG_TO_SETTING = "QUAYGATE_LOG_TO";

/** The facilities that are a daemon's to choose, by their number (RFC 5424 §6.2.1). */
const FACILITIES: ReadonlyMap<string, number> = new Map([
  ["user", 1],
  ["daemon", 3],
  ["auth", 4],
  ["authpriv", 10],
  ...Array.from({ length: 8 }, (_, local) => [`local${local}`, 16 + local] as const),
]);

const DEFAULT_FACILITY = "daemon";
const DEFAULT_KEEP = 5;
/** Shorter files would be turned over again and again, and the last hour be gone soon. */
const SHORTEST_FILE = 64 * 1024;

const FACILITY = new RegExp(`^(?:${[...FACILITIES.keys()].join("|")})$`, "u");
const SYSLOG_OPTIONS: Readonly<Record<string, RegExp>> = { facility: FACILITY };
const STREAM_OPTIONS: Readonly<Record<string, RegExp>> = {
  facility: FACILITY,
  framing: /^(?:octets|lines)$/u,
};
const FILE_OPTIONS: Readonly<Record<string, RegExp>> = { size: SIZE, keep: /^[1-9][0-9]{0,2}$/u };

const PLACE = /^(?<scheme>[a-z+]+):\/\/(?<rest>[^?#\s]+)(?:\?(?<options>[^?#\s]*))?$/u;

/** Parses a comma list of places, or says what is wrong with each. */
export function parseLogPlaces(text: string): Result<readonly LogPlace[], readonly string[]> {
  const places: LogPlace[] = [];
  const problems: string[] = [];
  for (const entry of text.split(",").map((part) => part.trim())) {
    const place = parseLogPlace(entry);
    if (!place.ok) {
      problems.push(place.error);
    } else if (places.some((other) => formatLogPlace(other) === formatLogPlace(place.value))) {
      problems.push(`"${entry}" is there twice`);
    } else {
      places.push(place.value);
    }
  }
  return problems.length === 0 ? { ok: true, value: places } : { ok: false, error: problems };
}

function parseLogPlace(text: string): Result<LogPlace, string> {
  if (text === "stdout") return { ok: true, value: { kind: "stdout" } };
  const { scheme, rest = "", options = "" } = PLACE.exec(text)?.groups ?? {};
  switch (scheme) {
    case "file":
      return parseFile(text, rest, options);
    case "syslog+udp":
    case "syslog+tcp":
    case "syslog+unix":
      return parseSyslog(text, scheme, rest, options);
    default:
      return { ok: false, error: explainNoPlace(text) };
  }
}

function explainNoPlace(text: string): string {
  return text.startsWith("/")
    ? `"${text}" is a path alone; a file is file://${text}`
    : `"${text}" is none of stdout, file:///path?size=100MB&keep=5, syslog+udp://host:port, syslog+tcp://host:port and syslog+unix:///path`;
}

function parseFile(text: string, path: string, optionsText: string): Result<LogPlace, string> {
  const options = parseAddressOptions(optionsText, FILE_OPTIONS);
  if (!path.startsWith("/") || path.endsWith("/")) {
    return {
      ok: false,
      error: `"${text}" does not name a file by its whole path, as file:///var/log/quaygate.log does`,
    };
  }
  if (!options.ok) {
    return {
      ok: false,
      error: explainOption(text, options.error, `size (a number with ${SIZE_UNITS}) and keep (1 to 999)`),
    };
  }
  const [size, keep] = [options.value.get("size"), options.value.get("keep")];
  if (size === undefined && keep !== undefined) {
    return {
      ok: false,
      error: `"${text}" says how many files are kept, and no size after which there is a new one`,
    };
  }
  if (size !== undefined && bytesOf(size) < SHORTEST_FILE) {
    return { ok: false, error: `"${text}" has a size below 64KiB` };
  }
  return {
    ok: true,
    value: {
      kind: "file",
      path,
      size: size === undefined ? undefined : bytesOf(size),
      keep: keep === undefined ? DEFAULT_KEEP : Number(keep),
    },
  };
}

function parseSyslog(
  text: string,
  scheme: "syslog+udp" | "syslog+tcp" | "syslog+unix",
  rest: string,
  optionsText: string,
): Result<LogPlace, string> {
  const known = scheme === "syslog+udp" ? SYSLOG_OPTIONS : STREAM_OPTIONS;
  const options = parseAddressOptions(optionsText, known);
  if (!options.ok) {
    const framing = scheme === "syslog+udp" ? "" : " and framing (octets, lines)";
    const there = `facility (${[...FACILITIES.keys()].join(", ")})${framing}`;
    return { ok: false, error: explainOption(text, options.error, there) };
  }
  const facility = FACILITIES.get(options.value.get("facility") ?? DEFAULT_FACILITY) ?? 0;
  if (scheme === "syslog+unix") {
    if (!rest.startsWith("/")) {
      return { ok: false, error: `"${text}" does not name a socket by its whole path` };
    }
    const path = unixPath(rest);
    return path.ok
      ? streamTo({ kind: "unix", path: path.value }, facility, options.value.get("framing") ?? "lines")
      : path;
  }
  const address = parseTcpAddress(`tcp://${rest}`);
  if (!address.ok || address.value.port === 0) {
    return { ok: false, error: `"${text}" is not an address like ${scheme}://192.0.2.1:514` };
  }
  return scheme === "syslog+udp"
    ? { ok: true, value: { kind: "syslog-udp", address: address.value, facility } }
    : streamTo(address.value, facility, options.value.get("framing") ?? "octets");
}

function explainOption(text: string, option: string, there: string): string {
  return `"${text}": "${option}" can't be used; there are ${there}, each once`;
}

function streamTo(address: SocketAddress, facility: number, framing: string): Result<LogPlace, string> {
  return {
    ok: true,
    value: { kind: "syslog-stream", address, facility, framing: framing === "lines" ? "lines" : "octets" },
  };
}
