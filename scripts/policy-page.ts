// Writes docs/policy.md and policy.schema.json: every key of a policy file, from the definition that decodes it.
//   npx tsx scripts/policy-page.ts
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { stringify } from "yaml";
import type { core } from "zod/mini";
import { policyJsonSchema, renderJsonSchema } from "../src/config/file/json-schema.ts";
import { renderTable } from "./page.ts";
import { root } from "./set-up.mjs";

/** Where the page is. */
export const POLICY_PAGE = "docs/policy.md";

/** Where the schema is, in the package too. */
export const POLICY_SCHEMA = "policy.schema.json";

/** A whole policy; a test reads it. */
export const EXAMPLE = `listen:
  - tcp://0.0.0.0:2375
  - { address: unix:///run/quaygate/ci.sock, mode: "0660", group: docker, client: ci }
clients:
  traefik: { from: traefik, use: traefik }
  dashboard:
    from: [172.25.0.0/24, fd00::/64]
    allow: [containers:read, SystemInfo, GET /networks/*]
    deny: [ContainerStats]
    hide: [env, mounts]
  renderer:
    from: { label: com.example.role=renderer }
    allow: [ContainerCreate, ContainerStart, Image*]
    powers: [default, -image, image:texlive/*]
    mode: warn
    limits: { requests: 50, burst: 100, body: 10MB }
  moved:
    from: { certificate: { san: ops.example } }
    switches: { CONTAINERS: 1, POST: 1 }
  ci: { allow: ["*Inspect", ImageBuild], scope: { own: true }, labels: { com.example.team: a } }
`;

const INTRODUCTION = `# The policy file

<!-- Written by scripts/policy-page.ts from src/config/file/: change it there. -->

A policy is a file in YAML that says where the gate listens and what each client may do:

\`\`\`yaml
# yaml-language-server: $schema=./policy.schema.json
${EXAMPLE}\`\`\`

The order of the clients decides: the first whose \`from\` holds is the caller. Whoever is none of them holds nothing.
[Rights in words](grants.md) says what may stand in \`allow\` and \`deny\`, [the page of presets](presets.md) what in \`use\`,
[the page of powers](powers.md) what in \`powers\`, [the page of switches](switches.md) what in \`switches\`,
[learn mode](learn-mode.md) what \`within\`, and
[scope and view](scope-and-view.md) what \`scope\`, \`labels\`, \`hide\` and \`only\` promise; [the page of views](views.md) has each word of
these two.
\`quaygate schema\` prints the JSON Schema, with which an editor completes and checks the file; the package has it as
\`policy.schema.json\`.

A wrong file is never half used. All that is wrong is told at once, each with its place:

\`\`\`text
policy.yaml:12:5: clients.traefik.alow: no such key; did you mean allow?
\`\`\`

A gate that runs takes [a policy that changes](policy-reload.md).
`;

const LIMITS = `
All connections of a client share its limits, and they hold in every \`mode\`. What is beyond them is answered in
Docker's form, with the limit's place in the file: [429](errors.md#the-client-asks-for-too-much) and \`Retry-After\`, a body with
[413](errors.md#body_too_large).

- \`requests\` counts all that could be read as a request, what is not allowed as well: a flood of refusals is a flood. The rate is looked
  at before the verdict, so what is beyond it costs little and tells nothing of what is allowed; it is not counted itself. Bytes that are no
  request end their connection, and are not counted either.
- \`concurrent\` counts every request until its answer is whole, or its tunnel over. It comes before the verdict too.
- \`streams\` counts what is allowed and either turns its connection raw (attach, exec, BuildKit's session), or has a body or an answer as
  long as the engine or the client makes it: events, logs, followed or not, stats, archives, exports, uploads, builds, pulls and pushes. One
  reading of stats (\`stream=false\`) is none, nor is what takes long and answers briefly, such as \`wait\` and \`stop\`.
- \`body\` bounds what the client sends. A body that tells its length is refused before the engine hears of it. One in chunks is cut
  where it passes the limit, on the engine's side too: no part is ever taken for the whole.

A new policy goes on counting where the old one was, by the client's name. What began while a client had no limits is not counted.
Whoever is no client has none: all of its requests are refused, and its connections have the bounds that all have.
\`quaygate check\` tells the limits of the client, and counts nothing.
`;

const YAML_TRAPS = `
## What of YAML is taken

Only what every reader of YAML understands in the same way, and a person sees:

- The file is UTF-8, at most 1 MiB, one document, a mapping. A byte order mark at its beginning is dropped.
- Anchors, aliases, merge keys (\`<<\`), tags and directives are refused: repeat the value. A text that begins with a star, such as
  \`"*Inspect"\`, needs quotes.
- A key that stands twice, or has nothing behind its colon, is an error: \`allow:\` alone is not the same as no \`allow\`. So are an empty
  list, an empty text, a text of several lines, and a tab that indents.
- Yes and no are \`true\` and \`false\`. \`yes\`, \`no\`, \`on\` and \`off\` are texts; a client may be called \`no\`.
- Numbers are plain: \`50\`, \`0.5\`. What is octal, hexadecimal, a date or in base 60 to some readers (\`0660\`, \`0x1F\`, \`1_000\`, \`1e3\`,
  \`2026-01-01\`, \`12:30\`) has to stand in quotes where a text is meant.
- Characters that nobody sees (control characters, marks of direction, spaces without width) are refused.
`;

/** A mapping of the file, with the way to it: \`*\` stands for any name. */
const SECTIONS: readonly (readonly [title: string, ...way: readonly string[]])[] = [
  ["The file"],
  ["A listener", "listen"],
  ["TLS", "listen", "tls"],
  ["A client", "clients", "*"],
  ["Who a client is", "clients", "*", "from"],
  ["A client's certificate", "clients", "*", "from", "certificate"],
  ["A scope", "clients", "*", "scope"],
  ["Limits", "clients", "*", "limits"],
];

type Schema = core.JSONSchema.BaseSchema;

/** Returns the text of docs/policy.md as it should be. */
export function renderPolicyPage(): string {
  const schema = policyJsonSchema();
  const sections = SECTIONS.map(([title, ...way]) => {
    const found = way.reduce((outer, key) => partOf(outer, key), schema);
    return `\n## ${title}\n\n${found.description ?? ""}\n\n${renderKeys(mappingIn(found) ?? {})}`;
  });
  return [INTRODUCTION, ...sections, LIMITS, YAML_TRAPS].join("");
}

/** One row a key. */
function renderKeys(mapping: Schema): string {
  const { properties = {}, required = [] } = mapping;
  const rows = Object.keys(properties).map((key) => {
    const field = partOf(mapping, key);
    const fallback = field.default === undefined ? "" : `\`${inline(field.default)}\``;
    return [
      `\`${key}\``,
      [...new Set(typesOf(field))].join(", "),
      cellOf(field.description),
      required.includes(key) ? "(required)" : fallback,
      field.examples === undefined ? "" : `\`${inline(field.examples[0])}\``,
    ];
  });
  return renderTable(["key", "type", "meaning", "default", "example"], rows);
}

/** How many words a cell has room for; more have a table of their own. */
const MOST_WORDS = 4;

function typesOf(field: Schema): readonly string[] {
  if (field.const !== undefined) return [`\`${inline(field.const)}\``];
  if (field.enum !== undefined && field.enum.length <= MOST_WORDS)
    return [field.enum.map((word) => `\`${inline(word)}\``).join(field.enum.length > 2 ? ", " : " or ")];
  if (field.anyOf !== undefined) return field.anyOf.flatMap((each) => typesOf(each));
  if (field.type === "array") return ["list"];
  if (field.type === "string") return ["text"];
  if (field.type === "object") return ["mapping"];
  return [field.type === "boolean" ? "`true` or `false`" : "number"];
}

function partOf(schema: Schema, key: string): Schema {
  const { properties = {}, additionalProperties } = mappingIn(schema) ?? {};
  const part = key === "*" ? additionalProperties : properties[key];
  if (part === undefined || typeof part === "boolean") throw new Error(`the schema has no ${key}`);
  return part;
}

/** The mapping that a field may be, or a list of it has. */
function mappingIn(schema: Schema): Schema | undefined {
  if (schema.type === "object") return schema;
  const { anyOf = [], items = [] } = schema;
  const parts = [anyOf, items].flat().filter((part) => typeof part === "object");
  return parts.map((part) => mappingIn(part)).find((found) => found !== undefined);
}

/** A sentence in a cell ends without a full stop. */
function cellOf(text = ""): string {
  return text.replace(/\.$/u, "").replaceAll("|", "\\|");
}

/** A value as it stands in a line of a file. */
function inline(value: unknown): string {
  return stringify(value, { collectionStyle: "flow", lineWidth: 0 }).trim();
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  writeFileSync(join(root, POLICY_PAGE), renderPolicyPage());
  writeFileSync(join(root, POLICY_SCHEMA), renderJsonSchema());
}
