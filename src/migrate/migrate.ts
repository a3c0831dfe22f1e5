import { isMap, parseDocument, type YAMLMap } from "yaml";
import { defaultDialect, dialects } from "../config/dialects.ts";
import type { Result } from "../kernel/result.ts";
import { commonWarnings, convertConsumer } from "./convert-consumer.ts";
import { convertProxy } from "./convert-proxy.ts";
import { warningsOfService } from "./gate-warnings.ts";
import { type NewGate, planGates, renderGate, renderNetwork } from "./gates.ts";
import { isQuaygate, matchProxy, repositoryOf } from "./image.ts";
import { type ConsumerPlan, planConsumer } from "./plan-consumer.ts";
import type { Remark } from "./remark.ts";
import {
  findKey,
  pairOf,
  readEnvironmentOf,
  readServices,
  readText,
  readWords,
  type Service,
  settingsStart,
  textIn,
} from "./service-settings.ts";
import {
  afterComments,
  applyEdits,
  columnOf,
  contentEnd,
  type Draft,
  insertLines,
  isEmpty,
  isFlow,
  nextLine,
  openDraft,
  startOf,
} from "./source.ts";
import { findSideEffects, readMeaning } from "./verify.ts";

/** A converted file. */
export interface Migration {
  readonly text: string;
  readonly isChanged: boolean;
  readonly remarks: readonly Remark[];
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
 */
export function migrate(text: string): Result<Migration, MigrationFault> {
  const ended = text.endsWith("\n") ? text : `${text}${text.includes("\r\n") ? "\r\n" : "\n"}`;
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
    ? convert(openDraft(ended, document), root, services, text, meaning.value)
    : fault(meaning.error, undefined);
}

function convert(
  draft: Draft,
  root: YAMLMap,
  servicesNode: YAMLMap,
  text: string,
  meaning: ReadonlyMap<string, unknown>,
): Result<Migration, MigrationFault> {
  const services = readServices(draft, servicesNode);
  const isStack = isStackFile(draft, root, services);
  const plans = services.flatMap((service) => planConsumer(draft, services, service, isStack) ?? []);
  const wanted = plans.filter((plan) => plan.kind === "convert");
  const networks = pairOf(root, "networks");
  const cannotAdd = wanted.length > 0 && (isFlow(servicesNode) || !canHoldNetworks(networks?.value));
  if (cannotAdd) {
    return fault(
      "the services or networks are written in braces or as an alias: write them line by line first",
      undefined,
    );
  }
  const gates = planGates(
    wanted.map(({ service, switches, socket, isKnown, profiles }) => ({
      service: service.name,
      switches,
      socket,
      isGuess: !isKnown,
      profiles,
    })),
    new Set(services.map(({ name }) => name)),
    new Set(["default", ...namesIn(networks?.value)]),
  );
  const step = indentOf(draft, services, servicesNode);
  const remarks: Remark[] = [];
  const converted = new Set<string>();
  for (const service of services) {
    const told = treat(draft, services, service, plans, gates, { isStack, step });
    remarks.push(...told);
    if (told.some(({ kind }) => kind === "done")) {
      converted.add(service.name);
    }
  }
  addGates(draft, root, servicesNode, gates, isStack, step);
  if (draft.edits.length === 0) {
    return { ok: true, value: { text, isChanged: false, remarks } };
  }
  const result = applyEdits(draft);
  const added = new Set(gates.flatMap(({ service, network }) => [service, network]));
  const effects = findSideEffects(meaning, result, converted, added);
  if (effects.length > 0) {
    return fault(
      `an anchor would carry the change further, to the ${effects.join(", the ")}: write these apart first`,
      undefined,
    );
  }
  return {
    ok: true,
    value: { text: result, isChanged: true, remarks: [...remarks, ...remarksOnAll(gates, isStack)] },
  };
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
function remarksOnAll(gates: readonly NewGate[], isStack: boolean): readonly Remark[] {
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
    ...(isStack && gates.length > 0
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

function addGates(
  draft: Draft,
  root: YAMLMap,
  services: YAMLMap,
  gates: readonly NewGate[],
  isStack: boolean,
  step: number,
): void {
  if (gates.length === 0) {
    return;
  }
  const column = columnOf(draft, settingsStart(services));
  const end = afterComments(draft, nextLine(draft, contentEnd(draft, services)), Math.max(column, 1));
  for (const gate of gates) {
    insertLines(draft, end, column, ["", ...restep(renderGate(gate, isStack), step)]);
  }
  const lines = restep(
    gates.flatMap((gate) => renderNetwork(gate, isStack)),
    step,
  );
  const pair = pairOf(root, "networks");
  if (pair === undefined) {
    const last = nextLine(draft, contentEnd(draft, root));
    const marker = /^(?:\.\.\.|---)/mu.exec(draft.text.slice(last));
    const offset = marker === null ? draft.text.length : last + marker.index;
    insertLines(draft, offset, 0, ["", "networks:", ...lines.map((line) => " ".repeat(step) + line)]);
  } else if (isMap(pair.value) && pair.value.items.length > 0) {
    insertLines(
      draft,
      nextLine(draft, contentEnd(draft, pair.value)),
      columnOf(draft, settingsStart(pair.value)),
      lines,
    );
  } else {
    const offset = nextLine(draft, contentEnd(draft, pair.key));
    insertLines(draft, offset, columnOf(draft, startOf(pair.key)) + step, lines);
  }
}

function restep(lines: readonly string[], step: number): readonly string[] {
  return lines.map((line) => {
    const text = line.trimStart();
    return " ".repeat(((line.length - text.length) / 2) * step) + text;
  });
}

/** Whether lines can be put below `networks:`. */
function canHoldNetworks(value: unknown): boolean {
  return isEmpty(value) || (isMap(value) && !isFlow(value));
}

function namesIn(value: unknown): readonly string[] {
  return isMap(value) ? value.items.flatMap(({ key }) => textIn(key) ?? []) : [];
}

/** How much further right the settings of a service stand than its name. */
function indentOf(draft: Draft, services: readonly Service[], map: YAMLMap): number {
  const column = isFlow(map) || map.items.length === 0 ? 2 : columnOf(draft, settingsStart(map));
  const first = services.find(({ own }) => own !== undefined)?.own;
  return first === undefined || isFlow(map) ? 2 : Math.max(1, columnOf(draft, settingsStart(first)) - column);
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

function fault(message: string, position: MigrationFault["position"]): Result<Migration, MigrationFault> {
  return { ok: false, error: { message, position } };
}
