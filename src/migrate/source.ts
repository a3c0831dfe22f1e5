import {
  type Document,
  isAlias,
  isCollection,
  isMap,
  isPair,
  isScalar,
  isSeq,
  type Node,
  visit,
  type YAMLSeq,
} from "yaml";

/** A change of some of the text; insertions have the same `start` and `end`. */
export interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** The text of a file, what it means, and the changes that were collected for it. */
export interface Draft {
  /** Ends with a line end. */
  readonly text: string;
  readonly lineEnd: string;
  readonly document: Document.Parsed;
  /** Collections and values that an alias somewhere repeats: a change of one is a change of all. */
  readonly aliased: ReadonlySet<unknown>;
  readonly edits: Edit[];
}

/** Prepares a parsed text for changes. */
export function openDraft(text: string, document: Document.Parsed): Draft {
  const aliased = new Set<unknown>();
  visit(document, { Alias: (_, alias) => void aliased.add(alias.resolve(document)) });
  return { text, lineEnd: text.includes("\r\n") ? "\r\n" : "\n", document, aliased, edits: [] };
}

/** The text with all changes made; what no change names stays as it is, byte by byte. */
export function applyEdits({ text, edits }: Draft): string {
  const ordered = edits.toSorted((left, right) => left.start - right.start || left.end - right.end);
  let result = "";
  let position = 0;
  for (const { start, end, text: replacement } of ordered) {
    if (start < position) {
      throw new Error(`two changes meet at offset ${start}`);
    }
    result += text.slice(position, start) + replacement;
    position = end;
  }
  return result + text.slice(position);
}

/** Follows an alias to what it stands for. */
export function resolveNode(draft: Draft, node: unknown): unknown {
  return isAlias(node) ? node.resolve(draft.document) : node;
}

/** Where a node's own text begins, after its anchor and tag. */
export function startOf(node: unknown): number {
  return rangeOf(node)[0];
}

/** Where the text of a node or pair ends, without the white space and comments behind it. */
export function contentEnd(draft: Draft, node: unknown): number {
  if (isPair(node)) {
    return isEmpty(node.value) ? rangeOf(node.key)[1] : contentEnd(draft, node.value);
  }
  if (isCollection(node) && node.flow !== true && node.items.length > 0) {
    return contentEnd(draft, node.items.at(-1));
  }
  const [start, end] = rangeOf(node);
  if (isScalar(node) && /^[|>][0-9]?\+/u.test(draft.text.slice(start, end))) {
    return end - 1; // the empty lines at its end belong to it
  }
  return start + draft.text.slice(start, end).trimEnd().length;
}

/** Whether nothing stands where a value could: `key:`. */
export function isEmpty(value: unknown): boolean {
  if (value === null || value === undefined) {
    return true;
  }
  const [start, end] = rangeOf(value);
  return isScalar(value) && start === end;
}

/** The offset after the line end of the line that holds this offset. */
export function nextLine({ text }: Draft, offset: number): number {
  const found = text.indexOf("\n", offset);
  return found === -1 ? text.length : found + 1;
}

/** The offset where the line begins that holds this offset. */
function lineStart({ text }: Draft, offset: number): number {
  return offset === 0 ? 0 : text.lastIndexOf("\n", offset - 1) + 1;
}

/** How far an offset stands from the left. */
export function columnOf(draft: Draft, offset: number): number {
  return offset - lineStart(draft, offset);
}

/** The offset after comment lines that stand at least this far right, so that they stay with what is above. */
export function afterComments(draft: Draft, offset: number, column: number): number {
  let kept = offset;
  let position = offset;
  while (position < draft.text.length) {
    const end = nextLine(draft, position);
    const line = draft.text.slice(position, end);
    const isComment = line.trimStart().startsWith("#");
    if (line.trim() !== "" && !(isComment && line.search(/\S/u) >= column)) {
      break;
    }
    position = end;
    kept = isComment ? end : kept;
  }
  return kept;
}

/** Where the dash of an item of a block sequence stands. */
export function dashOf(draft: Draft, sequence: unknown, index: number): number {
  const token = isSeq(sequence) ? sequence.srcToken : undefined;
  const found =
    token?.type === "block-seq"
      ? token.items[index]?.start.find(({ type }) => type === "seq-item-ind")
      : undefined;
  return found?.offset ?? lineStart(draft, rangeOf(isSeq(sequence) ? sequence.items[index] : sequence)[0]);
}

/** Cuts an item out of a list in brackets that goes over several lines: with its comma, and with its line if it is alone there. */
export function cutFlowItem(draft: Draft, sequence: YAMLSeq, index: number): void {
  const token = sequence.srcToken;
  const parts = token?.type === "flow-collection" ? token.items : [];
  const item = sequence.items[index];
  const properties = parts[index]?.start.find(({ type }) => type === "anchor" || type === "tag");
  const comma = parts[index + 1]?.start.find(({ type }) => type === "comma");
  const start = properties?.offset ?? startOf(item);
  const end = comma === undefined ? contentEnd(draft, item) : comma.offset + 1;
  const [before, behind] = [
    draft.text.slice(lineStart(draft, start), start),
    draft.text.slice(end, nextLine(draft, end)),
  ];
  if (before.trim() === "" && /^\s*(?:#|$)/u.test(behind)) {
    removeLines(draft, start, end);
  } else {
    draft.edits.push({ start, end: end + behind.search(/[^ ]/u), text: "" });
  }
}

/** Inserts whole lines, each at this column. */
export function insertLines(draft: Draft, offset: number, column: number, lines: readonly string[]): void {
  draft.edits.push({ start: offset, end: offset, text: layLines(draft, column, lines) });
}

/** Lines as text, each at this column; an empty one stays empty. */
export function layLines({ lineEnd }: Draft, column: number, lines: readonly string[]): string {
  return lines.map((line) => (line === "" ? "" : " ".repeat(column) + line) + lineEnd).join("");
}

/** Removes the lines that hold a stretch of text, with what stands beside it. */
export function removeLines(draft: Draft, start: number, end: number): void {
  draft.edits.push({ start: lineStart(draft, start), end: nextLine(draft, end), text: "" });
}

/** The text of a node as it stands in the file. */
export function textOf(draft: Draft, node: unknown): string {
  return draft.text.slice(startOf(node), contentEnd(draft, node));
}

/** Whether the node is a map or sequence in braces or brackets. */
export function isFlow(node: unknown): boolean {
  return (isMap(node) || isSeq(node)) && node.flow === true;
}

function rangeOf(node: unknown): readonly [number, number] {
  const range = isRanged(node) ? node.range : undefined;
  if (range === undefined || range === null) {
    throw new Error("a node that stands nowhere in the text");
  }
  return [range[0], range[1]];
}

function isRanged(node: unknown): node is Node {
  return isScalar(node) || isAlias(node) || isCollection(node);
}
