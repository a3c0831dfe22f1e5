import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { Followers } from "../../bench/followers.ts";

/** Listens as a proxy that takes so many followers and refuses the others. */
async function takeFollowers(most: number): Promise<{ socketPath: string; taken: Socket[] }> {
  const folder = mkdtempSync(join(tmpdir(), "quaygate-followers-"));
  const socketPath = join(folder, "events.sock");
  const taken: Socket[] = [];
  const server = createServer((socket) => {
    socket.on("error", () => socket.destroy());
    socket.once("data", () => {
      if (taken.length < most) {
        taken.push(socket);
        socket.write("HTTP/1.1 200 OK\r\n\r\n");
      } else {
        socket.end("HTTP/1.1 503 Service Unavailable\r\n\r\n");
      }
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(socketPath, resolve);
  });
  onTestFinished(() => {
    server.close();
    rmSync(folder, { recursive: true });
  });
  return { socketPath, taken };
}

const never = new AbortController().signal;

test("who is refused does not count as a follower, and no more are tried", async () => {
  const { socketPath } = await takeFollowers(3);
  const followers = await Followers.open({ socketPath }, 1_000, never);
  onTestFinished(() => followers.stop());
  expect(followers.count).toBe(3);
});

test("the time of an event is that of the last one who gets it", async () => {
  const { socketPath, taken } = await takeFollowers(5);
  const followers = await Followers.open({ socketPath }, 5, never);
  onTestFinished(() => followers.stop());
  const late = 200;
  const time = await followers.timeToLast(async () => {
    const [last, ...others] = taken;
    others.forEach((socket) => socket.write("event"));
    setTimeout(() => last?.write("event"), late);
  });
  expect(time).toBeGreaterThan(late * 0.9);
});

test("a follower that is cut is no follower that got an event", async () => {
  const { socketPath, taken } = await takeFollowers(2);
  const followers = await Followers.open({ socketPath }, 2, never);
  onTestFinished(() => followers.stop());
  const timed = followers.timeToLast(async () => {
    taken[0]?.write("event");
    taken[1]?.destroy();
  });
  await expect(timed).rejects.toThrow("a follower was cut");
});
