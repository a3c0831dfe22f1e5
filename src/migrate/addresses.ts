import { isAlias, isMap, isScalar, isSeq, type YAMLMap } from "yaml";
import { type ServiceEdit, setValue, setVariables } from "./service-edit.ts";
import { findKey, readEnvironmentOf, readWords, type Service, textIn } from "./service-settings.ts";
import { contentEnd, type Draft, resolveNode, startOf } from "./source.ts";

/** Where a service is told to call, as far as its part of the file says. */
export interface ToldAddress {
  readonly host: string;
  /** Undefined where none stands beside the host. */
  readonly port: number | undefined;
}

/** Says which host stands in the place of another one; undefined for one that stays. */
export type NewHost = (address: ToldAddress) => string | undefined;

/** `//host`, `//host:port` or `host:port`, with no more of a name before or behind. */
const ADDRESS =
  /(?:(?<=\/\/)|(?<![\w.@:/-]))(?<host>\[[0-9A-Fa-f:.]{2,45}\]|[A-Za-z0-9_](?:[\w.-]{0,251}\w)?)(?::(?<port>[0-9]{1,5})(?![\w-])|(?<=\/\/[\w.:[\]-]{1,253})(?![\w.:@-]))/gu;

/** Variables whose whole value is a host, or several with commas between them. */
const OF_HOSTS = /HOST(?:NAME)?S?$/u;
const HOSTS = /^[\w.-]+(?:,[\w.-]+)*$/u;

/** The settings that are looked at: how a program is told where its engine is. */
const TOLD_IN = ["environment", "command", "entrypoint"] as const;

/** The addresses that a service is told in its variables and its command line. */
export function readAddresses(draft: Draft, { resolved }: Service): readonly ToldAddress[] {
  const words = [...readWords(draft, resolved, "command"), ...readWords(draft, resolved, "entrypoint")];
  return [
    ...[...readEnvironmentOf(draft, resolved)].flatMap(([name, value]) => addressesOf(name, value)),
    ...words.flatMap((word) => addressesOf("", word)),
  ];
}

/** The addresses in all other settings of a service, with the key that each stands under: nobody rewrites these. */
export function readAddressesElsewhere(
  draft: Draft,
  { resolved }: Service,
): readonly (ToldAddress & { readonly key: string })[] {
  return (resolved?.items ?? []).flatMap(({ key, value }) => {
    const name = textIn(key) ?? "";
    return TOLD_IN.some((each) => each === name)
      ? []
      : textsIn(draft, value).flatMap((text) =>
          addressesOf("", text).map((address) => ({ ...address, key: name })),
        );
  });
}

function textsIn(draft: Draft, node: unknown): readonly string[] {
  const value = resolveNode(draft, node);
  if (isMap(value)) return value.items.flatMap((pair) => textsIn(draft, pair.value));
  if (isSeq(value)) return value.items.flatMap((item) => textsIn(draft, item));
  return [textIn(value) ?? ""];
}

/** Puts other hosts, and the port, where a service is told addresses; what else stands there stays as it is. */
export function rewriteAddresses(edit: ServiceEdit, port: number, newHost: NewHost): void {
  const { draft, own, service } = edit;
  for (const key of TOLD_IN) {
    const found = findKey(draft, own, key);
    const isOwn = found?.owned === true && found.pair !== undefined;
    if (found !== undefined && isOwn) rewriteNode(draft, found.node, "", port, newHost);
    if (key === "environment") {
      // What the service has written itself was changed in its place.
      const written = isOwn ? (isMap(found.node) ? namesWritten(found.node) : undefined) : new Set<string>();
      const changed = [...readEnvironmentOf(draft, service.resolved)]
        .filter(([name]) => written !== undefined && !written.has(name))
        .map(([name, value]): readonly [string, string, string] => [
          name,
          rewrite(name, value, port, newHost),
          value,
        ])
        .filter(([, text, value]) => text !== value);
      setVariables(edit, new Map(changed.map(([name, text]) => [name, text])));
    } else if (found !== undefined && !isOwn) {
      const texts = isSeq(found.node) ? readWords(draft, service.resolved, key) : [textIn(found.node) ?? ""];
      const changed = texts.map((text) => rewrite("", text, port, newHost));
      if (changed.some((text, index) => text !== texts[index])) {
        setValue(edit, key, isSeq(found.node) ? changed : changed.join(""));
      }
    }
  }
}

function namesWritten(map: YAMLMap): ReadonlySet<string> {
  return new Set(map.items.flatMap(({ key }) => textIn(key) ?? []));
}

/** Rewrites the scalars of a node where they stand in the text, quotes and all; an alias of one gives way to the text. */
function rewriteNode(draft: Draft, node: unknown, name: string, port: number, newHost: NewHost): void {
  if (isMap(node)) {
    // What is merged in stands elsewhere, for others too.
    const own = node.items.filter(({ key }) => textIn(key) !== "<<");
    for (const { key, value } of own) rewriteNode(draft, value, textIn(key) ?? "", port, newHost);
  } else if (isSeq(node)) {
    for (const item of node.items) rewriteNode(draft, item, "", port, newHost);
  } else if (isScalar(node) || isAlias(node)) {
    const [start, end] = [startOf(node), contentEnd(draft, node)];
    const text = isAlias(node) ? (textIn(resolveNode(draft, node)) ?? "") : draft.text.slice(start, end);
    const replaced = rewriteScalar(name, text, port, newHost);
    if (replaced !== text) draft.edits.push({ start, end, text: replaced });
  }
}

/** A scalar as it stands in the file: in quotes or not, `value` or `NAME=value`. */
function rewriteScalar(name: string, text: string, port: number, newHost: NewHost): string {
  const [, quote = "", assigned = "", value = ""] =
    /^(["']?)((?:[A-Za-z_]\w*=)?)([^]*?)\1$/u.exec(text) ?? [];
  const variable = assigned === "" ? name : assigned.slice(0, -1);
  return `${quote}${assigned}${rewrite(variable, value, port, newHost)}${quote}`;
}

function rewrite(name: string, value: string, port: number, newHost: NewHost): string {
  if (OF_HOSTS.test(name) && HOSTS.test(value)) {
    return value
      .split(",")
      .map((host) => newHost({ host, port: undefined }) ?? host)
      .join(",");
  }
  let [result, position] = ["", 0];
  for (const match of value.matchAll(ADDRESS)) {
    const address = addressIn(match);
    const host = newHost(address);
    if (host === undefined) continue;
    result += value.slice(position, match.index) + (address.port === undefined ? host : `${host}:${port}`);
    position = match.index + match[0].length;
  }
  return result + value.slice(position);
}

function addressesOf(name: string, value: string): readonly ToldAddress[] {
  if (OF_HOSTS.test(name) && HOSTS.test(value)) {
    return value.split(",").map((host) => ({ host, port: undefined }));
  }
  return [...value.matchAll(ADDRESS)].map(addressIn);
}

function addressIn({ groups }: RegExpExecArray): ToldAddress {
  const { host = "", port } = groups ?? {};
  return { host: host.replaceAll(/[[\]]/gu, ""), port: port === undefined ? undefined : Number(port) };
}
