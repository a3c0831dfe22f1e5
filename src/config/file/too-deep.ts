import { Lexer, Parser } from "yaml";
import { MOST_OPEN } from "./limits.ts";

/**
 * The offset at which lists and mappings stand too deep in each other; undefined where they never do. It is found in the tokens,
 * before anything is made of them: what composes them calls itself, and a stack that is full can end the process.
 */
export function findTooDeep(text: string): number | undefined {
  const parser = new Parser();
  for (const lexeme of new Lexer().lex(text)) {
    // It reads on only while its tokens are taken.
    for (const _ of parser.next(lexeme)) continue;
    if (parser.stack.length > MOST_OPEN) return parser.offset;
  }
  return undefined;
}
