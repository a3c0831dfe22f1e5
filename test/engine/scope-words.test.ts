import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { OWNER_LABEL } from "../../src/docker/objects/owner-label.ts";
import { makeScope } from "../../src/policy/scope/make-scope.ts";
import { useSwarm } from "../examples/deployment.ts";
import { docker, dockerOutput, spawnDocker, temporaryFolder, uniqueName } from "../support/docker-cli.ts";
import { hasEngine } from "../support/engine-gate.ts";
import { everySwitch } from "../support/engine-switches.ts";
import { openTestGate, type TestGate } from "../support/gate.ts";
import { makeObjects, type TestObject, type TestObjects } from "../support/scoped-objects.ts";
import { type Answer, send } from "./attacks/attack.ts";

describe.runIf(hasEngine)("a client that may touch what it made", () => {
  const swarm = useSwarm();
  let gate: TestGate | undefined;
  let mine: TestObjects | undefined;
  let others: TestObjects | undefined;

  beforeAll(async () => {
    const { engine, host } = swarm();
    const scope = makeScope("ci", [{ own: true }]);
    const objects = { scope, view: undefined, stamps: new Map<string, string>() };
    gate = await openTestGate({ env: everySwitch, engineSocket: engine.socketPath, objects });
    mine = await makeObjects(host, "ci");
    others = await makeObjects(host, "ops");
  });
  afterAll(() => gate?.close());

  const bareHost = (): string => swarm().host;
  const client = (): string => gate?.host ?? "";
  const own = (kind: keyof TestObjects): TestObject => mine?.[kind] ?? { name: "", id: "" };
  const another = (kind: keyof TestObjects): TestObject => others?.[kind] ?? { name: "", id: "" };
  const ask = (method: string, path: string, body?: string): Promise<Answer> =>
    send({ port: gate?.port ?? 0 }, method, path, body);
  const askBare = (method: string, path: string, body?: string): Promise<Answer> =>
    send({ socketPath: swarm().engine.socketPath }, method, path, body);

  /** Makes a container that does not run, behind the gate's back. */
  async function create(name: string, owner: string): Promise<string> {
    const body = JSON.stringify({ Image: "busybox:test", Cmd: ["true"], Labels: { [OWNER_LABEL]: owner } });
    const { status, text } = await askBare("POST", `/v1.41/containers/create?name=${name}`, body);
    if (status !== 201) throw new Error(text);
    return /"Id":"(?<id>[0-9a-f]{64})"/u.exec(text)?.groups?.["id"] ?? "";
  }

  describe("means its own", () => {
    test.each(["container", "network", "volume", "service", "task", "secret", "config"] as const)(
      "%s by its name, its id and the beginning of it",
      async (kind) => {
        const { name, id } = own(kind);
        const behind = kind === "container" ? "/json" : "";
        for (const word of kind === "volume" ? [name] : [name, `/${name}`, id, id.slice(0, 12)]) {
          const { status, text } = await ask("GET", `/v1.41/${kind}s/${word}${behind}`);
          expect([word, status]).toEqual([word, 200]);
          expect(text).toContain(id);
        }
      },
    );

    test("image by its name with and without a tag, a domain, and by its id", async () => {
      const { name, id } = own("image");
      const digits = id.slice("sha256:".length);
      for (const word of [
        ...[name, `${name}:latest`, `docker.io/library/${name}`, `index.docker.io/library/${name}:latest`],
        ...[id, digits, digits.slice(0, 12)],
      ]) {
        const { status, text } = await ask("GET", `/v1.41/images/${word}/json`);
        expect([word, status]).toEqual([word, 200]);
        expect(text).toContain(id);
      }
    });

    test("container in exec, logs, copies, top, attach and restart, as on the socket itself", async () => {
      const { name } = own("container");
      expect(await docker(client(), ["exec", name, "echo", "hello"])).toMatchObject({
        code: 0,
        stdout: "hello\n",
      });
      expect(await docker(client(), ["exec", "-i", name, "cat"], { input: "from here" })).toMatchObject({
        stdout: "from here",
      });
      const folder = temporaryFolder();
      onTestFinished(() => folder.remove());
      expect(await docker(client(), ["cp", "/etc/hostname", `${name}:/copied`])).toMatchObject({ code: 0 });
      expect(await docker(client(), ["cp", `${name}:/copied`, folder.path])).toMatchObject({ code: 0 });
      expect(await docker(client(), ["top", name])).toMatchObject({ code: 0 });
      const logs = spawnDocker(client(), ["logs", "--follow", "--tail=0", name]);
      await logs.untilOutput("tick");
      const attached = spawnDocker(client(), ["attach", "--sig-proxy=false", name]);
      await attached.untilOutput("tick");
      attached.stdin.write("over there\n");
      await attached.untilOutput("heard over there");
      await attached.kill();
      await logs.kill();
      expect(await docker(client(), ["restart", "--time=1", name])).toMatchObject({ code: 0 });
    });

    test("image and service in commands of their own", async () => {
      for (const command of [
        ["image", "history", own("image").name],
        ["tag", own("image").name, `${own("image").name}:two`],
        ["rmi", `${own("image").name}:two`],
        ["service", "logs", "--tail=1", own("service").name],
        ["service", "inspect", own("service").name],
        ["secret", "inspect", own("secret").name],
      ]) {
        expect(await docker(client(), command)).toMatchObject({ code: 0 });
      }
      expect((await ask("DELETE", `/v1.41/images/${own("image").id}`)).status).not.toBe(404);
    });
  });

  test.each([
    ["in other letters", () => `/containers/${another("container").name.toUpperCase()}/json`],
    ["with a slash in front", () => `/containers//${another("container").name}/json`],
    [
      "with an escape",
      () =>
        `/containers/%${Buffer.from(another("container").name[0] ?? "").toString("hex")}${another("container").name.slice(1)}/json`,
    ],
    ["with an escaped slash", () => `/containers/%2F${another("container").name}/json`],
    ["with a slash behind", () => `/containers/${another("container").name}/json/`],
    ["as a path", () => `/containers/${own("container").name}/../${another("container").name}/json`],
    ["as one would join it", () => `/containers/container:${another("container").name}/json`],
    [
      "as a link of one's own",
      () => `/containers/${own("container").name}%2F${another("container").name}/json`,
    ],
    ["with a query in it", () => `/containers/${another("container").name}%3Fall=1/json`],
    ["by HEAD", () => `/containers/${another("container").name}/archive?path=/`],
    ["by the id of its image", () => `/images/${another("image").id.slice(7)}/json`],
    ["by its image's digest", () => `/images/${another("image").name}@${another("image").id}/json`],
    ["as a volume of an odd name", () => `/volumes/${another("volume").name}%20`],
    ["as a network below a path", () => `/networks/x/${another("network").name}`],
  ])("can't mean another's %s", async (how, path) => {
    const answer = await ask(how === "by HEAD" ? "HEAD" : "GET", `/v1.41${path()}`);
    expect([400, 403, 404]).toContain(answer.status);
    expect(answer.text).not.toContain(OWNER_LABEL);
    expect(answer.code).toBeOneOf(["no_such_object", "unknown_operation", "bad_path"]);
  });

  test("means by a name that is the beginning of another's id what has the name, and by a whole id what has that", async () => {
    const { id } = another("container");
    const [start, ofStart] = [id.slice(0, 12), await create(id.slice(0, 12), "ci")];
    onTestFinished(async () => void (await docker(bareHost(), ["rm", ofStart])));
    expect((await ask("GET", `/v1.41/containers/${start}/json`)).text).toContain(ofStart);
    const called = await create(id, "ci");
    onTestFinished(async () => void (await docker(bareHost(), ["rm", called])));
    expect(await ask("GET", `/v1.41/containers/${id}/json`)).toMatchObject({
      status: 404,
      code: "no_such_object",
    });
    const { id: network } = another("network");
    const net = await dockerOutput(bareHost(), ["network", "create", `--label=${OWNER_LABEL}=ci`, network]);
    onTestFinished(async () => void (await docker(bareHost(), ["network", "rm", net])));
    expect(await ask("DELETE", `/v1.41/networks/${network}`)).toMatchObject({ code: "no_such_object" });
    expect((await askBare("GET", `/v1.41/networks/${network}`)).text).toContain(another("network").name);
  });

  test("can't tell several of others from none, by what their ids begin with", async () => {
    // Of 17 ids two begin alike.
    const ids = await Promise.all(Array.from({ length: 17 }, () => create(uniqueName("many"), "ops")));
    onTestFinished(async () => void (await docker(bareHost(), ["rm", ...ids])));
    const starts = ids.map((id) => id.slice(0, 1));
    const start = starts.find((digit, index) => starts.indexOf(digit) !== index) ?? "";
    const answer = await ask("GET", `/v1.41/containers/${start}/json`);
    expect(answer).toMatchObject({ status: 404, text: `{"message":"No such container: ${start}"}\n` });
  });

  test("can't delete by force what is another's volume, and is told that there is nothing to do", async () => {
    const { name } = another("volume");
    expect(await ask("DELETE", `/v1.41/volumes/${name}?force=1`)).toMatchObject({ status: 204, text: "" });
    expect(await askBare("DELETE", "/v1.41/volumes/no-such-thing?force=1")).toMatchObject({
      status: 204,
      text: "",
    });
    expect(await askBare("GET", `/v1.41/volumes/${name}`)).toMatchObject({ status: 200 });
  });
});
