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
 * Where an engine lists all objects of a kind, or of volumes those with all of these labels, in the version that it takes by
 * itself; undefined where it has no list of them as a whole.
 */
export function listTarget(kind: ObjectKind, labels: readonly string[] = []): string | undefined {
  if (kind !== "volume" || labels.length === 0) return PATHS[kind];
  return `/volumes?filters=${encodeURIComponent(JSON.stringify({ label: labels }))}`;
}
