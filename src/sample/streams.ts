import { EngineError, outputType, readFilters, readFlag } from "./call.ts";
import type { Call } from "./call.ts";
import type { LogLine, SampleContainer } from "./catalogue.ts";
import { describeEvent, describeStats } from "./descriptions.ts";
import type { SampleEvent } from "./world.ts";

const longestTimer = 2 ** 31 - 1;

/** Puts Docker's eight bytes before the data: which stream it is, and how long. */
export function frameStream(stream: "stdout" | "stderr", data: Buffer): Buffer {
  const head = Buffer.alloc(8);
  head.writeUInt8(stream === "stdout" ? 1 : 2, 0);
  head.writeUInt32BE(data.length, 4);
  return Buffer.concat([head, data]);
}

/** Sends what the container wrote and, with follow=1, what it goes on to write until it stops. */
export function sendLogs(call: Call, container: SampleContainer): void {
  const { response, world, query } = call;
  if (!readFlag(call, "stdout") && !readFlag(call, "stderr")) {
    throw new EngineError(400, "Bad parameters: you must choose at least one stream");
  }
  const encode = ({ time, stream, text }: LogLine): Buffer => {
    const moment = readFlag(call, "timestamps") ? `${new Date(time).toISOString()} ` : "";
    return readFlag(call, stream) ? frameStream(stream, Buffer.from(`${moment}${text}\n`)) : Buffer.alloc(0);
  };
  const lines = container.lines.filter(({ stream }) => readFlag(call, stream));
  const tail = query.get("tail") ?? "all";
  const first = /^\d+$/.test(tail) ? Math.max(0, lines.length - Number(tail)) : 0;
  response.writeHead(200, { "content-type": outputType(call) }).flushHeaders();
  response.write(Buffer.concat(lines.slice(first).map(encode)));
  if (!readFlag(call, "follow") || container.status === "exited") {
    response.end();
    return;
  }
  const onLine = (speaker: SampleContainer, line: LogLine): void => {
    if (speaker === container) sendPiece(call, encode(line));
  };
  const onEvent = (event: SampleEvent): void => {
    if (event.container === container && event.action === "die") response.end();
  };
  world.signals.on("line", onLine).on("event", onEvent);
  response.on("close", () => world.signals.off("line", onLine).off("event", onEvent));
}

/** Sends a reading each second, or only one with stream=0. */
export function sendStats(call: Call, container: SampleContainer): unknown {
  const { response, world, query } = call;
  if (query.has("stream") && !readFlag(call, "stream")) return describeStats(container);
  const onBeat = (): void => sendPiece(call, `${JSON.stringify(describeStats(container))}\n`);
  response.writeHead(200, { "content-type": "application/json" });
  onBeat();
  world.signals.on("beat", onBeat);
  response.on("close", () => world.signals.off("beat", onBeat));
  return undefined;
}

/** Sends the events that are remembered from `since` on, then those that happen before `until`. */
export function sendEvents(call: Call): void {
  const { response, world, query } = call;
  const { type, event: actions, container: names } = readFilters(call);
  const since = readMoment(query.get("since")) ?? Date.now();
  const until = readMoment(query.get("until")) ?? Infinity;
  const encode = (event: SampleEvent): string => {
    const { container, action } = event;
    const isWanted =
      (type?.includes("container") ?? true) &&
      (actions?.some((value) => action === value || action.startsWith(`${value}:`)) ?? true) &&
      (names?.some((value) => container.name === value || container.id.startsWith(value)) ?? true);
    return isWanted ? `${JSON.stringify(describeEvent(event))}\n` : "";
  };
  const past = world.history.filter(({ time }) => time >= since && time <= until);
  response.writeHead(200, { "content-type": "application/json" }).flushHeaders();
  response.write(past.map(encode).join(""));
  const left = until - Date.now();
  const deadline = left > longestTimer ? undefined : setTimeout(() => response.end(), left).unref();
  const onEvent = (event: SampleEvent): void => sendPiece(call, encode(event));
  world.signals.on("event", onEvent);
  response.on("close", () => {
    clearTimeout(deadline);
    world.signals.off("event", onEvent);
  });
}

/** Reads `1700000000.5` or an RFC 3339 date to milliseconds. */
function readMoment(text: string | null): number | undefined {
  const moment = /^\d+(\.\d+)?$/.test(text ?? "") ? Number(text) * 1000 : Date.parse(text ?? "");
  return Number.isNaN(moment) ? undefined : moment;
}

/** Leaves out what a client that stopped reading could not take: nothing piles up here. */
function sendPiece({ response }: Call, data: Buffer | string): void {
  if (!response.writableNeedDrain) response.write(data);
}
