/** One named case of a wire document. */
export interface WireCase {
  readonly name: string;
  /** The line of its heading, for failure messages. */
  readonly line: number;
  readonly bytes: Buffer;
  readonly outcome: Outcome;
}

/** What a case expects: all its lines, in order. */
export type Outcome = readonly OutcomeLine[];

/** A key, and a value of one character a byte. */
export type OutcomeLine = readonly [key: string, value: string];

const HEADING = "### ";
const FENCE = "```";
const OUTCOME_LINE = /^([a-z]+(?:-[a-z]+)*):(?: (\S(?:.*\S)?))?$/u;

interface OpenCase {
  readonly name: string;
  readonly line: number;
  readonly blocks: Map<string, readonly string[]>;
}

/**
 * Reads a document of wire cases. A case is a `###` heading with one block `bytes` and one block `outcome`; all else
 * is prose. Whatever could hide a case is an error that names its line: a block of another kind, outside of a case,
 * given twice or never closed, a case without one of its blocks, a name used twice, an outcome line without a key.
 */
export function parseWireDocument(text: string): readonly WireCase[] {
  const cases: WireCase[] = [];
  const lines = text.split("\n");
  let open: OpenCase | undefined;
  let at = 0;
  while (at < lines.length) {
    const line = lines[at] ?? "";
    if (/^#{1,6}(?: |$)/u.test(line)) {
      closeCase(open, cases);
      open = line.startsWith(HEADING)
        ? { name: line.slice(HEADING.length).trim(), line: at + 1, blocks: new Map() }
        : undefined;
    } else if (line.includes(FENCE)) {
      const kind = line.slice(FENCE.length);
      const end = lines.indexOf(FENCE, at + 1);
      if (!line.startsWith(FENCE) || (kind !== "bytes" && kind !== "outcome")) {
        throw malformed(at, "a block is neither bytes nor outcome");
      }
      if (open === undefined || open.blocks.has(kind) || end === -1) {
        throw malformed(at, "a block is outside of a case, given twice or never closed");
      }
      open.blocks.set(kind, lines.slice(at + 1, end));
      at = end;
    }
    at += 1;
  }
  closeCase(open, cases);
  return cases;
}

function closeCase(open: OpenCase | undefined, cases: WireCase[]): void {
  if (open === undefined) {
    return;
  }
  const { name, line } = open;
  const bytes = open.blocks.get("bytes");
  const outcome = open.blocks.get("outcome");
  if (bytes === undefined || outcome === undefined || outcome.length === 0 || name === "") {
    throw malformed(line - 1, `the case "${name}" lacks a name, its bytes or its outcome`);
  }
  if (cases.some((other) => other.name === name)) {
    throw malformed(line - 1, `the name "${name}" is used twice`);
  }
  cases.push({
    name,
    line,
    // The line ends of the document are no bytes: every CR and LF is written out.
    bytes: readEscapes(bytes.join("")),
    outcome: outcome.map((text) => {
      const match = OUTCOME_LINE.exec(text);
      if (match === null) {
        throw malformed(line - 1, `the case "${name}" has an outcome line that is not "key: value"`);
      }
      return [match[1] ?? "", readEscapes(match[2] ?? "").toString("latin1")];
    }),
  });
}

function malformed(at: number, reason: string): Error {
  return new Error(`line ${at + 1}: ${reason}`);
}

const SIMPLE: ReadonlyMap<string, string> = new Map([
  ["r", "\r"],
  ["n", "\n"],
  ["t", "\t"],
  ["0", "\0"],
  ["s", " "],
  ["\\", "\\"],
]);

const ESCAPE = /\\(?:x([0-9A-F]{2})|\{([^*{}]*)\*([0-9]+)\}|(.?))|([^ -~])/gu;

/**
 * Reads the notation of a block: visible ASCII stands for itself; `\r` `\n` `\t` `\0` `\\`, `\s` a space where it
 * could be overlooked, `\xHH` any byte, `\{text*7}` the text seven times.
 */
export function readEscapes(text: string): Buffer {
  const characters = text.replace(
    ESCAPE,
    (all: string, hex?: string, repeated?: string, times?: string, simple?: string) => {
      if (hex !== undefined) {
        return String.fromCodePoint(Number.parseInt(hex, 16));
      }
      if (repeated !== undefined) {
        return readEscapes(repeated).toString("latin1").repeat(Number(times));
      }
      const character = SIMPLE.get(simple ?? "");
      if (character === undefined) {
        throw new Error(`"${all}" is not in the notation of wire documents`);
      }
      return character;
    },
  );
  return Buffer.from(characters, "latin1");
}
