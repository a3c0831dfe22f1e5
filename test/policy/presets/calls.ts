/** The calls of one program, each a method and a target as it sends them. */
export interface PresetCalls {
  /** What it asks for: all of it has to pass. */
  readonly passes: readonly string[];
  /** What is near to that and none of its business: all of it has to stay closed. */
  readonly refused: readonly string[];
}

/** How the docker command, Compose and Go's library begin. */
export const NEGOTIATION: readonly string[] = ["HEAD /_ping", "GET /_ping"];
