import { LOG_LEVELS, type LogLevel } from "../../kernel/log-words.ts";
import type { LineFormat } from "../line-format.ts";
import { LONGEST_MESSAGE } from "./limits.ts";
import { shortenRecord } from "./short-record.ts";

/** Who sends syslog messages. */
export interface SyslogSender {
  /** The number of a facility (RFC 5424 §6.2.1). */
  readonly facility: number;
  readonly host: string;
  readonly process: number;
}

const APPLICATION = "quaygate";
/** A host's name has at most so many characters (RFC 5424 §6), all of them visible ASCII. */
const LONGEST_HOST = 255;

/**
 * Makes RFC 5424 messages of lines: the severity is the level, the time is the line's, the message is the line, in JSON as it stands.
 * There is no structured data, which few receivers keep and none searches as well as JSON. A record that is too long has less in it; any other
 * line becomes a note that says so and has its beginning.
 */
export function syslogMessages(
  { facility, host, process }: SyslogSender,
  lines: LineFormat,
  longest: number = LONGEST_MESSAGE,
): (level: LogLevel, time: string, line: string) => string {
  const sender = host.replaceAll(/[^!-~]/gu, "?").slice(0, LONGEST_HOST);
  const header = ` ${sender === "" ? "-" : sender} ${APPLICATION} ${process} - - `;
  const priorities = new Map(LOG_LEVELS.map((level, severity) => [level, `<${facility * 8 + severity}>1 `]));
  return (level, time, line) => {
    const head = `${priorities.get(level)}${time}${header}`;
    const text = line.slice(0, -1);
    const room = longest - head.length;
    if (fits(text, room)) return head + text;
    const short = shortenRecord(text, (shorter) => fits(shorter, room));
    return head + (short ?? cut(text, room, (part) => lines.note(level, time, part)));
  };
}

/** Puts the message's length before it (RFC 6587 §3.4.1). */
export function countOctets(message: string): string {
  return `${Buffer.byteLength(message)} ${message}`;
}

function fits(text: string, room: number): boolean {
  // No character takes more than three bytes for each of its code units.
  return text.length * 3 <= room || Buffer.byteLength(text) <= room;
}

function cut(text: string, room: number, note: (message: string) => string): string {
  const told = `a line of ${Buffer.byteLength(text)} bytes is too long here and was cut: `;
  let length = room;
  let short: string;
  // Quotes and backslashes are written as two characters, and other letters as several bytes.
  do {
    length = Math.floor(length / 2);
    short = note(told + text.slice(0, length)).slice(0, -1);
  } while (!fits(short, room) && length > 0);
  return short;
}
