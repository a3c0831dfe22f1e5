/** The log's levels, the gravest first: syslog's, as HAProxy and so both originals name them. */
export const LOG_LEVELS = ["emerg", "alert", "crit", "err", "warning", "notice", "info", "debug"] as const;

/** One of the log's levels. */
export type LogLevel = (typeof LOG_LEVELS)[number];

/** The log's forms: one JSON object a line, or a line for a person. */
export const LOG_FORMATS = ["json", "text"] as const;

/** One of the log's forms. */
export type LogFormat = (typeof LOG_FORMATS)[number];
