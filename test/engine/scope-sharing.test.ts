import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { dockerOutput } from "../support/docker-cli.ts";
import { hasEngine } from "../support/engine-gate.ts";
import { send } from "./attacks/attack.ts";
import { type Tenant, useTenants } from "./scope/tenants.ts";

const IMAGE = "busybox:test";
const OTHERS = "team/private:1";

async function read({ gate: { port } }: Tenant, path: string): Promise<string> {
  return (await send({ port }, "GET", encodeURI(path))).text;
}

describe.runIf(hasEngine)("an image that several clients have in scope", () => {
  const there = useTenants();

  test("has for each of them only the names that it may know", async () => {
    const { a, host, tenant } = there();
    const other = await tenant("team", [{ own: true }, { image: [IMAGE, "team/*"] }]);
    await other.docker("tag", IMAGE, OTHERS);
    onTestFinished(async () => {
      await dockerOutput(host, ["rmi", OTHERS]);
    });
    await a.docker("create", "--name=a-of-shared", "--network=none", IMAGE);
    const until = String(Math.floor(Date.now() / 1000) + 1);
    for (const path of [
      "/images/json",
      `/images/${IMAGE}/json`,
      "/system/df",
      `/events?since=1&until=${until}`,
    ]) {
      expect(await read(a, path)).toContain(IMAGE);
      expect(await read(a, path)).not.toContain("team/");
      expect(await read(other, path)).toContain(OTHERS);
    }
    // What means it by the other's name means nothing.
    const asked = `/images/${OTHERS}/json`;
    expect(await read(a, asked)).toBe(await read(a, "/images/team/nothing:1/json").then(named("nothing")));
    expect(await a.post("/containers/create", { Image: OTHERS })).toMatchObject({ status: 404 });
    expect(await a.post("/commit?container=a-of-shared&repo=team/private&tag=1", {})).toMatchObject({
      status: 403,
      code: "scope_denied",
    });
    const found = (filter: object): Promise<string> =>
      read(a, `/containers/json?all=1&filters=${JSON.stringify({ ancestor: filter })}`);
    expect(JSON.parse(await found([OTHERS]))).toEqual([]);
    expect(JSON.parse(await found({ [OTHERS]: true }))).toEqual([]);
    expect(JSON.parse(await found([OTHERS, IMAGE]))).toHaveLength(1);
  });

  test("does not make whoever built it the owner of what others make of it", async () => {
    const { a, host, tenant } = there();
    const others = await tenant("others", [{ label: ["team=o"] }, { image: ["base:*"] }]);
    await a.docker("create", "--name=a-of-base", "--network=none", IMAGE);
    await a.docker("commit", "a-of-base", "base:1");
    await others.docker("create", "--name=o-of-base", "--label=team=o", "--network=none", "base:1", "true");
    await others.docker("commit", "--change=LABEL team=o", "o-of-base", "secret:1");
    const folder = mkdtempSync(join(tmpdir(), "quaygate-build-"));
    onTestFinished(async () => {
      rmSync(folder, { recursive: true });
      await dockerOutput(host, ["rm", "a-of-base", "o-of-base"]);
      await dockerOutput(host, ["rmi", "base:1", "secret:1", "secret:2"]);
    });
    writeFileSync(join(folder, "Dockerfile"), "FROM base:1\nENV A=1\n");
    await others.docker("build", "--quiet", "--label=team=o", "--tag=secret:2", folder);
    for (const image of ["secret:1", "secret:2"]) {
      expect(await others.docker("image", "inspect", "--format={{.Id}}", image)).toContain("sha256:");
      expect(await read(a, `/images/${image}/json`)).toBe(`{"message":"No such image: ${image}"}\n`);
    }
  });

  test("is built without what BuildKit keeps of all clients", async () => {
    const { a } = there();
    expect(await a.post("/build?version=2&remote=https%3A%2F%2F127.0.0.1%3A1%2Fx.git")).toMatchObject({
      status: 403,
      code: "scope_denied",
    });
  });
});

describe.runIf(hasEngine)("a network's name", () => {
  const there = useTenants();

  test("is not given twice, so that it stays that of whoever has it", async () => {
    const { a, b } = there();
    await b.docker("network", "create", "b-only");
    const taken = await a.post("/networks/create", { Name: "b-only" });
    expect(taken).toMatchObject({ status: 403, code: "scope_denied" });
    expect(taken.text).not.toMatch(/[0-9a-f]{12}/u);
    expect(await b.docker("network", "inspect", "--format={{.Name}}", "b-only")).toBe("b-only");
  });
});

describe.runIf(hasEngine)("a list of volumes", () => {
  const there = useTenants();

  test("is there however much others have", async () => {
    const { a, b } = there();
    await a.docker("volume", "create", "a-only");
    const labels = Object.fromEntries(
      Array.from({ length: 60 }, (_, index) => [`l${index}`, "x".repeat(60_000)]),
    );
    for (const name of ["1", "2", "3", "4", "5"]) {
      expect(await b.post("/volumes/create", { Name: `b-${name}`, Labels: labels })).toMatchObject({
        status: 201,
      });
    }
    expect(await a.docker("volume", "ls", "--format={{.Name}}")).toBe("a-only");
    expect(await a.docker("volume", "ls", "--quiet", "--filter=name=b-")).toBe("");
  });
});

describe.runIf(hasEngine)("what a service is made of", () => {
  const there = useTenants();

  test("is still the client's when a task starts later", async () => {
    const { a, host } = there();
    await dockerOutput(host, ["swarm", "init", "--advertise-addr=127.0.0.1", "--listen-addr=127.0.0.1"]);
    onTestFinished(async () => {
      await dockerOutput(host, ["swarm", "leave", "--force"]);
    });
    await a.docker("create", "--name=a-built", "--network=none", IMAGE);
    const id = await a.docker("commit", "a-built", "a-built:1");
    await a.docker("volume", "create", "a-data");
    const service = (Name: string, ContainerSpec: object): object => ({
      Name,
      TaskTemplate: { ContainerSpec },
      Mode: { Replicated: { Replicas: 0 } },
    });
    const mount = { Type: "volume", Source: "a-data", Target: "/data" };
    const mounting = service("mounting", { Image: IMAGE, Mounts: [mount] });
    expect(await a.post("/services/create", mounting)).toMatchObject({ status: 403, code: "scope_denied" });
    const imageOf = async (name: string, Image: string): Promise<string> => {
      expect(await a.post("/services/create", service(name, { Image }))).toMatchObject({ status: 201 });
      return /"Image":"([^"]+)"/u.exec(await read(a, `/services/${name}`))?.[1] ?? "";
    };
    expect(await imageOf("built", "a-built:1")).toBe(id);
    expect(await imageOf("shared", IMAGE)).toBe(IMAGE);
  });
});

/** The same answer about another name. */
function named(name: string): (text: string) => string {
  return (text) => text.replace(name, "private");
}
