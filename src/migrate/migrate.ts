import { isMap, parseDocument, type YAMLMap } from "yaml";
import { defaultDialect, dialects } from "../config/dialects.ts";
import { POLICY_SETTING } from "../config/read-settings.ts";
import { findTooDeep } from "../config/file/too-deep.ts";
import type { Result } from "../kernel/result.ts";
import { commonWarnings, convertConsumer } from "./convert-consumer.ts";
import { convertProxy } from "./convert-proxy.ts";
import { warningsOfService } from "./gate-warnings.ts";
import {
  type NewGate,
  planGates,
  renderConfig,
  renderGate,
  renderNetwork,
  renderPolicyGate,
} from "./gates.ts";
import { isQuaygate, matchProxy, repositoryOf } from "./image.ts";
import { addBelow, addServices, canHoldLines, indentOf } from "./new-lines.ts";
import { type ConsumerPlan, planConsumer } from "./plan-consumer.ts";
import { type AppliedPolicy, applyPolicy } from "./policy/apply-policy.ts";
import { planPolicy, type PolicyPlan } from "./policy/plan-policy.ts";
import { findNewReach } from "./policy/verify-reach.ts";
import type { MovedClient } from "./policy/verify-policy.ts";
import { readPlace } from "./reach.ts";
import type { Remark } from "./remark.ts";
import {
  findKey,
  pairOf,
  readEnvironmentOf,
  readServices,
  readText,
  readWords,
  type Service,
  textIn,
} from "./service-settings.ts";
import { applyEdits, type Draft, isFlow, openDraft } from "./source.ts";
import { findSideEffects, readMeaning } from "./verify.ts";

/** A converted file. */
export interface Migration {
  readonly text: string;
  readonly isChanged: boolean;
  readonly remarks: readonly Remark[];
  /** What one gate goes by, where one was asked for and has clients. */
  readonly policy: WrittenPolicy | undefined;
}

/** The policy of a converted file. */
export interface WrittenPolicy {
  /** The policy file's text. */
  readonly text: string;
  /** What has to hold of it when the gate reads it. */
  readonly clients: readonly MovedClient[];
}

/** Why a text can't be converted. */
export interface MigrationFault {
  readonly message: string;
  /** Counted from 1; undefined where it is about the whole. */
  readonly position: { readonly line: number; readonly column: number } | undefined;
}

/**
 * Converts a Compose or stack file: what mounts the Docker socket gets a gate, other socket proxies become the gate. All
 * that has nothing to do with it stays as it is, byte by byte. Converting the outcome again changes nothing.
 *
 * With a policy file, named as Compose finds it from the file, one gate serves all whom it can tell apart.
 */
export function migrate(text: string, policyFile?: string): Result<Migration, MigrationFault> {
  const ended = text.endsWith("\n") ? text : `${text}${text.includes("\r\n") ? "\r\n" : "\n"}`;
  const tooDeep = findTooDeep(ended);
  if (tooDeep !== undefined) {
    return fault("lists and mappings stand too deep in each other here", placeAt(ended, tooDeep));
  }
  const document = parseDocument(ended, { merge: true, keepSourceTokens: true, prettyErrors: true });
  const [problem] = document.errors;
  if (problem !== undefined) {
    const [place] = problem.linePos ?? [];
    const [message = ""] = problem.message.split(/ at line \d+, column \d+/u, 1);
    return fault(message, place === undefined ? undefined : { line: place.line, column: place.col });
  }
  const root = document.contents;
  const services = isMap(root) ? pairOf(root, "services")?.value : undefined;
  if (!isMap(root) || !isMap(services)) {
    return fault("there are no services: is it a Compose file?", undefined);
  }
  const meaning = readMeaning(document);
  return meaning.ok
    ? convert(openDraft(ended, document), root, services, text, meaning.value, policyFile)
    : fault(meaning.error, undefined);
}

function convert(
  draft: Draft,
  root: YAMLMap,
  servicesNode: YAMLMap,
  text: string,
  meaning: ReadonlyMap<string, unknown>,
  policyFile: string | undefined,
): Result<Migration, MigrationFault> {
  const services = readServices(draft, servicesNode);
  const isStack = isStackFile(draft, root, services);
  const places = services.map((service) => readPlace(draft, service));
  const plans = services.flatMap((service) => planConsumer(draft, places, service, isStack) ?? []);
  const mounts = plans.filter((plan) => plan.kind === "convert");
  const plan = policyFile === undefined ? undefined : planPolicy(draft, root, places, mounts, isStack);
  const hasPolicy = plan !== undefined && plan.clients.length > 0;
  if (plan !== undefined && !hasPolicy && plan.stays.size > 0) {
    return fault(
      `no client of one gate could be told from others, so there is no policy: ${explainStays(plan)}`,
      undefined,
    );
  }
  if (policyFile !== undefined && pairOf(servicesNode, "<<") !== undefined) {
    return fault(
      "services come by a merge key (<<), and one gate has to know all of them: write them out first",
      undefined,
    );
  }
  const ruled = hasPolicy ? services.find((service) => hasPolicyFile(draft, service)) : undefined;
  if (ruled !== undefined) {
    return fault(
      `${ruled.name} has a policy file already: add to it by hand, or take that gate away first`,
      undefined,
    );
  }
  const added = [
    ...(mounts.length > 0 || (plan?.networks.added.size ?? 0) > 0 ? ["networks"] : []),
    ...(hasPolicy && isStack ? ["configs"] : []),
  ];
  const cannotAdd =
    (mounts.length > 0 || hasPolicy) &&
    (isFlow(servicesNode) || !added.every((key) => canHoldLines(pairOf(root, key)?.value)));
  if (cannotAdd) {
    return fault(
      `the services${added.map((key) => ` or ${key}`).join("")} are written in braces or as an alias: write them line by line first`,
      undefined,
    );
  }
  const step = indentOf(draft, services, servicesNode);
  const policy =
    plan === undefined || policyFile === undefined || !hasPolicy
      ? undefined
      : applyPolicy(draft, root, servicesNode, plan, {
          isStack,
          step,
          file: policyFile,
          configs: new Set(namesIn(pairOf(root, "configs")?.value)),
        });
  if (policy !== undefined && "missedAnchors" in policy) {
    const anchors = policy.missedAnchors.map((name) => `&${name}`).join(", ");
    return fault(
      `what is repeated elsewhere would go with a proxy (${anchors}): write it apart first`,
      undefined,
    );
  }
  const served = new Set([...(policy?.removed ?? []), ...(policy?.clients.map(({ name }) => name) ?? [])]);
  const gates = planGates(
    mounts
      .filter(({ service }) => !served.has(service.name))
      .map(({ service, switches, socket, isKnown, profiles }) => ({
        service: service.name,
        switches,
        socket,
        isGuess: !isKnown,
        profiles,
      })),
    new Set([...services.map(({ name }) => name), ...(policy === undefined ? [] : [policy.gate.service])]),
    new Set(["default", ...namesIn(pairOf(root, "networks")?.value), ...(policy?.networks ?? [])]),
  );
  const remarks: Remark[] = [...(policy?.remarks ?? [])];
  const converted = new Set<string>(policy?.changed);
  for (const service of services) {
    if (policy !== undefined && (policy.removed.has(service.name) || isMountOf(mounts, service, served)))
      continue;
    const told = treat(draft, services, service, plans, gates, { isStack, step });
    const isApart = plan !== undefined && isGateApart(draft, service);
    const reason = isApart
      ? "it is Quaygate already; take its switches into the policy by hand"
      : plan?.stays.get(service.name);
    const stays: readonly Remark[] =
      reason === undefined
        ? []
        : [
            {
              kind: "decide",
              service: service.name,
              says: isApart ? `stays a gate of its own: ${reason}` : `has a gate of its own: ${reason}`,
            },
          ];
    remarks.push(...told, ...stays);
    if (told.some(({ kind }) => kind === "done")) {
      converted.add(service.name);
    }
  }
  const blocks = [
    ...(policy === undefined ? [] : [renderPolicyGate(policy.gate, isStack)]),
    ...gates.map((gate) => renderGate(gate, isStack)),
  ];
  const networks = [...(policy?.networks ?? []), ...gates.map(({ network }) => network)];
  if (blocks.length > 0) addServices(draft, servicesNode, blocks, step);
  addBelow(
    draft,
    root,
    "networks",
    networks.flatMap((name) => renderNetwork(name, isStack)),
    step,
  );
  if (policy !== undefined && isStack) addBelow(draft, root, "configs", renderConfig(policy.gate), step);
  if (draft.edits.length === 0) {
    return { ok: true, value: { text, isChanged: false, remarks, policy: undefined } };
  }
  const result = applyEdits(draft);
  const effects = findSideEffects(meaning, result, {
    changed: converted,
    added: new Set([
      ...networks,
      ...gates.map(({ service }) => service),
      ...(policy === undefined ? [] : [policy.gate.service, policy.gate.config]),
    ]),
    removed: policy?.removed ?? new Set(),
  });
  if (effects.length > 0) {
    return fault(
      `an anchor would carry the change further, to the ${effects.join(", the ")}: write these apart first`,
      undefined,
    );
  }
  const reach = policy === undefined ? [] : newReachIn(result, policy);
  if (reach.length > 0) return fault(`somebody would get more than he had: ${reach.join("; ")}`, undefined);
  return {
    ok: true,
    value: {
      text: result,
      isChanged: true,
      remarks: [...remarks, ...remarksOnAll(gates, isStack, policy !== undefined)],
      policy: policy === undefined ? undefined : { text: policy.text, clients: policy.clients },
    },
  };
}

function hasPolicyFile(draft: Draft, { resolved }: Service): boolean {
  return (
    isQuaygate(readText(draft, resolved, "image") ?? "") &&
    readEnvironmentOf(draft, resolved).has(POLICY_SETTING)
  );
}

/** Whether a service is the gate already, with switches of its own. */
function isGateApart(draft: Draft, service: Service): boolean {
  return isQuaygate(readText(draft, service.resolved, "image") ?? "") && !hasPolicyFile(draft, service);
}

function isMountOf(
  mounts: readonly { readonly service: Service }[],
  service: Service,
  served: ReadonlySet<string>,
): boolean {
  return served.has(service.name) && mounts.some((mount) => mount.service === service);
}

function explainStays({ stays }: PolicyPlan): string {
  return [...stays].map(([name, reason]) => `${name}: ${reason}`).join("; ");
}

/** Looks at the outcome as it would be deployed, and not at what was planned. */
function newReachIn(text: string, policy: AppliedPolicy): readonly string[] {
  const document = parseDocument(text, { merge: true, keepSourceTokens: true });
  const root = document.contents;
  const services = isMap(root) ? pairOf(root, "services")?.value : undefined;
  if (!isMap(services)) return ["there would be no services"];
  const draft = openDraft(text, document);
  const places = readServices(draft, services).map((service) => readPlace(draft, service));
  return findNewReach(policy.gate.service, places, policy.callers);
}

function treat(
  draft: Draft,
  services: readonly Service[],
  service: Service,
  plans: readonly ConsumerPlan[],
  gates: readonly NewGate[],
  shape: { readonly isStack: boolean; readonly step: number },
): readonly Remark[] {
  const image = readText(draft, service.resolved, "image") ?? "";
  const proxy = matchProxy(image);
  const plan = plans.find((each) => each.service === service);
  if (proxy !== undefined) {
    return convertProxy(draft, services, service, proxy, shape.step);
  }
  const decide = (says: string): Remark => ({ kind: "decide", service: service.name, says });
  if (plan?.kind === "left") {
    return [
      decide(`keeps the socket: ${plan.reason}`),
      ...commonWarnings(draft, service.resolved).map(decide),
    ];
  }
  const gate = gates.find(({ consumers }) => consumers.includes(service.name));
  if (plan !== undefined && gate !== undefined) {
    return convertConsumer(draft, plan, { ...shape, gate });
  }
  if (isQuaygate(image)) {
    const variables = readEnvironmentOf(draft, service.resolved);
    const dialect = dialects.find(({ name }) => name === variables.get("QUAYGATE_COMPAT")) ?? defaultDialect;
    return warningsOfService(variables, dialect).map(decide);
  }
  const isEngine = repositoryOf(image) === "docker" && /dind/u.test(image);
  return [
    ...commonWarnings(draft, service.resolved)
      .filter((says) => says.startsWith("mounts"))
      .map(decide),
    ...(isEngine ? [decide("is an engine of its own: no gate stands in front of it")] : []),
  ];
}

/** What concerns no single service. */
function remarksOnAll(gates: readonly NewGate[], isStack: boolean, hasPolicy: boolean): readonly Remark[] {
  const shared = gates.filter(({ consumers }) => consumers.length > 1);
  return [
    ...shared.map(({ service, consumers, network }): Remark => ({
      kind: "done",
      service,
      says: `serves ${consumers.join(", ")}, which need the same switches; they also reach each other on ${network}`,
    })),
    ...(gates.length > 1
      ? [
          {
            kind: "done",
            service: undefined,
            says: "consumers with different needs got gates and networks of their own",
          } as const,
        ]
      : []),
    ...(isStack && (gates.length > 0 || hasPolicy)
      ? [
          {
            kind: "decide",
            service: undefined,
            says: "read as a stack file: overlay networks, and gates on managers only",
          } as const,
        ]
      : []),
  ];
}

function namesIn(value: unknown): readonly string[] {
  return isMap(value) ? value.items.flatMap(({ key }) => textIn(key) ?? []) : [];
}

/** A stack: placement, updates or labels of a deployment, an overlay network, or Traefik's provider for swarms. */
function isStackFile(draft: Draft, root: YAMLMap, services: readonly Service[]): boolean {
  const networks = findKey(draft, root, "networks")?.node;
  const overlay =
    isMap(networks) &&
    networks.items.some(({ value }) => isMap(value) && readText(draft, value, "driver") === "overlay");
  return (
    overlay ||
    services.some(({ resolved }) => {
      const deploy = findKey(draft, resolved, "deploy")?.node;
      const isDeployed =
        isMap(deploy) &&
        ["placement", "update_config", "rollback_config", "endpoint_mode", "mode", "labels"].some(
          (key) => findKey(draft, deploy, key) !== undefined,
        );
      return (
        isDeployed ||
        readWords(draft, resolved, "command").some((word) => word.startsWith("--providers.swarm"))
      );
    })
  );
}

function placeAt(text: string, offset: number): MigrationFault["position"] {
  const before = text.slice(0, offset).split("\n");
  return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
}

function fault(message: string, position: MigrationFault["position"]): Result<Migration, MigrationFault> {
  return { ok: false, error: { message, position } };
}
