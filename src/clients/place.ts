import type { Result } from "../kernel/result.ts";
import { parseClientRange } from "./address-range.ts";
import { parseHostName } from "./host-name.ts";
import type { Matcher } from "./matcher.ts";

/** What only addresses have, however they are misspelt: these signs, or a number at the end. */
const ADDRESS = /[:/%]|(?:^|\.)(?:0x[0-9a-f]*|[0-9]+)$/iu;

/** Reads one place that a client may call from as it is written in a policy: an address, a network, or a name. */
export function parsePlace(text: string): Result<Matcher, string> {
  if (ADDRESS.test(text)) {
    const range = parseClientRange(text);
    return range.ok ? { ok: true, value: { kind: "address", ranges: [range.value] } } : range;
  }
  const name = parseHostName(text);
  return name.ok ? { ok: true, value: { kind: "name", names: [name.value] } } : name;
}
