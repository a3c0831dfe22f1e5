import type { JsonValue } from "../../src/docker/json/value.ts";
import { Asking } from "../../src/docker/powers/asking.ts";
import { harmless, type Meaning } from "../../src/docker/powers/meaning.ts";
import { endpoint } from "../../src/docker/powers/network-endpoint.ts";
import { operationPowers } from "../../src/docker/powers/operations.ts";

/** A table of fields, with the place where its bodies stand. */
export interface Table {
  readonly name: string;
  readonly meaning: Meaning;
  /** Writes fields, given as JSON, where the table reads them. */
  readonly write: (fields: string) => string;
}

/** Every table of meanings that there is, each once: those of bodies, and those that stand in them. */
export function everyTable(): readonly Table[] {
  const found = new Map<string, Table>();
  const seen = new Set<unknown>();
  const walk = (name: string, meaning: Meaning): void => {
    if (meaning.fields === undefined || seen.has(meaning.fields)) return;
    seen.add(meaning.fields);
    const isList = faultOf(meaning, new Map()) === "the body must be a list";
    found.set(name, { name, meaning, write: (fields) => (isList ? `[{${fields}}]` : `{${fields}}`) });
    for (const [key, below] of meaning.fields) walk(`${name}.${key}`, below);
  };
  for (const [name, { body }] of operationPowers) if (body !== undefined) walk(name, body);
  // Stands below a key of the client's own.
  walk("Endpoint", endpoint);
  return [...found.values()];
}

function faultOf(meaning: Meaning, value: JsonValue): string | undefined {
  const asking = new Asking();
  meaning.judge(value, asking);
  return asking.fault;
}

/** The fields of a table that are read at all, each kind once, and one that no table knows. */
export function fieldsOf({ meaning }: Table): readonly string[] {
  const kinds = new Map([...(meaning.fields ?? [])].map(([name, below]) => [below, name]));
  kinds.delete(harmless);
  return [...kinds.values(), "Unknown"];
}

/** What texts are made of that somebody has to look at: marks of lists, of JSON, of paths, of templates, and numbers. */
export const PIECES: readonly string[] = [
  ...'%,"\\:=./[(@- '.split(""),
  ...["ſ", "{{", "%a", "a=", "/a", "a ", "ro,", "1.", "00:"],
];

/** Texts of so many bytes of JSON at the most: a piece again and again. */
function textOf(piece: string, bytes: number, start = ""): string {
  const one = JSON.stringify(piece).slice(1, -1);
  const count = Math.max(1, Math.floor((bytes - start.length) / Buffer.byteLength(one)));
  return `"${start}${one.repeat(count)}"`;
}

/** How a field is filled with so many bytes of a piece: as one text, as many, as keys, in lists, deep. */
const SHAPES: Readonly<Record<string, (piece: string, bytes: number) => string>> = {
  "one text": (piece, bytes) => textOf(piece, bytes),
  "one path": (piece, bytes) => textOf(piece, bytes, "/"),
  "one text in a list": (piece, bytes) => `[${textOf(piece, bytes)}]`,
  "one pair in a list": (piece, bytes) => `["/a:${textOf(piece, bytes).slice(1, -1)}:ro"]`,
  "one word before many": (piece, bytes) =>
    `[${textOf(piece, bytes / 2).slice(0, -1)} ${"a ".repeat(bytes / 4)}"]`,
  "short texts": (piece, bytes) => `[${repeated(bytes, (at) => textOf(piece, 20, `${at}`))}]`,
  "texts as long as names": (piece, bytes) => `[${repeated(bytes, (at) => textOf(piece, 4000, `${at}`))}]`,
  "paths as long as names": (piece, bytes) => `[${repeated(bytes, () => textOf(piece, 4000, "/"))}]`,
  "one key": (piece, bytes) => `{${textOf(piece, bytes)}:"x"}`,
  "one value": (piece, bytes) => `{"o":${textOf(piece, bytes)}}`,
  "one key over many": (piece, bytes) =>
    `{${textOf(piece, bytes / 2)}:{${repeated(bytes / 2, (at) => `"f${at}":1`)}}}`,
  "many keys": (piece, bytes) => `{${repeated(bytes, (at) => `${textOf(piece, 20, `${at}`)}:"x"`)}}`,
  "keys as long as names": (piece, bytes) =>
    `{${repeated(bytes, (at) => `${textOf(piece, 4000, `${at}`)}:[]`)}}`,
  "objects in a list": (piece, bytes) =>
    `[${repeated(bytes, (at) => `{"Name":${textOf(piece, 40)},"${at}":${textOf(piece, 40)}}`)}]`,
  "lists in lists": (piece, bytes) => `${"[".repeat(20)}${textOf(piece, bytes)}${"]".repeat(20)}`,
};

/**
 * Gives each field every shape, with so many of the pieces that take turns: over all fields each shape comes with each of
 * them. Every value is written once.
 */
export function valuesInTurn(
  bytes: number,
  pieces: number,
): (turn: number) => readonly (readonly [name: string, json: string])[] {
  const written = new Map<string, string>();
  return (turn) =>
    Object.entries(SHAPES).flatMap(([shape, fill], shift) =>
      Array.from({ length: pieces }, (_, at) => {
        const piece = PIECES[(turn * pieces + shift + at) % PIECES.length] ?? "";
        const name = `${shape} of ${piece}`;
        const json = written.get(name) ?? fill(piece, bytes);
        written.set(name, json);
        return [name, json] as const;
      }),
    );
}

function repeated(bytes: number, entry: (at: number) => string): string {
  const entries: string[] = [];
  for (let length = 0; length < bytes;) {
    const next = entry(entries.length);
    entries.push(next);
    length += Buffer.byteLength(next) + 1;
  }
  return entries.join(",");
}
