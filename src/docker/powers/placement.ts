import { foldCase } from "../fold-case.ts";
import { harmless, listOf, type Meaning, struct, text } from "./meaning.ts";
import { encodeValue } from "./power.ts";

// swarmkit tells the names of facts by no case, and the names of labels by it.
const CONSTRAINT =
  /^\s*(?<prefix>(?:node|engine)\.labels\.)?(?<key>.+?)\s*(?<operator>==|!=)\s*(?<value>.+?)\s*$/isu;

/** `node.role==manager`, in lower case and without white space where swarmkit sees no difference. */
function canonicalConstraint(constraint: string): string {
  const { prefix, key = "", operator = "", value = "" } = CONSTRAINT.exec(constraint)?.groups ?? {};
  if (operator === "") return constraint;
  return prefix === undefined
    ? foldCase(`${key}${operator}${value}`)
    : `${foldCase(prefix)}${key}${operator}${value}`;
}

/** Where a service runs. A limit for each node, and the platforms of its image, choose no node. */
export const placementField: Meaning = struct({
  Constraints: listOf(
    text(["placement"], (constraint, asking) =>
      asking.ask("placement", encodeValue(canonicalConstraint(constraint)), constraint),
    ),
  ),
  Preferences: listOf(
    struct({
      Spread: struct({
        SpreadDescriptor: text(["placement"], (descriptor, asking) =>
          asking.ask("placement", `spread=${encodeValue(descriptor)}`, descriptor),
        ),
      }),
    }),
  ),
  MaxReplicas: harmless,
  Platforms: harmless,
});
