/**
 * Parses what stands behind the `?` of an address, `mode=0660&group=docker`: undefined where an option is not known, malformed
 * or given twice. `known` says for each name what its value looks like.
 */
export function parseAddressOptions(
  text: string,
  known: Readonly<Record<string, RegExp>>,
): ReadonlyMap<string, string> | undefined {
  const options = new Map<string, string>();
  for (const option of text === "" ? [] : text.split("&")) {
    const at = option.indexOf("=");
    const [name, value] = [option.slice(0, Math.max(at, 0)), option.slice(at + 1)];
    if (options.has(name) || !Object.hasOwn(known, name) || known[name]?.test(value) !== true)
      return undefined;
    options.set(name, value);
  }
  return options;
}
