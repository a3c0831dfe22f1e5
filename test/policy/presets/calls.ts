/** One call of a program, with what its target does not say. */
export interface ProgramCall {
  /** Method and target as the program sends them; a word in braces is what the engine gave: `{exec}`, an id. */
  readonly call: string;
  /** Its body, in which such words may stand too; or that the thing is made again as the program read it before. */
  readonly body?: object | Buffer | "as inspected";
  /** Set where the program asks for a raw connection: the engine answers with 101. */
  readonly upgrades?: true;
  /** The error with which an engine of the tests answers it, or "its own" where engines differ, and why that is well. */
  readonly fails?: readonly [status: number | "its own", why: string];
}

/** A call that its method and target say whole, or more. */
export type Call = string | ProgramCall;

/** The calls of one program, in an order in which it sends them. */
export interface PresetCalls {
  /** What it asks for: all of it has to pass. */
  readonly passes: readonly Call[];
  /** What is near to that and none of its business: all of it has to stay closed. */
  readonly refused: readonly string[];
  /** What its operations are open for and its powers are not, besides what no program may ask for. */
  readonly tooMuch?: readonly ProgramCall[];
}

/** A call with all that is to say of it. */
export function wholeCall(call: Call): ProgramCall {
  return typeof call === "string" ? { call } : call;
}

/** How the docker command, Compose and Go's library begin. */
export const NEGOTIATION: readonly string[] = ["HEAD /_ping", "GET /_ping"];

/** A pull, which reaches the engine and no registry. */
export function pull(call: string): ProgramCall {
  return { call, fails: ["its own", "no registry can be reached from the tests"] };
}

/** A process that ends at once when it is told to. */
export const IDLE: readonly string[] = [
  "sh",
  "-c",
  "trap 'exit 0' TERM; echo ready; while :; do sleep 1 & wait $!; done",
];
