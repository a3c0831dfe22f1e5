import * as z from "zod/mini";
import { contents } from "../../docker/answers/content.ts";
import { parseViewWord } from "../../policy/view/view-word.ts";
import { nearestName } from "../nearest.ts";
import { explainWrong, fieldHelp, oneOrMany } from "./field.ts";
import { quoted } from "./file-problem.ts";

/** Said in `hide` by whom nothing shall be hidden, whatever a preset hides. */
export const NOTHING = "none";

const LABELS_OF = "labels:";
const WORDS: readonly string[] = Object.keys(contents);
const PATTERN_OF_LABELS = new RegExp(`^${LABELS_OF}\\S+$`, "u");

/** One word of a view, of these words or a pattern of labels. */
function wordOf(words: readonly string[], description: string): z.ZodMiniType<string> {
  const error = ({ input }: { readonly input?: unknown }): string => explainWord(words, input);
  return z
    .union(
      [
        z.enum(words, { error }).register(fieldHelp, { description: "What is meant, by its word." }),
        z
          .string({ error })
          .check(z.regex(PATTERN_OF_LABELS, { error }))
          .register(fieldHelp, {
            description: "Labels whose key matches; a star stands for any letters.",
            examples: ["labels:traefik.*"],
          }),
      ],
      { error },
    )
    .register(fieldHelp, { description });
}

function explainWord(words: readonly string[], input: unknown): string {
  if (typeof input !== "string") return explainWrong("a word such as env", input);
  const read = parseViewWord(input);
  if (!read.ok && read.error.kind === "malformed") return `${quoted(input)} ${read.error.reason}`;
  if (input === NOTHING) return `${NOTHING} shows nothing at all: name what it reads`;
  const nearest = nearestName(input, words) ?? words.find((word) => input.toLowerCase().startsWith(word));
  return `there is no word ${quoted(input)}; ${nearest === undefined ? `there are ${words.join(", ")}` : `did you mean ${nearest}?`}`;
}

/** What of answers a client does not read. */
export const hideDefinition: z.ZodMiniType<readonly string[]> = oneOrMany(
  wordOf([...WORDS, NOTHING], "What it does not read."),
  "a word such as env, or a list of these",
  {
    description: `What it does not read, besides what presets hide; \`${NOTHING}\` is nothing at all.`,
    examples: [["env", "mounts"]],
  },
);

/** What of answers a client reads, and nothing else. */
export const onlyDefinition: z.ZodMiniType<readonly string[]> = oneOrMany(
  wordOf(WORDS, "What it reads."),
  "a word such as state, or a list of these",
  {
    description: "What it reads, and nothing else, nor what this version does not know.",
    examples: [["names", "state"]],
  },
);
