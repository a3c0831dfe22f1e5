/** Tecnativa's settings with every section open: what a client may do that is not held back at all. */
export const everySwitch = {
  AUTH: "1",
  BUILD: "1",
  COMMIT: "1",
  CONFIGS: "1",
  CONTAINERS: "1",
  DISTRIBUTION: "1",
  EVENTS: "1",
  EXEC: "1",
  GRPC: "1",
  IMAGES: "1",
  INFO: "1",
  NETWORKS: "1",
  NODES: "1",
  PING: "1",
  PLUGINS: "1",
  POST: "1",
  SECRETS: "1",
  SERVICES: "1",
  SESSION: "1",
  SWARM: "1",
  SYSTEM: "1",
  TASKS: "1",
  VERSION: "1",
  VOLUMES: "1",
} as const satisfies Readonly<Record<string, string>>;

/** A switch of Tecnativa's that opens a section. */
export type Switch = keyof typeof everySwitch;

/** Returns every switch on but these. */
export function everySwitchBut(...closed: readonly Switch[]): Record<string, string> {
  return { ...everySwitch, ...Object.fromEntries(closed.map((name) => [name, "0"])) };
}
