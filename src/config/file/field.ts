import * as z from "zod/mini";
import { quoted } from "./file-problem.ts";

/** What an editor shows of a field, and the reference page; the words of JSON Schema. */
export interface FieldHelp {
  readonly description: string;
  /** What holds where the field is absent, where no part of the definition says it. */
  readonly default?: string | boolean;
  readonly examples?: readonly unknown[];
  /** What JSON Schema says of keys together: draft 7, chapter 6.5 and 6.7. */
  readonly dependencies?: Readonly<Record<string, readonly string[]>>;
  readonly anyOf?: readonly unknown[];
  readonly allOf?: readonly unknown[];
  readonly minProperties?: number;
}

/** The help of every field of the file, apart from what decodes it. */
export const fieldHelp: z.core.$ZodRegistry<FieldHelp> = z.registry<FieldHelp>();

/** What YAML 1.1 took for yes and no. */
const OLD_WORDS: ReadonlyMap<string, boolean> = new Map([
  ...["yes", "on", "y"].map((word) => [word, true] as const),
  ...["no", "off", "n"].map((word) => [word, false] as const),
]);

/** A text; `is` says what it has to be, in a problem: "a socket's mode such as "0660"". */
export function text(is: string, help: FieldHelp, pattern: RegExp = /\S/u): z.ZodMiniType<string, string> {
  return z
    .string({ error: ({ input }) => explainWrong(is, input, pattern.test(String(input))) })
    .check(z.regex(pattern, { error: ({ input }) => explainWrong(is, input) }))
    .register(fieldHelp, help);
}

/** `true` or `false`. */
export function yesOrNo(help: FieldHelp): z.ZodMiniType<boolean, boolean> {
  return z
    .boolean({
      error: ({ input }) => {
        const old = typeof input === "string" ? OLD_WORDS.get(input.toLowerCase()) : undefined;
        const meant = old === undefined ? "" : ` (a text since YAML 1.2); write ${old}`;
        return `${explainWrong("true or false", input)}${meant}`;
      },
    })
    .register(fieldHelp, help);
}

/** One of some words. */
export function choice<const Word extends string>(
  words: readonly Word[],
  help: FieldHelp,
): z.ZodMiniType<Word, Word> {
  const is = words.map((word) => (/^[a-z]/u.test(word) ? word : `"${word}"`)).join(" or ");
  return z
    .enum(words, { error: ({ input }) => explainWrong(is, input, !/^[a-z]/u.test(words[0] ?? "")) })
    .register(fieldHelp, help);
}

/** A number from above 0 to `most`; a count has no fraction. */
export function positive(
  kind: "rate" | "count",
  most: number,
  help: FieldHelp,
): z.ZodMiniType<number, number> {
  const is = kind === "count" ? `a whole number from 1 to ${most}` : `a number above 0, up to ${most}`;
  const error = ({ input }: { readonly input?: unknown }): string => explainWrong(is, input);
  const number = z.number({ error }).check(z.gt(0, { error }), z.lte(most, { error }));
  return (kind === "count" ? number.check(z.multipleOf(1, { error })) : number).register(fieldHelp, help);
}

/** One item, or a list of them that is not empty; gives the list. `is` says both. */
export function oneOrMany<Item>(
  item: z.ZodMiniType<Item>,
  is: string,
  help: FieldHelp,
): z.ZodMiniType<readonly Item[]> {
  const one = z.pipe(
    item,
    z.transform((value): Item[] => [value]),
  );
  return z
    .union([one, listOf(item, is)], {
      error: ({ input }) => explainWrong(is, input, item._zod.def.type === "string"),
    })
    .register(fieldHelp, help);
}

function listOf<Item>(item: z.ZodMiniType<Item>, is: string): z.ZodMiniType<Item[]> {
  return z
    .array(item, { error: ({ input }) => explainWrong(is, input) })
    .check(z.minLength(1, { error: "is an empty list: leave the key out, or name something" }));
}

/**
 * A mapping of known keys; not an empty one, where the help says so. The message of an unknown key is all the names that there
 * are, for whoever looks for the nearest.
 */
export function mapping<Shape extends z.core.$ZodShape>(
  is: string,
  help: FieldHelp,
  shape: Shape,
): z.ZodMiniObject<Shape, z.core.$strict> {
  const known = z.strictObject(shape, {
    error: ({ code, input }) =>
      code === "unrecognized_keys" ? Object.keys(shape).join(" ") : explainWrong(is, input),
  });
  const fewest = help.minProperties ?? 0;
  const empty = `is an empty mapping: leave the key out, or name one of ${Object.keys(shape).join(", ")}`;
  return known
    .check(z.refine((value) => Object.keys(value).length >= fewest, { error: empty }))
    .register(fieldHelp, help);
}

/** Says what a value has to be and is not. A number or a truth in a text's place was a text to whoever wrote it. */
export function explainWrong(is: string, input: unknown, isText = false): string {
  if (input === undefined) return `is missing: it has to be ${is}`;
  if (input === null) return `has no value: it has to be ${is}`;
  const quotes =
    isText && (typeof input === "number" || typeof input === "boolean") ? "; put it in quotes" : "";
  return `has to be ${is}, and is ${explainInput(input)}${quotes}`;
}

function explainInput(input: unknown): string {
  if (typeof input === "string") return quoted(input);
  if (typeof input === "number") return `the number ${input}`;
  if (typeof input === "boolean") return String(input);
  return Array.isArray(input) ? "a list" : "a mapping";
}
