import { type Field, trimBlanks } from "./fields.ts";

const BEYOND_ASCII = /[^\u0000-\u007f]/u;

/**
 * What a Content-Type says in lower case, without parameters; "" where it says nothing. Undefined for a character beyond
 * ASCII, since Go folds some to letters and takes others for white space. What is no media type stays as it is: Go takes
 * it for nothing, and clients do send `APPLICATION_X_TAR`.
 */
export function parseContentType(value: string): string | undefined {
  const end = value.indexOf(";");
  const type = trimBlanks(end === -1 ? value : value.slice(0, end));
  return BEYOND_ASCII.test(type) ? undefined : type.toLowerCase();
}

/** The fields without the further Content-Types: readers take the first or the last, and are left with one. */
export function withFirstContentType(fields: readonly Field[]): readonly Field[] {
  const first = fields.find(({ key }) => key === "content-type");
  return fields.filter((field) => field.key !== "content-type" || field === first);
}
