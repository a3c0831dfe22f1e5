import { isAlias, isMap, isScalar, isSeq, type Pair, type YAMLMap } from "yaml";
import { contentEnd, type Draft, isEmpty, isFlow, resolveNode, startOf, textOf } from "./source.ts";

/** One service of the file, and where it stands. */
export interface Service {
  readonly name: string;
  /** Undefined when it is written as an alias, in braces or not at all, and so can't be changed in place. */
  readonly own: YAMLMap | undefined;
  /** What it amounts to. */
  readonly resolved: YAMLMap | undefined;
}

/** The value of a key, and whether it stands in the map itself and is no alias. */
export interface Found {
  readonly node: unknown;
  readonly pair: Pair | undefined;
  readonly owned: boolean;
}

/** Reads the services in their order. */
export function readServices(draft: Draft, services: YAMLMap): readonly Service[] {
  return services.items.flatMap((pair) => {
    const name = textIn(pair.key);
    if (name === undefined || name === "<<") {
      return [];
    }
    const resolved = resolveNode(draft, pair.value);
    return [
      {
        name,
        own: isMap(pair.value) && !isFlow(pair.value) ? pair.value : undefined,
        resolved: isMap(resolved) ? resolved : undefined,
      },
    ];
  });
}

/** The pair with this key that stands in the map itself. */
export function pairOf(map: YAMLMap, key: string): Pair | undefined {
  return map.items.find((pair) => textIn(pair.key) === key);
}

/** Looks a key up, in the map and then in what it merges in. */
export function findKey(draft: Draft, map: YAMLMap | undefined, key: string): Found | undefined {
  if (map === undefined) {
    return undefined;
  }
  const pair = pairOf(map, key);
  if (pair !== undefined) {
    return { node: resolveNode(draft, pair.value), pair, owned: !isAlias(pair.value) };
  }
  for (const source of mergedInto(draft, map)) {
    const found = findKey(draft, source, key);
    if (found !== undefined) {
      return { node: found.node, pair: undefined, owned: false };
    }
  }
  return undefined;
}

function mergedInto(draft: Draft, map: YAMLMap): readonly YAMLMap[] {
  const merge = pairOf(map, "<<");
  const value = resolveNode(draft, merge?.value);
  const sources = isSeq(value) ? value.items.map((item) => resolveNode(draft, item)) : [value];
  return sources.filter((source) => isMap(source));
}

/** The text that a scalar stands for; numbers and booleans as they are written. */
export function textIn(node: unknown): string | undefined {
  if (!isScalar(node) || node.value === null || node.value === undefined) {
    return undefined;
  }
  return typeof node.value === "string" ? node.value : node.source;
}

/** The text under a key, or undefined. */
export function readText(draft: Draft, map: YAMLMap | undefined, key: string): string | undefined {
  const node = findKey(draft, map, key)?.node;
  return textIn(node);
}

/** The texts of a list, or a single text as a list of its words. */
export function readWords(draft: Draft, map: YAMLMap | undefined, key: string): readonly string[] {
  const node = findKey(draft, map, key)?.node;
  if (isSeq(node)) {
    return node.items.flatMap((item) => textIn(resolveNode(draft, item)) ?? []);
  }
  return (textIn(node) ?? "").split(/\s+/u).filter(Boolean);
}

/** The names of a list, or the keys of a mapping, as in `depends_on`. */
export function readNames(draft: Draft, map: YAMLMap | undefined, key: string): readonly string[] {
  const node = findKey(draft, map, key)?.node;
  return isMap(node) ? node.items.flatMap((pair) => textIn(pair.key) ?? []) : readWords(draft, map, key);
}

/** The published ports, long ones in the short form. */
export function readPorts(draft: Draft, service: YAMLMap | undefined): readonly string[] {
  const node = findKey(draft, service, "ports")?.node;
  const items = isSeq(node) ? node.items.map((item) => resolveNode(draft, item)) : [];
  return items.map((item) =>
    isMap(item)
      ? ["host_ip", "published", "target"].flatMap((key) => readText(draft, item, key) ?? []).join(":")
      : (textIn(item) ?? ""),
  );
}

/** The variables of a service, from either syntax. */
export function readEnvironmentOf(draft: Draft, map: YAMLMap | undefined): ReadonlyMap<string, string> {
  return readAssignments(draft, findKey(draft, map, "environment")?.node);
}

/** The labels of a service, from either syntax. */
export function readLabels(draft: Draft, map: YAMLMap | undefined): ReadonlyMap<string, string> {
  const deployed = resolveNode(draft, findKey(draft, map, "deploy")?.node);
  return new Map([
    ...readAssignments(draft, findKey(draft, map, "labels")?.node),
    ...readAssignments(draft, isMap(deployed) ? findKey(draft, deployed, "labels")?.node : undefined),
  ]);
}

function readAssignments(draft: Draft, node: unknown): ReadonlyMap<string, string> {
  if (isMap(node)) {
    const merged = mergedInto(draft, node).flatMap((source) => [...readAssignments(draft, source)]);
    const own = node.items.flatMap(({ key, value }): readonly (readonly [string, string])[] => {
      const resolved = resolveNode(draft, value);
      const name = textIn(key) ?? "<<";
      return name === "<<" ? [] : [[name, textIn(resolved) ?? ""]];
    });
    return new Map([...merged, ...own]);
  }
  const items = isSeq(node) ? node.items.map((item) => resolveNode(draft, item)) : [];
  return new Map(
    items.flatMap((item): readonly (readonly [string, string])[] => {
      const text = textIn(item) ?? "";
      const [name = ""] = text.split("=", 1);
      return name === "" ? [] : [[name, text.slice(name.length + 1)]];
    }),
  );
}

/**
 * Whether this key of a service and another service's are the same by an anchor, so that a change of one is a change of
 * both. What stands outside of the services, such as in `x-base`, is never changed and so may be repeated.
 */
export function isShared(draft: Draft, services: readonly Service[], { own }: Service, key: string): boolean {
  const found = findKey(draft, own, key);
  if (found?.pair === undefined || !draft.aliased.has(found.node)) {
    return false;
  }
  return found.owned || services.some((other) => other.own !== own && ownsNode(other, found.node));
}

function ownsNode({ own }: Service, node: unknown): boolean {
  return own?.items.some(({ value }) => value === node) === true;
}

/** Whether other services repeat this one, so that what it gets they get too. */
export function isTemplate(draft: Draft, service: Service): boolean {
  return draft.aliased.has(service.own);
}

/** The stretch of text that a pair's value takes, or would take. */
export function valueStretch(draft: Draft, pair: Pair): readonly [start: number, end: number] {
  const afterKey = draft.text.indexOf(":", contentEnd(draft, pair.key)) + 1;
  return isEmpty(pair.value) ? [afterKey, afterKey] : [afterKey, contentEnd(draft, pair)];
}

/** How a value is quoted: with `"`, with `'`, or not. */
export function quoteOf(draft: Draft, node: unknown): string {
  const first = isScalar(node) ? textOf(draft, node).charAt(0) : "";
  return first === '"' || first === "'" ? first : "";
}

/** Where the key of a service's first setting stands. */
export function settingsStart(map: YAMLMap): number {
  return startOf(map.items[0]?.key);
}
