/** What tells the series of one metric apart. */
export type Label =
  | "client"
  | "operation"
  | "verdict"
  | "code"
  | "status"
  | "stream"
  | "limit"
  | "state"
  | "sink"
  | "version"
  | "node";

/** Where the values of each label come from: always a closed set, and nothing that a caller sends. In Markdown. */
export const LABELS: Readonly<Record<Label, string>> = {
  client:
    "the clients of the policy, by name, and `nobody`; `everybody` in the place of clients without a policy file",
  operation:
    "[what the gate knows](grants.md) of Docker's and Podman's API; left out where it was not understood",
  verdict: "`allow`, `warn`, `deny`, `refuse`, `none`, as in the log",
  code: "why the gate answered itself: a heading of [errors.md](errors.md); left out where it did not",
  status: "`2xx` and so on; `none` where the client got no answer",
  stream:
    "`none`, `blocks`, `long-poll`, `stream`, `stream-finite`, `upload`, `upload+stream`, `tunnel`, as in the log",
  limit: "`requests`, `concurrent`, `streams`, `body`, as in the [limits of a client](policy.md)",
  state: "`used`, `idle`",
  sink: "the places that the log goes to",
  version: "of the gate",
  node: "of Node",
};
