import { createServer } from "node:net";
import type { Socket } from "node:net";
import { onTestFinished } from "vitest";
import { startDocker } from "./docker-cli.ts";

/** A port of this machine behind which a container's own network begins. It is closed when the test ends. */
export interface ContainerRelay {
  readonly port: number;
  /** For `DOCKER_HOST`. */
  readonly host: string;
}

/**
 * Opens a port whose connections go out from inside a container: its `nc` looks the name up and connects, so that a
 * client on this machine reaches what the container reaches, by the container's address, and nothing else.
 */
export async function openContainerRelay(
  host: string,
  container: string,
  address: string,
): Promise<ContainerRelay> {
  const open = new Set<Socket>();
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    open.add(socket);
    socket.once("close", () => open.delete(socket));
    relay(socket, host, ["exec", "--interactive", container, "nc", ...address.split(":")]);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(async () => {
    for (const socket of open) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  });
  const bound = server.address();
  const port = typeof bound === "object" && bound !== null ? bound.port : 0;
  return { port, host: `tcp://127.0.0.1:${port}` };
}

/** Each side's end is the other's; when the connection is gone, the container's side is told so and ends by itself. */
function relay(socket: Socket, host: string, command: readonly string[]): void {
  const child = startDocker(host, command);
  child.once("error", (error) => socket.destroy(error));
  child.stdin.on("error", () => {});
  child.stderr.resume();
  socket.on("error", () => {});
  socket.once("close", () => {
    child.stdin.end();
    child.stdout.resume();
  });
  socket.pipe(child.stdin);
  child.stdout.pipe(socket);
}
