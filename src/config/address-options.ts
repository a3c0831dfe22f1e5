import type { Result } from "../kernel/result.ts";

/**
 * Parses what stands behind the `?` of an address, `mode=0660&group=docker`, or gives the first option that is not known, malformed
 * or given twice. `known` says for each name what its value looks like.
 */
export function parseAddressOptions(
  text: string,
  known: Readonly<Record<string, RegExp>>,
): Result<ReadonlyMap<string, string>, string> {
  const options = new Map<string, string>();
  for (const option of text === "" ? [] : text.split("&")) {
    const at = option.indexOf("=");
    const [name, value] = [option.slice(0, Math.max(at, 0)), option.slice(at + 1)];
    if (options.has(name) || !Object.hasOwn(known, name) || known[name]?.test(value) !== true) {
      return { ok: false, error: option };
    }
    options.set(name, value);
  }
  return { ok: true, value: options };
}
