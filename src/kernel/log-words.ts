/** The log's levels, the gravest first: syslog's, as HAProxy and so both originals name them. */
export const LOG_LEVELS = ["emerg", "alert", "crit", "err", "warning", "notice", "info", "debug"] as const;

/** One of the log's levels. */
export type LogLevel = (typeof LOG_LEVELS)[number];

/** The log's forms: one JSON object a line, or a line for a person. */
export const LOG_FORMATS = ["json", "text"] as const;

/** One of the log's forms. */
export type LogFormat = (typeof LOG_FORMATS)[number];

/** What the log has of polls: one line a minute for what is the same, a line for each, or as the first and no pings. */
export const POLL_MODES = ["sum", "each", "off"] as const;

/** One of these. */
export type PollMode = (typeof POLL_MODES)[number];

/** What the log calls the one client that the environment knows. */
export const EVERYBODY = "everybody";

/** The most characters of a path that a record keeps: a log line has a bound, whatever a client asks for. */
export const RECORDED_PATH_LIMIT = 1024;
