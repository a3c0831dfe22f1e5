import type { Socket } from "node:net";
import { COALESCE_LIMIT, COALESCE_PARTS } from "../limits.ts";

/**
 * Writes a head and data behind it; small ones, and many parts, as one piece: copying costs less than their handling. A
 * head of bytes that stand right before the data goes out with them as it lies in memory.
 */
export function writeTogether(socket: Socket, head: string | Buffer, data: readonly Buffer[]): void {
  if (typeof head !== "string") {
    writeTogether(socket, "", joinLeading(head, data));
    return;
  }
  const size = data.reduce((sum, part) => sum + part.length, 0);
  if (size === 0) {
    if (head !== "") {
      socket.write(head, "latin1");
    }
    return;
  }
  const [only] = data;
  if (head === "" && data.length === 1 && only !== undefined) {
    socket.write(only);
    return;
  }
  if (size <= COALESCE_LIMIT || data.length > COALESCE_PARTS) {
    socket.write(concatenate(head, data, size));
    return;
  }
  socket.cork();
  if (head !== "") {
    socket.write(head, "latin1");
  }
  for (const part of data) {
    socket.write(part);
  }
  socket.uncork();
}

function joinLeading(head: Buffer, data: readonly Buffer[]): readonly Buffer[] {
  const [next, ...others] = data;
  if (next === undefined) {
    return [head];
  }
  return next.buffer === head.buffer && next.byteOffset === head.byteOffset + head.length
    ? [Buffer.from(head.buffer, head.byteOffset, head.length + next.length), ...others]
    : [head, ...data];
}

function concatenate(head: string, data: readonly Buffer[], size: number): Buffer {
  const whole = Buffer.allocUnsafe(head.length + size);
  let at = whole.write(head, 0, "latin1");
  for (const part of data) {
    at += part.copy(whole, at);
  }
  return whole;
}
