import type { Operation } from "../docker/operations.ts";

/** The first segment of a path of Docker's API, and the switch that opens all below it, in every dialect. */
export const dockerSections: ReadonlyMap<string, string> = new Map([
  ["_ping", "PING"],
  ["auth", "AUTH"],
  ["build", "BUILD"],
  ["commit", "COMMIT"],
  ["configs", "CONFIGS"],
  ["containers", "CONTAINERS"],
  ["distribution", "DISTRIBUTION"],
  ["events", "EVENTS"],
  ["exec", "EXEC"],
  ["grpc", "GRPC"],
  ["images", "IMAGES"],
  ["info", "INFO"],
  ["networks", "NETWORKS"],
  ["nodes", "NODES"],
  ["plugins", "PLUGINS"],
  ["secrets", "SECRETS"],
  ["services", "SERVICES"],
  ["session", "SESSION"],
  ["swarm", "SWARM"],
  ["system", "SYSTEM"],
  ["tasks", "TASKS"],
  ["version", "VERSION"],
  ["volumes", "VOLUMES"],
]);

/** Tells whether an operation is let through without `POST`: GET and HEAD are, whatever they do. */
export function isRead({ methods }: Operation): boolean {
  return methods.every((method) => method === "GET" || method === "HEAD");
}
