import { haproxyRules } from "../test/config/original.ts";
import { tecnativaOriginal } from "../test/config/tecnativa-original.ts";

/** What a HAProxy in place of the gate is told. */
export interface HaproxySettings {
  readonly port: number;
  readonly engineSocket: string;
  /** A fixed number of threads; HAProxy's own choice where none is given. */
  readonly threads: number | undefined;
}

/**
 * A configuration that decides as Tecnativa's docker-socket-proxy does (the list that the tests of the dialect use),
 * with its waits and bounds: every request a line on standard output, a new connection to the engine for each.
 */
export function haproxyConfiguration({ port, engineSocket, threads }: HaproxySettings): string {
  return [
    "global",
    "  log stdout format raw local0",
    "  maxconn 4000",
    ...(threads === undefined ? [] : [`  nbthread ${threads}`]),
    "",
    "defaults",
    "  mode http",
    "  log global",
    "  option httplog",
    "  option http-server-close",
    "  maxconn 3000",
    "  timeout connect 10s",
    "  timeout http-request 10s",
    "  timeout http-keep-alive 10s",
    "  timeout client 10m",
    "  timeout server 10m",
    "",
    "frontend clients",
    `  bind 127.0.0.1:${port}`,
    ...haproxyRules(tecnativaOriginal, undefined, "allow").map((rule) => `  ${rule}`),
    "  http-request deny",
    "  default_backend engine",
    "",
    "backend engine",
    `  server engine ${engineSocket}`,
    "",
  ].join("\n");
}
