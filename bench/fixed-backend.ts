// A process of its own: answers whatever comes on a unix socket with one fixed answer, as cheaply as Node can.
import { createServer } from "node:net";

const [socketPath = ""] = process.argv.slice(2);
const fields = "HTTP/1.1 200 OK\r\nApi-Version: 1.41\r\nContent-Type: text/plain; charset=utf-8\r\n";
const answer = Buffer.from(`${fields}Content-Length: 2\r\n\r\nOK`, "latin1");
const lastAnswer = Buffer.from(`${fields}Connection: close\r\nContent-Length: 2\r\n\r\nOK`, "latin1");

const server = createServer((socket) => {
  socket.on("error", () => socket.destroy());
  // Neither proxy pipelines, and both send so short a head in one piece: one chunk is one request.
  socket.on("data", (chunk: Buffer) => {
    if (chunk.includes("onnection: close")) {
      socket.end(lastAnswer);
    } else {
      socket.write(answer);
    }
  });
});
server.listen(socketPath);
process.on("SIGTERM", () => process.exit(0));
