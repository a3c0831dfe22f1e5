import { ERROR_CODES, type ErrorCode } from "../../gate-error.ts";
import { readRequestStart } from "../../http1/request-start.ts";
import { identifyRequest } from "../../policy/refused-request.ts";
import type { ClientSide } from "../client-side.ts";
import { recordOfRefusedBytes } from "../exchange-record.ts";
import type { GateParts } from "../gate-parts.ts";
import { serializeReply } from "../reply.ts";

/** Answers bytes that are no request, and records it. `start` is how they begin. Nothing that follows them can be trusted. */
export function refuseBytes(
  { socket, address }: ClientSide,
  { client, audit }: GateParts,
  code: ErrorCode,
  reason: string,
  start: string,
): void {
  const { method, path } = readRequestStart(start) ?? {};
  const request = identifyRequest(method, path);
  const isNamed = request.subject !== undefined && ERROR_CODES[code].source === "client";
  const sentence = isNamed ? `${request.subject} is refused: ${reason}` : reason;
  const toHead = method === "HEAD";
  socket.write(serializeReply({ code, message: `quaygate: ${sentence}`, close: true, toHead }));
  audit(recordOfRefusedBytes(client, address, code, reason, request));
}
