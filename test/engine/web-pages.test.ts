import { describe, expect, onTestFinished, test } from "vitest";
import { hasChromium, servePage, showInBrowser } from "../support/chromium.ts";
import { dockerOutput } from "../support/docker-cli.ts";
import {
  containerName,
  engineHost,
  engineSocket,
  type EngineGate,
  eventually,
  hasEngine,
} from "../support/engine-gate.ts";
import { everySwitch } from "../support/engine-switches.ts";
import { openTestGate } from "../support/gate.ts";
import { openNetworkNamespace } from "../support/network-namespace.ts";

if (hasEngine && !hasChromium)
  console.log("Left out: web pages in a real browser, because there is no chromium.");

async function openGate(environment: Readonly<Record<string, string>> = {}): Promise<EngineGate> {
  const gate = await openTestGate({ env: { ...everySwitch, ...environment }, engineSocket });
  onTestFinished(() => gate.close());
  return gate;
}

/** Starts a container that says what it is told. */
async function echoContainer(): Promise<string> {
  const name = containerName();
  const command = [
    "run",
    "--detach",
    "--interactive",
    "--network=none",
    `--name=${name}`,
    "busybox:test",
    "cat",
  ];
  await dockerOutput(engineHost, command);
  return name;
}

function stateOf(container: string): Promise<string> {
  return dockerOutput(engineHost, ["inspect", "--format={{.State.Status}}", container]);
}

/** What a page tries: to pause a container, to look at it by an image and a frame, to type into it, and to ask for JSON. */
function attackOn(gate: string, container: string): string {
  return `
    const at = "http://${gate}/containers/${container}";
    const simple = { method: "POST", mode: "no-cors", headers: { "Content-Type": "text/plain" }, body: "" };
    await fetch(at + "/pause", simple).catch(() => {});
    await new Promise((resolve) => {
      const image = new Image();
      image.onload = image.onerror = resolve;
      image.referrerPolicy = "no-referrer";
      image.src = at + "/json";
    });
    await new Promise((resolve) => {
      const frame = document.createElement("iframe");
      frame.onload = resolve;
      frame.src = at + "/json";
      document.body.append(frame);
    });
    const read = await fetch(at + "/json").then(() => "read", () => "not read");
    const socket = new WebSocket("ws://${gate}/containers/${container}/attach/ws?stream=1&stdin=1&stdout=1");
    const attached = await new Promise((resolve) => {
      socket.onopen = () => resolve("attached");
      socket.onerror = () => resolve("not attached");
    });
    if (attached === "attached") {
      socket.send("typed by a page\\n");
      await new Promise((resolve) => { socket.onmessage = resolve; });
    }
    return [read, attached];`;
}

/** What became of all that was asked: the codes of refusals, else verdicts. */
function outcomesOf({ records }: EngineGate): readonly string[] {
  return [...new Set(records.map(({ code, verdict }) => code ?? verdict))];
}

describe.runIf(hasEngine && hasChromium)("a page in a real browser on this machine", () => {
  test("of another origin does nothing and learns nothing", async () => {
    const [gate, container] = [await openGate(), await echoContainer()];
    const page = await servePage(attackOn(`127.0.0.1:${gate.port}`, container));
    showInBrowser(`http://localhost:${page.port}/`);
    expect(await page.result).toEqual(["not read", "not attached"]);
    await eventually("all is recorded", () => gate.records.length >= 5);
    expect(outcomesOf(gate)).toEqual(["browser_request"]);
    expect([await stateOf(container), await dockerOutput(engineHost, ["logs", container])]).toEqual([
      "running",
      "",
    ]);
  });

  test("does nothing and learns nothing by a name that was pointed here", async () => {
    const [gate, container] = [await openGate(), await echoContainer()];
    const page = await servePage(attackOn(`evil.example:${gate.port}`, container));
    showInBrowser(`http://evil.example:${page.port}/`, "--host-resolver-rules=MAP evil.example 127.0.0.1");
    expect(await page.result).toEqual(["not read", "not attached"]);
    await eventually("all is recorded", () => gate.records.length >= 5);
    expect(outcomesOf(gate)).toEqual(["browser_request"]);
    expect([await stateOf(container), await dockerOutput(engineHost, ["logs", container])]).toEqual([
      "running",
      "",
    ]);
  });

  test("that is listed is let in, but reads no answer that the engine does not open to it", async () => {
    const container = await echoContainer();
    const page = await servePage(`
      const port = new URL(location).searchParams.get("gate");
      const socket = new WebSocket("ws://127.0.0.1:" + port + "/containers/${container}/attach/ws?stream=1&stdin=1&stdout=1");
      await new Promise((resolve, reject) => { socket.onopen = resolve; socket.onerror = reject; });
      socket.send("typed by a page\\n");
      await new Promise((resolve) => { socket.onmessage = resolve; });
      return fetch("http://127.0.0.1:" + port + "/_ping").then(() => "read", () => "not read");`);
    const gate = await openGate({ QUAYGATE_ORIGINS: `http://localhost:${page.port}` });
    showInBrowser(`http://localhost:${page.port}/?gate=${gate.port}`);
    expect(await page.result).toBe("not read");
    expect(await dockerOutput(engineHost, ["logs", container])).toBe("typed by a page");
    await eventually("all is recorded", () => gate.records.length >= 1);
    expect(gate.records.filter(({ verdict }) => verdict === "refuse")).toEqual([]);
  });

  test("that a person typed the address of is served", async () => {
    const gate = await openGate();
    const { printed } = showInBrowser(`http://127.0.0.1:${gate.port}/version`, "--dump-dom");
    expect(await printed).toContain("ApiVersion");
    expect(gate.records[0]).toMatchObject({ operation: "SystemVersion", verdict: "allow", status: 200 });
  });
});

/** What Portainer's server sends on of the browser that shows its page, as words of curl. */
const portainer = [
  ...["--header", "Origin: https://portainer.example:9443"],
  ...["--header", "Referer: https://portainer.example:9443/"],
  ...["--header", "Cookie: portainer_api_key=x; _gorilla_csrf=y"],
  ...["--header", "Sec-Fetch-Site: same-origin"],
  ...["--header", "Sec-Fetch-Mode: cors"],
  ...["--header", "Sec-Fetch-Dest: empty"],
];
const status = ["--silent", "--output", "/dev/null", "--write-out", "%{http_code}", "--max-time", "20"];
const websocket = [
  ...["--header", "Connection: Upgrade", "--header", "Upgrade: websocket"],
  ...["--header", "Sec-WebSocket-Version: 13", "--header", "Sec-WebSocket-Key: MDEyMzQ1Njc4OWFiY2RlZg=="],
];

describe.runIf(hasEngine)("over a network, by a connection of another address", () => {
  test("Portainer's server is served with its browser's fields, its WebSocket is not", async () => {
    const container = await echoContainer();
    const network = openNetworkNamespace();
    const gate = await openGate({ QUAYGATE_LISTEN: "tcp://0.0.0.0:0" });
    const at = `http://${network.address}:${gate.port}/containers/${container}`;
    expect(await network.run("curl", [...status, ...portainer, `${at}/json`])).toBe("200");
    expect(await network.run("curl", [...status, ...portainer, "--request", "POST", `${at}/pause`])).toBe(
      "204",
    );
    expect(await network.run("curl", [...status, ...portainer, "--request", "POST", `${at}/unpause`])).toBe(
      "204",
    );
    const attach = `${at}/attach/ws?stream=1&stdin=1`;
    expect(await network.run("curl", [...status, ...portainer, ...websocket, attach])).toBe("403");
    expect(gate.records.map(({ address, code }) => [address, code])).toEqual([
      [network.client, undefined],
      [network.client, undefined],
      [network.client, undefined],
      [network.client, "browser_request"],
    ]);
  });

  test("with everywhere it is refused, and served when its origin is listed beside it", async () => {
    const container = await echoContainer();
    const network = openNetworkNamespace();
    const ask = async (origins: string, ...words: readonly string[]): Promise<string> => {
      const gate = await openGate({ QUAYGATE_LISTEN: "tcp://0.0.0.0:0", QUAYGATE_ORIGINS: origins });
      const address = `http://${network.address}:${gate.port}/containers/${container}/json`;
      return network.run("curl", [...status, ...words, address]);
    };
    expect(await ask("everywhere", ...portainer)).toBe("403");
    expect(await ask("everywhere")).toBe("200");
    expect(await ask("everywhere, https://portainer.example:9443", ...portainer)).toBe("200");
  });
});
