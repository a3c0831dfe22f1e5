/** Also the marks that turn the direction of writing, and so show a line as another one (Unicode TR 36). */
const CONTROL = /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/u;

/** Joins lines, and takes out what would draw on a terminal: one entry is one line, whatever an error beneath says. */
export function onOneLine(text: string): string {
  if (!CONTROL.test(text)) {
    return text;
  }
  const lines = text.split(/[\n\v\f\r\u0085\u2028\u2029]+/u).map((line) => line.trim());
  return lines
    .filter((line) => line !== "")
    .join(" | ")
    .replaceAll(new RegExp(CONTROL, "gu"), "?");
}
