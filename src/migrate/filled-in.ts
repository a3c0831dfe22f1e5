/** A text with `${NAME:-default}` as it is when nothing is set. */
export function withDefaults(text: string): string {
  return text.replaceAll(/\$\{\w+:?-([^}]*)\}/gu, "$1");
}

/** Whether a value comes from outside of the file: `${NAME}`, or a variable without one, which Compose takes from its own environment. */
export function isFilledIn(value: string): boolean {
  return value === "" || value.replaceAll("$$", "").includes("$");
}
