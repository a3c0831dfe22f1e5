import * as z from "zod/mini";
import { CLIENT_NAME } from "./client-name.ts";
import { fieldHelp, explainWrong, mapping, oneOrMany, text, yesOrNo } from "./field.ts";
import { type ClientDefinition, clientDefinition } from "./client-definition.ts";
import { type ListenerDefinition, listenerDefinition } from "./listener-definition.ts";

/** What a policy file says, in one form for each thing that can be written in several. Its texts are not yet understood. */
export interface PolicyDefinition {
  readonly engine?: string | undefined;
  readonly listen?: readonly ListenerDefinition[] | undefined;
  readonly revoke: boolean;
  /** In the order of the file, which decides. */
  readonly clients: readonly ClientDefinition[];
}

const NAME_IS =
  "a client's name is a letter and up to 62 letters, digits, dots, dashes and underscores; nobody and everybody are taken";

const clientName = z.string().check(z.regex(CLIENT_NAME, { error: NAME_IS }));

/** The definition of the whole file: what decodes it, its messages, the JSON Schema and the reference page come from it. */
export const policyDefinition: z.ZodMiniType<PolicyDefinition> = mapping(
  "a mapping with the key clients",
  {
    description: "Where a Quaygate listens, where the engine is, and what each client may do.",
  },
  {
    engine: z.optional(
      text("an address such as unix:///var/run/docker.sock", {
        description: "The engine: `unix:///path`, a path, or `tcp://host:port`; else as in the environment.",
        examples: ["unix:///var/run/docker.sock"],
      }),
    ),
    listen: z.optional(
      oneOrMany(
        listenerDefinition,
        "an address such as tcp://0.0.0.0:2375, a mapping with one, or a list of these",
        {
          description: "Where clients connect; else as in the environment.",
          examples: [["tcp://0.0.0.0:2375"]],
        },
      ),
    ),
    revoke: z._default(
      yesOrNo({
        description: "Whether a reload also ends what is under way under rights that are gone.",
        default: false,
      }),
      false,
    ),
    clients: z.pipe(
      z
        .record(clientName, clientDefinition, {
          error: ({ input }) => explainWrong("a mapping of clients by their names", input),
        })
        .check(z.refine((clients) => Object.keys(clients).length > 0, { error: "names no client" }))
        .register(fieldHelp, {
          description: "Who may call and what each may do, by name; the order decides.",
          minProperties: 1,
        }),
      z.transform((clients): readonly ClientDefinition[] =>
        Object.entries(clients).map(([name, client]) => ({ name, ...client })),
      ),
    ),
  },
);
