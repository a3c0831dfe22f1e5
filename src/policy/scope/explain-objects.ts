import type { OperationName } from "../../docker/operations.ts";
import type { ObjectTerms } from "./object-terms.ts";
import type { ScopeEntry } from "./scope.ts";

/** Says what is in scope, entry by entry: `what it made; what is of project shop; images docker.io/library/busybox`. */
export function explainScope(entries: readonly ScopeEntry[]): string {
  return entries.map((entry) => explainEntry(entry)).join("; ");
}

function explainEntry({ own, label, name, project, image }: ScopeEntry): string {
  if (image !== undefined) return `images ${joinOr(image)}`;
  const so = [
    ...(label === undefined ? [] : [`has the label ${joinOr(label)}`]),
    ...(name === undefined ? [] : [`is called ${joinOr(name)}`]),
    ...(project === undefined ? [] : [`is of project ${joinOr(project)}`]),
  ].join(" and ");
  if (own !== true) return `what ${so}`;
  return so === "" ? "what it made" : `what it made that ${so}`;
}

/** Says which labels are put on what a client makes: `io.quaygate.owner=ci, com.example.team=a`. */
export function explainStamps(stamps: ReadonlyMap<string, string>): string {
  return [...stamps].map(([key, value]) => `${key}=${value}`).join(", ");
}

/** Says what a scope, a view and stamps make of a request of which nobody knows yet which object it is about, a sentence each. */
export function explainTerms(
  name: OperationName,
  { use, scope, view, stamps, answer }: ObjectTerms,
): readonly string[] {
  // Nothing can be put on what is pulled.
  const isMarked = use.use === "create" && stamps.size > 0 && name !== "ImageCreate";
  return [
    ...(scope === undefined ? [] : explainUse(use, explainScope(scope.entries))),
    ...(isMarked ? [`puts on what it makes: ${explainStamps(stamps)}`] : []),
    ...(view === undefined || answer === undefined ? [] : [view.text]),
  ];
}

function explainUse(use: ObjectTerms["use"], scope: string): readonly string[] {
  switch (use.use) {
    case "none":
      return [];
    case "one":
      return [`which ${use.kind} it is decides when it comes: in scope is ${scope}; any other is not there`];
    case "list":
      return [`it lists what is in scope, and nothing else: ${scope}`];
    case "create":
      return [`what it makes has to be in scope, and so has all that it names: ${scope}`];
    case "prune":
      return [`it deletes only what is in scope: ${scope}`];
    case "events":
      return [`it tells of what is in scope, and of nothing else: ${scope}`];
    case "usage":
      return [`it tells of what is in scope, and all totals are 0: ${scope}`];
    case "closed":
      return [`it is closed for a client with a scope, ${use.because}`];
  }
}

function joinOr(texts: readonly string[]): string {
  return texts.join(" or ");
}
