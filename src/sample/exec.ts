import type { Socket } from "node:net";
import { Transform } from "node:stream";
import { EngineError, outputType } from "./call.ts";
import type { Call } from "./call.ts";
import type { SampleContainer } from "./catalogue.ts";
import { frameStream } from "./streams.ts";
import type { SampleExec } from "./world.ts";

/** More than any exec settings that a person writes. */
const longestBody = 65_536;
const controlD = 4;

/** Remembers the command; nothing runs yet. */
export async function createExec(call: Call, container: SampleContainer): Promise<unknown> {
  const { Cmd: command, AttachStdin: stdin, Tty: tty } = await readSettings(call);
  if (!Array.isArray(command) || command.length === 0)
    throw new EngineError(400, "No exec command specified");
  if (container.status !== "running") throw new EngineError(409, `Container ${call.name} is not running`);
  const settings = { container, command: command.map(String), stdin: stdin === true, tty: tty === true };
  const exec = call.world.createExec(settings);
  call.response.statusCode = 201;
  return { Id: exec.id };
}

/** Runs the command: through a tunnel after 101 if the client asked to upgrade, else as a raw stream of its output. */
export async function startExec(call: Call): Promise<unknown> {
  const { world, response, tunnel, name } = call;
  const { Detach: detached } = await readSettings(call);
  const exec = world.execs.get(name);
  if (exec === undefined) throw new EngineError(404, `No such exec instance: ${name}`);
  if (exec.running || exec.exitCode !== null) throw new EngineError(409, `exec ${name} has already run`);
  exec.running = true;
  world.announce(exec.container, `exec_start: ${exec.command.join(" ")}`, { execID: name });
  const type = outputType(call, exec.tty);
  const command = runCommand(exec).on("end", () => {
    exec.running = false;
    exec.exitCode = exec.command[0] === "false" ? 1 : 0;
    world.announce(exec.container, "exec_die", { execID: name, exitCode: String(exec.exitCode) });
  });
  if (detached === true) {
    command.resume().end();
    return "";
  }
  if (tunnel === undefined) {
    response.useChunkedEncodingByDefault = false; // no framing: a raw stream ends with its connection
    response.writeHead(200, { "content-type": type });
    command.pipe(response);
    command.end();
    return undefined;
  }
  response.detachSocket(tunnel);
  tunnel.write(
    `HTTP/1.1 101 UPGRADED\r\nContent-Type: ${type}\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n`,
  );
  command.pipe(tunnel);
  command.on("end", () => tunnel.unpipe(command).resume());
  tunnel.on("close", () => command.end().resume());
  if (exec.stdin) tunnel.pipe(command);
  else command.end();
  return undefined;
}

/** `echo` says its words; other commands give back what they read: from a terminal until Ctrl-D, else to the end. */
function runCommand({ command: [name = "", ...words], tty }: SampleExec): Transform {
  let isOpen = true;
  const say = (data: Buffer): void => {
    if (isOpen && data.length > 0) command.push(tty ? data : frameStream("stdout", data));
  };
  const finish = (): void => {
    isOpen = false;
    command.push(null);
  };
  const command = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      const last = tty ? chunk.indexOf(controlD) : -1;
      say(last < 0 ? chunk : chunk.subarray(0, last));
      if (last >= 0) finish();
      done();
    },
  });
  if (name === "echo") say(Buffer.from(`${words.join(" ")}${tty ? "\r" : ""}\n`));
  if (["echo", "true", "false"].includes(name)) finish();
  return command;
}

/** Reads the JSON body; after an upgrade it waits in the tunnel, in front of the first bytes of stdin. */
async function readSettings({ request, tunnel }: Call): Promise<Readonly<Record<string, unknown>>> {
  let text = "";
  if (tunnel === undefined) {
    for await (const chunk of request.setEncoding("utf8")) {
      text += String(chunk);
      if (text.length > longestBody) throw new EngineError(413, "the body is too long");
    }
  } else {
    const length = Number(request.headers["content-length"] ?? 0);
    if (!(length <= longestBody)) throw new EngineError(413, "the body is too long");
    text = (await readBytes(tunnel, length)).toString();
  }
  const settings: unknown = JSON.parse(text || "{}");
  return typeof settings === "object" ? { ...settings } : {};
}

/** Takes exactly so many bytes and puts back what came with them. */
function readBytes(tunnel: Socket, length: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    let bytes = Buffer.alloc(0);
    const onData = (piece: Buffer): void => {
      bytes = Buffer.concat([bytes, piece]);
      if (bytes.length < length) return;
      tunnel.off("data", onData).pause().unshift(bytes.subarray(length));
      resolve(bytes.subarray(0, length));
    };
    tunnel.on("data", onData).on("end", () => reject(new EngineError(400, "the body is too short")));
    onData(Buffer.alloc(0));
  });
}
