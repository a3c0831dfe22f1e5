import type { OperationName } from "../docker/operations.ts";
import { type Grant, isLimitedBy } from "../policy/grant.ts";
import { openingOf } from "./open-operations.ts";

/** What deletes and what makes containers: Docker's, and Podman's own. */
const PAIRS: readonly (readonly [deletes: OperationName, makes: OperationName])[] = [
  ["ContainerDelete", "ContainerCreate"],
  ["ContainerDeleteLibpod", "ContainerCreateLibpod"],
];

/**
 * Warns where containers may be deleted, and not every container may be made: a program that updates one deletes it first,
 * and has nothing to put in its place when the creation is refused.
 */
export function recreationWarnings(grant: Grant): readonly string[] {
  for (const [deletes, makes] of PAIRS) {
    const [deletion, creation] = [openingOf(grant, deletes), openingOf(grant, makes)];
    if (deletion !== undefined && creation !== undefined && isLimitedBy(grant.powers, makes)) {
      return [
        `${deletes} (${deletion.rule}) and ${makes} are open, and ${grant.powersPlace} says which containers may be made: ` +
          "a program that makes containers anew, such as an updater, deletes one first and loses it where that is refused; " +
          "give it what those containers have",
      ];
    }
  }
  return [];
}
