import { mkdtempSync, rmSync } from "node:fs";
import { createServer, request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A way to an engine on which answers wait for what a test does meanwhile. */
export interface HeldAnswers {
  readonly socketPath: string;
  close(): void;
}

/** Passes requests on to an engine; its answers are given when what `meanwhile` does about a request is done. */
export async function holdAnswers(
  engineSocket: string,
  meanwhile: (startLine: string) => Promise<void>,
): Promise<HeldAnswers> {
  const folder = mkdtempSync(join(tmpdir(), "quaygate-held-"));
  const socketPath = join(folder, "engine.sock");
  const server = createServer((incoming, outgoing) => {
    const { method, url, headers } = incoming;
    const asked = request(
      { socketPath: engineSocket, method, path: url, headers, agent: false },
      (answer) => {
        const parts: Buffer[] = [];
        answer.on("data", (part: Buffer) => parts.push(part));
        answer.once("end", () => {
          void meanwhile(`${String(method)} ${String(url)}`).then(() => {
            const body = Buffer.concat(parts);
            const type = answer.headers["content-type"] ?? "application/json";
            const isEmpty = answer.statusCode === 204;
            outgoing.writeHead(
              answer.statusCode ?? 500,
              isEmpty ? {} : { "Content-Type": type, "Content-Length": body.length },
            );
            outgoing.end(isEmpty ? undefined : body);
          });
        });
      },
    );
    asked.once("error", () => outgoing.destroy());
    // In one write: an engine that has read enough answers and closes, and what comes behind that would fail.
    const body: Buffer[] = [];
    incoming.on("data", (part: Buffer) => body.push(part));
    incoming.once("end", () => asked.end(Buffer.concat(body)));
  });
  await new Promise<void>((resolve) => void server.listen(socketPath, resolve));
  return {
    socketPath,
    close: () => {
      server.closeAllConnections();
      server.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
