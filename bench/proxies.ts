import { writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { Child } from "./child.ts";
import { haproxyConfiguration } from "./haproxy-configuration.ts";
import { ask } from "./request.ts";

/** One of the two that are compared. */
export interface Proxy {
  readonly name: string;
  readonly port: number;
  readonly child: Child;
}

/** The switches that both are given: lists may be read, nothing may be changed. */
const switches = { CONTAINERS: "1", EVENTS: "1", PING: "1", VERSION: "1", POST: "0" };

/** Starts the built gate as its own process; `main` is its command's script, `settings` are further variables. */
export async function openGate(
  name: string,
  main: string,
  engineSocket: string,
  folder: string,
  settings: Readonly<Record<string, string>> = {},
): Promise<Proxy> {
  const port = await freePort();
  const child = new Child([process.execPath, main, "run"], join(folder, `${name}.log`), {
    ...switches,
    ...settings,
    QUAYGATE_LISTEN: `tcp://127.0.0.1:${port}`,
    QUAYGATE_ENGINE: engineSocket,
    QUAYGATE_ADMIN: "off",
    QUAYGATE_LOG: "json",
  });
  return whenAnswering({ name, port, child });
}

/** Starts HAProxy as the original's image does: a master and a worker in the foreground. */
export async function openHaproxy(
  engineSocket: string,
  folder: string,
  threads: number | undefined,
): Promise<Proxy> {
  const port = await freePort();
  const configuration = join(folder, "haproxy.cfg");
  writeFileSync(configuration, haproxyConfiguration({ port, engineSocket, threads }));
  const child = new Child(
    ["haproxy", "-W", "-db", "-f", configuration],
    join(folder, "haproxy.log"),
    switches,
  );
  return whenAnswering({ name: "haproxy", port, child });
}

async function whenAnswering(proxy: Proxy): Promise<Proxy> {
  try {
    await proxy.child.untilReady(
      async () => (await ask({ port: proxy.port }, "GET", "/_ping"))?.status === 200,
    );
    return proxy;
  } catch (error) {
    await proxy.child.stop();
    throw error;
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address !== null ? address.port : 0));
    });
  });
}
