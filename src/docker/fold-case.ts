/**
 * Folds letters that Go takes for the same where it does not look at their case, as in `strings.EqualFold` and for the
 * keys of JSON objects: by Unicode's simple folding U+017F is s and U+212A is k.
 */
export function foldCase(text: string): string {
  return text.toLowerCase().replaceAll("\u017f", "s");
}
