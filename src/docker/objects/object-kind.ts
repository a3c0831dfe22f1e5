/** Kinds of what an engine keeps and a request can name. An exec instance is its container's, a task its service's. */
export const OBJECT_KINDS = [
  "container",
  "exec",
  "image",
  "network",
  "volume",
  "service",
  "task",
  "secret",
  "config",
  "node",
  "plugin",
] as const;

/** One of these kinds. */
export type ObjectKind = (typeof OBJECT_KINDS)[number];
