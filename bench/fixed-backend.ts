// A process of its own: answers whatever comes on a unix socket with fixed answers, as cheaply as Node can.
import { createServer } from "node:net";

/** dockerd copies an archive in pieces of 32 KiB, and each becomes a chunk by itself. */
const CHUNK_SIZE = 32 * 1024;
const CHUNKS = 32;

const [socketPath = ""] = process.argv.slice(2);
const fields = "HTTP/1.1 200 OK\r\nApi-Version: 1.41\r\n";
const plain = `${fields}Content-Type: text/plain; charset=utf-8\r\n`;
const answer = Buffer.from(`${plain}Content-Length: 2\r\n\r\nOK`, "latin1");
const lastAnswer = Buffer.from(`${plain}Connection: close\r\nContent-Length: 2\r\n\r\nOK`, "latin1");
const streamFields = `${fields}Content-Type: application/x-tar\r\nTransfer-Encoding: chunked\r\n`;
const streamHead = Buffer.from(`${streamFields}\r\n`, "latin1");
const lastStreamHead = Buffer.from(`${streamFields}Connection: close\r\n\r\n`, "latin1");
const chunk = Buffer.from(`${CHUNK_SIZE.toString(16)}\r\n${"x".repeat(CHUNK_SIZE)}\r\n`, "latin1");
const streamEnd = Buffer.from("0\r\n\r\n", "latin1");

/** As dockerd lists containers that exist and do not run, with the labels of Compose. */
const container = {
  Id: "a".repeat(64),
  Names: ["/bench-web-1"],
  Image: "busybox:test",
  ImageID: `sha256:${"b".repeat(64)}`,
  Command: "sh",
  Created: 1_795_998_138,
  Ports: [],
  Labels: {
    "com.docker.compose.container-number": "1",
    "com.docker.compose.oneoff": "False",
    "com.docker.compose.project": "bench",
    "com.docker.compose.service": "web",
  },
  State: "created",
  Status: "Created",
  HostConfig: { NetworkMode: "default" },
  NetworkSettings: { Networks: { bridge: { NetworkID: "", IPAddress: "", IPPrefixLen: 0, MacAddress: "" } } },
  Mounts: [],
};
const list = `[${Array.from({ length: 100 }, () => JSON.stringify(container)).join(",")}]\n`;
const listHead = `${fields}Content-Type: application/json\r\nContent-Length: ${list.length}\r\n`;
const listAnswer = Buffer.from(`${listHead}\r\n${list}`, "latin1");
const lastListAnswer = Buffer.from(`${listHead}Connection: close\r\n\r\n${list}`, "latin1");

const server = createServer((socket) => {
  socket.on("error", () => socket.destroy());
  // Neither proxy pipelines, and both send so short a head in one piece: one piece is one request.
  socket.on("data", (request: Buffer) => {
    const isLast = request.includes("onnection: close");
    if (request.includes("/archive")) {
      // A write for each chunk, as dockerd flushes each.
      socket.write(isLast ? lastStreamHead : streamHead);
      for (let sent = 0; sent < CHUNKS; sent += 1) {
        socket.write(chunk);
      }
      socket.write(streamEnd);
    } else if (request.includes("/containers/json")) {
      socket.write(isLast ? lastListAnswer : listAnswer);
    } else {
      socket.write(isLast ? lastAnswer : answer);
    }
    if (isLast) {
      socket.end();
    }
  });
});
server.listen(socketPath, 4096);
process.on("SIGTERM", () => process.exit(0));
