/** The methods that dockerd routes; every other method is 404 there. */
export type Method = "GET" | "HEAD" | "POST" | "PUT" | "DELETE" | "OPTIONS";

/** What an operation does: reads, changes something, or gives a running process to talk to. */
export type Effect = "read" | "write" | "exec";

/** How the exchange flows when it is more than a small request and a small answer; a hijack is always a `stream`. */
export type StreamKind =
  | "none"
  | "blocks"
  | "long-poll"
  | "stream"
  | "stream-finite"
  | "upload"
  | "upload+stream";

/** What the connection turns into: nothing else, raw bytes (attach, exec start), a WebSocket, or HTTP/2. */
export type HijackKind = "none" | "raw" | "websocket" | "h2c";

/** One endpoint of Docker's or Podman's API, as data. */
export interface OperationDefinition {
  /** Docker's or Podman's own operationId; in the same style where there is none, or where both have the same. */
  readonly name: string;
  readonly methods: readonly Method[];
  /** `{id}` is one segment; `{name...}` is one or more. All of Podman's own begin with `/libpod`. */
  readonly template: string;
  /** A second template of the same route, where the engine has one. */
  readonly twin?: string;
  /** First version of Docker's API, where it is later than 1.24. */
  readonly since?: string;
  /** Last API version, where the engine of today no longer has it. */
  readonly last?: string;
  readonly effect: Effect;
  /** What a client gains by it: one plain phrase for the start report, lower case, no full stop. */
  readonly exposes: string;
  readonly stream: StreamKind;
  readonly hijack: HijackKind;
  /** Set where the API itself takes a body of a form or multipart type. */
  readonly formBody?: true;
}
