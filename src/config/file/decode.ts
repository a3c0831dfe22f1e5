import * as z from "zod/mini";
import { nearestName } from "../nearest.ts";
import { policyDefinition, type PolicyDefinition } from "./definition.ts";
import type { FileDocument, PlainValue } from "./document.ts";
import type { FilePath, FileProblem } from "./file-problem.ts";
import { prune, sameWay } from "./prune.ts";

type Issue = z.core.$ZodIssue;

/** What of a file is as the definition has it, and what is not. */
export interface Decoded {
  /** Without what the problems are about; undefined where nothing is left. */
  readonly definition: PolicyDefinition | undefined;
  readonly problems: readonly FileProblem[];
  /** The way in the file to what is at a way in the definition. */
  readonly wayBack: (path: FilePath) => FilePath;
}

interface Finding {
  readonly path: FilePath;
  readonly message: string;
  readonly of: "key" | "value";
  /** Whether it is about what is left of a value, without what other findings are about. */
  readonly isOfTheRest: boolean;
}

/** Decodes the values of a file as a policy. What is wrong is told and left out, so that all else can be looked at as well. */
export function decodePolicy(document: FileDocument): Decoded {
  const problems: FileProblem[] = [];
  let value: PlainValue | undefined = document.value;
  let wayBack = sameWay;
  // What is left out can make what held it wrong, once for each level of the definition; that is no problem of the file.
  for (let isFirst = true; value !== undefined; isFirst = false) {
    // Without code made from texts: a gate may run where that is forbidden.
    const decoded = z.safeParse(policyDefinition, value, { jitless: true });
    if (decoded.success) return { definition: decoded.data, problems, wayBack };
    const findings = withoutFollowing(decoded.error.issues.flatMap((issue) => findingsOf(issue, [])));
    if (isFirst)
      problems.push(...findings.map(({ path, message, of }) => document.problemAt(path, message, of)));
    const pruned = prune(
      value,
      findings.map(({ path }) => path),
    );
    const before = wayBack;
    ({ value } = pruned);
    wayBack = (path) => before(pruned.wayBack(path));
  }
  return { definition: undefined, problems, wayBack };
}

/** A mapping is not empty whose only key is misspelt. */
function withoutFollowing(findings: readonly Finding[]): readonly Finding[] {
  return findings.filter(
    ({ path, isOfTheRest }) =>
      !isOfTheRest ||
      findings.every(
        (other) => other.path.length <= path.length || path.some((step, index) => other.path[index] !== step),
      ),
  );
}

function findingsOf(issue: Issue, outer: FilePath): readonly Finding[] {
  const path = [...outer, ...issue.path.filter((step) => typeof step !== "symbol")];
  switch (issue.code) {
    case "unrecognized_keys":
      return issue.keys.map((key) => ({
        path: [...path, key],
        message: explainUnknown(key, issue.message.split(" ")),
        of: "key",
        isOfTheRest: false,
      }));
    case "invalid_union": {
      const meant = issue.errors.find((branch) => isOfKind(branch));
      return meant === undefined
        ? [{ path, message: issue.message, of: "value", isOfTheRest: false }]
        : meant.flatMap((inner) => findingsOf(inner, path));
    }
    case "invalid_key":
      return [{ path, message: issue.issues[0]?.message ?? issue.message, of: "key", isOfTheRest: false }];
    default:
      return [{ path, message: issue.message, of: "value", isOfTheRest: issue.code === "custom" }];
  }
}

/** Whether a branch of a union is for values of this kind, a text, a list or a mapping: its problems are those of what is inside. */
function isOfKind(branch: readonly Issue[]): boolean {
  return branch.every(
    (issue) =>
      issue.path.length > 0 ||
      (issue.code === "invalid_union"
        ? issue.errors.some((inner) => isOfKind(inner))
        : issue.code !== "invalid_type" && issue.code !== "invalid_value"),
  );
}

function explainUnknown(key: string, known: readonly string[]): string {
  const glued = known.find((name) => key.startsWith(`${name}:`));
  if (glued !== undefined) return `no such key; a space has to stand behind the colon of ${glued}`;
  const nearest = nearestName(key, known);
  return nearest === undefined
    ? `no such key; there are ${known.join(", ")}`
    : `no such key; did you mean ${nearest}?`;
}
