/** The sections of the Engine API, each with a switch of its own, in the order of the original's rules. */
const sections = [
  "auth",
  "build",
  "commit",
  "configs",
  "containers",
  "distribution",
  "events",
  "exec",
  "grpc",
  "images",
  "info",
  "networks",
  "nodes",
  "_ping",
  "plugins",
  "secrets",
  "services",
  "session",
  "swarm",
  "system",
  "tasks",
  "version",
  "volumes",
] as const;

const version = String.raw`^(/v[\d\.]+)?`;
const container = `${version}/containers/[a-zA-Z0-9_.-]+`;

/** What a HAProxy in place of the gate is told. */
export interface HaproxySettings {
  readonly port: number;
  readonly engineSocket: string;
  /** A fixed number of threads; HAProxy's own choice where none is given. */
  readonly threads: number | undefined;
}

/**
 * A configuration that decides, waits and logs as Tecnativa's docker-socket-proxy does: one rule a section, every
 * request a line on standard output, a new connection to the engine for each request.
 */
export function haproxyConfiguration({ port, engineSocket, threads }: HaproxySettings): string {
  return [
    "global",
    "  log stdout format raw daemon info",
    "  maxconn 4000",
    ...(threads === undefined ? [] : [`  nbthread ${threads}`]),
    "",
    "defaults",
    "  mode http",
    "  log global",
    "  option httplog",
    "  option dontlognull",
    "  option http-server-close",
    "  option redispatch",
    "  retries 3",
    "  maxconn 3000",
    "  timeout http-request 10s",
    "  timeout http-keep-alive 10s",
    "  timeout queue 1m",
    "  timeout connect 10s",
    "  timeout client 10m",
    "  timeout server 10m",
    "",
    "backend engine",
    `  server dockersocket ${engineSocket}`,
    "",
    "backend engine-events",
    "  timeout server 0",
    `  server dockersocket ${engineSocket}`,
    "",
    "frontend clients",
    `  bind 127.0.0.1:${port}`,
    "  http-request deny unless METH_GET || { env(POST) -m bool }",
    allow(`${container}/((stop)|(restart)|(kill))`, "ALLOW_RESTARTS"),
    allow(`${container}/start`, "ALLOW_START"),
    allow(`${container}/stop`, "ALLOW_STOP"),
    ...sections.map((section) => allow(`${version}/${section}`, section.replace("_", "").toUpperCase())),
    "  http-request deny",
    "  default_backend engine",
    `  use_backend engine-events if { path,url_dec -m reg -i ${version}/events }`,
    "",
  ].join("\n");
}

function allow(path: string, setting: string): string {
  return `  http-request allow if { path,url_dec -m reg -i ${path} } { env(${setting}) -m bool }`;
}
