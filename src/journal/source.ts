import { accessSync, constants, createReadStream, fstatSync, openSync, statSync } from "node:fs";
import { Socket } from "node:net";
import { explainFileFailure } from "../kernel/file-failure.ts";
import { decompress, isCompressed, MAGIC_LENGTH } from "./gzip.ts";
import { PIECE } from "./limits.ts";

/** Where lines of a log come from. */
export type JournalSource =
  | { readonly kind: "file"; readonly path: string }
  | { readonly kind: "stream"; readonly name: string; readonly bytes: AsyncIterable<unknown> };

/** Means standard input where a file is wanted. */
const STANDARD_INPUT = "-";

/** The sources that words of a command line name, in their order; without any, standard input, which is `input`. */
export function sourcesOf(words: readonly string[], input: AsyncIterable<unknown>): readonly JournalSource[] {
  const named = words.length === 0 ? [STANDARD_INPUT] : words;
  return named.map((word) =>
    word === STANDARD_INPUT
      ? { kind: "stream", name: "standard input", bytes: input }
      : { kind: "file", path: word },
  );
}

/** Says of each source that can't be read why, before a byte of another one is. */
export function findMissing(sources: readonly JournalSource[]): readonly string[] {
  return sources.flatMap((source) => {
    try {
      const reason = source.kind === "stream" ? whyNoInput() : whyNoFile(source.path);
      return reason === undefined ? [] : [`${nameOfSource(source)}: ${reason}`];
    } catch (error) {
      return [`${nameOfSource(source)}: ${explainFileFailure(error)}`];
    }
  });
}

/** Node takes a folder for an input that is over. */
function whyNoInput(): string | undefined {
  return fstatSync(0).isDirectory() ? IS_FOLDER : undefined;
}

function whyNoFile(path: string): string | undefined {
  const found = statSync(path);
  if (found.isDirectory()) return IS_FOLDER;
  if (found.isSocket()) return "is a socket";
  accessSync(path, constants.R_OK);
  return undefined;
}

const IS_FOLDER = "is a folder";

/** Tells whether what stands at a path stays there when it was read, and can be added to. */
export function isPlainFile(path: string): boolean {
  return statSync(path).isFile();
}

/** What a source is called in a sentence. */
export function nameOfSource(source: JournalSource): string {
  return source.kind === "file" ? source.path : source.name;
}

/**
 * The bytes of a source in pieces. What is compressed by gzip is decompressed, whatever the name of the file is. Throws where it
 * can't be read on, behind all that could be read.
 */
export async function* readBytes(source: JournalSource): AsyncGenerator<Buffer, void, undefined> {
  const pieces = piecesOf(source.kind === "file" ? openFile(source.path) : source.bytes);
  let start: Buffer = Buffer.alloc(0);
  // A terminal or a pipe may give the first byte alone.
  while (start.length < MAGIC_LENGTH) {
    const next = await pieces.next();
    if (next.done === true) break;
    start = Buffer.concat([start, next.value]);
  }
  const all = startingWith(start, pieces);
  yield* isCompressed(start) ? decompress(all) : all;
}

/** To wait for the writer of a pipe as for a file's bytes would keep the process from ending. */
function openFile(path: string): AsyncIterable<unknown> {
  return statSync(path).isFIFO()
    ? new Socket({ fd: openSync(path, constants.O_RDONLY | constants.O_NONBLOCK), writable: false })
    : createReadStream(path, { highWaterMark: PIECE });
}

async function* piecesOf(chunks: AsyncIterable<unknown>): AsyncGenerator<Buffer, void, undefined> {
  for await (const chunk of chunks) {
    yield Buffer.isBuffer(chunk) ? chunk : Buffer.from(String(chunk));
  }
}

async function* startingWith(
  start: Buffer,
  rest: AsyncIterable<Buffer>,
): AsyncGenerator<Buffer, void, undefined> {
  yield start;
  yield* rest;
}
