import * as z from "zod/mini";
import { explainWrong, mapping, oneOrMany, text } from "./field.ts";

/** What of a client's certificate has to be so: all that is there. */
export interface CertificateDefinition {
  readonly subject?: string | undefined;
  readonly san?: string | undefined;
  readonly fingerprint?: string | undefined;
  readonly spiffe?: string | undefined;
}

/** What has to be so of a caller: all of the keys that are there. */
export interface CallerDefinition {
  /** Any of them. */
  readonly address?: readonly string[] | undefined;
  /** Any of them. */
  readonly name?: readonly string[] | undefined;
  /** All of them. */
  readonly label?: readonly string[] | undefined;
  readonly certificate?: CertificateDefinition | undefined;
  /** The path of a file. */
  readonly token?: string | undefined;
}

/** Who a caller is: a text is an address, a network, or a host's or service's name. */
export type SourceDefinition = string | CallerDefinition;

const SOURCE_IS = "an address, a network, a name, or a mapping such as { label: com.example.role=ci }";

const certificate = mapping(
  "a mapping with subject, san, fingerprint or spiffe",
  {
    description: "The certificate that the client shows; all of the keys hold.",
    examples: [{ san: "ops.example" }],
    minProperties: 1,
  },
  {
    subject: z.optional(text("a text", { description: "The subject's common name.", examples: ["ops"] })),
    san: z.optional(
      text("a text", {
        description: "One of its alternative names: a host's name.",
        examples: ["ops.example"],
      }),
    ),
    fingerprint: z.optional(
      text("a text", { description: "The SHA-256 of the certificate, in hexadecimal digits." }),
    ),
    spiffe: z.optional(
      text(
        "an id such as spiffe://example/ci",
        { description: "Its SPIFFE id.", examples: ["spiffe://example/ci"] },
        /^spiffe:\/\/\S+$/u,
      ),
    ),
  },
);

const caller = mapping(
  SOURCE_IS,
  { description: "What the caller is known by; all of the keys hold.", minProperties: 1 },
  {
    address: z.optional(
      oneOrMany(
        text("an address or a network", { description: "An address or a network." }),
        "an address, a network, or a list of these",
        { description: "Addresses and networks, any of them.", examples: ["172.25.0.0/24"] },
      ),
    ),
    name: z.optional(
      oneOrMany(
        text("a host's or service's name", { description: "A name." }),
        "a host's or service's name, or a list of these",
        { description: "Names of hosts, services or containers, any of them.", examples: ["traefik"] },
      ),
    ),
    label: z.optional(
      oneOrMany(
        text("a label such as com.example.role=ci", { description: "`key` or `key=value`." }),
        "a label such as com.example.role=ci, or a list of these",
        {
          description: "Labels of the calling container, all of them: `key` or `key=value`.",
          examples: ["com.example.role=renderer"],
        },
      ),
    ),
    certificate: z.optional(certificate),
    token: z.optional(
      text("the path of a file", {
        description: "A file with the token that it sends as `Authorization: Bearer`.",
        examples: ["/run/secrets/bot"],
      }),
    ),
  },
);

/** Who a client is. */
export const sourceDefinition: z.ZodMiniType<readonly SourceDefinition[]> = oneOrMany(
  z.union(
    [text(SOURCE_IS, { description: "An address, a network, or a host's or service's name." }), caller],
    { error: ({ input }) => explainWrong(SOURCE_IS, input) },
  ),
  `${SOURCE_IS}, or a list of these`,
  {
    description: "Who it is: an address, a network, a name, or a mapping; of a list any.",
    examples: ["traefik", ["172.25.0.0/24", "fd00::/64"], { label: "com.example.role=renderer" }],
  },
);
