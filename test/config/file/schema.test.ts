import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Ajv } from "ajv";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { policyJsonSchema } from "../../../src/config/file/json-schema.ts";
import { readPolicyFile } from "../../../src/config/file/read-policy.ts";
import { someSeams } from "./seams.ts";

const folder = fileURLToPath(new URL("golden", import.meta.url));
const schema = policyJsonSchema();
const accepts = new Ajv({ strict: true, allErrors: true, strictRequired: false }).compile(schema);

/** Each golden policy that the gate takes. */
const policies = readdirSync(folder)
  .map(
    (file) =>
      [file, readFileSync(join(folder, file), "utf8").split(`${"-".repeat(40)}\n`, 1)[0] ?? ""] as const,
  )
  .filter(([, text]) => readPolicyFile(text, "policy.yaml", someSeams).ok);

const client = "from: ci, allow: ContainerList";

/** What an editor has to mark. */
const wrong: readonly (readonly [name: string, text: string])[] = [
  ["no clients", "revoke: true"],
  ["an empty mapping of clients", "clients: {}"],
  ["a list of clients", "clients: []"],
  ["a client without a value", "clients: { ci: }"],
  ["a client that may do nothing", "clients: { ci: { from: ci } }"],
  ["a client called nobody", `clients: { nobody: { ${client} } }`],
  ["a client called Everybody", `clients: { Everybody: { ${client} } }`],
  ["a client called 1", `clients: { "1": { ${client} } }`],
  ["a key that there is not", `engin: /run/docker.sock\nclients: { ci: { ${client} } }`],
  ["a key of a client that there is not", `clients: { ci: { ${client}, alow: x } }`],
  ["a word for true", `revoke: yes\nclients: { ci: { ${client} } }`],
  ["an empty list", "clients: { ci: { from: ci, allow: [] } }"],
  ["a number in a text's place", "clients: { ci: { from: 10, allow: ContainerList } }"],
  ["an empty source", "clients: { ci: { from: {}, allow: ContainerList } }"],
  ["an empty certificate", "clients: { ci: { from: { certificate: {} }, allow: ContainerList } }"],
  ["a mode that is a number", `listen: { address: "unix:///a", mode: 660 }\nclients: { ci: { ${client} } }`],
  ["TLS without a key", `listen: { address: "tcp://a:1", tls: { cert: a } }\nclients: { ci: { ${client} } }`],
  [
    "TLS of long ago",
    `listen: { address: "tcp://a:1", tls: { cert: a, key: b, oldest: "1.1" } }\nclients: { ci: { ${client} } }`,
  ],
  ["switches beside words", "clients: { ci: { from: ci, allow: x, switches: { POST: 1 } } }"],
  ["switches beside a preset", "clients: { ci: { from: ci, use: x, switches: { POST: 1 } } }"],
  ["a switch that is true", "clients: { ci: { from: ci, switches: { POST: true } } }"],
  ["a dialect without switches", `clients: { ci: { ${client}, compat: tecnativa } }`],
  ["a mode that there is not", `clients: { ci: { ${client}, mode: warning } }`],
  ["an empty list of powers", `clients: { ci: { ${client}, powers: [] } }`],
  ["a rate of zero", `clients: { ci: { ${client}, limits: { requests: 0 } } }`],
  ["half a stream", `clients: { ci: { ${client}, limits: { streams: 0.5 } } }`],
  ["a burst alone", `clients: { ci: { ${client}, limits: { burst: 5 } } }`],
  ["a size without a unit", `clients: { ci: { ${client}, limits: { body: "10" } } }`],
  ["an empty scope", `clients: { ci: { ${client}, scope: [] } }`],
  ["an empty mapping of a scope", `clients: { ci: { ${client}, scope: [{}] } }`],
  ["a scope that is a word", `clients: { ci: { ${client}, scope: own } }`],
  ["what is not its own", `clients: { ci: { ${client}, scope: { own: false } } }`],
  ["images beside names", `clients: { ci: { ${client}, scope: { image: a, name: b } } }`],
  ["images beside its own", `clients: { ci: { ${client}, scope: [{ image: a, own: true }] } }`],
  ["a key of a scope that there is not", `clients: { ci: { ${client}, scope: { nme: a } } }`],
  ["no label", `clients: { ci: { ${client}, labels: {} } }`],
  ["a label of the gate's own", `clients: { ci: { ${client}, labels: { io.quaygate.owner: a } } }`],
  ["a label that is a number", `clients: { ci: { ${client}, labels: { a: 1 } } }`],
  ["a word of a view that there is not", `clients: { ci: { ${client}, hide: [envs] } }`],
  ["nothing that is shown", `clients: { ci: { ${client}, only: none } }`],
  ["a pattern without letters", `clients: { ci: { ${client}, hide: ["labels:"] } }`],
  ["what is hidden beside what is shown", `clients: { ci: { ${client}, hide: env, only: names } }`],
  ["a scope that only warns", `clients: { ci: { ${client}, scope: { own: true }, mode: warn } }`],
  ["labels of what only warns", `clients: { ci: { ${client}, labels: { a: b }, mode: warn } }`],
  ["a view that only warns", `clients: { ci: { ${client}, hide: env, mode: warn } }`],
  ["what passes besides of one that does not learn", `clients: { ci: { ${client}, within: default } }`],
  ["the same of one that warns", `clients: { ci: { ${client}, mode: warn, within: default } }`],
  ["nothing that passes besides", "clients: { ci: { from: ci, mode: learn, within: [] } }"],
  ["one that only warns, and may do nothing", "clients: { ci: { from: ci, mode: warn } }"],
  ["no limit", `clients: { ci: { ${client}, limits: {} } }`],
];

describe("the JSON Schema", () => {
  test.each(policies)("accepts %s", (_, text) => {
    expect([accepts(parse(text)), accepts.errors]).toEqual([true, null]);
  });

  test("was shown many policies", () => {
    expect(policies.length).toBeGreaterThan(35);
  });

  test.each(wrong)("refuses %s, and so does the gate", (_, text) => {
    expect(accepts(parse(text))).toBe(false);
    expect(readPolicyFile(text, "policy.yaml", someSeams).ok).toBe(false);
  });

  test("describes every key, for an editor to show", () => {
    const described = keysOf(schema);
    expect(described.length).toBeGreaterThan(30);
    expect(described.filter(([, description]) => description === undefined)).toEqual([]);
  });
});

/** Every key below a part of the schema, with its description. */
function keysOf(part: unknown): readonly (readonly [key: string, description: unknown])[] {
  if (typeof part !== "object" || part === null) return [];
  // What may not be there is described elsewhere.
  const entries = Object.entries(part).filter(([name]) => name !== "not");
  return entries.flatMap(([name, value]: readonly [string, unknown]) =>
    name === "properties" && typeof value === "object" && value !== null
      ? Object.entries(value).flatMap(([key, field]: readonly [string, unknown]) => [
          [key, descriptionOf(field)] as const,
          ...keysOf(field),
        ])
      : keysOf(value),
  );
}

function descriptionOf(field: unknown): unknown {
  return typeof field === "object" && field !== null && "description" in field
    ? field.description
    : undefined;
}
