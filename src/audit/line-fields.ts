import type { ObjectKind } from "../docker/objects/object-kind.ts";
import type { StreamKind } from "../docker/operation.ts";
import { EXCHANGE_ENDS, LOG_LEVELS, VERDICT_WORDS } from "../kernel/log-words.ts";
import { TIMESTAMP_PATTERN } from "../kernel/timestamp.ts";
import { LINE_VERSION } from "./json.ts";
import type { AuditRecord, RecordedObject } from "./record.ts";

/** What may stand in one field, as JSON Schema says it. */
export interface ValueSchema {
  readonly type?: "string" | "integer" | "number" | "array" | "object";
  readonly const?: string | number | true;
  readonly enum?: readonly string[];
  readonly pattern?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly items?: ValueSchema;
  readonly properties?: Readonly<Record<string, ValueSchema>>;
  readonly required?: readonly string[];
  /** What it means: one sentence or two, in Markdown. */
  readonly description?: string;
}

/** One field of a line; `always` where each line has it, else it is there only where it says something. */
export interface LineField<Presence extends "always" | "sometimes" = "always" | "sometimes"> {
  readonly presence: Presence;
  readonly value: ValueSchema & { readonly description: string };
}

/** A field for each member of a type, with the presence that the member has. */
type FieldsOf<Type> = {
  readonly [Name in keyof Type]-?: LineField<undefined extends Type[Name] ? "sometimes" : "always">;
};

/** All words of a union, which the compiler holds to it. */
function wordsOf<Word extends string>(words: Readonly<Record<Word, true>>): readonly string[] {
  return Object.keys(words);
}

/** What stands first in each line. */
type FirstFields = Readonly<Record<"v" | "level", LineField<"always">>>;

const FIRST_FIELDS: FirstFields = {
  v: {
    presence: "always",
    value: {
      const: LINE_VERSION,
      description: "The version of this description. A line without it is older.",
    },
  },
  level: {
    presence: "always",
    value: { enum: LOG_LEVELS, description: "How grave it is, in syslog's words." },
  },
};

const TIME_PATTERN = `^${TIMESTAMP_PATTERN}$`;

const OBJECT_PARTS = {
  kind: {
    enum: wordsOf<ObjectKind>({
      container: true,
      exec: true,
      image: true,
      network: true,
      volume: true,
      service: true,
      task: true,
      secret: true,
      config: true,
      node: true,
      plugin: true,
    }),
  },
  id: { type: "string" },
  name: { type: "string" },
  labels: { type: "object" },
} as const satisfies Readonly<Record<keyof RecordedObject, ValueSchema>>;

/** What stands last in each line where the log is chained. */
type LastFields = Readonly<Record<"chain", LineField<"sometimes">>>;

const LAST_FIELDS: LastFields = {
  chain: {
    presence: "sometimes",
    value: {
      type: "string",
      pattern: "^[0-9a-f]{64}$",
      description: "What [the chain](#the-chain) comes to with this line.",
    },
  },
};

/** What a record has that was too long for a place. */
type CutFields = Readonly<Record<"cut", LineField<"sometimes">>>;

/** What the line of an exchange has, in the order of the line. The compiler holds it to {@link AuditRecord}, a test to the lines. */
export const RECORD_FIELDS: FirstFields & FieldsOf<AuditRecord> & LastFields & CutFields = {
  ...FIRST_FIELDS,
  time: {
    presence: "always",
    value: {
      type: "string",
      pattern: TIME_PATTERN,
      description: "When the request was understood or refused: RFC 3339, UTC, milliseconds.",
    },
  },
  client: {
    presence: "always",
    value: {
      type: "string",
      description: "The client that was recognised, or `nobody`; `everybody` without a policy file.",
    },
  },
  address: {
    presence: "always",
    value: { type: "string", description: "Where it called from: an IP address, or the listener's socket." },
  },
  method: {
    presence: "sometimes",
    value: { type: "string", description: "The method. Absent where the bytes were no request." },
  },
  path: {
    presence: "sometimes",
    value: {
      type: "string",
      description: "The path without its query, in one spelling; at most 1024 characters. Never a secret.",
    },
  },
  operation: {
    presence: "sometimes",
    value: { type: "string", description: "The operation, by Docker's or Podman's own name." },
  },
  verdict: {
    presence: "always",
    value: {
      enum: VERDICT_WORDS,
      description:
        "`warn`: let through by `mode: warn`; `deny`: not in the policy; `refuse`: no request; `none`: over before.",
    },
  },
  code: {
    presence: "sometimes",
    value: {
      type: "string",
      description: "Why the gate answered itself or gave up: a heading of [errors.md](errors.md).",
    },
  },
  reason: {
    presence: "sometimes",
    value: { type: "string", description: "Why, as a sentence, where `missing` does not say it." },
  },
  rule: {
    presence: "sometimes",
    value: { type: "string", description: "The rule of the policy that decided." },
  },
  missing: {
    presence: "always",
    value: {
      type: "array",
      items: { type: "string" },
      description: "What would have to be set, or which powers be held, for it to be allowed.",
    },
  },
  powers: {
    presence: "sometimes",
    value: {
      type: "array",
      items: { type: "string" },
      description: "The [powers](powers.md) that it asked for, where all of them were found out.",
    },
  },
  object: {
    presence: "sometimes",
    value: {
      type: "object",
      properties: OBJECT_PARTS,
      required: ["kind"],
      description:
        "The object that it acted on, or would have, where a scope had it looked up or its client learns.",
    },
  },
  scope: {
    presence: "sometimes",
    value: { const: "out", description: "The object is there, and the client was told that it is not." },
  },
  learning: {
    presence: "sometimes",
    value: {
      const: true,
      description: "Its client [learns](learn-mode.md): `powers` and `object` say what they can.",
    },
  },
  status: {
    presence: "always",
    value: {
      type: "integer",
      minimum: 0,
      maximum: 999,
      description: "The status that the client got; 0 when it got none.",
    },
  },
  bytesIn: {
    presence: "always",
    value: { type: "integer", minimum: 0, description: "Bytes of content from the client." },
  },
  bytesOut: {
    presence: "always",
    value: {
      type: "integer",
      minimum: 0,
      description: "Bytes of content to the client; 0 where the gate itself answered.",
    },
  },
  withheld: {
    presence: "sometimes",
    value: {
      type: "integer",
      minimum: 1,
      description: "How many entries of a list, or events, the client did not get.",
    },
  },
  duration: {
    presence: "always",
    value: { type: "number", minimum: 0, description: "In milliseconds, to the microsecond." },
  },
  engineTime: {
    presence: "sometimes",
    value: {
      type: "number",
      minimum: 0,
      description: "Milliseconds until the first byte of the engine's answer, where it gave one.",
    },
  },
  stream: {
    presence: "always",
    value: {
      enum: wordsOf<StreamKind | "tunnel">({
        none: true,
        blocks: true,
        "long-poll": true,
        stream: true,
        "stream-finite": true,
        upload: true,
        "upload+stream": true,
        tunnel: true,
      }),
      description: "How it flowed; `tunnel` for a connection that was handed over.",
    },
  },
  end: {
    presence: "always",
    value: {
      enum: EXCHANGE_ENDS,
      description: "`complete`, or who ended it before: `client`, `engine`, `gate`.",
    },
  },
  trace: {
    presence: "sometimes",
    value: {
      type: "string",
      pattern: "^[0-9a-f]{32}$",
      description: "The [trace](traces.md) that it is part of, where it is part of one.",
    },
  },
  span: {
    presence: "sometimes",
    value: {
      type: "string",
      pattern: "^[0-9a-f]{16}$",
      description: "The span in it that the engine's spans hang below: the gate's, or its client's.",
    },
  },
  repeated: {
    presence: "sometimes",
    value: {
      type: "integer",
      minimum: 2,
      description:
        "How many [polls](replay.md#polls) or [refusals](#at-a-limit) it stands for; bytes and times are sums.",
    },
  },
  ...LAST_FIELDS,
  cut: {
    presence: "sometimes",
    value: {
      type: "integer",
      minimum: 1,
      description:
        "How many bytes it had before it was cut for [syslog](#syslog): `powers` and labels are gone.",
    },
  },
};

/** What a sentence of the gate's own has, in the order of the line. */
export const NOTE_FIELDS: Readonly<Record<string, LineField>> = {
  ...FIRST_FIELDS,
  time: {
    presence: "always",
    value: {
      type: "string",
      pattern: TIME_PATTERN,
      description: "When it was said: RFC 3339, UTC, milliseconds.",
    },
  },
  msg: { presence: "always", value: { type: "string", description: "What the gate has to say." } },
  ...LAST_FIELDS,
};
