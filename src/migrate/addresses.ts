import { isMap, isScalar, isSeq } from "yaml";
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
  for (const key of TOLD_IN) {
    const found = findKey(edit.draft, edit.own, key);
    if (found === undefined) continue;
    if (found.owned && found.pair !== undefined) {
      rewriteNode(edit.draft, found.node, "", port, newHost);
    } else if (key === "environment") {
      const changed = [...readEnvironmentOf(edit.draft, edit.service.resolved)]
        .map(([name, value]) => [name, rewrite(name, value, port, newHost), value] as const)
        .filter(([, text, value]) => text !== value);
      setVariables(edit, new Map(changed.map(([name, text]) => [name, text])));
    } else {
      const words = readWords(edit.draft, edit.service.resolved, key);
      const changed = words.map((word) => rewrite("", word, port, newHost));
      const isList = isSeq(found.node);
      if (changed.some((word, index) => word !== words[index])) {
        setValue(edit, key, isList ? changed : changed.join(" "));
      }
    }
  }
}

/** Rewrites the scalars of a node where they stand in the text, quotes and all. */
function rewriteNode(draft: Draft, node: unknown, name: string, port: number, newHost: NewHost): void {
  const value = resolveNode(draft, node);
  if (isMap(value)) {
    for (const pair of value.items) rewriteNode(draft, pair.value, textIn(pair.key) ?? "", port, newHost);
  } else if (isSeq(value)) {
    for (const item of value.items) rewriteNode(draft, item, "", port, newHost);
  } else if (isScalar(value)) {
    const [start, end] = [startOf(value), contentEnd(draft, value)];
    const text = draft.text.slice(start, end);
    const replaced = rewriteScalar(name, text, port, newHost);
    if (replaced !== text && !draft.edits.some((other) => other.start === start)) {
      draft.edits.push({ start, end, text: replaced });
    }
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
