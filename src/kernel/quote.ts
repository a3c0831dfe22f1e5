/** As many texts are kept as a gate's clients ask for again and again. */
const MOST_KEPT = 512;
/** Longer ones are quoted each time: what is kept has a bound, whatever a client asks for. */
const LONGEST_KEPT = 256;

/** Texts with their quoted form. */
const kept = new Map<string, string>();

/** Writes a text as a JSON string. The forms of short texts are kept, because log lines are made of the same ones. */
export function quote(text: string): string {
  const known = kept.get(text);
  if (known !== undefined) {
    return known;
  }
  const quoted = JSON.stringify(text);
  if (text.length <= LONGEST_KEPT) {
    if (kept.size >= MOST_KEPT) {
      kept.clear();
    }
    // The text itself may be a part of a request's head, and would keep all of it in memory.
    kept.set(String(JSON.parse(quoted)), quoted);
  }
  return quoted;
}
