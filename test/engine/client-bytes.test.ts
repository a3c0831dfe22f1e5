import { describe, expect, onTestFinished, test } from "vitest";
import { dockerOutput } from "../support/docker-cli.ts";
import { engineHost, hasEngine, idleContainer, useGate } from "../support/engine-gate.ts";
import { serializeArchive } from "../support/images.ts";
import { type Message, RawPeer, statusOf } from "../support/raw-peer.ts";

// What real clients were seen to send, byte for byte in what matters, where other readers are stricter than dockerd.

const NOTE = serializeArchive([{ name: "note", content: Buffer.from("brought in\n") }]);

describe.runIf(hasEngine)("what real clients send is served as on the socket:", () => {
  const gate = useGate();

  async function connect(): Promise<RawPeer> {
    const peer = await RawPeer.connect({ kind: "tcp", host: "127.0.0.1", port: gate().port });
    onTestFinished(() => {
      peer.socket.destroy();
    });
    return peer;
  }

  async function ask(request: string, body: Buffer = Buffer.alloc(0)): Promise<Message> {
    const peer = await connect();
    await peer.send(Buffer.concat([Buffer.from(request, "latin1"), body]));
    return peer.next();
  }

  async function createExec(name: string, command: readonly string[]): Promise<string> {
    const body = JSON.stringify({ AttachStdin: true, AttachStdout: true, Cmd: command });
    const answer = await ask(
      `POST /containers/${name}/exec HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
    );
    return /"Id":"([0-9a-f]+)"/u.exec(answer.body.toString())?.[1] ?? "";
  }

  test.each([
    { client: "docker-java", types: ["APPLICATION_X_TAR"] },
    { client: "bollard", types: ["application/x-tar", "application/json"] },
    { client: "aiodocker", types: ["application/json"] },
  ])("a file brought in by $client, with its Content-Type", async ({ types }) => {
    const name = await idleContainer();
    const fields = types.map((type) => `Content-Type: ${type}\r\n`).join("");
    const answer = await ask(
      `PUT /containers/${name}/archive?path=/tmp HTTP/1.1\r\nHost: x\r\n${fields}Content-Length: ${NOTE.length}\r\n\r\n`,
      NOTE,
    );
    expect(statusOf(answer)).toBe(200);
    expect(await dockerOutput(engineHost, ["exec", name, "cat", "/tmp/note"])).toBe("brought in");
  });

  test("a name as lists return it, with its slash", async () => {
    const name = await idleContainer();
    for (const path of [`/containers//${name}/json`, `/v1.41/containers/%2F${name}/json`]) {
      const answer = await ask(`GET ${path} HTTP/1.1\r\nHost: x\r\n\r\n`);
      expect(answer.body.toString()).toContain(`"Name":"/${name}"`);
    }
    expect(
      statusOf(await ask(`POST /containers//${name}/pause HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n`)),
    ).toBe(204);
    await dockerOutput(engineHost, ["unpause", name]);
  });

  test("an exec of nginx's, which speaks HTTP/1.0 unless it is told otherwise", async () => {
    const name = await idleContainer();
    const body = '{"Cmd":["true"]}';
    const answer = await ask(
      `POST /containers/${name}/exec HTTP/1.0\r\nHost: docker\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
    );
    expect(statusOf(answer)).toBe(201);
  });

  test("a removal with a JSON body, as requests sends one", async () => {
    const name = await idleContainer();
    const answer = await ask(
      `DELETE /containers/${name}?force=1 HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}`,
    );
    expect(statusOf(answer)).toBe(204);
  });

  test("standard input of an exec without an upgrade, as Ruby's docker-api sends it", async () => {
    const name = await idleContainer();
    const id = await createExec(name, ["sh", "-c", "cat > /tmp/note; echo done"]);
    const body = '{"Detach":false,"Tty":true}';
    const peer = await connect();
    await peer.send(
      `POST /exec/${id}/start HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
      "typed in\n",
    );
    await peer.until("200 OK");
    await peer.send("typed later\n");
    peer.end();
    await peer.until("done");
    expect(await dockerOutput(engineHost, ["exec", name, "cat", "/tmp/note"])).toBe("typed in\ntyped later");
  });

  test("BuildKit's session with an empty body in chunks, as dockerode under Node asks for it", async () => {
    const peer = await connect();
    await peer.send(
      "POST /session HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n" +
        "X-Docker-Expose-Session-Uuid: s1\r\nX-Docker-Expose-Session-Name: n\r\n" +
        "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    );
    expect(statusOf(await peer.next({ headOnly: true }))).toBe(101);
  });
});
