import { writeFileSync } from "node:fs";
import { request } from "node:http";
import { join } from "node:path";
import type { ViewWords } from "../../../src/policy/view/make-view.ts";
import { temporaryFolder } from "../../support/docker-cli.ts";
import type { Engine } from "../../support/engine.ts";
import { openTestGate } from "../../support/gate.ts";

/** One answer as it came: its head and its content in one text. */
export interface WholeAnswer {
  readonly status: number;
  readonly text: string;
  /** The content alone. */
  readonly content: string;
}

/** A gate whose policy has a client for each view, who may do everything, at a socket of its own. */
export interface ViewingGate {
  readonly socketOf: (client: string) => string;
  readonly ask: (client: string, method: string, path: string, body?: object) => Promise<WholeAnswer>;
  close(): Promise<void>;
}

/** Opens such a gate before the engine. */
export async function openViewingGate(
  { socketPath }: Engine,
  views: Readonly<Record<string, ViewWords>>,
): Promise<ViewingGate> {
  const folder = temporaryFolder();
  const socketOf = (client: string): string => join(folder.path, `${client}.sock`);
  const policy = {
    listen: Object.keys(views).map((client) => ({ address: `unix://${socketOf(client)}`, client })),
    clients: Object.fromEntries(
      Object.entries(views).map(([client, words]) => [client, { allow: "*", powers: "all", ...words }]),
    ),
  };
  const file = join(folder.path, "policy.yaml");
  writeFileSync(file, JSON.stringify(policy));
  const gate = await openTestGate({ env: { QUAYGATE_POLICY: file }, engineSocket: socketPath });
  return {
    socketOf,
    ask: (client, method, path, body) => askWhole(socketOf(client), method, path, body),
    close: async () => {
      await gate.close();
      folder.remove();
    },
  };
}

/** Sends one request, and reads all that is answered. */
function askWhole(socketPath: string, method: string, path: string, body?: object): Promise<WholeAnswer> {
  const sent = body === undefined ? undefined : JSON.stringify(body);
  const headers = sent === undefined ? {} : { "Content-Type": "application/json" };
  return new Promise((resolve, reject) => {
    const asked = request({ socketPath, method, path, headers, agent: false }, (answer) => {
      let content = "";
      answer.setEncoding("utf8").on("data", (part: string) => (content += part));
      answer.once("error", reject);
      answer.once("end", () => {
        const head = [answer.statusMessage, ...answer.rawHeaders, ...answer.rawTrailers].join("\n");
        resolve({ status: answer.statusCode ?? 0, text: `${head}\n\n${content}`, content });
      });
    });
    asked.once("error", reject);
    asked.end(sent);
  });
}
