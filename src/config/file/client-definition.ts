import * as z from "zod/mini";
import type { ScopeEntry } from "../../policy/scope/scope.ts";
import { bytesOf, SIZE, SIZE_UNITS } from "../size.ts";
import { choice, explainWrong, fieldHelp, mapping, oneOrMany, positive, text } from "./field.ts";
import { MOST_COUNTED } from "./limits.ts";
import { labelsDefinition, scopeDefinition } from "./scope-definition.ts";
import { type SourceDefinition, sourceDefinition } from "./source-definition.ts";
import { hideDefinition, onlyDefinition } from "./view-definition.ts";

/** How much a client may ask for. */
export interface LimitsDefinition {
  /** A second. */
  readonly requests?: number | undefined;
  readonly burst?: number | undefined;
  readonly concurrent?: number | undefined;
  readonly streams?: number | undefined;
  /** In bytes. */
  readonly body?: number | undefined;
}

/** One client: who it is, and what it may do. */
export interface ClientDefinition {
  readonly name: string;
  /** It is this client where any of them holds. */
  readonly from?: readonly SourceDefinition[] | undefined;
  readonly use?: readonly string[] | undefined;
  readonly allow?: readonly string[] | undefined;
  readonly deny?: readonly string[] | undefined;
  readonly switches?: Readonly<Record<string, number>> | undefined;
  readonly compat?: "tecnativa" | "linuxserver" | undefined;
  /** One text as it stands in QUAYGATE_POWERS, or a list of its entries. */
  readonly powers?: string | readonly string[] | undefined;
  /** In scope is what any of them says. */
  readonly scope?: readonly ScopeEntry[] | undefined;
  /** Fixed labels of all that it makes. */
  readonly labels?: Readonly<Record<string, string>> | undefined;
  readonly hide?: readonly string[] | undefined;
  readonly only?: readonly string[] | undefined;
  readonly mode: "enforce" | "warn" | "learn";
  /** What passes besides while it learns. */
  readonly within?: readonly string[] | undefined;
  readonly limits?: LimitsDefinition | undefined;
}

const WORD_IS = "an operation such as ContainerStart, a group, or METHOD /path";
const WORDS_IS = `${WORD_IS}, or a list of these`;
const POWERS_IS = "a list of powers such as [default, -image], or one text with commas";
const BODY_IS = "a size with its unit, such as 10MB";

function words(description: string, examples: readonly unknown[]): z.ZodMiniType<readonly string[]> {
  return oneOrMany(text(WORD_IS, { description: "An operation, a group, or a path rule." }), WORDS_IS, {
    description,
    examples,
  });
}

const powers = z
  .union(
    [
      text("a power, or several with commas between them", { description: "As in QUAYGATE_POWERS." }),
      z
        .array(
          text(
            "a power such as image:nginx",
            { description: "One power, or `-` and one." },
            /^[^,]*\S[^,]*$/u,
          ),
          {
            error: ({ input }) => explainWrong(POWERS_IS, input),
          },
        )
        .check(z.minLength(1, { error: "is an empty list: write none for no power" })),
    ],
    { error: ({ input }) => explainWrong(POWERS_IS, input) },
  )
  .register(fieldHelp, {
    description: "What requests may ask for, in the place of a preset's powers.",
    default: "default",
    examples: [["default", "-image", "image:texlive/*"], "default, -image"],
  });

const switches = z
  .record(
    z
      .string()
      .check(z.regex(/^[A-Z][A-Z_]*$/u, { error: "no such switch: a switch is written in capital letters" })),
    z
      .union([z.literal(0), z.literal(1)], { error: ({ input }) => explainWrong("0 or 1", input) })
      .register(fieldHelp, { description: "1 opens what the switch is for, 0 closes it." }),
    { error: ({ input }) => explainWrong("a mapping of switches such as { CONTAINERS: 1 }", input) },
  )
  .register(fieldHelp, {
    description: "Another proxy's switches, in the place of `use` and `allow`.",
    examples: [{ CONTAINERS: 1, POST: 1 }],
  });

const body = z.pipe(
  text(
    BODY_IS,
    {
      description: `The longest body of a request: a number with ${SIZE_UNITS}.`,
      examples: ["10MB"],
    },
    SIZE,
  ),
  z.transform((size) => bytesOf(size)),
);

const limits = mapping(
  "a mapping of limits such as { requests: 50 }",
  {
    description: "How much it may ask for; what is beyond is answered with 429, a body with 413.",
    examples: [{ requests: 50, burst: 100 }],
    dependencies: { burst: ["requests"] },
    minProperties: 1,
  },
  {
    requests: z.optional(
      positive("rate", MOST_COUNTED, { description: "Requests a second, in the long run.", examples: [50] }),
    ),
    burst: z.optional(
      positive("count", MOST_COUNTED, {
        description:
          "Requests that may come at once after a pause, as many as in a second where it is not told; needs `requests`.",
        examples: [100],
      }),
    ),
    concurrent: z.optional(
      positive("count", MOST_COUNTED, { description: "Requests under way at a time.", examples: [20] }),
    ),
    streams: z.optional(
      positive("count", MOST_COUNTED, {
        description:
          "Streams under way at a time: events, logs, stats, attached and executed processes, archives, builds, pulls.",
        examples: [10],
      }),
    ),
    body: z.optional(body),
  },
);

const WITHIN_IS = "default, none, or a word as in allow, or a list of these";

/** Holds of who learns. */
const learns = { required: ["mode"], not: { properties: { mode: { enum: ["enforce", "warn"] } } } };

/** What passes besides means something only to them. */
const withinOfLearn = { anyOf: [{ not: { required: ["within"] } }, learns] };

/** What warns lets through all, shows all, and looks into nothing that it marks. */
const notWarned = ["scope", "labels", "hide", "only"].map((key) => ({
  not: { required: ["mode", key], properties: { mode: { const: "warn" } } },
}));

/** What stands behind a client's name in the file. */
export const clientDefinition: z.ZodMiniType<Omit<ClientDefinition, "name">> = mapping(
  "a mapping with keys such as from and allow",
  {
    description:
      "A client: `from` says who it is, `use`, `allow` or `switches` what it may do, `scope` on which objects, `hide` what it does not read.",
    anyOf: [{ required: ["use"] }, { required: ["allow"] }, { required: ["switches"] }, learns],
    allOf: [
      { not: { required: ["switches", "use"] } },
      { not: { required: ["switches", "allow"] } },
      { not: { required: ["hide", "only"] } },
      ...notWarned,
      withinOfLearn,
    ],
    dependencies: { compat: ["switches"] },
    examples: [{ from: "traefik", use: "traefik" }],
  },
  {
    from: z.optional(sourceDefinition),
    use: z.optional(
      oneOrMany(
        text("a preset's name", { description: "A preset's name." }),
        "a preset's name, or a list of these",
        {
          description: "Presets, by name: what well-known programs need.",
          examples: ["traefik"],
        },
      ),
    ),
    allow: z.optional(
      words("What it may do, besides `use`: operations, groups, path rules.", [
        ["containers:read", "Image*"],
      ]),
    ),
    deny: z.optional(words("What it may not do, whatever else opens it.", [["ContainerStats"]])),
    switches: z.optional(switches),
    compat: z.optional(
      choice(["tecnativa", "linuxserver"], {
        description: "Whose switches they are; needs `switches`.",
        default: "tecnativa",
      }),
    ),
    powers: z.optional(powers),
    scope: z.optional(scopeDefinition),
    labels: z.optional(labelsDefinition),
    hide: z.optional(hideDefinition),
    only: z.optional(onlyDefinition),
    mode: z._default(
      choice(["enforce", "warn", "learn"], {
        description: "`learn` records all, and lets `within` pass as well; `warn` lets all pass.",
        default: "enforce",
      }),
      "enforce",
    ),
    within: z.optional(
      oneOrMany(
        text("default, none, or a word as in allow", {
          description: "A word as in `allow`; `default` is to read what things are, `none` is nothing.",
        }),
        WITHIN_IS,
        {
          description: "What passes too with `mode: learn`, with no more powers than `default`.",
          default: "default",
          examples: [["default", "containers:logs"]],
        },
      ),
    ),
    limits: z.optional(limits),
  },
);
