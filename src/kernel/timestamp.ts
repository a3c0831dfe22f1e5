let second = Number.NaN;
let prefix = "";

/**
 * Writes milliseconds since 1970 as RFC 3339 in UTC: `2026-11-24T15:04:05.123Z`. The part down to the second is kept
 * for the next call, since a busy gate asks many times a second.
 */
export function formatTimestamp(milliseconds: number): string {
  const whole = Math.floor(milliseconds / 1000);
  if (whole !== second) {
    second = whole;
    prefix = new Date(whole * 1000).toISOString().slice(0, -"000Z".length);
  }
  return `${prefix}${String(Math.floor(milliseconds) - whole * 1000).padStart(3, "0")}Z`;
}
