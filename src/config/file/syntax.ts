import { Composer, CST, type Document, Lexer, Parser } from "yaml";
import { quoted } from "./file-problem.ts";
import { MOST_PROBLEMS } from "./limits.ts";
import { findTooDeep } from "./too-deep.ts";

/** What is wrong with a text as YAML, at an offset of it. */
export interface SyntaxFault {
  readonly offset: number;
  readonly message: string;
}

/** A text as YAML reads it. */
export interface Syntax {
  /** Absent where the text was not read to its end. */
  readonly document: Document.Parsed | undefined;
  /** What a policy has no use for; the rest of the text is understood all the same. */
  readonly traps: readonly SyntaxFault[];
  /** What is no YAML: nothing else in the text can be trusted. */
  readonly errors: readonly SyntaxFault[];
}

/** Reads a text as YAML. Anchors, aliases, tags and directives are found in the tokens, before anything is made of them. */
export function parseSyntax(text: string): Syntax {
  const offset = findTooDeep(text);
  if (offset !== undefined) {
    const message = "lists and mappings stand too deep in each other here";
    return { document: undefined, traps: [], errors: [{ offset, message }] };
  }
  const parser = new Parser();
  const tokens: CST.Token[] = [];
  const traps: SyntaxFault[] = [];
  let isScalar = false;
  for (const lexeme of new Lexer().lex(text)) {
    const message = isScalar ? undefined : explainTrap(lexeme);
    if (message !== undefined) traps.push({ offset: parser.offset, message });
    isScalar = lexeme === CST.SCALAR;
    tokens.push(...parser.next(lexeme));
    // Each of them would be an error of the composer once more.
    if (traps.length > MOST_PROBLEMS) return { document: undefined, traps, errors: [] };
  }
  tokens.push(...parser.end());
  return { traps, ...compose(tokens, text.length) };
}

function compose(tokens: readonly CST.Token[], length: number): Pick<Syntax, "document" | "errors"> {
  // Keys that stand twice are looked for elsewhere: here each would be compared with each other one.
  const composer = new Composer({
    schema: "failsafe",
    merge: false,
    uniqueKeys: false,
    prettyErrors: false,
    logLevel: "silent",
  });
  const [document, second] = composer.compose(tokens, true, length);
  const found = [...(document?.errors ?? []), ...(second?.errors ?? [])].filter(
    ({ code }) => code !== "TAG_RESOLVE_FAILED",
  );
  // Behind the first token that can't stand where it stands, each other one can be one too: a whole log of JSON lines, for example.
  const stray = found.find(({ code }) => code === STRAY);
  const errors = found
    .filter((error) => error.code !== STRAY || error === stray)
    .map(({ code, message, pos }) => ({
      offset: pos[0],
      message: SENTENCES[code] ?? `this is not YAML: ${message}`,
    }));
  return {
    document,
    errors:
      second === undefined
        ? errors
        : [...errors, { offset: second.range[0], message: "a second document begins here: a policy is one" }],
  };
}

const STRAY = "UNEXPECTED_TOKEN";

const SENTENCES: Readonly<Record<string, string>> = {
  TAB_AS_INDENT: "a tab indents this line, where YAML takes spaces only",
  BAD_SCALAR_START: "a text can't begin with this character: put it in quotes",
  BAD_INDENT: "this line is not indented like its neighbours, or a bracket before it is not closed",
  BLOCK_AS_IMPLICIT_KEY:
    "this is not YAML: a text with a colon and a space in it needs quotes, a mapping a line of its own",
  MULTILINE_IMPLICIT_KEY: "this is not YAML: a key and its colon stand in one line",
};

function explainTrap(lexeme: string): string | undefined {
  switch (CST.tokenType(lexeme)) {
    case "anchor":
      return `${quoted(lexeme)} is an anchor, which a policy has none of: repeat the value where it is wanted`;
    case "alias":
      return `${quoted(lexeme)} is an alias to YAML: repeat the value; a text that begins with a star needs quotes`;
    case "tag":
      return `${quoted(lexeme)} is a tag, which a policy has none of: a text that begins with it needs quotes`;
    case "directive-line":
      return `${quoted(lexeme)} is a directive, which a policy has none of`;
    default:
      return undefined;
  }
}
