import type { OperationName } from "../../docker/operations.ts";
import { groupDefinitions, type GroupDefinition } from "./group-definitions.ts";
import { podmanGroups } from "./podman-groups.ts";

/** Operations that are opened and closed together by one word. */
export interface Group extends GroupDefinition {
  readonly name: string;
}

const ofPodman: ReadonlyMap<string, readonly OperationName[]> = new Map(Object.entries(podmanGroups));

/** Each group with its operations of both APIs, by its word. */
export const groups: ReadonlyMap<string, Group> = new Map(
  Object.entries<GroupDefinition>(groupDefinitions).map(([name, { does, operations }]) => [
    name,
    { name, does, operations: [...operations, ...(ofPodman.get(name) ?? [])] },
  ]),
);

/** What is in no group, and why: its own name opens it, or a star or a path rule. */
export const inNoGroup: ReadonlyMap<OperationName, string> = new Map<OperationName, string>([
  ["RouteOptions", "gives nothing away, and no program asks for it"],
  ["ImageScpLibpod", "copies images to other hosts with the engine's own SSH keys"],
  ["SystemCheckLibpod", "may delete what it takes for damaged"],
  ["SystemPruneLibpod", "deletes containers, pods, images, networks and volumes at once"],
]);

/** The group of the fewest operations that has one, or undefined. */
export function narrowestGroupOf(name: OperationName): Group | undefined {
  return [...groups.values()]
    .filter(({ operations }) => operations.includes(name))
    .toSorted((one, other) => one.operations.length - other.operations.length)[0];
}
