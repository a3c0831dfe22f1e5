import { fstatSync } from "node:fs";
import { hostname } from "node:os";
import { formatLogPlace, type LogPlace } from "../../kernel/log-place.ts";
import { LOG_LEVELS, type LogFormat, type LogLevel } from "../../kernel/log-words.ts";
import { Chain } from "../chain.ts";
import { lastChainOf } from "../chain-end.ts";
import { LINE_FORMATS, type LineFormat } from "../line-format.ts";
import { openOutput } from "../output.ts";
import type { Sink } from "../sink.ts";
import { DatagramTarget } from "./datagram-target.ts";
import { DeliveredSink } from "./delivered-sink.ts";
import { prepareLogFile } from "./file-start.ts";
import { FileTarget, type FileTrouble } from "./file-target.ts";
import { StreamTarget } from "./stream-target.ts";
import { countOctets, syslogMessages } from "./syslog-message.ts";

/** Where the log goes, and what is known of it. */
export interface SinkSettings {
  readonly format: LogFormat;
  readonly to: readonly LogPlace[];
  readonly chain: boolean;
  /** What systemd says of a standard output that it made. */
  readonly journal: string | undefined;
}

/** The places that are open, and what chains the lines that they get. */
export interface OpenSinks {
  readonly sinks: readonly Sink[];
  readonly chain: Chain | undefined;
}

/**
 * Opens every place that the log goes to, as whom the process runs as: root is given up before. Of what is elsewhere only its first
 * failure tells that it is not there: the gate runs without it.
 *
 * @throws where a file can't be opened, with a sentence that names the setting.
 */
export function openSinks(settings: SinkSettings): OpenSinks {
  const sinks = settings.to.map((place) => openSink(place, settings));
  return { sinks, chain: settings.chain ? openChain(settings.to) : undefined };
}

/** Goes on from the last line of the first file, over restarts too; what is no file can't be read, and there a chain begins. */
function openChain(to: readonly LogPlace[]): Chain {
  const file = to.find((place) => place.kind === "file");
  return new Chain(file === undefined ? undefined : lastChainOf(file.path));
}

function openSink(place: LogPlace, { format, journal }: SinkSettings): Sink {
  const name = formatLogPlace(place);
  const lines = LINE_FORMATS[format];
  switch (place.kind) {
    case "stdout":
      return openOutput(undefined, isJournal(journal) ? priorityOf : undefined);
    case "file": {
      prepareLogFile(place);
      const tell: FileTrouble = (level, reason) => sink.tell(level, `the log at ${name} ${reason}`);
      const target = new FileTarget(place, tell);
      const form = { format: asItIs, isGathered: true };
      const sink = new DeliveredSink(name, target, form, () => target.reopen());
      return sink;
    }
    case "syslog-udp": {
      // Some receivers wait for the end of a line although the datagram has one.
      const form = { format: endLine(messagesFor(place.facility, lines)), isGathered: false };
      return new DeliveredSink(name, new DatagramTarget(place.address), form);
    }
    case "syslog-stream": {
      const framed = place.framing === "lines" ? endLine : countEach;
      const form = { format: framed(messagesFor(place.facility, lines)), isGathered: true };
      return new DeliveredSink(name, new StreamTarget(place.address), form);
    }
  }
}

type Former = (level: LogLevel, time: string, line: string) => string;

const asItIs: Former = (_level, _time, line) => line;

function endLine(former: Former): Former {
  return (level, time, line) => `${former(level, time, line)}\n`;
}

function countEach(former: Former): Former {
  return (level, time, line) => countOctets(former(level, time, line));
}

function messagesFor(facility: number, lines: LineFormat): Former {
  return syslogMessages({ facility, host: hostname(), process: process.pid }, lines);
}

/** Whether standard output is the stream to the journal that systemd made, and not what somebody put in its place (systemd.exec(5)). */
function isJournal(journal: string | undefined): boolean {
  if (journal === undefined) return false;
  const { dev, ino } = fstatSync(1);
  return journal === `${dev}:${ino}`;
}

const PRIORITIES: ReadonlyMap<LogLevel, string> = new Map(
  LOG_LEVELS.map((level, severity) => [level, `<${severity}>`]),
);

/** The journal takes a line's priority from its beginning, and leaves that away (sd-daemon(3)). */
function priorityOf(level: LogLevel): string {
  return PRIORITIES.get(level) ?? "";
}
