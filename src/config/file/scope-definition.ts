import * as z from "zod/mini";
import { OWN_LABELS } from "../../docker/objects/owner-label.ts";
import type { ScopeEntry } from "../../policy/scope/scope.ts";
import { explainWrong, fieldHelp, mapping, oneOrMany, text } from "./field.ts";

const SCOPE_IS = "a mapping such as { own: true }";
const LABELS_ARE = "a mapping of labels such as { com.example.team: a }";

const own = z
  .literal(true, {
    error: ({ input }) =>
      input === false
        ? "has to be true: to have what others made in scope too, name it in an entry of its own"
        : explainWrong("true", input),
  })
  .register(fieldHelp, { description: "What the client made itself, by a label that the gate puts on it." });

/** What marks an object as in scope: all of the keys hold. */
const scopeEntry: z.ZodMiniType<ScopeEntry> = mapping(
  SCOPE_IS,
  {
    description: "What is in scope; all of the keys hold, and of a key's values any.",
    examples: [{ own: true }],
    allOf: ["own", "label", "name", "project"].map((other) => ({ not: { required: ["image", other] } })),
    minProperties: 1,
  },
  {
    own: z.optional(own),
    label: z.optional(
      oneOrMany(
        text("a label such as com.example.team=a", { description: "`key` or `key=value`." }),
        "a label such as com.example.team=a, or a list of these",
        {
          description: "What has one of these labels: `key` with any value, or `key=value`.",
          examples: ["com.example.team=a"],
        },
      ),
    ),
    name: z.optional(
      oneOrMany(
        text("a name such as web or worker-*", { description: "A name; a star stands for any letters." }),
        "a name such as web or worker-*, or a list of these",
        {
          description:
            "What has one of these names, with stars: containers, networks, volumes, services, secrets, configs, nodes, plugins.",
          examples: [["web", "worker-*"]],
        },
      ),
    ),
    project: z.optional(
      oneOrMany(
        text("the name of a Compose project or a stack", {
          description: "The name of a Compose project or a stack.",
        }),
        "the name of a Compose project or a stack, or a list of these",
        { description: "What belongs to one of these Compose projects or stacks.", examples: ["shop"] },
      ),
    ),
    image: z.optional(
      oneOrMany(
        text("an image such as docker.io/library/busybox", {
          description: "An image, as the power `image:` has it.",
        }),
        "an image such as docker.io/library/busybox, or a list of these",
        {
          description:
            "Images by their names, as the power `image:` has them; it stands alone in its mapping.",
          examples: [["busybox", "texlive/*"]],
        },
      ),
    ),
  },
);

/** Which objects a client may touch and know of. */
export const scopeDefinition: z.ZodMiniType<readonly ScopeEntry[]> = oneOrMany(
  scopeEntry,
  `${SCOPE_IS}, or a list of these`,
  {
    description: "What it may touch and know of: what any mapping says; all else is not there.",
    examples: [{ own: true }, [{ own: true }, { project: "shop" }]],
  },
);

const labelKey = z.string().check(
  z.regex(new RegExp(`^(?!${OWN_LABELS.replaceAll(".", "\\.")})\\S+$`, "u"), {
    error: ({ input }) =>
      typeof input === "string" && input.startsWith(OWN_LABELS)
        ? `labels that begin with ${OWN_LABELS} are the gate's own`
        : `the key of a label is ${input === "" ? "never empty" : "without white space"}`,
  }),
);

/** The value of a label may be empty. */
const labelValue = z
  .string({ error: ({ input }) => explainWrong("a text", input, true) })
  .register(fieldHelp, { description: "The label's value, as it is." });

/** Labels that are put on all that a client makes. */
export const labelsDefinition: z.ZodMiniType<Readonly<Record<string, string>>> = z
  .record(labelKey, labelValue, { error: ({ input }) => explainWrong(LABELS_ARE, input) })
  .check(
    z.refine((labels) => Object.keys(labels).length > 0, {
      error: "is an empty mapping: leave the key out, or name a label",
    }),
  )
  .register(fieldHelp, {
    description: "Labels that are put on all that it makes, whatever it says itself.",
    examples: [{ "com.example.team": "a" }],
    minProperties: 1,
  });
