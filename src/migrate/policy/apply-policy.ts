import type { Pair, YAMLMap } from "yaml";
import { openingOf } from "../../config/open-operations.ts";
import { convertConsumer } from "../convert-consumer.ts";
import { warningsOfService } from "../gate-warnings.ts";
import { freeName } from "../free-name.ts";
import type { PolicyGate } from "../gates.ts";
import { calledFrom, canMeet, type Place } from "../reach.ts";
import type { Remark } from "../remark.ts";
import { removeServices } from "../service-removal.ts";
import { readEnvironmentOf, readNames, readWords, textIn } from "../service-settings.ts";
import type { Draft } from "../source.ts";
import { explainNetworksLeft, explainRemoval } from "./explain-removal.ts";
import { moveUsers } from "./move-users.ts";
import type { PolicyPlan } from "./plan-policy.ts";
import type { PlannedClient } from "./planned-client.ts";
import { renderPolicy, sourceOf } from "./render-policy.ts";
import type { KnownCallers } from "./verify-reach.ts";
import type { MovedClient } from "./verify-policy.ts";

/** What a plan adds to a file beside its changes, and what has to hold of the outcome. */
export interface AppliedPolicy {
  readonly gate: PolicyGate;
  /** The networks to add. */
  readonly networks: readonly string[];
  /** The services that are gone, and those that were changed. */
  readonly removed: ReadonlySet<string>;
  readonly changed: ReadonlySet<string>;
  readonly remarks: readonly Remark[];
  /** The policy file's text. */
  readonly text: string;
  readonly clients: readonly MovedClient[];
  readonly callers: readonly KnownCallers[];
}

/** How a file is written, and where its policy will be. */
export interface PolicyShape {
  readonly isStack: boolean;
  readonly step: number;
  /** The policy file, as Compose finds it from the file. */
  readonly file: string;
  /** The names that configs of the file have. */
  readonly configs: ReadonlySet<string>;
}

/** Makes the changes of a plan in the draft; anchors of a service that goes, and that others repeat, are given instead. */
export function applyPolicy(
  draft: Draft,
  root: YAMLMap,
  services: YAMLMap,
  plan: PolicyPlan,
  { isStack, step, file, configs }: PolicyShape,
): AppliedPolicy | { readonly missedAnchors: readonly string[] } {
  const proxies = plan.clients.flatMap((client) => (client.kind === "proxy" ? [client] : []));
  const removed = new Set(proxies.map(({ proxy }) => proxy.service.name));
  const missedAnchors = removeServices(draft, services, removed, ({ key }: Pair) => textIn(key));
  if (missedAnchors.length > 0) return { missedAnchors };
  const mounts = plan.clients.flatMap((client) => (client.kind === "mount" ? [client] : []));
  const dependents = plan.places.filter(({ service: { resolved } }) =>
    [...readNames(draft, resolved, "depends_on"), ...linkedBy(draft, resolved)].some((name) =>
      removed.has(name),
    ),
  );
  const changed = [...plan.clients.flatMap(({ consumers }) => consumers), ...dependents];
  const remarks = [
    ...moveUsers(draft, plan, step),
    ...mounts.flatMap((client) =>
      convertConsumer(draft, client.plan, {
        isStack,
        step,
        gate: { service: plan.gate, network: plan.networks.added.get(client.name) ?? "" },
        holds: explainHolds(client),
      }),
    ),
    ...proxies.flatMap((client) => explainProxy(draft, plan, client)),
    ...proxies.flatMap(({ proxy }) =>
      explainRemoval(
        draft,
        root,
        proxy,
        plan.places.find(({ service }) => service === proxy.service),
      ),
    ),
    ...explainNetworksLeft(plan.places, removed, plan.networks.kept),
    ...explainGate(plan, file),
  ];
  return {
    gate: {
      service: plan.gate,
      socket: plan.socket,
      profiles: profilesOf(draft, plan),
      networks: [...plan.networks.kept, ...plan.networks.added.values()],
      file,
      config: freeName(`${plan.gate}-policy`, configs),
    },
    networks: [...plan.networks.added.values()],
    removed,
    changed: new Set(changed.map(({ service }) => service.name)),
    remarks,
    text: renderPolicy(plan.clients, isStack),
    clients: plan.clients.map((client) => ({
      name: client.name,
      from: client.consumers.map(({ service }) => sourceOf(service.name, isStack)),
      was: client.kind === "proxy" ? client.rights.was : undefined,
    })),
    callers: plan.clients.map((client) => ({
      client: client.name,
      consumers: client.consumers.map(({ service }) => service.name),
      reached: client.kind === "proxy" ? namesNear(client.proxy.service.name, plan.places) : undefined,
    })),
  };
}

function linkedBy(draft: Draft, service: Place["service"]["resolved"]): readonly string[] {
  return readWords(draft, service, "links").map((link) => link.split(":", 1)[0] ?? "");
}

function explainHolds(client: Extract<PlannedClient, { kind: "mount" }>): string {
  const { presets, switches } = client.plan;
  return presets.length === 0
    ? `the switches ${switches.join(" ")} in the policy file`
    : `the ${presets.length === 1 ? "preset" : "presets"} ${presets.join(" and ")} in the policy file`;
}

function explainProxy(
  draft: Draft,
  { gate }: PolicyPlan,
  { name, proxy, rights }: Extract<PlannedClient, { kind: "proxy" }>,
): readonly Remark[] {
  const { service } = proxy;
  const decide = (says: string): Remark => ({ kind: "decide", service: service.name, says });
  const creates = openingOf(rights.was, "ContainerCreate") !== undefined;
  const isKnown = proxy.proxy !== "wollomatic";
  return [
    {
      kind: "done",
      service: service.name,
      says: `is gone; what it let through is the client ${name} of ${gate}`,
    },
    ...(creates
      ? [
          decide(
            `let its clients create any container, which is root on the host, and ${name} may do so still: ` +
              "take powers: all away where the usual powers are enough",
          ),
        ]
      : []),
    ...(isKnown
      ? warningsOfService(readEnvironmentOf(draft, service.resolved), rights.dialect).map(decide)
      : []),
  ];
}

function explainGate({ gate, clients }: PolicyPlan, file: string): readonly Remark[] {
  const names = clients.map(({ name }) => name).join(", ");
  const hasPresets = clients.some((client) => client.kind === "mount" && client.plan.presets.length > 0);
  const extras =
    "clients with use hold what their programs need and no extras: add what its log shows as refused to their allow";
  return [
    { kind: "done", service: gate, says: `serves ${names}, by ${file}` },
    ...(hasPresets ? [{ kind: "decide", service: gate, says: extras } as const] : []),
  ];
}

/** The gate runs whenever one of its clients does: in profiles only where all of them are in the same ones. */
function profilesOf(draft: Draft, { clients }: PolicyPlan): readonly string[] {
  const consumers = clients.flatMap((client) => client.consumers);
  const [first = [], ...others] = consumers.map(({ service }) =>
    readWords(draft, service.resolved, "profiles"),
  );
  return others.every((profiles) => profiles.join("\n") === first.join("\n")) ? first : [];
}

/** The services that could reach a proxy by a network of the file. */
function namesNear(proxy: string, places: readonly Place[]): ReadonlySet<string> {
  const own = places.find(({ service }) => service.name === proxy);
  return new Set(
    places.flatMap((place) =>
      own !== undefined && canMeet(calledFrom(place, places), own) ? [place.service.name] : [],
    ),
  );
}
