/** The log's levels, the gravest first: syslog's, as HAProxy and so both originals name them. */
export const LOG_LEVELS = ["emerg", "alert", "crit", "err", "warning", "notice", "info", "debug"] as const;

/** One of the log's levels. */
export type LogLevel = (typeof LOG_LEVELS)[number];

/** The log's forms: one JSON object a line, or a line for a person. */
export const LOG_FORMATS = ["json", "text"] as const;

/** One of the log's forms. */
export type LogFormat = (typeof LOG_FORMATS)[number];

/** What the log has of polls, and of what a limit refused: one line a minute for what is the same, a line for each, or as the first and no pings. */
export const POLL_MODES = ["sum", "each", "off"] as const;

/** One of these. */
export type PollMode = (typeof POLL_MODES)[number];

/**
 * What became of a request: "warn" was let through, and would have been denied to a client that is held to its grant; "none" ended,
 * without an answer, before anything of it was let through: its client left, or its connection was cut.
 */
export const VERDICT_WORDS = ["allow", "warn", "deny", "refuse", "none"] as const;

/** One of these. */
export type VerdictWord = (typeof VERDICT_WORDS)[number];

/** Who or what ended an exchange: it was complete, or one side went away before. */
export const EXCHANGE_ENDS = ["complete", "client", "engine", "gate"] as const;

/** One of these. */
export type ExchangeEnd = (typeof EXCHANGE_ENDS)[number];

/** What the log calls the one client that the environment knows. */
export const EVERYBODY = "everybody";

/** What the log calls whoever is no client of a policy. */
export const NOBODY = "nobody";

/** The most characters of a path that a record keeps: a log line has a bound, whatever a client asks for. */
export const RECORDED_PATH_LIMIT = 1024;

/** Longer than any line, in bytes and in characters. Those of a gate have at most 50 powers, as many that are missing, and labels: a tenth of it. */
export const LONGEST_LINE: number = 1024 * 1024;
