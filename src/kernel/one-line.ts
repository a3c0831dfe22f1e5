/**
 * What draws nothing by itself: it moves what is written on a terminal, turns its direction and so shows a line as another one, or hides
 * in a name that looks like another (Unicode TR 36 and 39).
 */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/u;
const EACH_UNSEEN = new RegExp(UNSEEN, "gu");

/** Joins lines, and takes out what nobody sees: one entry is one line, whatever an error beneath says. */
export function onOneLine(text: string): string {
  if (!UNSEEN.test(text)) {
    return text;
  }
  const lines = text.split(/[\n\v\f\r\u0085\u2028\u2029]+/u).map((line) => line.trim());
  return lines
    .filter((line) => line !== "")
    .join(" | ")
    .replaceAll(EACH_UNSEEN, "?");
}
