import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { request } from "node:http";
import type { IncomingMessage } from "node:http";
import { connect } from "node:net";
import type { Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openSampleEngine } from "../../src/sample/engine.ts";
import type { SampleEngine } from "../../src/sample/engine.ts";
import { minorOf, release } from "../../src/sample/release.ts";

interface Reply {
  readonly status: number | undefined;
  readonly fields: IncomingMessage["headers"];
  readonly text: string;
}

const folder = mkdtempSync(join(tmpdir(), "quaygate-sample-"));
/** Stands for the end of what the client says. */
const fin = Symbol("FIN");
const socketPath = join(folder, "docker.sock");
let engine: SampleEngine;

beforeAll(async () => {
  engine = await openSampleEngine(socketPath);
});

afterAll(async () => {
  await engine.close();
  rmSync(folder, { recursive: true });
});

async function open(
  method: string,
  path: string,
  body?: unknown,
  socket = socketPath,
): Promise<IncomingMessage> {
  const call = request({ socketPath: socket, method, path, agent: false });
  call.end(body === undefined ? "" : JSON.stringify(body));
  return new Promise((resolve, reject) => {
    call.on("response", resolve).on("error", reject);
  });
}

async function fetchReply(method: string, path: string, body?: unknown): Promise<Reply> {
  const response = await open(method, path, body);
  let text = "";
  for await (const piece of response.setEncoding("latin1")) text += String(piece);
  return { status: response.statusCode, fields: response.headers, text };
}

async function fetchJson(path: string, method = "GET", body?: unknown): Promise<unknown> {
  return JSON.parse((await fetchReply(method, path, body)).text);
}

function readId(description: unknown): string {
  return typeof description === "object" && description !== null && "Id" in description
    ? String(description.Id)
    : "";
}

async function createExec(settings: object, socket = socketPath): Promise<string> {
  const [text] = await once(await open("POST", "/v1.41/containers/web/exec", settings, socket), "data");
  return readId(JSON.parse(String(text)));
}

/** Sends raw bytes, half-closes when told, and reads to the end. */
async function talk(...pieces: (string | typeof fin)[]): Promise<string> {
  const socket: Socket = connect({ path: socketPath, allowHalfOpen: true });
  let text = "";
  socket.setEncoding("latin1").on("data", (piece: string) => (text += piece));
  const end = once(socket, "end");
  for (const piece of pieces) {
    if (piece === fin) socket.end();
    else socket.write(piece);
    await new Promise((resolve) => setTimeout(resolve, 30));
  }
  await end;
  socket.destroy();
  return text;
}

function startHead(id: string, body: string, upgrade = "Connection: Upgrade\r\nUpgrade: tcp\r\n"): string {
  return `POST /v1.41/exec/${id}/start HTTP/1.1\r\nHost: docker\r\n${upgrade}Content-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n`;
}

function frame(text: string): string {
  return `\u0001\0\0\0\0\0\0${String.fromCodePoint(text.length)}${text}`;
}

describe("plain answers", () => {
  test("GET and HEAD /_ping carry what clients negotiate by", async () => {
    const ping = await fetchReply("GET", "/_ping");
    expect(ping).toMatchObject({ status: 200, text: "OK" });
    const head = await fetchReply("HEAD", "/_ping");
    for (const { fields } of [ping, head]) {
      expect(fields).toMatchObject({
        "api-version": "1.51",
        ostype: "linux",
        "docker-experimental": "false",
      });
      expect(fields["server"]).toMatch(/^Docker\/28/);
    }
    expect(head.text).toBe("");
  });

  test.each([
    { path: "/v1.24/version", status: 200, shows: '"ApiVersion":"1.51"' },
    { path: "/v1.23/version", status: 400, shows: "too old" },
    { path: "/v1.52/version", status: 400, shows: "too new" },
    { path: "/containers/we%62/json", status: 200, shows: '"/web"' },
    { path: "/containers/%ff/json", status: 400, shows: '{"message":' },
    { path: "/containers/nobody/json", status: 404, shows: '{"message":"No such container: nobody"}' },
    { path: "/containers/web/logs", status: 400, shows: "choose at least one stream" },
    { path: "/containers/migrate/top", status: 409, shows: "is not running" },
    { path: "/containers/json?filters=%7B", status: 400, shows: '{"message":' },
    { path: "/images/none/json", status: 404, shows: "No such image: none" },
    { path: "/networks/none-such", status: 404, shows: "network none-such not found" },
    { path: "/volumes/none-such", status: 404, shows: "no such volume" },
    { path: "/exec/none/json", status: 404, shows: "No such exec instance" },
    { path: "/services", status: 404, shows: '{"message":"page not found"}' },
    { path: "//_ping", status: 404, shows: '{"message":"page not found"}' },
  ])("GET $path answers $status", async ({ path, status, shows }) => {
    const reply = await fetchReply("GET", path);
    expect(reply.status).toBe(status);
    expect(reply.text).toContain(shows);
    expect(reply.fields["content-type"]).toBe("application/json");
  });

  test.each([
    { query: "", names: ["web", "db", "worker"] },
    { query: "?all=1", names: ["web", "db", "worker", "migrate"] },
    { query: '?filters={"status":["exited"]}', names: ["migrate"] },
    { query: '?filters={"name":{"w":true}}', names: ["web", "worker"] },
    { query: '?filters={"label":["com.docker.compose.service=db"]}', names: ["db"] },
    { query: '?filters={"label":["com.docker.compose.service"]}', names: ["web", "db", "worker"] },
  ])("GET /containers/json$query lists $names", async ({ query, names }) => {
    const list = await fetchJson(`/containers/json${encodeURI(query)}`);
    expect(list).toMatchObject(names.map((name) => ({ Names: [`/${name}`] })));
    expect(list).toHaveLength(names.length);
  });

  test("a container is found by name, id and the beginning of its id", async () => {
    const id = readId(await fetchJson("/containers/web/json"));
    for (const reference of ["web", id, id.slice(0, 12)]) {
      expect(await fetchJson(`/containers/${reference}/json`)).toMatchObject({ Id: id, Name: "/web" });
    }
  });

  test("a database's inspection shows the password, as on a real engine", async () => {
    const inspected = await fetchJson("/containers/db/json");
    expect(inspected).toMatchObject({
      Config: { Env: expect.arrayContaining(["POSTGRES_PASSWORD=sample-only"]) },
    });
  });

  test("start, stop and pause answer 204, 304 when there is nothing to do, 409 when it is not possible", async () => {
    const post = async (verb: string) => (await fetchReply("POST", `/containers/migrate/${verb}`)).status;
    const verbs = [
      "stop",
      "pause",
      "kill",
      "start",
      "start",
      "pause",
      "pause",
      "unpause",
      "kill?signal=HUP",
      "kill",
    ];
    const statuses: unknown[] = [];
    for (const verb of verbs) statuses.push(await post(verb));
    expect(statuses).toEqual([304, 409, 409, 204, 304, 204, 409, 204, 204, 204]);
    expect(await fetchJson("/containers/migrate/json")).toMatchObject({
      State: { Status: "exited", ExitCode: 137 },
    });
  });

  test("an Upgrade on a route that does not hijack is answered as if it were not there", async () => {
    const upgrade = "Connection: Upgrade\r\nUpgrade: h2c\r\n";
    expect(await talk(`GET /version HTTP/1.1\r\nHost: docker\r\n${upgrade}\r\n`)).toMatch(
      /^HTTP\/1.1 200 OK\r\n/,
    );
    expect(await talk(`POST /session HTTP/1.1\r\nHost: docker\r\n${upgrade}\r\n`)).toMatch(
      /^HTTP\/1.1 404 [^]*page not/,
    );
  });
});

test("the sample's API is none that is too old for a client of today, nor too new for one of ten years ago", () => {
  expect([minorOf(release.api) >= 44, minorOf(release.oldestApi) <= 24]).toEqual([true, true]);
});

describe("streams", () => {
  test.each([
    { version: "/v1.41", type: "application/vnd.docker.raw-stream" },
    { version: "/v1.42", type: "application/vnd.docker.multiplexed-stream" },
    { version: "", type: "application/vnd.docker.multiplexed-stream" },
  ])("are called as in the version that is asked in: '$version'", async ({ version, type }) => {
    const { fields } = await fetchReply("GET", `${version}/containers/migrate/logs?stdout=1`);
    expect(fields["content-type"]).toBe(type);
  });

  test("logs are framed, tailed and can carry times", async () => {
    const { text, fields } = await fetchReply(
      "GET",
      "/containers/migrate/logs?stdout=1&stderr=1&tail=2&timestamps=1",
    );
    expect(fields["content-type"]).toBe("application/vnd.docker.multiplexed-stream");
    expect(text).toMatch(
      /^\u0001\0{6}.\d{4}-\S+Z migration 18 applied\n\u0002\0{6}.\d{4}-\S+Z migration 19 applied\n$/s,
    );
  });

  test("stats come once with stream=0 and again and again without", async () => {
    expect(await fetchJson("/containers/web/stats?stream=0&one-shot=1")).toMatchObject({ name: "/web" });
    const response = await open("GET", "/containers/web/stats");
    let text = "";
    for await (const piece of response.setEncoding("utf8")) {
      text += String(piece);
      if (text.split("\n").length > 2) break;
    }
    for (const line of text.trim().split("\n"))
      expect(JSON.parse(line)).toMatchObject({ cpu_stats: { online_cpus: 4 } });
  });

  test("events send their head at once and end at until", async () => {
    const until = (Date.now() + 400) / 1000;
    const opened = Date.now();
    const response = await open("GET", `/events?until=${until}`);
    expect(Date.now() - opened).toBeLessThan(300);
    await once(response.resume(), "end");
    expect(Date.now() / 1000).toBeGreaterThanOrEqual(until - 0.01);
  });

  test("events tell about health checks now and then", async () => {
    const filters = encodeURIComponent('{"event":["health_status"],"type":["container"]}');
    const response = await open("GET", `/events?since=0&filters=${filters}`);
    const [first] = await once(response, "data");
    expect(JSON.parse(String(first).split("\n")[0] ?? "")).toMatchObject({
      Type: "container",
      Action: "health_status: healthy",
      Actor: { Attributes: { name: "db" } },
    });
    response.destroy();
  });
});

describe("exec", () => {
  test("a tunnel opens after 101, carries early bytes, understands half-close and keeps the exit code", async () => {
    const id = await createExec({ AttachStdin: true, AttachStdout: true, Cmd: ["cat"] });
    const answer = await talk(`${startHead(id, "{}")}{}early`, " late", fin);
    expect(answer).toMatch(/^HTTP\/1.1 101 UPGRADED\r\n/);
    const stream = answer.slice(answer.indexOf("\r\n\r\n") + 4);
    expect(stream).toBe(frame("early") + frame(" late"));
    expect(await fetchJson(`/exec/${id}/json`)).toMatchObject({
      Running: false,
      ExitCode: 0,
      OpenStdin: true,
    });
  });

  test("a body that comes in pieces after the head is read to its length", async () => {
    const id = await createExec({ AttachStdin: true, Cmd: ["cat"], Tty: true });
    const answer = await talk(startHead(id, '{"Tty":true}'), '{"Tty"', ":true}x", fin);
    expect(answer).toMatch(/\r\n\r\nx$/);
  });

  test("a body that ends before its length is refused", async () => {
    const id = await createExec({ Cmd: ["cat"] });
    expect(await talk(startHead(id, "{ }"), "{ ", fin)).toMatch(/^HTTP\/1.1 400 [^]*the body is too short/);
    expect(await fetchJson(`/exec/${id}/json`)).toMatchObject({ Running: false, ExitCode: null });
  });

  test("without Upgrade the output comes as a raw stream without framing", async () => {
    const id = await createExec({ AttachStdout: true, Cmd: ["echo", "a", "b"] });
    const answer = await talk(`${startHead(id, "{}", "")}{}`);
    expect(answer).toMatch(/^HTTP\/1.1 200 OK\r\n/);
    expect(answer).not.toMatch(/transfer-encoding|content-length/i);
    expect(answer.slice(answer.indexOf("\r\n\r\n") + 4)).toBe(frame("a b\n"));
  });

  test("a detached start answers at once", async () => {
    const id = await createExec({ Cmd: ["false"] });
    expect(await fetchReply("POST", `/exec/${id}/start`, { Detach: true })).toMatchObject({
      status: 200,
      text: "",
    });
    expect(await fetchJson(`/exec/${id}/json`)).toMatchObject({ Running: false, ExitCode: 1 });
  });

  test("a client that goes away in the middle ends its command", async () => {
    const id = await createExec({ AttachStdin: true, Cmd: ["cat"] });
    const socket = connect(socketPath);
    socket.write(`${startHead(id, "{}")}{}`);
    await once(socket, "data");
    expect(await fetchJson(`/exec/${id}/json`)).toMatchObject({ Running: true, ExitCode: null });
    socket.destroy();
    await expect.poll(() => fetchJson(`/exec/${id}/json`)).toMatchObject({ Running: false });
  });

  test("what cannot run is refused", async () => {
    const cases: [string, unknown, number][] = [
      ["/containers/web/exec", {}, 400],
      ["/containers/web/exec", "no object", 400],
      ["/containers/migrate/exec", { Cmd: ["echo"] }, 409],
      ["/exec/none/start", {}, 404],
    ];
    for (const [path, body, status] of cases) {
      expect(await fetchReply("POST", path, body)).toMatchObject({
        status,
        text: expect.stringContaining("message"),
      });
    }
    expect(await talk(`${startHead("none", "{}")}{}`)).toMatch(
      /^HTTP\/1.1 404 [^]*No such exec instance: none/,
    );
    const id = await createExec({ Cmd: ["true"] });
    await fetchReply("POST", `/exec/${id}/start`, {});
    expect((await fetchReply("POST", `/exec/${id}/start`, {})).status).toBe(409);
  });
});

describe("its life", () => {
  test("close ends all streams and tunnels, removes the socket and does not wait for idle connections", async () => {
    const path = join(folder, "closing.sock");
    const closing = await openSampleEngine(path);
    const ends = ["/containers/web/logs?stdout=1&follow=1", "/containers/web/stats", "/events"].map(
      (target) =>
        new Promise((resolve, reject) => {
          request({ socketPath: path, path: target, agent: false }, (response) => {
            response.resume().on("end", resolve).on("error", reject);
          }).end();
        }),
    );
    const id = await createExec({ AttachStdin: true, Cmd: ["cat"] }, path);
    const tunnel = connect(path);
    tunnel.write(`${startHead(id, "{}")}{}`);
    await once(tunnel, "data");
    const tunnelEnd = once(tunnel.resume(), "end");
    const idle = connect(path);
    const idleEnd = once(idle.resume(), "end");
    await new Promise((resolve) => setTimeout(resolve, 100));
    const began = Date.now();
    await closing.close();
    expect(Date.now() - began).toBeLessThan(2000);
    await Promise.all([...ends, tunnelEnd, idleEnd]);
    const [error] = await once(connect(path), "error");
    expect(error).toMatchObject({ code: "ENOENT" });
  });

  test("opening on a path that is taken fails with the reason", async () => {
    await expect(openSampleEngine(socketPath)).rejects.toMatchObject({ code: "EADDRINUSE" });
  });
});
