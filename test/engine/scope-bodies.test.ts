import { beforeAll, describe, expect, test } from "vitest";
import { docker, dockerOutput } from "../support/docker-cli.ts";
import { hasEngine } from "../support/engine-gate.ts";
import { send } from "./attacks/attack.ts";
import { type Tenant, useTenants } from "./scope/tenants.ts";

const IMAGE = "busybox:test";
const IDLE = ["sh", "-c", "trap 'exit 0' TERM; while :; do sleep 1 & wait $!; done"];

/** Makes one of each kind that can be named, whose names begin alike. */
async function settle({ docker: run, host }: Tenant, who: string): Promise<void> {
  await run("network", "create", `${who}-net`);
  await run("volume", "create", `${who}-data`);
  const mounts = [`--volume=${who}-data:/data`, "--ipc=shareable"];
  await run("run", "--detach", `--name=${who}-web`, `--network=${who}-net`, ...mounts, IMAGE, ...IDLE);
  await run("run", "--detach", `--name=${who}-plain`, IMAGE, ...IDLE);
  await run("commit", `${who}-plain`, `${who}-image:1`);
  for (const kind of ["secret", "config"]) {
    await dockerOutput(host, [kind, "create", `${who}-${kind}`, "-"], { input: "x" });
  }
  await run(
    "service",
    "create",
    "--detach",
    "--replicas=0",
    "--no-resolve-image",
    `--name=${who}-service`,
    IMAGE,
  );
}

describe.runIf(hasEngine)("what a request of a client with a scope names", () => {
  const there = useTenants();
  /** Ids of what b has, by what it is. */
  const ids = new Map<string, string>();

  beforeAll(async () => {
    const { host, a, b } = there();
    await dockerOutput(host, ["swarm", "init", "--advertise-addr=127.0.0.1", "--listen-addr=127.0.0.1"]);
    await settle(a, "a");
    await settle(b, "b");
    for (const who of ["a", "b"]) {
      for (const [kind, name] of [
        ["container", "web"],
        ["container", "plain"],
        ["network", "net"],
        ["image", "image:1"],
        ["secret", "secret"],
        ["config", "config"],
      ] as const) {
        const format = kind === "secret" || kind === "config" || kind === "image" ? "{{.ID}}" : "{{.Id}}";
        const asked = kind === "image" ? "{{.Id}}" : format;
        ids.set(
          `${who}-${name}`,
          await dockerOutput(host, [kind, "inspect", `--format=${asked}`, `${who}-${name}`]),
        );
      }
    }
  }, 180_000);

  const id = (name: string): string => ids.get(name) ?? "";

  /** Each place where a container's create can name something, with the words for what a tenant has. */
  const references: readonly (readonly [place: string, body: (who: string) => object])[] = [
    ["the volumes of a container", (who) => ({ HostConfig: { VolumesFrom: [`${who}-web:ro`] } })],
    [
      "the volumes of one by a part of its id",
      (who) => ({ HostConfig: { VolumesFrom: [id(`${who}-web`).slice(0, 12) || "0f1e2d3c4b5a"] } }),
    ],
    ["a network namespace", (who) => ({ HostConfig: { NetworkMode: `container:${who}-web` } })],
    [
      "one by its id",
      (who) => ({ HostConfig: { NetworkMode: `container:${id(`${who}-web`) || "f".repeat(64)}` } }),
    ],
    ["a process namespace", (who) => ({ HostConfig: { PidMode: `container:${who}-web` } })],
    ["a namespace of shared memory", (who) => ({ HostConfig: { IpcMode: `container:${who}-web` } })],
    ["a legacy link", (who) => ({ HostConfig: { Links: [`${who}-plain:x`] } })],
    ["a network as a mode", (who) => ({ HostConfig: { NetworkMode: `${who}-net` } })],
    ["a network by its id", (who) => ({ HostConfig: { NetworkMode: id(`${who}-net`) || "f".repeat(64) } })],
    [
      "a network among endpoints",
      (who) => ({ NetworkingConfig: { EndpointsConfig: { [`${who}-net`]: {} } } }),
    ],
    [
      "the network of an endpoint",
      (who) => ({ NetworkingConfig: { EndpointsConfig: { bridge: { NetworkID: `${who}-net` } } } }),
    ],
    ["a volume among binds", (who) => ({ HostConfig: { Binds: [`${who}-data:/data:ro`] } })],
    [
      "a volume among mounts",
      (who) => ({ HostConfig: { Mounts: [{ Type: "volume", Source: `${who}-data`, Target: "/data" }] } }),
    ],
    [
      "a volume with a driver among mounts",
      (who) => ({
        HostConfig: {
          Mounts: [
            {
              Type: "volume",
              Source: `${who}-data`,
              Target: "/data",
              VolumeOptions: { DriverConfig: { Name: "local" } },
            },
          ],
        },
      }),
    ],
    ["an image", (who) => ({ Image: `${who}-image:1` })],
    ["an image by its id", (who) => ({ Image: id(`${who}-image:1`) || `sha256:${"f".repeat(64)}` })],
    [
      "an image by a part of its id",
      (who) => ({ Image: id(`${who}-image:1`).slice(7, 19) || "0f1e2d3c4b5a" }),
    ],
  ];

  const ids64 = /[0-9a-f]{12,64}/gu;
  const masked = (text: string, who: string): string =>
    text.replaceAll(`${who}-`, "X-").replaceAll(ids64, "ID");

  test.each(references)("is not there where it is another's, and makes nothing: %s", async (_place, body) => {
    const { a, bare } = there();
    const create = (who: string): Promise<{ status: number; code: string | undefined; text: string }> =>
      a.post("/containers/create?name=made", { Image: IMAGE, Cmd: ["true"], ...body(who) });
    const [ofOther, ofNobody] = [await create("b"), await create("nobody")];
    expect({ ...ofOther, text: masked(ofOther.text, "b") }).toEqual({
      ...ofNobody,
      text: masked(ofNobody.text, "nobody"),
    });
    expect(ofOther.status).toBeGreaterThanOrEqual(400);
    expect(await send(bare, "GET", "/containers/made/json")).toMatchObject({ status: 404 });
    // The log can tell them apart.
    expect(a.gate.records.slice(-2).map(({ scope }) => scope)).toEqual(["out", undefined]);
  });

  test.each(references)("is used where it is its own: %s", async (_place, body) => {
    const { a } = there();
    const made = await a.post("/containers/create?name=made", { Image: IMAGE, Cmd: ["true"], ...body("a") });
    expect(made).toMatchObject({ status: 201 });
    await a.docker("rm", "--force", "made");
  });

  test("is told of no ids by what begins them", async () => {
    const { b, tenant: open } = there();
    const tenant = await open("nobody", [{ own: true }, { image: [IMAGE] }]);
    for (let count = 0; count < 17; count += 1) await b.docker("create", IMAGE, "true");
    for (const digit of "0123456789abcdef") {
      const body = { Image: IMAGE, Cmd: ["true"], HostConfig: { VolumesFrom: [digit] } };
      expect(await tenant.post("/containers/create?name=made", body)).toMatchObject({
        code: "no_such_container",
        text: expect.stringContaining(`No such container: ${digit}`),
      });
    }
  });

  const inService = (extra: object, more: object = {}): object => ({
    Name: "made",
    TaskTemplate: { ContainerSpec: { Image: IMAGE, ...extra }, ...more },
  });
  const services: readonly (readonly [place: string, body: (who: string) => object])[] = [
    [
      "a secret",
      (who) =>
        inService({
          Secrets: [
            {
              SecretID: id(`${who}-secret`) || "0".repeat(25),
              SecretName: `${who}-secret`,
              File: { Name: "s", UID: "0", GID: "0", Mode: 292 },
            },
          ],
        }),
    ],
    [
      "a configuration",
      (who) =>
        inService({
          Configs: [
            {
              ConfigID: id(`${who}-config`) || "0".repeat(25),
              ConfigName: `${who}-config`,
              File: { Name: "s", UID: "0", GID: "0", Mode: 292 },
            },
          ],
        }),
    ],
    [
      "a volume",
      (who) => inService({ Mounts: [{ Type: "volume", Source: `${who}-data`, Target: "/data" }] }),
    ],
    [
      "a volume in other letters",
      (who) => inService({ Mounts: [{ Type: "VOLUME", Source: `${who}-data`, Target: "/data" }] }),
    ],
    ["an image", (who) => inService({ Image: `${who}-image:1` })],
  ];

  test.each(services)("by a service is not there where it is another's: %s", async (place, body) => {
    const { a, bare } = there();
    const create = (who: string): ReturnType<Tenant["post"]> => a.post("/services/create", body(who));
    const [ofOther, ofNobody] = [await create("b"), await create("nobody")];
    const plain = (text: string, who: string): string => masked(text, who).replaceAll(/[0-9a-z]{25}/gu, "ID");
    expect({ ...ofOther, text: plain(ofOther.text, "b") }).toEqual({
      ...ofNobody,
      text: plain(ofNobody.text, "nobody"),
    });
    expect(ofOther.status).toBeGreaterThanOrEqual(400);
    expect(await send(bare, "GET", "/services/made")).toMatchObject({ status: 404 });
    const own = await a.post("/services/create", body("a"));
    // A volume by its name may be another's when a task starts.
    const isMade = !place.startsWith("a volume");
    expect(own).toMatchObject({ status: isMade ? 201 : 403 });
    if (isMade) await a.docker("service", "rm", "made");
  });

  test("by a volume's name is a template for the swarm, and so nobody's", async () => {
    const source = "b-{{if true}}data{{end}}";
    const { a } = there();
    const answer = await a.post(
      "/services/create",
      inService({ Mounts: [{ Type: "volume", Source: source, Target: "/data" }] }),
    );
    expect(answer).toMatchObject({ status: 403, code: "scope_denied" });
  });

  test.each(["connect", "disconnect"])("by %s is the container too", async (deed) => {
    const { a } = there();
    const ask = (name: string): ReturnType<Tenant["post"]> =>
      a.post(`/networks/a-net/${deed}`, { Container: name, Force: true });
    const [ofOther, ofNobody] = [await ask("b-web"), await ask("nobody-web")];
    expect(masked(ofOther.text, "b")).toBe(masked(ofNobody.text, "nobody"));
    expect(ofOther.status).toBe(ofNobody.status);
    expect(
      await dockerOutput(there().host, ["inspect", "--format={{len .NetworkSettings.Networks}}", "b-web"]),
    ).toBe("1");
  });

  test("by a commit is the container, and by a build the cache", async () => {
    const { a } = there();
    const [ofOther, ofNobody] = [
      await a.post("/commit?container=b-web&repo=x"),
      await a.post("/commit?container=nobody-web&repo=x"),
    ];
    expect(masked(ofOther.text, "b")).toBe(masked(ofNobody.text, "nobody"));
    expect(await a.post("/commit?container=a-web&repo=committed")).toMatchObject({ status: 201 });
  });

  test("can't take a name from another's image", async () => {
    const { a, host } = there();
    const before = await dockerOutput(host, ["image", "inspect", "--format={{.Id}}", "b-image:1"]);
    for (const path of [
      "/images/a-image:1/tag?repo=b-image&tag=1",
      "/commit?container=a-web&repo=b-image&tag=1",
    ]) {
      expect(await a.post(path)).toMatchObject({ status: 403, code: "scope_denied" });
    }
    const built = await docker(a.host, ["build", "--quiet", "--tag=b-image:1", "-"], {
      input: `FROM ${IMAGE}\n`,
    });
    expect(built.stderr).toContain("is that of an image which is not in the client's scope");
    expect(await dockerOutput(host, ["image", "inspect", "--format={{.Id}}", "b-image:1"])).toBe(before);
    await a.docker("tag", "a-image:1", "a-other:1");
  });

  test("is told no names by what it lists", async () => {
    const { a } = there();
    const ask = (path: string): ReturnType<typeof send> => send({ port: a.gate.port }, "GET", path);
    const [service, nobody] = await Promise.all(
      ["b-service", "nobody-service"].map((name) =>
        ask(`/tasks?filters=${encodeURIComponent(JSON.stringify({ service: [name] }))}`),
      ),
    );
    expect(masked(service?.text ?? "", "b")).toBe(masked(nobody?.text ?? "", "nobody"));
    expect(service?.status).toBe(nobody?.status);
  });

  test("is marked where it makes it", async () => {
    const { host } = there();
    const labels = async (kind: string, name: string, at: string): Promise<string> =>
      dockerOutput(host, [kind, "inspect", `--format={{json ${at}}}`, name]);
    const own = { "io.quaygate.owner": "a" };
    for (const [kind, name, at] of [
      ["container", "a-web", ".Config.Labels"],
      ["network", "a-net", ".Labels"],
      ["volume", "a-data", ".Labels"],
      ["secret", "a-secret", ".Spec.Labels"],
      ["config", "a-config", ".Spec.Labels"],
      ["service", "a-service", ".Spec.Labels"],
      ["service", "a-service", ".Spec.TaskTemplate.ContainerSpec.Labels"],
    ] as const) {
      expect(JSON.parse(await labels(kind, name, at))).toMatchObject(own);
    }
    expect(JSON.parse(await labels("image", "a-image:1", ".Config.Labels"))).toEqual({
      "io.quaygate.owner": "",
      "io.quaygate.image-owner": "a",
    });
  });
});
