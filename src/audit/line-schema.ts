import { type LineField, NOTE_FIELDS, RECORD_FIELDS, type ValueSchema } from "./line-fields.ts";

/** The JSON Schema of an object with some fields. */
interface ObjectSchema {
  readonly title: string;
  readonly description: string;
  readonly type: "object";
  readonly properties: Readonly<Record<string, ValueSchema>>;
  readonly required: readonly string[];
}

/** The JSON Schema of a line of the log. */
export interface LineSchema {
  readonly $schema: string;
  readonly title: string;
  readonly description: string;
  readonly oneOf: readonly [record: ObjectSchema, note: ObjectSchema];
}

/**
 * The JSON Schema of each line that the log has in JSON, of draft 7: the record of an exchange, or a note. It forbids no further
 * fields, because a newer gate may add some to the same version.
 */
export function lineSchema(): LineSchema {
  return {
    $schema: "http://json-schema.org/draft-07/schema#",
    title: "Line of Quaygate's log",
    description:
      "Within a version fields and words are only added, and none changes its meaning: ignore what you do not know.",
    oneOf: [
      schemaOf("Record", "One request and its answer.", RECORD_FIELDS),
      schemaOf("Note", "A sentence of the gate's own.", NOTE_FIELDS),
    ],
  };
}

/** The text of the schema, as the package has it. */
export function renderLineSchema(): string {
  return `${JSON.stringify(lineSchema(), undefined, 2)}\n`;
}

function schemaOf(
  title: string,
  description: string,
  fields: Readonly<Record<string, LineField>>,
): ObjectSchema {
  const entries = Object.entries(fields);
  return {
    title,
    description,
    type: "object",
    properties: Object.fromEntries(entries.map(([name, { value }]) => [name, value])),
    required: entries.filter(([, { presence }]) => presence === "always").map(([name]) => name),
  };
}
