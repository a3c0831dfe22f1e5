import type { Settings } from "../../config/settings.ts";
import { catalogue } from "../../docker/operations.ts";
import { type Grant, isLimited } from "../../policy/grant.ts";

const MOST_NAMED = 3;

/** A client of the written policy, and what it must be when the gate reads it. */
export interface MovedClient {
  readonly name: string;
  /** The names that it is told by, and no others. */
  readonly from: readonly string[];
  /** What its proxy let through; undefined where it had the socket itself, which is everything. */
  readonly was: Grant | undefined;
}

/**
 * Compares a policy, as the gate itself reads it, with what it was written from: who its clients are, and that each may do what
 * its proxy let it, operation by operation. A sentence for each difference; none when all is well.
 */
export function findPolicyDifferences(
  moved: readonly MovedClient[],
  { clients, policy }: Pick<Settings, "clients" | "policy">,
): readonly string[] {
  const sources = policy?.sources ?? [];
  const names = new Set(moved.map(({ name }) => name));
  const others = clients.filter(({ name }) => !names.has(name));
  return [
    ...others.map(({ name }) => `${name} is a client that was not meant`),
    ...moved.flatMap(({ name, from, was }) => {
      const source = sources.find((each) => each.name === name);
      const grant = clients.find((each) => each.name === name)?.grant;
      if (source === undefined || grant === undefined) return [`${name} is no client`];
      const told = source.anyOf
        .flat()
        .map((matcher) => (matcher.kind === "name" ? matcher.names.join() : ""));
      const wanted = from.map((each) => each.toLowerCase());
      const isTold = told.toSorted().join(" ") === wanted.toSorted().join(" ");
      const differing = was === undefined ? [] : operationsThatDiffer(was, grant);
      return [
        ...(isTold && !source.hasListener
          ? []
          : [`${name} would be told by something else than ${from.join(", ")}`]),
        ...(grant.warns === true ? [`${name} would be held to nothing`] : []),
        ...(differing.length === 0
          ? []
          : [`${name} would not have the rights that it had, in ${listOf(differing)}`]),
      ];
    }),
  ];
}

/** As many names as one reads, and how many more there are. */
function listOf(names: readonly string[]): string {
  const more = names.length - MOST_NAMED;
  return more > 0 ? `${names.slice(0, MOST_NAMED).join(", ")} and ${more} more` : names.join(", ");
}

function operationsThatDiffer(was: Grant, is: Grant): readonly string[] {
  return catalogue.filter(({ name }) => outcomeOf(was, name) !== outcomeOf(is, name)).map(({ name }) => name);
}

/** What is decided about an operation, without the words for it. */
function outcomeOf({ decisions }: Grant, name: (typeof catalogue)[number]["name"]): string {
  const decision = decisions.get(name);
  if (decision?.kind !== "allow") return "closed";
  const exceptions = decision.exceptions.map(({ paths, needs }) => `${needs} ${paths.source} ${paths.flags}`);
  const isWhole = !isLimited(decision) && decision.objects === undefined;
  return ["open", isWhole ? "whole" : "in part", ...exceptions].join("\n");
}
