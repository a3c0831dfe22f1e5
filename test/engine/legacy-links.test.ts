import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { docker, dockerOutput, uniqueName } from "../support/docker-cli.ts";
import { engineHost, engineSocket, hasEngine, useGate } from "../support/engine-gate.ts";
import { hasDockerPy, runPython } from "../support/docker-py.ts";
import { converse } from "../support/engine-witness.ts";
import { type Message, refusalOf, statusOf } from "../support/raw-peer.ts";

// `docker create --link DATABASE:ALIAS --name WEB` gives the database a second name, "/WEB/ALIAS". dockerd's routes let
// names cross slashes, so a path that looks like an operation on WEB is one on the database.
describe.runIf(hasEngine)("a legacy link", () => {
  const gate = useGate();
  const web = uniqueName("web");
  const database = uniqueName("database");
  let databaseId = "";

  beforeAll(async () => {
    databaseId = (
      await dockerOutput(engineHost, ["create", "--name", database, "busybox:test", "true"])
    ).trim();
    await dockerOutput(engineHost, [
      "create",
      "--name",
      web,
      "--link",
      `${database}:stop`,
      "busybox:test",
      "true",
    ]);
  });

  afterAll(async () => {
    await docker(engineHost, ["rm", "--force", web, database]);
  });

  async function ask(place: "engine" | "gate", method: string, target: string): Promise<Message> {
    const address =
      place === "engine"
        ? ({ kind: "unix", path: engineSocket } as const)
        : ({ kind: "tcp", host: "127.0.0.1", port: gate().port } as const);
    const hasBody = method === "POST" || method === "PUT";
    const body = hasBody ? "Content-Type: application/json\r\nContent-Length: 2\r\n\r\n{}" : "\r\n";
    const bytes = Buffer.from(`${method} ${target} HTTP/1.1\r\nHost: docker\r\n${body}`);
    const { answers } = await converse(address, bytes, [{ method }]);
    const [answer] = answers;
    if (answer === undefined) throw new Error(`no answer to ${method} ${target}`);
    return answer;
  }

  test.each([
    ["as it is", "/containers/WEB/stop/json"],
    ["with an escaped slash", "/containers/WEB%2Fstop/json"],
    ["with a version", "/v1.41/containers/WEB%2fstop/json"],
  ])("leads dockerd to another container, and does not pass: %s, %s", async (_how, template) => {
    const target = template.replace("WEB", web);
    const straight = await ask("engine", "GET", target);
    expect(statusOf(straight)).toBe(200);
    expect(straight.body.toString("utf8")).toContain(`"Id":"${databaseId}"`);
    expect(refusalOf(await ask("gate", "GET", target))).toMatchObject({
      status: 403,
      code: "unknown_operation",
    });
  });

  test.each([
    ["POST", "/containers/WEB/stop/exec"],
    ["POST", "/containers/WEB/stop/start"],
    ["POST", "/containers/WEB/stop/stop"],
    ["POST", "/containers/WEB/stop/kill"],
    ["POST", "/containers/WEB/stop/restart"],
    ["POST", "/containers/WEB/stop/rename?name=taken"],
    ["POST", "/containers/WEB/stop/update"],
    ["POST", "/containers/WEB/stop/attach?logs=1"],
    ["GET", "/containers/WEB/stop/attach/ws"],
    ["GET", "/containers/WEB/stop/logs?stdout=1"],
    ["GET", "/containers/WEB/stop/archive?path=/"],
    ["PUT", "/containers/WEB/stop/archive?path=/"],
    ["GET", "/containers/WEB/stop/export"],
  ])("gives nobody another container's %s %s", async (method, template) => {
    await expectRefusal(method, template, { status: 403, code: "unknown_operation" });
  });

  test.each([
    ["DELETE", "/containers/WEB/stop"],
    ["DELETE", "/containers/WEB/stop?force=1"],
    ["DELETE", "/containers/WEB/stop?link=0&force=1"],
    ["DELETE", "/v1.41/containers/WEB%2fstop?force=1"],
  ])("deletes no container for %s %s", async (method, template) => {
    await expectRefusal(method, template, { status: 400, code: "bad_query" });
  });

  async function expectRefusal(method: string, template: string, refusal: object): Promise<void> {
    const before = gate().records.length;
    const answer = await ask("gate", method, template.replace("WEB", web));
    expect(refusalOf(answer)).toMatchObject(refusal);
    expect(
      gate()
        .records.slice(before)
        .map(({ verdict }) => verdict),
    ).toEqual(["refuse"]);
    const { stdout } = await docker(engineHost, [
      "inspect",
      "--format",
      "{{.Name}} {{.State.Status}}",
      databaseId,
    ]);
    expect(stdout.trim()).toBe(`/${database} created`);
  }

  describe("is deleted, and the container that it leads to stays", () => {
    const linked = uniqueName("linked");

    beforeEach(async () => {
      const words = ["create", "--name", linked, "--link", `${database}:db`, "busybox:test", "true"];
      await dockerOutput(engineHost, words);
    });
    afterEach(async () => {
      await docker(engineHost, ["rm", "--force", linked]);
    });

    async function linksLeft(): Promise<string> {
      const words = ["inspect", "--format", "{{.HostConfig.Links}}", linked];
      return (await dockerOutput(engineHost, words)).trim();
    }

    test.each([
      ["docker rm --link", () => dockerOutput(gate().host, ["rm", "--link", `${linked}/db`])],
      ["docker rm --link /", () => dockerOutput(gate().host, ["rm", "--link", `/${linked}/db`])],
      [
        "the request of docker-py",
        () => ask("gate", "DELETE", `/v1.41/containers/${linked}/db?v=False&link=True&force=False`),
      ],
    ])("by %s", async (_name, remove) => {
      expect(await linksLeft()).toBe(`[/${database}:/${linked}/db]`);
      await remove();
      expect(await linksLeft()).toBe("[]");
      const { stdout } = await docker(engineHost, ["inspect", "--format", "{{.Name}}", databaseId]);
      expect(stdout.trim()).toBe(`/${database}`);
    });

    test.runIf(hasDockerPy)("by docker-py itself", async () => {
      const program = [
        "import json, sys, docker",
        "client = docker.from_env()",
        "client.api.remove_container(sys.argv[1], link=True)",
        "print(json.dumps(client.containers.get(sys.argv[2]).name))",
      ].join("\n");
      expect(await runPython(gate().host, program, [`${linked}/db`, database])).toBe(database);
      expect(await linksLeft()).toBe("[]");
    });
  });

  test("keeps the neighbours working: both containers by their own names", async () => {
    for (const name of [web, database]) {
      expect(statusOf(await ask("gate", "GET", `/containers/${name}/json`))).toBe(200);
    }
  });
});
