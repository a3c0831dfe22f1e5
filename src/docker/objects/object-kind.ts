/** Kinds of what an engine keeps and a request can name. An exec instance is its container's, a task its service's. */
export type ObjectKind =
  | "container"
  | "exec"
  | "image"
  | "network"
  | "volume"
  | "service"
  | "task"
  | "secret"
  | "config"
  | "node"
  | "plugin";
