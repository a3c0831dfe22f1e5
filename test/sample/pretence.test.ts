import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { request, type IncomingMessage } from "node:http";
import { connect as connectHttp2 } from "node:http2";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Duplex } from "node:stream";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { openSampleEngine, type SampleEngine } from "../../src/sample/engine.ts";
import { openPretence } from "../../src/sample/pretence/pretence.ts";

const folder = mkdtempSync(join(tmpdir(), "quaygate-pretence-"));
const socketPath = join(folder, "docker.sock");
const recreated: string[] = [];
let engine: SampleEngine;

beforeAll(async () => {
  engine = await openSampleEngine(
    socketPath,
    openPretence((name) => recreated.push(name)),
  );
});
afterAll(async () => {
  await engine.close();
  rmSync(folder, { recursive: true });
});

interface Reply {
  readonly status: number | undefined;
  readonly text: string;
}

async function send(method: string, path: string, body?: unknown): Promise<Reply> {
  const call = request({ socketPath, method, path: `/v1.51${path}`, agent: false });
  call.end(body === undefined ? "" : JSON.stringify(body));
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    call.on("response", resolve).on("error", reject);
  });
  let text = "";
  for await (const piece of response.setEncoding("utf8")) text += String(piece);
  return { status: response.statusCode, text };
}

async function read(path: string): Promise<unknown> {
  return JSON.parse((await send("GET", path)).text);
}

/** The id of what stands at a path: of the first one, where that is a list. */
async function readId(path: string): Promise<string> {
  return /"(?:Id|ID)":"([^"]+)"/u.exec((await send("GET", path)).text)?.[1] ?? "";
}

function filter(filters: object): string {
  return `filters=${encodeURIComponent(JSON.stringify(filters))}`;
}

describe("the pretended engine's containers", () => {
  test("are listed in the form of a list, with what they were made with", async () => {
    await send("POST", "/containers/create?name=listed", {
      Image: "alpine",
      Cmd: ["sleep", "1"],
      Labels: { a: "b" },
    });
    expect(await read(`/containers/json?all=1&${filter({ label: ["a=b"] })}`)).toEqual([
      expect.objectContaining({
        Names: ["/listed"],
        Image: "alpine",
        Command: "sleep 1",
        Created: expect.any(Number),
        State: "created",
        Labels: { a: "b" },
      }),
    ]);
    expect(await read(`/containers/json?${filter({ label: { "a=b": true } })}`)).toEqual([]);
    await send("POST", "/containers/listed/start");
    expect(await read("/containers/json?" + filter({ name: ["listed"] }))).toMatchObject([
      { State: "running" },
    ]);
    expect(await read("/containers/listed/json")).toMatchObject({
      Created: expect.stringMatching(/Z$/u),
      State: { Status: "running", Running: true },
      Config: { Cmd: ["sleep", "1"] },
    });
  });

  test("are there when they are named, are gone when they were deleted, and are told when they are made again", async () => {
    expect(await read("/containers/anybody/json")).toMatchObject({ Name: "/anybody" });
    expect(await send("DELETE", "/containers/anybody?force=1")).toMatchObject({ status: 204 });
    expect(await send("GET", "/containers/anybody/json")).toMatchObject({ status: 404 });
    expect(recreated).toEqual([]);
    await send("POST", "/containers/create?name=%2Fanybody", { Image: "alpine" });
    expect(recreated).toEqual(["anybody"]);
    expect(await read("/containers/anybody/json")).toMatchObject({ Name: "/anybody" });
  });

  test("end soon where somebody is attached before the start, and run on for others, which events tell", async () => {
    const listening = request({ socketPath, path: "/v1.51/events", agent: false }).end();
    const [events]: readonly IncomingMessage[] = await once(listening, "response");
    let told = "";
    events?.setEncoding("utf8").on("data", (piece: string) => (told += piece));
    for (const name of ["attended", "left"]) {
      await send("POST", `/containers/create?name=${name}`, { Image: "alpine", Labels: { a: "b" } });
    }
    await send("POST", "/containers/attended/attach?stream=1");
    for (const name of ["attended", "left"]) await send("POST", `/containers/${name}/start`);
    await expect
      .poll(() => told.match(/"Action":"[^"]*"|"name":"[^"]*"/gu))
      .toEqual([
        ...['"Action":"start"', '"name":"attended"', '"Action":"start"', '"name":"left"'],
        ...['"Action":"die"', '"name":"attended"'],
      ]);
    expect(await read("/containers/attended/json")).toMatchObject({
      State: { Status: "exited", ExitCode: 0 },
    });
    expect(await read("/containers/left/json")).toMatchObject({ State: { Status: "running" } });
    listening.destroy();
    expect(await send("GET", "/events?until=1")).toMatchObject({ status: 200, text: "" });
  });

  test("have a builder of docker buildx's only when it was made", async () => {
    expect(await send("GET", "/containers/buildx_buildkit_own0/json")).toMatchObject({ status: 404 });
    await send("POST", "/containers/create?name=buildx_buildkit_own0", { Image: "moby/buildkit" });
    expect(await send("GET", "/containers/buildx_buildkit_own0/json")).toMatchObject({ status: 200 });
  });

  test("have all of a HostConfig, and of it what was chosen", async () => {
    const HostConfig = { Binds: ["/srv:/a:ro", "data:/b"], LogConfig: { Type: "", Config: {} }, Memory: 5 };
    await send("POST", "/containers/create?name=whole", {
      Image: "alpine",
      Volumes: { "/b": {}, "/c": {} },
      HostConfig,
    });
    expect(await read("/containers/whole/json")).toMatchObject({
      HostConfig: {
        Memory: 5,
        LogConfig: { Type: "json-file" },
        NetworkMode: "bridge",
        CgroupnsMode: "private",
      },
      NetworkSettings: { Networks: { bridge: {} } },
      Mounts: [
        { Type: "bind", Source: "/srv", RW: false },
        { Type: "volume", Name: "data", Destination: "/b" },
        { Type: "volume", Destination: "/c" },
      ],
    });
    expect(await read("/volumes/data")).toMatchObject({ Driver: "local" });
  });

  test("have newer images, two of them, until those are pulled", async () => {
    const before = await readId("/images/nginx:latest/json");
    expect(await read(`/containers/json?${filter({ name: ["pretended-web"] })}`)).toMatchObject([
      { Image: "nginx:latest", ImageID: before },
    ]);
    await send("POST", "/images/create?fromImage=docker.io%2Flibrary%2Fnginx&tag=latest");
    expect(await readId("/images/nginx:latest/json")).not.toBe(before);
    expect(await readId(`/images/${before}/json`)).toBe(before);
  });
});

describe("the pretended engine's networks and volumes", () => {
  test("have the driver that engines choose where the client says an empty text", async () => {
    await send("POST", "/networks/create", { Name: "apps", Driver: "" });
    await send("POST", "/volumes/create", { Name: "kept", Driver: "" });
    expect(await read("/networks/apps")).toMatchObject({ Name: "apps", Driver: "bridge", Scope: "local" });
    expect(await read(`/networks?${filter({ name: ["apps"] })}`)).toMatchObject([{ Driver: "bridge" }]);
    expect(await read("/volumes/kept")).toMatchObject({ Name: "kept", Driver: "local" });
  });

  test("are not there before they are made, nor after they were deleted", async () => {
    for (const path of ["/networks/nobody", "/volumes/nobody"]) {
      expect(await send("GET", path)).toMatchObject({ status: 404 });
    }
    await send("POST", "/volumes/create", { Name: "short" });
    await send("DELETE", "/volumes/short");
    expect(await send("GET", "/volumes/short")).toMatchObject({ status: 404 });
  });
});

describe("the pretended engine's swarm", () => {
  test("runs every task of a service at once, and knows it before its last change", async () => {
    const spec = { Name: "web", Labels: { a: "b" }, Mode: { Replicated: { Replicas: 2 } }, TaskTemplate: {} };
    await send("POST", "/services/create", spec);
    expect(await read(`/tasks?${filter({ service: ["web"] })}`)).toMatchObject([
      { Slot: 1, Status: { State: "running" } },
      { Slot: 2, Status: { State: "running" } },
    ]);
    await send("POST", "/services/web/update?version=1", { ...spec, Labels: {} });
    expect(await read("/services/web")).toMatchObject({
      Version: { Index: 2 },
      Spec: { Labels: {} },
      PreviousSpec: { Labels: { a: "b" } },
    });
  });

  test.each(["secrets", "configs"])(
    "has %s as soon as somebody asks for them by name, by a swarm's id",
    async (kind) => {
      expect(await send("GET", `/${kind}/word`)).toMatchObject({ status: 404 });
      const id = await readId(`/${kind}?${filter({ name: ["word"] })}`);
      expect(id).toMatch(/^[0-9a-z]{25}$/u);
      expect(await read(`/${kind}/${id}`)).toMatchObject({ ID: id, Spec: { Name: "word" } });
    },
  );

  test("forgets what is secret", async () => {
    await send("POST", "/secrets/create", { Name: "kept", Data: "aHVudGVyMg==" });
    expect((await send("GET", "/secrets/kept")).text).not.toContain("aHVudGVyMg");
  });
});

test("the pretended BuildKit answers every call with an empty message, over HTTP/2 behind an upgrade", async () => {
  const socket = connect(socketPath);
  onTestFinished(() => void socket.destroy());
  socket.write("POST /grpc HTTP/1.1\r\nHost: docker\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n");
  const [bytes]: readonly Buffer[] = await once(socket, "data");
  const [head = "", rest = ""] = String(bytes?.toString("latin1")).split("\r\n\r\n", 2);
  expect(head).toMatch(/^HTTP\/1.1 101 [^]*Upgrade: h2c$/u);
  // Node's HTTP/2 reads past what a socket was given back, and not past that of another stream.
  const tunnel = new Duplex({
    read: () => undefined,
    write: (piece: Buffer, _encoding, done) => void socket.write(piece, done),
  });
  socket.on("data", (piece) => tunnel.push(piece));
  tunnel.push(Buffer.from(rest, "latin1"));
  const session = connectHttp2("http://docker", { createConnection: () => tunnel });
  const stream = session.request({ ":method": "POST", ":path": "/moby.buildkit.v1.Control/Solve" });
  stream.end();
  let message = Buffer.alloc(0);
  stream.on("data", (piece: Buffer) => (message = Buffer.concat([message, piece])));
  const [trailers]: readonly unknown[] = await once(stream, "trailers");
  expect(trailers).toMatchObject({ "grpc-status": "0" });
  expect(message).toEqual(Buffer.alloc(5));
  session.destroy();
});

test("the pretended engine lets nobody log in, and says of what it does not know that it only pretends", async () => {
  expect(await send("POST", "/auth", {})).toMatchObject({ status: 404 });
  expect((await send("GET", "/nowhere")).text).toContain("only pretends");
});
