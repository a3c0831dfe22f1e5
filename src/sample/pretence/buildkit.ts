import { createServer, type ServerHttp2Stream } from "node:http2";
import { type Call, EngineError } from "../call.ts";
import { type Route, upgraded } from "./answers.ts";

/** A gRPC message of no bytes: one in which every field has its default. */
const emptyMessage = Buffer.alloc(5);

/** BuildKit's two doors: whatever is called is answered with an empty message, and so every build is done at once. */
export const buildkitRoutes: readonly Route[] = [
  [/^POST \/grpc$/u, (call) => answerCalls(call)],
  [/^POST \/session$/u, (call) => void takeTunnel(call).resume()],
];

function takeTunnel({ request, response, tunnel }: Call): NonNullable<Call["tunnel"]> {
  if (tunnel === undefined) throw new EngineError(400, "no upgrade was asked for");
  response.detachSocket(tunnel);
  tunnel.write(upgraded(request.headers.upgrade ?? "h2c"));
  tunnel.once("end", () => tunnel.end());
  return tunnel;
}

/** HTTP/2 with prior knowledge on the connection, as a gRPC server speaks it. */
function answerCalls(call: Call): undefined {
  const server = createServer();
  server.on("stream", (stream) => answerCall(stream)).on("sessionError", () => undefined);
  server.emit("connection", takeTunnel(call));
  return undefined;
}

function answerCall(stream: ServerHttp2Stream): void {
  stream.on("error", () => undefined).resume();
  stream.respond({ ":status": 200, "content-type": "application/grpc" }, { waitForTrailers: true });
  stream.once("wantTrailers", () => stream.sendTrailers({ "grpc-status": "0" }));
  stream.end(emptyMessage);
}
