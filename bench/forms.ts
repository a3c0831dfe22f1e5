/** How much is measured. */
export interface Form {
  readonly name: "full" | "quick" | "guard";
  /** Pairs of rounds, and how long a round of requests is, in seconds. */
  readonly pairs: number;
  readonly seconds: number;
  /** The numbers of connections that are measured of those that a workload has. */
  readonly connections: (connections: number) => boolean;
  /** Without what is long or depends on the clock. */
  readonly steadyOnly: boolean;
  /** A row far from its aim is measured again, and then fails the run. */
  readonly failsOnAccident: boolean;
  /** The length of an upload and of a saved image. */
  readonly transferMebibytes: number;
  readonly followers: number;
  /** How often they are opened anew. */
  readonly followerTurns: number;
  /** After how many requests the memory is read. */
  readonly mixedRequests: number;
  /** Of how many gates, one after the other: what one keeps after a load differs from the next. */
  readonly gates: number;
  /** How often each command is started. */
  readonly starts: number;
}

/** For the documentation: some twenty minutes on two processors. */
export const fullForm: Form = {
  name: "full",
  pairs: 5,
  seconds: 2,
  connections: () => true,
  steadyOnly: false,
  failsOnAccident: false,
  transferMebibytes: 1024,
  followers: 5_000,
  followerTurns: 3,
  mixedRequests: 1_000_000,
  gates: 3,
  starts: 15,
};

/** For a first look: some three minutes. */
export const quickForm: Form = {
  name: "quick",
  pairs: 3,
  seconds: 1,
  connections: (connections) => connections === 16,
  steadyOnly: false,
  failsOnAccident: false,
  transferMebibytes: 128,
  followers: 1_000,
  followerTurns: 2,
  mixedRequests: 100_000,
  gates: 1,
  starts: 5,
};

/** A net against accidents, for continuous integration: what a busy machine of two processors measures well. */
export const guardForm: Form = {
  name: "guard",
  pairs: 2,
  seconds: 1,
  connections: (connections) => connections === 16,
  steadyOnly: true,
  failsOnAccident: true,
  transferMebibytes: 0,
  followers: 0,
  followerTurns: 0,
  mixedRequests: 50_000,
  gates: 1,
  starts: 5,
};
