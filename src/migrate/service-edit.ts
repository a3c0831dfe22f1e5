import { isAlias, isMap, isScalar, isSeq, type Node, stringify, type YAMLMap, type YAMLSeq } from "yaml";
import { findKey, quoteOf, type Service, settingsStart, valueStretch } from "./service-settings.ts";
import { ALIAS_LIMIT } from "./limits.ts";
import {
  afterComments,
  columnOf,
  contentEnd,
  cutFlowItem,
  dashOf,
  type Draft,
  insertLines,
  isEmpty,
  isFlow,
  layLines,
  nextLine,
  removeLines,
  startOf,
  textOf,
} from "./source.ts";

/** A service that is being changed; `added` are the lines of new settings, written at its end. */
export interface ServiceEdit {
  readonly draft: Draft;
  readonly service: Service;
  readonly own: YAMLMap;
  /** How much further right each level stands in this file. */
  readonly step: number;
  readonly added: string[];
}

/** Begins to change a service. */
export function openServiceEdit(draft: Draft, service: Service, own: YAMLMap, step: number): ServiceEdit {
  return { draft, service, own, step, added: [] };
}

/** Writes the new settings at the end of the service. */
export function closeServiceEdit({ draft, own, added }: ServiceEdit): void {
  if (added.length > 0) {
    const column = columnOf(draft, settingsStart(own));
    const end = nextLine(draft, contentEnd(draft, own));
    insertLines(draft, afterComments(draft, end, column), column, added);
  }
}

/** Removes items of the list under a key; the key goes with the last of them. */
export function removeItems(edit: ServiceEdit, key: string, indexes: ReadonlySet<number>): void {
  const { draft, own } = edit;
  const found = findKey(draft, own, key);
  if (found === undefined || !isSeq(found.node)) {
    return;
  }
  const kept = found.node.items.filter((_, index) => !indexes.has(index));
  if (!found.owned || found.pair === undefined) {
    setValue(
      edit,
      key,
      kept.map((item) => toPlain(draft, item)),
    );
    return;
  }
  if (isFlow(found.node) && kept.length > 0) {
    const [start, end] = [startOf(found.node), contentEnd(draft, found.node)];
    if (draft.text.slice(start, end).includes("\n")) {
      for (const index of indexes) {
        cutFlowItem(draft, found.node, index);
      }
      return;
    }
    draft.edits.push({ start, end, text: `[${kept.map((item) => textOf(draft, item)).join(", ")}]` });
    return;
  }
  if (kept.length === 0) {
    removePair(edit, key);
    return;
  }
  for (const index of indexes) {
    removeLines(draft, dashOf(draft, found.node, index), contentEnd(draft, found.node.items[index]));
  }
}

/** Removes a key with its value. Comments between the items of a list stay. */
export function removePair({ draft, own }: ServiceEdit, key: string): void {
  const pair = findKey(draft, own, key)?.pair;
  if (pair === undefined) {
    return;
  }
  if (isSeq(pair.value) && !isFlow(pair.value)) {
    const sequence = pair.value;
    removeLines(draft, startOf(pair.key), contentEnd(draft, pair.key));
    for (const [index, item] of sequence.items.entries()) {
      removeLines(draft, dashOf(draft, sequence, index), contentEnd(draft, item));
    }
    return;
  }
  removeLines(draft, startOf(pair.key), contentEnd(draft, pair));
}

/** Sets a key of the service to a value, whatever stood there. */
export function setValue(edit: ServiceEdit, key: string, value: unknown): void {
  const { draft, own, step, added } = edit;
  const lines = stringify({ [key]: value }, { indent: step, lineWidth: 0 })
    .trimEnd()
    .split("\n");
  const pair = findKey(draft, own, key)?.pair;
  if (pair === undefined) {
    added.push(...lines);
    return;
  }
  const [start, end] = valueStretch(draft, pair);
  const [first = "", ...rest] = lines;
  const column = columnOf(draft, startOf(pair.key));
  const text = [first.slice(key.length + 1), ...rest.map((line) => " ".repeat(column) + line)].join(
    draft.lineEnd,
  );
  draft.edits.push({ start, end, text });
}

/** Sets variables of the environment, in the syntax that the service uses. */
export function setVariables(edit: ServiceEdit, variables: ReadonlyMap<string, string>): void {
  const { draft, own, step, added } = edit;
  const lines = [...variables].map(([name, value]) => `${name}: ${value}`);
  const found = findKey(draft, own, "environment");
  if (variables.size === 0) {
    return;
  }
  if (found === undefined) {
    added.push("environment:", ...lines.map((line) => " ".repeat(step) + line));
  } else if (!found.owned || found.pair === undefined) {
    const plain = toPlain(draft, found.node);
    const value = isList(plain)
      ? [
          ...plain.filter((item) => !variables.has(nameIn(item))),
          ...[...variables].map((each) => each.join("=")),
        ]
      : { ...(typeof plain === "object" ? plain : {}), ...Object.fromEntries(variables) };
    setValue(edit, "environment", value);
  } else if (isMap(found.node) || isSeq(found.node)) {
    for (const [name, value] of variables) {
      setVariable(draft, found.node, name, value);
    }
  } else {
    insertBelow(edit, found.pair, lines);
  }
}

function setVariable(draft: Draft, node: YAMLMap | YAMLSeq, name: string, value: string): void {
  if (isMap(node)) {
    const existing = findKey(draft, node, name)?.pair;
    if (existing === undefined) {
      addToMap(draft, node, name, value);
    } else {
      const [start, end] = valueStretch(draft, existing);
      draft.edits.push({ start, end, text: ` ${value}` });
    }
    return;
  }
  const existing = node.items.find((item) => isScalar(item) && nameIn(item.value) === name);
  if (existing === undefined) {
    addToList(draft, node, `${name}=${value}`);
  } else {
    const quote = quoteOf(draft, existing);
    const [start, end] = [startOf(existing), contentEnd(draft, existing)];
    draft.edits.push({ start, end, text: `${quote}${name}=${value}${quote}` });
  }
}

/** The name in `NAME=value`. */
function nameIn(assignment: unknown): string {
  return typeof assignment === "string" ? (assignment.split("=", 1)[0] ?? "") : "";
}

/** Adds a name to a list of names that may also be written as a map, such as `networks`. */
export function addName(
  edit: ServiceEdit,
  key: string,
  names: readonly string[],
  mapValue: readonly string[],
): void {
  const { draft, own, step, added } = edit;
  const found = findKey(draft, own, key);
  const name = names.at(-1) ?? "";
  if (found === undefined) {
    added.push(`${key}:`, ...names.map((each) => `${" ".repeat(step)}- ${each}`));
    return;
  }
  const { node, pair, owned } = found;
  if (!owned || pair === undefined) {
    setValueBeside(edit, key, node, isSeq(node) ? name : [name, toObject(mapValue)]);
  } else if (isSeq(node)) {
    addToList(draft, node, ...(node.items.length === 0 ? names : [name]));
  } else if (isMap(node) && node.items.length === 0) {
    setValue(edit, key, names);
  } else if (isMap(node)) {
    addToMap(draft, node, name, undefined, mapValue, step);
  } else {
    insertBelow(
      edit,
      pair,
      names.map((each) => `- ${each}`),
    );
  }
}

/**
 * Puts one name in the place of others, in a list of names or a mapping, such as `depends_on`; without one they go. Items such as
 * `name:alias` count by what stands before the colon.
 */
export function replaceNames(
  edit: ServiceEdit,
  key: string,
  names: ReadonlySet<string>,
  instead: string | undefined,
): void {
  const { draft, own } = edit;
  const found = findKey(draft, own, key);
  const plain = toPlain(draft, found?.node);
  const isOld = (name: unknown): boolean => names.has(String(name).split(":", 1)[0] ?? "");
  const entries = isList(plain)
    ? plain.map((name) => [String(name), undefined] as const)
    : Object.entries(plain ?? {});
  const old = entries.filter(([name]) => isOld(name));
  const [first] = old;
  if (found === undefined || first === undefined) return;
  if (
    instead !== undefined &&
    old.length === 1 &&
    found.owned &&
    !entries.some(([name]) => name === instead)
  ) {
    const node = isSeq(found.node)
      ? found.node.items.find((item) => isScalar(item) && isOld(item.value))
      : isMap(found.node)
        ? found.node.items.find((pair) => isScalar(pair.key) && isOld(pair.key.value))?.key
        : undefined;
    const quote = quoteOf(draft, node);
    draft.edits.push({
      start: startOf(node),
      end: contentEnd(draft, node),
      text: `${quote}${instead}${quote}`,
    });
    return;
  }
  const renamed = entries.flatMap(([name, value]) =>
    isOld(name) ? (instead === undefined ? [] : [[instead, value] as const]) : [[name, value] as const],
  );
  if (renamed.length === 0 && found.pair !== undefined) {
    removePair(edit, key);
  } else {
    setValue(
      edit,
      key,
      isList(plain) ? [...new Set(renamed.map(([name]) => name))] : Object.fromEntries(renamed),
    );
  }
}

/** Adds words to a command line, be it a list or one text. */
export function addWords(edit: ServiceEdit, key: string, words: readonly string[]): void {
  const { draft, own, step, added } = edit;
  const found = findKey(draft, own, key);
  if (found === undefined) {
    added.push(`${key}:`, ...words.map((word) => `${" ".repeat(step)}- ${word}`));
    return;
  }
  const { node, owned } = found;
  if (isScalar(node) && node.value === null) {
    setValue(edit, key, words);
  } else if (!owned) {
    const plain = toPlain(draft, node);
    setValue(edit, key, isList(plain) ? [...plain, ...words] : [plain, ...words].join(" "));
  } else if (isSeq(node)) {
    addToList(draft, node, ...words);
  } else {
    const end = contentEnd(draft, node);
    const isBlock = isScalar(node) && (node.type === "BLOCK_FOLDED" || node.type === "BLOCK_LITERAL");
    const separator = isBlock ? draft.lineEnd + " ".repeat(columnOf(draft, lastLineText(draft, end))) : " ";
    const position = quoteOf(draft, node) === "" ? end : end - 1;
    draft.edits.push({ start: position, end: position, text: separator + words.join(" ") });
  }
}

function lastLineText({ text }: Draft, end: number): number {
  const start = text.lastIndexOf("\n", end - 1) + 1;
  return start + text.slice(start).search(/\S/u);
}

function addToList(draft: Draft, sequence: YAMLSeq, ...texts: readonly string[]): void {
  const last = sequence.items.at(-1);
  const quote = quoteOf(draft, last);
  if (isFlow(sequence)) {
    const quoted = texts.map((text) =>
      quote === "" && text.includes(":") ? `"${text}"` : `${quote}${text}${quote}`,
    );
    addToFlow(draft, sequence, quoted.join(", "));
    return;
  }
  const dash = dashOf(draft, sequence, sequence.items.length - 1);
  const gap = /^-( +)/u.exec(draft.text.slice(dash))?.[1] ?? " ";
  const lines = texts.map((text) => `-${gap}${quote}${text}${quote}`);
  insertLines(draft, nextLine(draft, contentEnd(draft, last)), columnOf(draft, dash), lines);
}

function addToMap(
  draft: Draft,
  map: YAMLMap,
  name: string,
  value: string | undefined,
  below: readonly string[] = [],
  step = 2,
): void {
  if (isFlow(map)) {
    const inside = value === undefined ? `{${below.join(", ")}}` : `"${value}"`;
    addToFlow(draft, map, `${name}: ${inside}`);
    return;
  }
  const lines = [
    value === undefined ? `${name}:` : `${name}: ${value}`,
    ...below.map((line) => " ".repeat(step) + line),
  ];
  insertLines(draft, nextLine(draft, contentEnd(draft, map)), columnOf(draft, settingsStart(map)), lines);
}

function addToFlow(draft: Draft, collection: YAMLMap | YAMLSeq, text: string): void {
  const last = collection.items.at(-1);
  const end = last === undefined ? startOf(collection) + 1 : contentEnd(draft, last);
  draft.edits.push({ start: end, end, text: last === undefined ? text : `, ${text}` });
}

/** A key without a value gets its first lines below. */
function insertBelow(
  { draft, step }: ServiceEdit,
  pair: { key: unknown; value: unknown },
  lines: readonly string[],
): void {
  const column = columnOf(draft, startOf(pair.key)) + step;
  if (isEmpty(pair.value)) {
    insertLines(draft, nextLine(draft, contentEnd(draft, pair.key)), column, lines);
    return;
  }
  const [start, end] = [contentEnd(draft, pair.key) + 1, contentEnd(draft, pair.value)];
  draft.edits.push({ start, end, text: draft.lineEnd + layLines(draft, column, lines).trimEnd() });
}

/** What stands elsewhere stays there; the service gets a copy with one thing more. */
function setValueBeside(
  edit: ServiceEdit,
  key: string,
  node: unknown,
  addition: string | readonly [string, unknown],
): void {
  const plain = toPlain(edit.draft, node);
  if (typeof addition === "string") {
    setValue(edit, key, [...(isList(plain) ? plain : []), addition]);
  } else {
    setValue(edit, key, { ...(typeof plain === "object" ? plain : {}), [addition[0]]: addition[1] });
  }
}

function toPlain(draft: Draft, node: unknown): unknown {
  return isNode(node) ? node.toJS(draft.document, { maxAliasCount: ALIAS_LIMIT }) : undefined;
}

function toObject(lines: readonly string[]): Readonly<Record<string, string>> | null {
  return lines.length === 0
    ? null
    : Object.fromEntries(
        lines.map((line) => line.split(": ")).map(([name = "", value = ""]) => [name, value]),
      );
}

function isNode(node: unknown): node is Node {
  return isMap(node) || isSeq(node) || isScalar(node) || isAlias(node);
}

function isList(value: unknown): value is readonly unknown[] {
  return Array.isArray(value);
}
