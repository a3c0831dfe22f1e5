import type { ListenAddress } from "../kernel/address.ts";
import type { Result } from "../kernel/result.ts";

const TCP = /^(?:\[([0-9A-Fa-f:.]+)\]|([^\s:/[\]]*)):([0-9]{1,5})$/u;
const UNIX = /^(?:unix@|unix:\/\/)?(\/[^\s?#]*[^\s?#/])$/u;
/** HAProxy gives a unix socket the permissions that the umask leaves. */
const BIND_MODE = 0o755;

/** The words behind the path of a unix socket, each with what it may be followed by. */
const WORDS: Readonly<Record<string, RegExp>> = {
  mode: /^[0-7]{3,4}$/u,
  user: /^[A-Za-z_][\w.-]*\$?$/u,
  uid: /^[0-9]{1,9}$/u,
  group: /^[A-Za-z_][\w.-]*\$?$/u,
  gid: /^[0-9]{1,9}$/u,
};

/**
 * Parses what stands behind HAProxy's `bind`: `127.0.0.1:2375`, `/run/x.sock mode 660 group docker`. Of its many words
 * those that say who may use a socket are known, each once; none is dropped silently.
 */
export function parseHaproxyBind(text: string): Result<ListenAddress, string> {
  const [place = "", ...words] = text.trim().split(/\s+/u);
  const path = UNIX.exec(place)?.[1];
  const address = path === undefined ? parseTcp(place, words) : parseUnix(path, words);
  return address === undefined
    ? {
        ok: false,
        error: `"${text.trim()}" is none of HOST:PORT, [IPV6]:PORT and /path/to.sock mode 660 user NAME group NAME`,
      }
    : { ok: true, value: address };
}

function parseTcp(place: string, words: readonly string[]): ListenAddress | undefined {
  const tcp = TCP.exec(place);
  const port = Number(tcp?.[3]);
  const isPlain = words.length === 0 || (words.length === 1 && words[0] === "v4v6");
  if (tcp === null || port > 65_535 || !isPlain) return undefined;
  const host = tcp[1] ?? tcp[2] ?? "";
  return { kind: "tcp", host: host === "" || host === "*" ? "0.0.0.0" : host, port };
}

function parseUnix(path: string, words: readonly string[]): ListenAddress | undefined {
  const options = new Map<string, string>();
  for (let at = 0; at < words.length; at += 2) {
    const [word = "", value = ""] = words.slice(at, at + 2);
    // A user and its number would be two answers to one question.
    const question = word === "uid" ? "user" : word === "gid" ? "group" : word;
    if (options.has(question) || WORDS[word]?.test(value) !== true) return undefined;
    options.set(question, value);
  }
  const mode = options.get("mode");
  return {
    kind: "unix",
    path,
    mode: mode === undefined ? BIND_MODE : Number.parseInt(mode, 8),
    owner: options.get("user"),
    group: options.get("group"),
  };
}
