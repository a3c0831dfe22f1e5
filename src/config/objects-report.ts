import { shownNevertheless } from "../docker/answers/unread-answers.ts";
import { catalogue, type OperationName } from "../docker/operations.ts";
import type { Grant } from "../policy/grant.ts";
import { explainScope, explainStamps } from "../policy/scope/explain-objects.ts";
import type { View } from "../policy/view/view.ts";
import { openingOf } from "./open-operations.ts";

/** What an engine takes back as a whole, after a program has read it: what was hidden is then gone. */
const MADE_ANEW: readonly (readonly [reads: OperationName, makes: OperationName])[] = [
  ["ContainerInspect", "ContainerCreate"],
  ["ContainerInspectLibpod", "ContainerCreateLibpod"],
  ["ServiceInspect", "ServiceUpdate"],
  ["ConfigInspect", "ConfigUpdate"],
  ["SecretInspect", "SecretUpdate"],
  ["NodeInspect", "NodeUpdate"],
];

/** What operations expose is said of all that there is. */
const OF_THESE = ' ("every" and "any" below are of these)';

/** Which objects a client touches and sees, what it marks, and what of answers it does not read: sentences without an end. */
export function explainObjects(grant: Grant): readonly string[] {
  const { scope, view, stamps } = grant.objects ?? {};
  return [
    ...(scope === undefined ? [] : [`touches and sees only: ${explainScope(scope.entries)}${OF_THESE}`]),
    ...(stamps === undefined || stamps.size === 0 ? [] : [`puts on all it makes: ${explainStamps(stamps)}`]),
    ...(view === undefined ? [] : [`${view.text}${explainUnread(grant, view)}`]),
    ...explainClosed(grant, "scope"),
    ...explainClosed(grant, "view"),
  ];
}

/** What it reads of that all the same, in answers that nobody looks into: logs, archives and the like. */
function explainUnread(grant: Grant, { hides }: View): string {
  const showing = catalogue.filter(
    ({ name }) => openingOf(grant, name) !== undefined && shownNevertheless(name, hides).length > 0,
  );
  return showing.length === 0
    ? ""
    : `; not looked into, and so it may stand there: ${nameSome(showing.map(({ name }) => name))}`;
}

/** What is closed that its words open. */
function explainClosed({ decisions }: Grant, by: "scope" | "view"): readonly string[] {
  const closed = [...decisions].flatMap(([name, decision]) =>
    decision.kind === "deny" && decision.closedBy === by ? [name] : [],
  );
  return closed.length === 0 ? [] : [`can't be held to its ${by}, and so is closed: ${nameSome(closed)}`];
}

/** How many operations are named; `quaygate check` tells of each why. */
const MOST_NAMED = 8;

/** The first of some operations; of Podman's own, which a Docker engine does not have, how many. */
export function nameSome(names: readonly OperationName[]): string {
  const dockers = names.filter((name) => !name.endsWith("Libpod"));
  const [more, podmans] = [dockers.length - MOST_NAMED, names.length - dockers.length];
  return [
    ...dockers.slice(0, MOST_NAMED),
    ...(more > 0 ? [`${more} more`] : []),
    ...(podmans > 0 ? [`${podmans} of Podman's own`] : []),
  ].join(", ");
}

/** Warns where a client makes anew what it could not read all of: what was hidden from it would be gone. */
export function remakingWarnings(client: string, grant: Grant): readonly string[] {
  if (grant.objects?.view === undefined) return [];
  const pair = MADE_ANEW.find((names) => names.every((name) => openingOf(grant, name) !== undefined));
  return pair === undefined
    ? []
    : [
        `${client} may use ${pair.join(" and ")}, and a part of what it reads is hidden (clients.${client}): ` +
          "what a program makes anew from that lacks the part",
      ];
}
