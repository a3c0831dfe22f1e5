import { createServer } from "node:http";
import type { AnswerTable } from "../../../src/docker/answers/answer-table.ts";
import { operationAnswers } from "../../../src/docker/answers/operation-answers.ts";
import type { Viewer } from "../../../src/docker/answers/viewer.ts";
import { serializeJson } from "../../../src/docker/json/write.ts";
import { matchOperation } from "../../../src/docker/match.ts";
import { parsePath } from "../../../src/docker/path.ts";
import type { Engine } from "../../support/engine.ts";
import { send } from "../attacks/attack.ts";
import { valuesOf } from "./read-answer.ts";

/** An engine's reads, as one viewer gets them by the tables alone. */
export interface HidingRelay {
  readonly host: string;
  readonly port: number;
  close(): Promise<void>;
}

/** Opens such a relay before the engine. Nothing goes through it but GET and HEAD. */
export async function openHidingRelay(
  { socketPath, apiVersion }: Engine,
  viewer: Viewer,
): Promise<HidingRelay> {
  const server = createServer((request, response) => {
    const { method = "GET", url = "/" } = request;
    const table = tableOf(method, url);
    send({ socketPath }, method, url)
      .then(({ status, text }) => {
        const isRead = table !== undefined && status === 200 && method === "GET";
        response.writeHead(status, { "Content-Type": "application/json", "Api-Version": apiVersion });
        response.end(isRead ? hidden(table, text, viewer) : text);
      })
      .catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const port = typeof address === "object" ? (address?.port ?? 0) : 0;
  return {
    host: `tcp://127.0.0.1:${port}`,
    port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function tableOf(method: string, url: string): AnswerTable | undefined {
  const path = parsePath(url.replace(/\?.*$/su, ""));
  const operation = path.ok && method === "GET" ? matchOperation("GET", path.value.segments) : undefined;
  return operation === undefined ? undefined : operationAnswers.get(operation.name);
}

function hidden(table: AnswerTable, text: string, viewer: Viewer): string {
  const seen = valuesOf(table, text).flatMap((value) => table.part.review(value, viewer) ?? []);
  const written = seen.map((value) => serializeJson(value));
  if (table.layout === "list") return `[${written.join(",")}]`;
  return written.join("\n");
}
