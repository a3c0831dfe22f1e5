import { request } from "node:http";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { openTestGate } from "../support/gate.ts";
import { explainMissingPodman, type Podman, startPodman } from "../support/podman.ts";

const missing = explainMissingPodman();
const hasPodman = missing === undefined || process.env["CI"] === "true";

const switches = {
  QUAYGATE_COMPAT: "linuxserver",
  CONTAINERS: "1",
  ALLOW_ARCHIVE: "1",
  LIBPOD_CONTAINERS: "1",
  POST: "1",
} as const;
const image = "localhost/busybox:test";

interface Answer {
  readonly status: number | undefined;
  readonly body: string;
}

type Way = { readonly socketPath: string } | { readonly port: number };

function ask(way: Way, method: string, path: string, content?: object): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const headers = { "Content-Type": "application/json" };
    const outgoing = request({ ...way, method, path, headers, agent: false }, (response) => {
      let body = "";
      response.setEncoding("utf8").on("data", (text: string) => (body += text));
      response.once("end", () => resolve({ status: response.statusCode, body }));
    });
    outgoing.once("error", reject);
    outgoing.end(content === undefined ? "" : JSON.stringify(content));
  });
}

/** What Podman reads in another way than Docker does, with its version 4.3 or newer. */
describe.runIf(hasPodman)("what a real Podman reads in its own way", () => {
  let engine: Podman | undefined;
  let made = 0;

  beforeAll(async () => {
    // Podman's own, as a service manager gives it a login for a registry.
    process.env["QUAYGATE_TEST_LOGIN"] = "hunter2";
    engine = await startPodman();
  });

  afterAll(async () => {
    delete process.env["QUAYGATE_TEST_LOGIN"];
    await engine?.stop();
  });

  const direct = (): Way => ({ socketPath: engine?.socketPath ?? "" });

  async function gateWith(powers: string): Promise<Way> {
    const env = { ...switches, QUAYGATE_POWERS: powers };
    const gate = await openTestGate({ env, engineSocket: engine?.socketPath ?? "" });
    onTestFinished(() => gate.close());
    return { port: gate.port };
  }

  /** Creates a container and tells its name, or what the answer was. */
  async function create(way: Way, body: object): Promise<Answer & { readonly name: string }> {
    made += 1;
    const name = `reading-${made}`;
    const answer = await ask(way, "POST", `/v1.41/containers/create?name=${name}`, { Image: image, ...body });
    return { ...answer, name };
  }

  async function inspect(name: string): Promise<string> {
    return (await ask(direct(), "GET", `/v1.41/containers/${name}/json`)).body;
  }

  const none = { Cmd: ["true"], HostConfig: { NetworkMode: "none" } } as const;

  test.each([
    ["by its name", ["QUAYGATE_TEST_LOGIN"], "engine-env:QUAYGATE_TEST_LOGIN"],
    ["by its name behind blanks", [" \tQUAYGATE_TEST_LOGIN"], "engine-env:QUAYGATE_TEST_LOGIN"],
    ["by a star", ["QUAYGATE_TEST_*"], "engine-env:(any)"],
  ])("a variable of its own, %s, is copied by Podman and refused by the gate", async (_name, Env, power) => {
    const copied = await create(direct(), { Env, ...none });
    expect(copied).toMatchObject({ status: 201 });
    expect(await inspect(copied.name)).toContain("QUAYGATE_TEST_LOGIN=hunter2");

    const refused = await create(await gateWith("default"), { Env, ...none });
    expect(refused.status).toBe(403);
    expect(refused.body).toContain(power);

    const held = await create(await gateWith("default, env, engine-env"), { Env, ...none });
    expect(held).toMatchObject({ status: 201 });
  });

  test("a variable with a value is let through, and is what the client says", async () => {
    const Env = ["QUAYGATE_TEST_LOGIN=", "A=1"];
    const created = await create(await gateWith("default"), { Env, ...none });
    expect(created).toMatchObject({ status: 201 });
    const inspected = await inspect(created.name);
    expect(inspected).toContain('"A=1"');
    expect(inspected).not.toContain("hunter2");
  });

  test("a variable behind blanks is the one that the list takes away", async () => {
    const Env = [" NVIDIA_VISIBLE_DEVICES=all"];
    const trimmed = await create(direct(), { Env, ...none });
    expect(await inspect(trimmed.name)).toContain('"NVIDIA_VISIBLE_DEVICES=all"');
    expect((await create(await gateWith("default"), { Env, ...none })).status).toBe(403);
  });

  test("a file that is deleted along with the container reaches Podman only without the gate", async () => {
    const HostConfig = { NetworkMode: "none", ContainerIDFile: "/srv/quaygate-test.cid" };
    const body = { Cmd: ["true"], HostConfig };
    const noted = await create(direct(), body);
    expect(await inspect(noted.name)).toContain("quaygate-test.cid");

    const created = await create(await gateWith("default"), body);
    expect(created).toMatchObject({ status: 201 });
    expect(await inspect(created.name)).not.toContain("quaygate-test.cid");
  });

  test.each([
    ["a program", { Entrypoint: ['["echo", "by JSON"]'] }, '"by JSON"'],
    ["a health check", { Healthcheck: { Test: ['["echo","by-JSON"]'] } }, '"by-JSON"'],
  ])("%s as JSON is parted by Podman and refused by the gate", async (_name, body, part) => {
    const parted = await create(direct(), { ...none, ...body });
    expect(parted).toMatchObject({ status: 201 });
    expect(await inspect(parted.name)).toContain(part);
    const refused = await create(await gateWith("default"), { ...none, ...body });
    expect([refused.status, refused.body]).toEqual([400, expect.stringContaining("not one as JSON")]);
  });

  test("a relative path of a container is taken from where it works, and asks for any", async () => {
    const { name } = await create(direct(), { ...none, WorkingDir: "/bin" });
    const read = (way: Way, path: string): Promise<Answer> =>
      ask(way, "GET", `/v1.41/containers/${name}/archive?path=${path}`);
    expect((await read(direct(), "sh")).status).toBe(200);
    const gate = await gateWith("default, -read-file, read-file:/sh, read-file:/bin/*");
    const refused = await read(gate, "sh");
    expect([refused.status, refused.body]).toEqual([403, expect.stringContaining("read-file:/ ")]);
    expect((await read(gate, "/bin/sh")).status).toBe(200);
  });

  test("a container is renamed by Podman's own API as by Docker's", async () => {
    const gate = await gateWith("default, volumes-from:kept, podman");
    const { name } = await create(gate, none);
    const rename = (to: string): Promise<Answer> =>
      ask(gate, "POST", `/v4.0.0/libpod/containers/${name}/rename?name=${to}`);
    const refused = await rename("kept");
    expect([refused.status, refused.body]).toEqual([403, expect.stringContaining("rename:kept")]);
    expect((await rename("free")).status).toBe(204);
  });
});
