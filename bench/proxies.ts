import { writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { Child } from "./child.ts";
import { haproxyConfiguration } from "./haproxy-configuration.ts";
import { gateNode, processOfImage } from "./image-process.ts";
import { ask } from "./request.ts";

/** One of the two that are compared. */
export interface Proxy {
  readonly name: string;
  readonly port: number;
  readonly child: Child;
  /** For so large a part of its requests it has to have logged a line. */
  readonly loggedPart: number;
  stop(): Promise<void>;
}

/** HAProxy drops a line when two of its threads write at the same moment: on a busy machine 3 of 100 were seen. */
const HAPROXY_LOGGED_PART = 0.9;

/** The switches that both are given unless more is said: lists may be read, nothing may be changed. */
export const switches: Readonly<Record<string, string>> = {
  CONTAINERS: "1",
  EVENTS: "1",
  PING: "1",
  VERSION: "1",
  POST: "0",
};

/** What a gate is started with. */
export interface GateStart {
  /** Two that run at one time have different names. */
  readonly name: string;
  /** The script of its command. */
  readonly main: string;
  readonly engineSocket: string;
  /** Where its log goes. */
  readonly folder: string;
  /** Further variables, or others than those that it gets by itself; beside a policy file it gets no switches. */
  readonly settings?: Readonly<Record<string, string>>;
}

/** Starts the built gate as its own process, as the image does; it need not answer yet. */
export async function spawnGate({ name, main, engineSocket, folder, settings }: GateStart): Promise<Proxy> {
  const port = await freePort();
  const { options, environment } = processOfImage();
  const child = new Child([gateNode, ...options, main, "run"], join(folder, `${name}.log`), {
    ...environment,
    ...(settings?.["QUAYGATE_POLICY"] === undefined ? switches : {}),
    QUAYGATE_LISTEN: `tcp://127.0.0.1:${port}`,
    QUAYGATE_ENGINE: engineSocket,
    // Health and metrics are there, as in the image.
    QUAYGATE_ADMIN: `tcp://127.0.0.1:${await freePort()}`,
    QUAYGATE_LOG: "json",
    // HAProxy has a line for each request.
    QUAYGATE_LOG_POLLS: "each",
    ...settings,
  });
  return { name, port, child, loggedPart: 1, stop: () => child.stop() };
}

/** What HAProxy is started with. */
export interface HaproxyStart extends Omit<GateStart, "name" | "main"> {
  /** Its own choice where none is given. */
  readonly threads: number | undefined;
}

/** Starts HAProxy as the original's image does, a master and a worker in the foreground; it need not answer yet. */
export async function spawnHaproxy(start: HaproxyStart): Promise<Proxy> {
  const { engineSocket, folder, threads, settings } = start;
  const port = await freePort();
  const configuration = join(folder, "haproxy.cfg");
  writeFileSync(configuration, haproxyConfiguration({ port, engineSocket, threads }));
  const command = ["haproxy", "-W", "-db", "-f", configuration] as const;
  const child = new Child(command, join(folder, "haproxy.log"), { ...switches, ...settings });
  return { name: "haproxy", port, child, loggedPart: HAPROXY_LOGGED_PART, stop: () => child.stop() };
}

/** Resolves to the proxy when it answers; stops it and rejects when it does not. */
export async function whenAnswering(proxy: Proxy): Promise<Proxy> {
  const { port, child } = proxy;
  try {
    await child.untilReady(async () => (await ask({ port }, "GET", "/_ping"))?.status === 200);
    return proxy;
  } catch (error) {
    await child.stop();
    throw error;
  }
}

/** A port of loopback that nobody has at this moment. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address !== null ? address.port : 0));
    });
  });
}
