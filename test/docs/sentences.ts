import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseSync, Visitor } from "oxc-parser";
import { root } from "../../scripts/set-up.mjs";

/** What stands for a value in a sentence. */
export const VALUE = "…";

/** The sentences in a file of src: every text with a space in it, put together where it is put together there. */
export function sentencesIn(path: string): readonly string[] {
  const { program, errors } = parseSync(path, readFileSync(join(root, path), "utf8"));
  if (errors.length > 0) {
    throw new SyntaxError(`${path}: ${errors.map(({ message }) => message).join("; ")}`);
  }
  const found = new Map<number, { readonly end: number; readonly text: string }>();
  const take = ({ start, end }: { start: number; end: number }, text: string): void => {
    // The whole comes before its parts, and holds them.
    const holder = [...found].some(([from, other]) => from <= start && end <= other.end);
    if (!holder && text.includes(" ")) {
      found.set(start, { end, text });
    }
  };
  new Visitor({
    BinaryExpression(node) {
      const text = node.operator === "+" ? textOf(node) : VALUE;
      if (text !== VALUE) take(node, text);
    },
    TemplateLiteral(node) {
      take(node, textOf(node));
    },
    Literal(node) {
      take(node, textOf(node));
    },
  }).visit(program);
  return [...found.values()].map(({ text }) => text);
}

/** Enough of a node to read a text from it. */
interface TextNode {
  readonly type: string;
  readonly value?: unknown;
  readonly quasis?: readonly { readonly value: { readonly cooked: string | null } }[];
  readonly left?: TextNode;
  readonly right?: TextNode;
}

function textOf(node: TextNode): string {
  switch (node.type) {
    case "Literal":
      return typeof node.value === "string" ? node.value : VALUE;
    case "TemplateLiteral":
      return (node.quasis ?? []).map(({ value }) => value.cooked ?? "").join(VALUE);
    case "BinaryExpression": {
      const [left, right] = [node.left, node.right];
      const whole =
        (left === undefined ? VALUE : textOf(left)) + (right === undefined ? VALUE : textOf(right));
      return whole.replaceAll(/…+/gu, VALUE);
    }
    default:
      return VALUE;
  }
}
