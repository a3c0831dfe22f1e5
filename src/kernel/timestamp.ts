/** Remembers what was written for the last second, since a busy gate asks many times in one. */
function oncePerSecond(write: (moment: Date) => string): (second: number) => string {
  let last = Number.NaN;
  let text = "";
  return (second) => {
    if (second !== last) {
      last = second;
      text = write(new Date(second * 1000));
    }
    return text;
  };
}

const untilSecond = oncePerSecond((moment) => moment.toISOString().slice(0, -"000Z".length));
const httpDate = oncePerSecond((moment) => moment.toUTCString());

/** What {@link formatTimestamp} writes, as a regular expression without its ends. Two such texts compare as the moments do. */
export const TIMESTAMP_PATTERN: string = String.raw`\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z`;

/** Writes milliseconds since 1970 as RFC 3339 in UTC: `2026-11-24T15:04:05.123Z`. */
export function formatTimestamp(milliseconds: number): string {
  const second = Math.floor(milliseconds / 1000);
  return `${untilSecond(second)}${String(Math.floor(milliseconds) - second * 1000).padStart(3, "0")}Z`;
}

/** Writes milliseconds since 1970 as HTTP does (RFC 9110 §5.6.7): `Tue, 24 Nov 2026 15:04:05 GMT`. */
export function formatHttpDate(milliseconds: number): string {
  return httpDate(Math.floor(milliseconds / 1000));
}
