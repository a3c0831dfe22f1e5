import * as z from "zod/mini";
import type { Networks } from "../settings.ts";
import { choice, explainWrong, fieldHelp, mapping, text } from "./field.ts";

/** The certificates of a listener; paths are relative to the file's folder. */
export interface TlsDefinition {
  readonly cert: string;
  readonly key: string;
  /** The authorities whose certificates a client has to show one of. */
  readonly clients?: string | undefined;
  readonly oldest: "1.2" | "1.3";
}

/** One place to listen at. */
export interface ListenerDefinition {
  readonly address: string;
  /** Octal digits. */
  readonly mode?: string | undefined;
  readonly owner?: string | undefined;
  readonly group?: string | undefined;
  readonly tls?: TlsDefinition | undefined;
  /** Who every caller of it is. */
  readonly client?: string | undefined;
  /** By which networks its callers may come. */
  readonly networks?: Networks | undefined;
}

const ADDRESS_IS = "an address such as tcp://0.0.0.0:2375 or unix:///run/quaygate.sock";
const LISTENER_IS = "an address such as tcp://0.0.0.0:2375, or a mapping with one";
/** The names that useradd(8) takes, and numbers. */
const ACCOUNT = /^(?:[A-Za-z_][\w.-]*\$?|[0-9]{1,9})$/u;

const address = text(ADDRESS_IS, {
  description: "`tcp://host:port`, where the host `*` is every address, or `unix:///path`.",
  examples: ["tcp://0.0.0.0:2375", "unix:///run/quaygate/ci.sock"],
});

const tls = mapping(
  "a mapping with the keys cert and key",
  {
    description: "TLS, with files whose paths are relative to the policy's folder.",
    examples: [{ cert: "gate.pem", key: "gate.key" }],
  },
  {
    cert: text("the path of a file", {
      description: "The gate's certificate and those between it and its authority, in PEM.",
      examples: ["gate.pem"],
    }),
    key: text("the path of a file", {
      description: "The certificate's private key, in PEM.",
      examples: ["gate.key"],
    }),
    clients: z.optional(
      text("the path of a file", {
        description: "The authorities of clients' certificates, in PEM. With it nobody gets in without one.",
        examples: ["ca.pem"],
      }),
    ),
    oldest: z._default(
      choice(["1.3", "1.2"], { description: "The oldest version of TLS that is spoken.", default: "1.3" }),
      "1.3",
    ),
  },
);

const listener = mapping(
  LISTENER_IS,
  { description: "An address, with who may use it." },
  {
    address,
    mode: z.optional(
      text(
        'a mode in quotes such as "0660"',
        {
          description: "The permissions of a unix socket, in quotes.",
          default: "0600",
          examples: ["0660"],
        },
        /^[0-7]{3,4}$/u,
      ),
    ),
    owner: z.optional(account("owner", "whoever runs the gate")),
    group: z.optional(account("group", "of whoever runs the gate")),
    tls: z.optional(tls),
    client: z.optional(
      text("the name of a client in this file", {
        description: "Every caller of this listener is that client, which then needs no `from`.",
        examples: ["ci"],
      }),
    ),
    networks: z.optional(
      choice(["own", "all"], {
        description: "Who is `client` at an address of one network: its own callers, or all of the gate's.",
        default: "own",
      }),
    ),
  },
);

/** A place to listen at: an address, or a mapping with one. */
export const listenerDefinition: z.ZodMiniType<ListenerDefinition> = z.pipe(
  z.union([address, listener], { error: ({ input }) => explainWrong(LISTENER_IS, input) }),
  z.transform((value): ListenerDefinition => (typeof value === "string" ? { address: value } : value)),
);

function account(kind: "owner" | "group", fallback: string): z.ZodMiniType<string> {
  const is = `the name of ${kind === "owner" ? "a user" : "a group"}, or a number`;
  const error = ({ input }: { readonly input?: unknown }): string => explainWrong(is, input);
  const name = text(is, { description: "A name." }, ACCOUNT);
  const number = z.number({ error }).check(z.multipleOf(1, { error }), z.gte(0, { error }));
  const union = z.union([name, number], { error }).register(fieldHelp, {
    description: `The ${kind} of a unix socket: a name or a number; else ${fallback}.`,
    examples: [kind === "owner" ? "root" : "docker"],
  });
  return z.pipe(
    union,
    z.transform((value) => String(value)),
  );
}
