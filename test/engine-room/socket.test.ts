import { Socket } from "node:net";
import { expect, onTestFinished, test, vi } from "vitest";
import { EngineSocket } from "../../src/engine/socket.ts";

type Done = (error?: Error | null) => void;

function written(socket: Socket, text: string): Promise<void> {
  return new Promise((resolve) => {
    socket.write(text, () => resolve());
  });
}

test.each([
  { how: "failed", error: new Error("EPIPE"), reached: ["a"] },
  { how: "went out", error: null, reached: ["a", "b", "c"] },
])(
  "behind a write that $how, $reached is all that is tried, and the socket stays",
  async ({ error, reached }) => {
    const pieces: string[] = [];
    const write = vi.spyOn(Socket.prototype, "_write").mockImplementation((chunk: Buffer, _, done: Done) => {
      pieces.push(chunk.toString());
      done(error);
    });
    onTestFinished(() => write.mockRestore());
    const socket = new EngineSocket({ buffer: Buffer.alloc(1), callback: () => true });
    for (const text of ["a", "b", "c"]) await written(socket, text);
    expect(pieces).toEqual(reached);
    expect(socket.destroyed).toBe(false);
  },
);
