import * as z from "zod/mini";
import { policyDefinition } from "./definition.ts";
import { fieldHelp } from "./field.ts";

/**
 * The JSON Schema of a policy file, from the definition that decodes it. Of draft 7: editors know it best. It says what may stand
 * where; what words, addresses and powers mean is only known to the gate.
 */
export function policyJsonSchema(): z.core.JSONSchema.BaseSchema {
  const { $schema, ...rest } = z.toJSONSchema(policyDefinition, {
    target: "draft-07",
    io: "input",
    metadata: fieldHelp,
    unrepresentable: "throw",
    // Examples are of what stands in the file, also where that is decoded to something else.
    override: ({ zodSchema, jsonSchema }) => {
      Object.assign(jsonSchema, fieldHelp.get(zodSchema));
    },
  });
  return { ...($schema === undefined ? {} : { $schema }), title: "Quaygate policy", ...rest };
}

/** The text of the schema, as the package has it. */
export function renderJsonSchema(): string {
  return `${JSON.stringify(policyJsonSchema(), undefined, 2)}\n`;
}
