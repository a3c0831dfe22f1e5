import { once } from "node:events";
import { describe, expect, onTestFinished, test } from "vitest";
import { WebSocket } from "ws";
import { dockerOutput } from "../support/docker-cli.ts";
import { hasDockerPy, runPython } from "../support/docker-py.ts";
import {
  containerName,
  engineHost,
  engineSocket,
  eventually,
  hasEngine,
  useGate,
} from "../support/engine-gate.ts";
import { everySwitch, everySwitchBut } from "../support/engine-switches.ts";
import { openTestGate } from "../support/gate.ts";

/** Starts a container that says what it is told. */
async function echoContainer(): Promise<string> {
  const name = containerName();
  await dockerOutput(engineHost, [
    ...["run", "--detach", "--interactive", "--network=none", `--name=${name}`],
    ...["busybox:test", "cat"],
  ]);
  return name;
}

/** Types into a container by docker-py's WebSocket; prints what it says again, or why it can't be reached. */
const DOCKER_PY = `
import docker, json, sys
client = docker.from_env(version="auto").api
try:
    socket = client.attach_socket(sys.argv[1], {"stdin": 1, "stdout": 1, "stream": 1}, ws=True)
    socket.send("typed\\n")
    answer = socket.recv()
except Exception as error:
    answer = str(error)
print(json.dumps(answer.decode() if isinstance(answer, bytes) else answer))
`;

interface Attached {
  readonly socket: WebSocket;
  /** All that the container said. */
  heard(): string;
}

function attach(port: number, container: string, origin?: string): Attached {
  const path = `/containers/${container}/attach/ws?stream=1&stdin=1&stdout=1&stderr=1`;
  const socket = new WebSocket(`ws://127.0.0.1:${port}${path}`, {
    perMessageDeflate: false,
    ...(origin === undefined ? {} : { origin }),
  });
  onTestFinished(() => socket.terminate());
  let said = "";
  socket.on("message", (data: Buffer) => {
    said += data.toString("utf8");
  });
  return { socket, heard: () => said };
}

/** Resolves to why a client could not attach. */
function failureOf(socket: WebSocket): Promise<string> {
  return new Promise((resolve, reject) => {
    socket.once("error", ({ message }) => resolve(message));
    socket.once("open", () => reject(new Error("it attached")));
  });
}

async function isRunning(container: string): Promise<boolean> {
  return (await dockerOutput(engineHost, ["inspect", "--format={{.State.Running}}", container])) === "true";
}

describe.runIf(hasEngine)("attach by WebSocket", () => {
  const gate = useGate();

  test("carries text to a container and back", async () => {
    const { socket, heard } = attach(gate().port, await echoContainer());
    await once(socket, "open");
    socket.send("hello, ");
    socket.send("container \u2603\n");
    await eventually("the container says it again", () => heard() === "hello, container \u2603\n");
  });

  test("carries a long text, every byte of it", async () => {
    const { socket, heard } = attach(gate().port, await echoContainer());
    await once(socket, "open");
    const lines = Array.from({ length: 200 }, (_, number) => `${number} ${"x".repeat(1000)}\n`);
    for (const line of lines) {
      socket.send(line);
    }
    const text = lines.join("");
    await eventually("all of it comes back", () => heard().length >= text.length);
    expect(heard()).toBe(text);
  });

  test("several clients at once share what one container says", async () => {
    const name = await echoContainer();
    const first = attach(gate().port, name);
    const second = attach(gate().port, name);
    await Promise.all([once(first.socket, "open"), once(second.socket, "open")]);
    first.socket.send("from the first\n");
    await eventually("both hear it", () => first.heard() === second.heard() && first.heard() !== "");
    expect(second.heard()).toBe("from the first\n");
  });

  test("ends when the container does, and is recorded as a tunnel", async () => {
    const name = await echoContainer();
    const { socket } = attach(gate().port, name);
    await once(socket, "open");
    const closed = once(socket, "close");
    await dockerOutput(engineHost, ["kill", name]);
    await closed;
    await eventually("the exchange is recorded", () =>
      gate().records.some(({ path }) => path?.includes(name) === true),
    );
    expect(gate().records.find(({ path }) => path?.includes(name) === true)).toMatchObject({
      operation: "ContainerAttachWebsocket",
      verdict: "allow",
      status: 101,
      stream: "tunnel",
    });
  });

  test("leaves the container running when the client goes", async () => {
    const name = await echoContainer();
    const { socket, heard } = attach(gate().port, name);
    await once(socket, "open");
    socket.send("typed\n");
    await eventually("the container says it again", () => heard() === "typed\n");
    socket.terminate();
    const again = attach(gate().port, name);
    await once(again.socket, "open");
    again.socket.send("typed again\n");
    await eventually("the container still says it again", () => again.heard().endsWith("typed again\n"));
    expect(await isRunning(name)).toBe(true);
  });

  test("to a container that is not there fails with the engine's own answer", async () => {
    const { socket } = attach(gate().port, "nobody");
    expect(await failureOf(socket)).toBe("Unexpected server response: 404");
  });

  test("is refused with 403 without CONTAINERS, and the container hears nothing", async () => {
    const name = await echoContainer();
    const closedGate = await openTestGate({ env: everySwitchBut("CONTAINERS"), engineSocket });
    onTestFinished(() => closedGate.close());
    const { socket } = attach(closedGate.port, name);
    expect(await failureOf(socket)).toBe("Unexpected server response: 403");
    expect(closedGate.records).toMatchObject([
      { operation: "ContainerAttachWebsocket", verdict: "deny", status: 403, missing: ["CONTAINERS=1"] },
    ]);
    expect(await dockerOutput(engineHost, ["logs", name])).toBe("");
  });

  test("is allowed without POST, because it is a GET", async () => {
    const name = await echoContainer();
    const readOnly = await openTestGate({ env: everySwitchBut("POST"), engineSocket });
    onTestFinished(() => readOnly.close());
    const { socket, heard } = attach(readOnly.port, name);
    await once(socket, "open");
    socket.send("typed\n");
    await eventually("the container says it again", () => heard() === "typed\n");
  });

  test("of a web page is refused with 403, and the container hears nothing", async () => {
    const name = await echoContainer();
    const { socket } = attach(gate().port, name, "https://evil.example");
    expect(await failureOf(socket)).toBe("Unexpected server response: 403");
    expect(gate().records.find(({ path }) => path?.includes(name) === true)).toMatchObject({
      operation: "ContainerAttachWebsocket",
      verdict: "refuse",
      code: "browser_request",
    });
    expect(await dockerOutput(engineHost, ["logs", name])).toBe("");
  });

  test("of a web page that is listed carries text to a container and back", async () => {
    const name = await echoContainer();
    const env = { ...everySwitch, QUAYGATE_ORIGINS: "https://console.example" };
    const listing = await openTestGate({ env, engineSocket });
    onTestFinished(() => listing.close());
    const { socket, heard } = attach(listing.port, name, "https://console.example");
    await once(socket, "open");
    socket.send("typed\n");
    await eventually("the container says it again", () => heard() === "typed\n");
  });

  test.runIf(hasDockerPy)(
    "by docker-py, which says that it is a page, is let in as the refusal says",
    async () => {
      const name = await echoContainer();
      const closed = await openTestGate({ env: { ...everySwitch }, engineSocket });
      onTestFinished(() => closed.close());
      expect(await runPython(closed.host, DOCKER_PY, [name])).toContain("403");
      const [, origin = ""] =
        /add (\S+) to QUAYGATE_ORIGINS/u.exec(closed.records.at(-1)?.reason ?? "") ?? [];
      await closed.close();
      const env = { ...everySwitch, QUAYGATE_LISTEN: closed.host, QUAYGATE_ORIGINS: origin };
      const taught = await openTestGate({ env, engineSocket });
      onTestFinished(() => taught.close());
      expect(await runPython(taught.host, DOCKER_PY, [name])).toBe("typed\n");
    },
  );
});
