import { isEmpty } from "./asking.ts";
import { type Meaning, meaning } from "./meaning.ts";

/** A limit or weight that takes more than is usual when it is set at all. */
export function resource(name: string): Meaning {
  return meaning(["resource"], (value, asking) => {
    if (!isEmpty(value)) asking.ask("resource", name, value);
  });
}
