import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { docker, dockerOutput, hasProgram, temporaryFolder } from "../support/docker-cli.ts";
import { hasEngine } from "../support/engine-gate.ts";
import { send } from "./attacks/attack.ts";
import { useTenants } from "./scope/tenants.ts";

const IMAGE = "busybox:test";

describe.runIf(hasEngine)("what a client with a scope makes", () => {
  const there = useTenants();

  /** Asks the engine without a gate. */
  const inspect = async (kind: string, name: string, at: string): Promise<unknown> =>
    JSON.parse(await dockerOutput(there().host, [kind, "inspect", `--format={{json ${at}}}`, name]));

  test("has names and labels of its scope, or is not made", async () => {
    const { tenant, bare } = there();
    const named = await tenant("named", [{ name: ["ok-*"] }, { image: ["busybox:*"] }]);
    const create = { Image: IMAGE, Cmd: ["true"] };
    const refused = await named.post("/containers/create?name=other", create);
    expect(refused).toMatchObject({ status: 403, code: "scope_denied" });
    expect(refused.text).toContain("the container would be out of the client's scope: call it ok-*");
    expect(await send(bare, "GET", "/containers/other/json")).toMatchObject({ status: 404 });
    expect(await named.post("/containers/create?name=ok-1", create)).toMatchObject({ status: 201 });
    expect(await named.post("/containers/ok-1/rename?name=other")).toMatchObject({ code: "scope_denied" });
    expect(await named.post("/containers/ok-1/rename?name=ok-2")).toMatchObject({ status: 204 });
    expect(await named.post("/volumes/create", { Name: "other" })).toMatchObject({ code: "scope_denied" });
    // A name that is in scope by itself needs no mark.
    const bound = { ...create, HostConfig: { Binds: ["ok-data:/data"] } };
    expect(await named.post("/containers/create?name=ok-3", bound)).toMatchObject({ status: 201 });
    expect(await named.post("/images/create?fromImage=alpine&tag=1")).toMatchObject({
      code: "scope_denied",
      text: expect.stringContaining("call it busybox:*"),
    });
  });

  test("is built on a network of its own, and on none that took its name between two steps", async () => {
    const { a, host } = there();
    await a.docker("network", "create", "for-builds");
    const steps = (between: string): string => `FROM ${IMAGE}\nRUN ${between}\nRUN echo done\n`;
    const build = (between: string) =>
      docker(a.host, ["build", "--no-cache", "--network=for-builds", "-"], { input: steps(between) });
    expect(await build("ip addr")).toMatchObject({ code: 0 });
    const waiting = build("sleep 3");
    const step = (): Promise<string> => dockerOutput(host, ["ps", "--quiet", "--filter=network=for-builds"]);
    await expect.poll(step).not.toBe("");
    await dockerOutput(host, ["network", "disconnect", "--force", "for-builds", await step()]);
    await dockerOutput(host, ["network", "rm", "for-builds"]);
    await dockerOutput(host, ["network", "create", "for-builds"]);
    expect((await waiting).code).not.toBe(0);
  });

  test("is labelled by the client where the scope asks for it, or by its image", async () => {
    const { tenant } = there();
    const labelled = await tenant("labelled", [{ label: ["team=x"] }, { image: ["**/*"] }]);
    const create = { Image: IMAGE, Cmd: ["true"] };
    const refused = await labelled.post("/containers/create?name=l1", create);
    expect(refused.text).toContain("label it team=x");
    const own = { ...create, Labels: { team: "x" } };
    expect(await labelled.post("/containers/create?name=l1", own)).toMatchObject({ status: 201 });
    await docker(there().host, ["commit", "--change=LABEL team=x", "l1", "team-image:1"]);
    const inherited = { Image: "team-image:1", Cmd: ["true"] };
    expect(await labelled.post("/containers/create?name=l2", inherited)).toMatchObject({ status: 201 });
    const taken = { ...inherited, Labels: { team: "y" } };
    expect(await labelled.post("/containers/create?name=l3", taken)).toMatchObject({ code: "scope_denied" });
  });

  test("is never another's by what its image says", async () => {
    const { a, tenant, host } = there();
    await dockerOutput(host, ["create", "--name=forging", IMAGE, "true"]);
    await dockerOutput(host, ["commit", "--change=LABEL io.quaygate.owner=b", "forging", "forged:1"]);
    const all = await tenant("all", [{ name: ["*"] }, { image: ["**/*"] }]);
    const create = { Image: "forged:1", Cmd: ["true"] };
    expect(await all.post("/containers/create?name=forged", create)).toMatchObject({ code: "scope_denied" });
    const own = await tenant("own", [{ own: true }, { image: ["**/*"] }]);
    expect(await own.post("/containers/create?name=forged", create)).toMatchObject({ status: 201 });
    expect(await inspect("container", "forged", ".Config.Labels")).toEqual({ "io.quaygate.owner": "own" });
    const input = `FROM ${IMAGE}\nLABEL io.quaygate.owner=b io.quaygate.image-owner=b\n`;
    await dockerOutput(a.host, ["build", "--quiet", "--tag=built-by-a:1", "-"], { input });
    expect(await inspect("image", "built-by-a:1", ".Config.Labels")).toEqual({
      "io.quaygate.owner": "",
      "io.quaygate.image-owner": "a",
    });
    for (const [path, body] of [
      ["/containers/create?name=x", { ...create, Labels: { "io.quaygate.owner": "a" } }],
      ["/volumes/create", { Name: "x", Labels: { "io.quaygate.x": "a" } }],
      ["/commit?container=forged&changes=LABEL%20io.quaygate.image-owner%3Db", undefined],
    ] as const) {
      expect(await own.post(path, body)).toMatchObject({
        status: 400,
        text: expect.stringContaining("gate's own label"),
      });
    }
  });

  test("has the client's fixed labels, on volumes without a name and on what is imported too", async () => {
    const { tenant, host } = there();
    const marked = await tenant("marked", [{ own: true }, { image: [IMAGE] }], { team: "m" });
    await marked.docker("run", "--name=marked", "--mount=type=volume,target=/data", IMAGE, "true");
    const volume = await dockerOutput(host, ["inspect", "--format={{(index .Mounts 0).Name}}", "marked"]);
    const labels = { team: "m", "io.quaygate.owner": "marked" };
    expect(await inspect("volume", volume, ".Labels")).toMatchObject(labels);
    const clash = await docker(marked.host, ["volume", "create", "--label=team=n", "clash"]);
    expect(clash.stderr).toContain('the label team of what this client makes is always "m"');
    await marked.docker("volume", "create", "--label=team=m", "same");
    const archive = await docker(marked.host, ["import", "--change=LABEL a=b", "-", "imported:1"], {
      input: Buffer.alloc(1024),
    });
    expect(archive.code).toBe(0);
    expect(await inspect("image", "imported:1", ".Config.Labels")).toEqual({
      ...{ a: "b", team: "m" },
      ...{ "io.quaygate.owner": "", "io.quaygate.image-owner": "marked" },
    });
  });

  test("gets the networks that were meant, and none that somebody else has made meanwhile", async () => {
    const { a, b, host } = there();
    const id = await a.docker("network", "create", "fleeting");
    await a.docker("create", "--name=by-mode", "--network=fleeting", IMAGE, "true");
    await a.docker("create", "--name=by-id", `--network=${id.slice(0, 12)}`, IMAGE, "true");
    await a.docker("create", "--name=connected", IMAGE, "true");
    await a.docker("network", "connect", "--alias=x", "fleeting", "connected");
    const containers = ["by-mode", "by-id", "connected"];
    for (const name of containers) {
      const networks = await inspect("container", name, ".NetworkSettings.Networks");
      expect(networks).toMatchObject({ fleeting: { NetworkID: id } });
    }
    await a.docker("network", "rm", "fleeting");
    await b.docker("network", "create", "fleeting");
    for (const name of containers) {
      for (const deed of ["start", "restart"]) {
        expect((await docker(a.host, [deed, name])).stderr).toContain("network fleeting not found");
      }
      // Nor does the engine take the other one for it, when it is asked without the gate.
      expect((await docker(host, ["start", name])).stderr).toContain(`network ${id} not found`);
    }
  });

  test("runs on its networks as without the gate", async () => {
    const { a } = there();
    await a.docker("network", "create", "one");
    await a.docker("network", "create", "two");
    const running = [
      "run",
      "--detach",
      "--network=one",
      "--network-alias=web",
      "--name=both",
      IMAGE,
      "sleep",
      "100",
    ];
    await a.docker(...running);
    await a.docker("network", "connect", "two", "both");
    expect(await inspect("container", "both", ".NetworkSettings.Networks")).toMatchObject({
      one: {},
      two: {},
    });
    expect(await inspect("container", "both", ".HostConfig.NetworkMode")).toBe("one");
    await a.docker("run", "--rm", "--network=one", IMAGE, "ping", "-c1", "-w5", "web");
    await a.docker("restart", "--time=0", "both");
  });

  test("starts on a network that it was put on by somebody else", async () => {
    const { a, host } = there();
    await dockerOutput(host, ["network", "create", "shared"]);
    await a.docker("run", "--detach", "--name=guest", IMAGE, "sleep", "100");
    await dockerOutput(host, ["network", "connect", "shared", "guest"]);
    await a.docker("restart", "--time=0", "guest");
    expect(await inspect("container", "guest", ".NetworkSettings.Networks.shared")).not.toBeNull();
  });

  test("is what a number of entries counts, and what no list is compared with", async () => {
    const { a, b } = there();
    await a.docker("create", "--name=listed", IMAGE, "true");
    await b.docker("create", "--name=newer", IMAGE, "true");
    expect(await a.docker("ps", "--last=1", "--format={{.Names}}")).toBe("listed");
    for (const filter of ["before=newer", "since=listed"]) {
      const compared = await docker(a.host, ["ps", "--all", `--filter=${filter}`]);
      expect(compared.stderr).toContain("compares with what may not be in the client's scope");
    }
  });

  test("is all that a prune deletes, and all of it that the client asks for", async () => {
    const { a, b, host } = there();
    for (const { docker: run } of [a, b]) {
      await run("network", "create", `pruned-${run === a.docker ? "a" : "b"}`);
      await run("network", "create", "--label=keep=1", `kept-${run === a.docker ? "a" : "b"}`);
    }
    await dockerOutput(host, ["network", "create", "pruned-nobody"]);
    await a.docker("network", "prune", "--force", "--filter=label!=keep");
    const names = async (): Promise<readonly string[]> =>
      (await dockerOutput(host, ["network", "ls", "--format={{.Name}}"]))
        .split("\n")
        .filter((name) => /pruned|kept/u.test(name))
        .toSorted();
    expect(await names()).toEqual(["kept-a", "kept-b", "pruned-b", "pruned-nobody"]);
    await a.docker("network", "prune", "--force", "--filter=label=none");
    expect(await names()).toContain("kept-a");
    await a.docker("network", "prune", "--force", "--filter=until=1h");
    expect(await names()).toContain("kept-a");
    await a.docker("network", "prune", "--force", "--filter=label=keep");
    expect(await names()).toEqual(["kept-b", "pruned-b", "pruned-nobody"]);
    const named = await there().tenant("pruning", [{ name: ["*"] }]);
    expect(await named.post("/networks/prune")).toMatchObject({ code: "scope_denied" });
  });
});

// What the gate relies on, without a gate.
describe.runIf(hasEngine)("an engine that prunes by several labels", () => {
  const there = useTenants();
  const label = (...labels: readonly string[]): readonly string[] => labels.map((text) => `--label=${text}`);

  beforeAll(async () => {
    const { host } = there();
    for (const [name, labels] of [
      ["one", label("x=1")],
      ["two", label("x=1", "y=1")],
      ["other", label("y=1")],
    ] as const) {
      await dockerOutput(host, ["create", `--name=${name}`, ...labels, IMAGE, "true"]);
      await dockerOutput(host, ["network", "create", ...labels, name]);
      await dockerOutput(host, ["volume", "create", ...labels, name]);
      const input = `FROM ${IMAGE}\n${labels.map((text) => `LABEL ${text.replace("--label=", "")}\n`).join("")}`;
      await dockerOutput(host, ["build", "--quiet", `--tag=${name}:1`, "-"], { input });
    }
  });

  test.each([
    ["containers", "ps", ["ps", "--all", "--format={{.Names}}"], {}],
    ["networks", "network", ["network", "ls", "--format={{.Name}}"], {}],
    ["volumes", "volume", ["volume", "ls", "--format={{.Name}}"], { all: { true: true } }],
    ["images", "image", ["image", "ls", "--format={{.Repository}}"], { dangling: { false: true } }],
  ] as const)("deletes of the %s only those that have all", async (path, _kind, list, extra) => {
    const { host, bare, engine } = there();
    const further = path === "volumes" && !engine.speaks("1.42") ? {} : extra;
    const prune = async (filters: object): Promise<void> => {
      const text = encodeURIComponent(JSON.stringify({ ...filters, ...further }));
      expect(await send(bare, "POST", `/${path}/prune?filters=${text}`)).toMatchObject({ status: 200 });
    };
    const left = async (): Promise<readonly string[]> =>
      (await dockerOutput(host, list))
        .split("\n")
        .filter((name) => /^(?:one|two|other)$/u.test(name))
        .toSorted();
    await prune({ label: { "x=1": true, "z=1": true } });
    // No engine knows the age of a volume.
    if (path !== "volumes") await prune({ label: { "x=1": true }, until: { "1h": true } });
    expect(await left()).toEqual(["one", "other", "two"]);
    await prune({ label: { "x=1": true, "y=1": true } });
    expect(await left()).toEqual(["one", "other"]);
    await prune({ label: { "x=1": true }, "label!": { "y=1": true } });
    expect(await left()).toEqual(["other"]);
  });
});

describe.runIf(hasEngine && hasProgram("docker-compose"))("a project of a client with a scope", () => {
  const there = useTenants();

  test("comes up, is changed and taken down as on the socket", { timeout: 240_000 }, async () => {
    const { a, host } = there();
    const { path, remove } = temporaryFolder();
    const command = ["sh", "-c", "trap 'exit 0' TERM; while :; do sleep 1 & wait $$!; done"];
    const service = { image: IMAGE, command, stop_grace_period: "1s", volumes: ["data:/data"] };
    const file = (colour: string): string =>
      JSON.stringify({
        services: {
          web: { ...service, environment: { COLOUR: colour }, networks: ["front"], depends_on: ["db"] },
          db: { ...service, networks: ["front"] },
        },
        networks: { front: {} },
        volumes: { data: {} },
      });
    const compose = (...words: readonly string[]): Promise<string> =>
      dockerOutput(a.host, ["--project-name=shop", `--file=${join(path, "compose.yaml")}`, ...words], {
        program: "docker-compose",
        env: { HOME: path, DOCKER_CONFIG: path },
      });
    writeFileSync(join(path, "compose.yaml"), file("red"));
    await compose("up", "--detach");
    writeFileSync(join(path, "compose.yaml"), file("blue"));
    await compose("up", "--detach");
    const owned = ["--filter=label=io.quaygate.owner=a"];
    expect(await dockerOutput(host, ["ps", "--quiet", ...owned])).toMatch(/^\w+\n\w+$/u);
    expect(await dockerOutput(host, ["network", "ls", "--format={{.Name}}", ...owned])).toBe("shop_front");
    expect(await dockerOutput(host, ["volume", "ls", "--format={{.Name}}", ...owned])).toBe("shop_data");
    await compose("down", "--volumes", "--timeout=1");
    expect(await dockerOutput(host, ["ps", "--all", "--quiet", ...owned])).toBe("");
    expect(await dockerOutput(host, ["volume", "ls", "--quiet", ...owned])).toBe("");
    remove();
  });
});
