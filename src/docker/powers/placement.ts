import { foldCase } from "../fold-case.ts";
import { harmless, listOf, type Meaning, struct, text } from "./meaning.ts";
import { encodeValue } from "./power.ts";

const LABELS = /^(?:node|engine)\.labels\./iu;
const OPERATOR = /[=!]=/u;

/**
 * `node.role==manager`, in lower case and without white space where swarmkit sees no difference: it tells the names of
 * facts by no case, and the names of labels by it. No pattern tries to read it whole: on a client's text it could take
 * days to fail.
 */
function canonicalConstraint(constraint: string): string {
  const trimmed = constraint.trim();
  const labels = LABELS.exec(trimmed)?.[0] ?? "";
  // A name has at least one letter: without one, what stands before the operator is no label.
  const prefix = /^[=!]=/u.test(trimmed.slice(labels.length)) ? "" : labels;
  const start = prefix.length + 1;
  const found = trimmed.slice(start).search(OPERATOR);
  if (found === -1) return constraint;
  const at = start + found;
  const [key, value] = [trimmed.slice(prefix.length, at).trimEnd(), trimmed.slice(at + 2).trimStart()];
  if (value === "") return constraint;
  const rest = `${trimmed.slice(at, at + 2)}${value}`;
  return prefix === "" ? foldCase(`${key}${rest}`) : `${foldCase(prefix)}${key}${rest}`;
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
