import { request } from "node:http";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { makeScope } from "../../src/policy/scope/make-scope.ts";
import { docker, dockerOutput } from "../support/docker-cli.ts";
import { eventually, hasEngine, type EngineGate, useOwnEngine } from "../support/engine-gate.ts";
import { everySwitch } from "../support/engine-switches.ts";
import { openTestGate } from "../support/gate.ts";

/** What is the client's has this label. */
const OURS = "--label=team=ours";

// An engine of its own: what all lists of it have is known, and a swarm belongs to the whole engine.
describe.runIf(hasEngine)("a client that may know of some objects", () => {
  const own = useOwnEngine();
  /** The same engine without a scope. */
  let all = "";
  let ours: EngineGate | undefined;
  let host = "";

  beforeAll(async () => {
    all = own().gate.host;
    const scope = makeScope("ci", [{ label: ["team=ours"] }, { image: ["busybox:test"] }]);
    ours = await openTestGate({
      env: { ...everySwitch },
      engineSocket: own().engine.socketPath,
      objects: { scope, view: undefined, stamps: new Map() },
    });
    host = ours.host;
    await make("network", "create", OURS, "ours-net");
    await make("network", "create", "their-net");
    await make("volume", "create", OURS, "ours-data");
    await make("volume", "create", "their-data");
    const sleep = ["busybox:test", "sleep", "600"];
    await make("run", "-d", "--name=ours-web", OURS, "--network=ours-net", "-v=ours-data:/d", ...sleep);
    await make("run", "-d", "--name=their-web", "--network=ours-net", "-v=their-data:/d", ...sleep);
  });
  afterAll(() => ours?.close());

  function make(...words: readonly string[]): Promise<string> {
    return dockerOutput(all, words);
  }

  /** What the client reads with a command. */
  function read(...words: readonly string[]): Promise<string> {
    return dockerOutput(host, words);
  }

  test("reads lists without the others", async () => {
    expect(await read("ps", "--all", "--format={{.Names}}")).toBe("ours-web");
    expect(await read("network", "ls", "--format={{.Name}}")).toBe("ours-net");
    expect(await read("volume", "ls", "--quiet")).toBe("ours-data");
    expect((await make("ps", "--quiet")).split("\n").length).toBe(2);
    const records = ours?.records.filter(({ operation }) => operation === "ContainerList");
    expect(records).toMatchObject([{ status: 200, withheld: 1 }]);
  });

  test("reads of a network only which of its own containers are in it", async () => {
    const containers = await read(
      "network",
      "inspect",
      "ours-net",
      "--format={{range .Containers}}{{.Name}} {{end}}",
    );
    expect(containers.trim()).toBe("ours-web");
  });

  test("is told that a name is taken, and not by whom", async () => {
    const other = await make("inspect", "their-web", "--format={{.Id}}");
    const { code, stderr } = await docker(host, ["create", "--name=their-web", OURS, "busybox:test"]);
    expect(code).not.toBe(0);
    expect(stderr).toContain('The container name "/their-web" is already in use by another container.');
    expect(stderr).not.toContain(other.slice(0, 12));
  });

  test("is told that its network is in use, and not by what", async () => {
    const { code, stderr } = await docker(host, ["network", "rm", "ours-net"]);
    expect(code).not.toBe(0);
    expect(stderr).toContain("has active endpoints");
    expect(stderr).not.toContain("their-web");
  });

  test("follows what happens to its own objects, at once and in order", async () => {
    const events = follow(host);
    await events.begun;
    await make("network", "create", "other-net");
    await make("network", "create", OURS, "made-net");
    await make("volume", "create", OURS, "made-data");
    const idle = ["--network=made-net", "-v=made-data:/d", "busybox:test", "sleep", "600"];
    await make("run", "-d", "--name=made-web", OURS, ...idle);
    await make("run", "-d", "--name=other-web", ...idle);
    await make("exec", "other-web", "echo", "secret");
    await make("rm", "--force", "other-web", "made-web");
    await make("volume", "rm", "made-data");
    await make("network", "rm", "other-net", "made-net");
    await eventually("the end of its network is told", () =>
      events.seen().includes("network destroy made-net"),
    );
    const seen = events.seen();
    expect(seen.filter((line) => /other|their/u.test(line))).toEqual([]);
    expect(seen).toEqual(
      expect.arrayContaining([
        "network create made-net",
        "volume create made-data",
        "container create made-web",
        "network connect made-net",
        "volume mount made-data",
        "container start made-web",
        "container die made-web",
        "network disconnect made-net",
        "container destroy made-web",
        "volume destroy made-data",
      ]),
    );
    // One of each: nothing of what others did with the same network and volume.
    expect(seen.filter((line) => line === "network connect made-net").length).toBe(1);
    expect(seen.filter((line) => line === "volume mount made-data").length).toBe(1);
    expect(seen.indexOf("network create made-net")).toBeLessThan(seen.indexOf("container create made-web"));
    expect(seen.indexOf("container start made-web")).toBeLessThan(seen.indexOf("container die made-web"));
  });

  test("reads at each poll its own containers as they are, while they and others come, change and go", async () => {
    const idle = ["busybox:test", "sleep", "600"];
    const steps: readonly (readonly string[])[] = [
      ["create", "--name=first", OURS, ...idle],
      ["create", "--name=second", ...idle],
      ["create", "--name=third", OURS, ...idle],
      ["start", "first", "second"],
      ["rename", "second", "taken"],
      ["rename", "first", "second"],
      ["rm", "--force", "taken"],
      ["create", "--name=first", ...idle],
      ["rm", "--force", "third"],
      ["rm", "--force", "first", "second"],
    ];
    for (const step of steps) {
      await make(...step);
      // What an engine says of time is another at each second.
      const [before, polled, again, after] = [
        await json(all, "/containers/json?all=1"),
        await json(host, "/containers/json?all=1"),
        await json(host, "/containers/json?all=1"),
        await json(all, "/containers/json?all=1"),
      ].map((list) => list.map(withoutTime));
      expect(after).toEqual(before);
      expect(polled).toEqual(before?.filter((container) => container.includes('"team":"ours"')));
      expect(again).toEqual(polled);
    }
  });

  test("is told of the end of what was there before it began to follow", async () => {
    await make("network", "create", OURS, "old-net");
    await make("network", "create", "old-other-net");
    const events = follow(host);
    await events.begun;
    await make("network", "rm", "old-other-net", "old-net");
    await eventually("the end of its network is told", () => events.seen().length > 0);
    expect(events.seen()).toEqual(["network destroy old-net"]);
  });

  test("reads the tasks of its own services", async () => {
    await make("swarm", "init", "--advertise-addr=127.0.0.1", "--listen-addr=127.0.0.1");
    onTestFinished(async () => {
      await docker(all, ["swarm", "leave", "--force"]);
    });
    const options = ["--detach", "--no-resolve-image", "--restart-condition=none"];
    const sleep = ["busybox:test", "sleep", "600"];
    await make("service", "create", ...options, OURS, "--name=ours-shop", ...sleep);
    await make("service", "create", ...options, "--name=their-shop", ...sleep);
    const tasksOf = async (where: string): Promise<number> =>
      (await json(where, "/tasks")).filter((task) => typeof task === "object").length;
    await eventually("both services have a task", async () => (await tasksOf(all)) === 2);
    expect(await tasksOf(host)).toBe(1);
    expect(await read("service", "ls", "--format={{.Name}}")).toBe("ours-shop");
    expect(await read("service", "ps", "ours-shop", "--format={{.Name}}")).toBe("ours-shop.1");
  });
});

function json(host: string, path: string): Promise<readonly unknown[]> {
  return new Promise((resolve, reject) => {
    request(new URL(path, host.replace("tcp:", "http:")), (answer) => {
      let text = "";
      answer.on("data", (part: Buffer) => (text += part.toString()));
      answer.on("end", () => {
        const list: unknown = JSON.parse(text);
        resolve(Array.isArray(list) ? list : []);
      });
    })
      .on("error", reject)
      .end();
  });
}

function withoutTime(container: unknown): string {
  return JSON.stringify(container).replace(/"Status":"[^"]*"/u, "");
}

/** Follows the events of a gate to the end of the test. */
function follow(host: string): { readonly begun: Promise<void>; seen(): readonly string[] } {
  let text = "";
  const begun = new Promise<void>((resolve, reject) => {
    const asked = request(new URL("/events", host.replace("tcp:", "http:")), (answer) => {
      answer.on("data", (part: Buffer) => (text += part.toString()));
      resolve();
    }).on("error", reject);
    asked.end();
    onTestFinished(() => {
      asked.removeAllListeners("error").on("error", () => undefined);
      asked.destroy();
    });
  });
  return {
    begun,
    seen: () =>
      text
        .split("\n")
        .filter((line) => line !== "")
        .map(summary),
  };
}

interface Event {
  readonly Type: string;
  readonly Action: string;
  readonly Actor: { readonly ID: string; readonly Attributes: Readonly<Record<string, string>> };
}

function isEvent(value: unknown): value is Event {
  return (
    typeof value === "object" && value !== null && "Type" in value && "Action" in value && "Actor" in value
  );
}

function summary(line: string): string {
  const event: unknown = JSON.parse(line);
  if (!isEvent(event)) return "no event";
  const { Type, Action, Actor } = event;
  return `${Type} ${Action} ${Actor.Attributes["name"] ?? Actor.ID}`;
}
