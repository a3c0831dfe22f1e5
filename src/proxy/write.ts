import type { Socket } from "node:net";
import { COALESCE_LIMIT, COALESCE_PARTS } from "./limits.ts";

/** Writes a head and data behind it; small ones, and many parts, as one piece: copying costs less than their handling. */
export function writeTogether(socket: Socket, head: string, data: readonly Buffer[]): void {
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

function concatenate(head: string, data: readonly Buffer[], size: number): Buffer {
  const whole = Buffer.allocUnsafe(head.length + size);
  let at = whole.write(head, 0, "latin1");
  for (const part of data) {
    at += part.copy(whole, at);
  }
  return whole;
}
