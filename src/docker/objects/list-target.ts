import type { ObjectKind } from "./object-kind.ts";

const PATHS: Readonly<Partial<Record<ObjectKind, string>>> = {
  container: "/containers/json?all=1",
  image: "/images/json",
  network: "/networks",
  volume: "/volumes",
  service: "/services",
  secret: "/secrets",
  config: "/configs",
  node: "/nodes",
  plugin: "/plugins",
};

/**
 * Where an engine lists all objects of a kind, in the version that it takes by itself; undefined where it has no list of them
 * as a whole.
 */
export function listTarget(kind: ObjectKind): string | undefined {
  return PATHS[kind];
}
