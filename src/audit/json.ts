import type { LogLevel } from "../kernel/log-words.ts";
import { quote } from "../kernel/quote.ts";
import type { AuditRecord, RecordedObject } from "./record.ts";

/** The version of what a line has. A field that is added keeps it; one that goes, or means something else, is a new version. */
export const LINE_VERSION = 1;

/**
 * One record as a line of JSON, with the level before it. Written by hand: nearly all of its strings stood in a line
 * before and are quoted already, which makes it a third of what `JSON.stringify` of the object costs.
 */
export function formatRecordAsJson(level: LogLevel, record: AuditRecord): string {
  let line = `{"v":${LINE_VERSION},"level":"${level}","time":${JSON.stringify(record.time)},"client":${quote(record.client)}`;
  line += `,"address":${quote(record.address)}`;
  if (record.method !== undefined) line += `,"method":${quote(record.method)}`;
  if (record.path !== undefined) line += `,"path":${quote(record.path)}`;
  if (record.operation !== undefined) line += `,"operation":${quote(record.operation)}`;
  line += `,"verdict":"${record.verdict}"`;
  if (record.code !== undefined) line += `,"code":${quote(record.code)}`;
  if (record.reason !== undefined) line += `,"reason":${quote(record.reason)}`;
  if (record.rule !== undefined) line += `,"rule":${quote(record.rule)}`;
  line += `,"missing":${quoteAll(record.missing)}`;
  if (record.powers !== undefined) line += `,"powers":${quoteAll(record.powers)}`;
  if (record.object !== undefined) line += `,"object":${formatObject(record.object)}`;
  if (record.scope !== undefined) line += `,"scope":"${record.scope}"`;
  if (record.learning === true) line += `,"learning":true`;
  line += `,"status":${record.status},"bytesIn":${record.bytesIn},"bytesOut":${record.bytesOut}`;
  if (record.withheld !== undefined) line += `,"withheld":${record.withheld}`;
  line += `,"duration":${record.duration}`;
  if (record.engineTime !== undefined) line += `,"engineTime":${record.engineTime}`;
  line += `,"stream":${quote(record.stream)},"end":"${record.end}"`;
  if (record.trace !== undefined) line += `,"trace":"${record.trace}"`;
  if (record.span !== undefined) line += `,"span":"${record.span}"`;
  if (record.repeated !== undefined) line += `,"repeated":${record.repeated}`;
  return `${line}}\n`;
}

/** A sentence of the gate's own as a line of JSON. */
export function formatNoteAsJson(level: LogLevel, time: string, message: string): string {
  return `${JSON.stringify({ v: LINE_VERSION, level, time, msg: message })}\n`;
}

function formatObject({ kind, id, name, labels }: RecordedObject): string {
  const known = id === undefined ? "" : `,"id":${quote(id)}`;
  const named = name === undefined ? "" : `,"name":${quote(name)}`;
  // Those of a container are seldom another's: nothing is gained by keeping their quoted form.
  const labelled = labels === undefined ? "" : `,"labels":${JSON.stringify(labels)}`;
  return `{"kind":"${kind}"${known}${named}${labelled}}`;
}

function quoteAll(texts: readonly string[]): string {
  return texts.length === 0 ? "[]" : `[${texts.map((text) => quote(text)).join(",")}]`;
}
