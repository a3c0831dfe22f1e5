import { isAlias, isMap, isScalar, isSeq, type Node, type YAMLMap } from "yaml";
import type { Result } from "../../kernel/result.ts";
import { findUnseen } from "./characters.ts";
import { explainPath, type FilePath, type FileProblem, type Place, quoted } from "./file-problem.ts";
import { parsePlainScalar, parseText, type ScalarValue } from "./scalar.ts";
import { parseSyntax } from "./syntax.ts";

/** What a file says, without YAML: every mapping's keys are texts, in the file's order. */
export type PlainValue = ScalarValue | readonly PlainValue[] | { readonly [key: string]: PlainValue };

/** The values of a file, each with the way back to its place. */
export interface FileDocument {
  readonly value: PlainValue;
  /** What is wrong already; where such a problem stands, the value is only a stand-in. */
  readonly problems: readonly FileProblem[];
  /** A problem of the value at a way, or of its key; of what holds it where there is no such value. */
  readonly problemAt: (path: FilePath, message: string, of?: "key" | "value") => FileProblem;
  /** The keys of the mapping at a way; none where there is none. */
  readonly keysAt: (path: FilePath) => readonly string[];
}

/** A value that stands in the text, with its own. */
interface PlacedValue {
  readonly value: PlainValue;
  /** Where its key stands, or the value where it has none. */
  readonly key: Place;
  readonly place: Place;
  readonly children: ReadonlyMap<string | number, PlacedValue>;
}

/** Reads a text as values, or tells all that keeps it from being YAML of the plainest kind. */
export function parseDocument(text: string, file: string): Result<FileDocument, readonly FileProblem[]> {
  // Editors of Windows put a byte order mark there; columns are counted without it.
  const plain = text.replace(/^\uFEFF/u, "");
  const { document, traps, errors } = parseSyntax(plain);
  const reader = new DocumentReader(plain, file);
  const unseen = findUnseen(plain);
  for (const { line, column, message } of unseen) reader.report({ line, column }, [], message);
  for (const { offset, message } of [...traps, ...errors]) reader.report(reader.placeAt(offset), [], message);
  if (document === undefined || errors.length > 0 || unseen.length > 0)
    return { ok: false, error: reader.problems };
  const { contents } = document;
  if (!isMap(contents)) {
    const place = reader.placeAt(contents?.range?.[0] ?? 0);
    reader.report(place, [], "a policy is a mapping: it begins with a key such as clients:");
    return { ok: false, error: reader.problems };
  }
  const root = reader.readMapping(contents, []);
  return {
    ok: true,
    value: {
      value: root.value,
      problems: reader.problems,
      problemAt: (path, message, of = "value") => {
        const [{ place, key }, written] = nearest(root, path);
        return { file, ...(of === "key" ? key : place), path: explainPath(written), message };
      },
      keysAt: (path) => {
        const [{ children }, written] = nearest(root, path);
        return written.length < path.length
          ? []
          : [...children.keys()].filter((key) => typeof key === "string");
      },
    },
  };
}

/**
 * The value at a way, or else the last one on it; a value that is missing is a problem of its holder's key. A way through a value
 * that a person wrote more shortly than it can be is the way to what was written: `from[0].label[0]` may be `from.label`.
 */
function nearest(root: PlacedValue, path: FilePath): readonly [found: PlacedValue, written: FilePath] {
  let found = root;
  const written: (string | number)[] = [];
  for (const [index, step] of path.entries()) {
    const child = found.children.get(step);
    if (child !== undefined) {
      found = child;
      written.push(step);
    } else if (typeof step === "string") {
      const isMapping =
        typeof found.value === "object" && found.value !== null && !Array.isArray(found.value);
      return isMapping
        ? [{ ...found, place: found.key }, [...written, ...path.slice(index)]]
        : [found, written];
    }
  }
  return [found, written];
}

/** Makes values of nodes and collects what is wrong on the way. */
class DocumentReader {
  readonly #file: string;
  readonly #problems: FileProblem[] = [];
  readonly #lineStarts: readonly number[];
  readonly #end: number;

  constructor(text: string, file: string) {
    this.#file = file;
    this.#end = text.length;
    this.#lineStarts = [0, ...Array.from(text.matchAll(/\n/gu), ({ index }) => index + 1)];
  }

  get problems(): readonly FileProblem[] {
    return this.#problems;
  }

  report(place: Place, path: FilePath, message: string): void {
    this.#problems.push({ file: this.#file, ...place, path: explainPath(path), message });
  }

  placeAt(offset: number): Place {
    const within = Math.min(Math.max(offset, 0), this.#end);
    let [low, high] = [0, this.#lineStarts.length - 1];
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if ((this.#lineStarts[middle] ?? 0) <= within) low = middle;
      else high = middle - 1;
    }
    return { line: low + 1, column: within - (this.#lineStarts[low] ?? 0) + 1 };
  }

  readMapping(node: YAMLMap, path: FilePath): PlacedValue {
    const children = new Map<string, PlacedValue>();
    for (const { key: keyNode, value: valueNode } of node.items) {
      const key = this.#placeOf(keyNode, this.#placeOf(node, { line: 1, column: 1 }));
      const name = this.#readKey(keyNode, key, path, children);
      if (name !== undefined) children.set(name, this.#readValue(valueNode, key, [...path, name]));
    }
    const place = this.#placeOf(node, { line: 1, column: 1 });
    const value = Object.fromEntries([...children].map(([name, child]) => [name, child.value]));
    return { value, key: place, place, children };
  }

  /** The key's text, or nothing where the entry is left out. */
  #readKey(
    node: unknown,
    place: Place,
    path: FilePath,
    known: ReadonlyMap<string, PlacedValue>,
  ): string | undefined {
    if (!isScalar(node) || typeof node.value !== "string") {
      this.report(place, path, "a key is one text, with a value behind its colon");
      return undefined;
    }
    const read = node.type === "PLAIN" ? parsePlainScalar(node.value) : parseText(node.value);
    const name = node.value;
    if (!read.ok || typeof read.value !== "string") {
      this.report(place, path, read.ok ? `the key ${quoted(name)} is no text: put it in quotes` : read.error);
    } else if (name === "<<" && node.type === "PLAIN") {
      this.report(place, path, "<< merges mappings, which a policy does not: repeat the keys");
    } else if (name === "__proto__") {
      this.report(place, [...path, name], "no such key");
    } else if (known.has(name)) {
      const first = known.get(name)?.key.line ?? 0;
      this.report(place, [...path, name], `stands here once more; the first is in line ${first}`);
    } else {
      return name;
    }
    return undefined;
  }

  #readValue(node: unknown, key: Place, path: FilePath): PlacedValue {
    if (isMap(node)) return { ...this.readMapping(node, path), key };
    const place = this.#placeOf(node, key);
    if (isSeq(node)) {
      const items = node.items.map((item, index) => {
        const child = this.#readValue(item, place, [...path, index]);
        return { ...child, key: child.place };
      });
      return { value: items.map(({ value }) => value), key, place, children: new Map(items.entries()) };
    }
    return { value: this.#readScalar(node, place, path), key, place, children: new Map() };
  }

  #readScalar(node: unknown, place: Place, path: FilePath): ScalarValue {
    // An alias has been reported as a token.
    if (!isScalar(node) || isAlias(node) || typeof node.value !== "string") return null;
    const read = node.type === "PLAIN" ? parsePlainScalar(node.value) : parseText(node.value);
    if (read.ok) return read.value;
    this.report(place, path, read.error);
    return node.value;
  }

  /** Of what has no text of its own, the place of what it belongs to. */
  #placeOf(node: unknown, fallback: Place): Place {
    const range = isNode(node) ? node.range : undefined;
    if (range === undefined || range === null || (isScalar(node) && range[0] === range[1])) return fallback;
    return this.placeAt(range[0]);
  }
}

function isNode(node: unknown): node is Node {
  return isScalar(node) || isAlias(node) || isMap(node) || isSeq(node);
}
