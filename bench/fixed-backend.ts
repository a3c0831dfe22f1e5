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
const container = (number: string): object => ({
  Id: number.repeat(16),
  Names: [`/bench-web-${number}`],
  Image: "busybox:test",
  ImageID: `sha256:${"b".repeat(64)}`,
  Command: "sh",
  Created: 1_795_998_138,
  Ports: [],
  Labels: {
    "com.docker.compose.container-number": number,
    "com.docker.compose.oneoff": "False",
    "com.docker.compose.project": "bench",
    "com.docker.compose.service": "web",
  },
  State: "created",
  Status: "Created",
  HostConfig: { NetworkMode: "default" },
  NetworkSettings: { Networks: { bridge: { NetworkID: "", IPAddress: "", IPPrefixLen: 0, MacAddress: "" } } },
  Mounts: [],
});

const CONTAINERS = 100;
/** So many lists that none of them comes again soon; all are of one length. */
const LISTS = 61;

/** The answer with the list, and the same where the connection closes behind it. */
const lists = Array.from({ length: LISTS }, (_none, list) => {
  const numbers = Array.from({ length: CONTAINERS }, (_, entry) => list * CONTAINERS + entry);
  const text = `${JSON.stringify(numbers.map((number) => container(String(number).padStart(4, "0"))))}\n`;
  const head = `${fields}Content-Type: application/json\r\nContent-Length: ${text.length}\r\n`;
  return [`${head}\r\n${text}`, `${head}Connection: close\r\n\r\n${text}`].map((whole) =>
    Buffer.from(whole, "latin1"),
  );
});
let listsSent = 0;

/** The same list each time, or where the size of each container is asked for another one. */
function listFor(request: Buffer): readonly Buffer[] {
  if (!request.includes("size=1")) return lists[0] ?? [];
  listsSent += 1;
  return lists[listsSent % LISTS] ?? [];
}

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
      const [keptList, lastList] = listFor(request);
      socket.write((isLast ? lastList : keptList) ?? answer);
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
