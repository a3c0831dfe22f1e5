import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { linuxserverSwitches } from "../../src/config/linuxserver.ts";
import { OWN_LABELS, OWNER_LABEL } from "../../src/docker/objects/owner-label.ts";
import { makeScope } from "../../src/policy/scope/make-scope.ts";
import { openTestGate, type TestGate } from "../support/gate.ts";
import { explainMissingPodman, type Podman, startPodman } from "../support/podman.ts";
import { type Answer, send } from "./attacks/attack.ts";

const missing = explainMissingPodman();
const hasPodman = missing === undefined || process.env["CI"] === "true";
if (!hasPodman) console.log(`Left out: the tests on a real Podman, because ${missing ?? ""}.`);

const switches = Object.fromEntries([...linuxserverSwitches.keys()].map((name) => [name, "1"]));
const [OWN, OTHER] = ["quaygate-own", "quaygate-other"] as const;
const KINDS = ["containers", "images", "networks", "volumes", "secrets"] as const;
type Folder = (typeof KINDS)[number];

describe.runIf(hasPodman)("before Podman a client that may touch what it made", () => {
  let engine: Podman | undefined;
  let gate: TestGate | undefined;
  const ids = new Map<string, string>();

  const bare = (method: string, path: string, body?: object): Promise<Answer> =>
    send({ socketPath: engine?.socketPath ?? "" }, method, path, body && JSON.stringify(body));
  const ask = (method: string, path: string): Promise<Answer> =>
    send({ port: gate?.port ?? 0 }, method, path);
  const idOf = (folder: Folder, name: string): string => ids.get(`${folder} ${name}`) ?? "none";

  async function make(folder: Folder, name: string, path: string, body: object): Promise<void> {
    const { status, text } = await bare("POST", path, body);
    if (status !== 200 && status !== 201) throw new Error(text);
    ids.set(`${folder} ${name}`, /"I[dD]":"(?<id>[^"]+)"/u.exec(text)?.groups?.["id"] ?? name);
  }

  beforeAll(async () => {
    engine = await startPodman();
    const scope = makeScope("ci", [{ own: true }]);
    gate = await openTestGate({
      env: { ...switches, QUAYGATE_COMPAT: "linuxserver" },
      engineSocket: engine.socketPath,
      objects: { scope, view: undefined, stamps: new Map() },
    });
    for (const [name, client] of [
      [OWN, "ci"],
      [OTHER, "ops"],
    ] as const) {
      const labels = { [OWNER_LABEL]: client };
      const image = { Image: "localhost/busybox:test", Cmd: ["true"], Labels: labels };
      await make("containers", name, `/v1.41/containers/create?name=${name}`, image);
      const changes = [`LABEL ${OWNER_LABEL}=${client}`, `LABEL ${OWN_LABELS}image-owner=${client}`]
        .map((change) => `&changes=${encodeURIComponent(change)}`)
        .join("");
      await make("images", name, `/v1.41/commit?container=${name}&repo=${name}&tag=1${changes}`, {});
      await make("networks", name, "/v1.41/networks/create", { Name: name, Labels: labels });
      await make("volumes", name, "/v1.41/volumes/create", { Name: name, Labels: labels });
      const secret = { Name: name, Data: Buffer.from("hunter2").toString("base64"), Labels: labels };
      await make("secrets", name, "/v1.41/secrets/create", secret);
    }
  });
  afterAll(async () => {
    await gate?.close();
    await engine?.stop();
  });

  const calledBy = (folder: Folder, name: string): readonly string[] => {
    const id = idOf(folder, name);
    if (folder === "volumes") return [name];
    return folder === "images"
      ? [`${name}:1`, id, id.replace("sha256:", "").slice(0, 12)]
      : [name, id, id.slice(0, 12)];
  };
  const readings: readonly (readonly [Folder, string, string])[] = [
    ["containers", "/v1.41/containers/", "/json"],
    ["containers", "/v4.0.0/libpod/containers/", "/json"],
    ["containers", "/v4.0.0/libpod/containers/", "/exists"],
    ["images", "/v1.41/images/", "/json"],
    ["images", "/v4.0.0/libpod/images/", "/json"],
    ["images", "/v4.0.0/libpod/images/", "/history"],
    ["networks", "/v1.41/networks/", ""],
    ["networks", "/v4.0.0/libpod/networks/", "/exists"],
    ["volumes", "/v1.41/volumes/", ""],
    ["volumes", "/v4.0.0/libpod/volumes/", "/json"],
    ["secrets", "/v1.41/secrets/", ""],
    ["secrets", "/v4.0.0/libpod/secrets/", "/json"],
  ];

  test.each(readings)("has its own of %s, by whatever it is called: %s", async (folder, before, behind) => {
    for (const word of calledBy(folder, OWN)) {
      const { status, text } = await ask("GET", `${before}${word}${behind}`);
      expect([word, [200, 204].includes(status), text]).toEqual([word, true, text]);
    }
  });

  test.each(readings)(
    "is told of another's of %s that it is not there: %s",
    async (folder, before, behind) => {
      const none = await ask("GET", `${before}no-such-thing${behind}`);
      expect(none).toMatchObject({ status: 404, code: "no_such_object" });
      for (const word of calledBy(folder, OTHER)) {
        const { status, code, text } = await ask("GET", `${before}${word}${behind}`);
        expect([word, status, code]).toEqual([word, 404, "no_such_object"]);
        expect(text).toContain(word);
        expect(text).not.toContain(OWNER_LABEL);
      }
    },
  );

  const filtered = (filters: object, key = "filters"): string =>
    `${key}=${encodeURIComponent(JSON.stringify(filters))}`;

  test.each([
    `/v1.41/containers/${OWN}/changes?parent=${OTHER}`,
    `/v4.0.0/libpod/containers/${OWN}/changes?PARENT=${OTHER}`,
    `/v4.0.0/libpod/images/${OWN}:1/changes?parent=${OTHER}:1`,
    `/v1.41/images/json?${filtered({ after: [`${OTHER}:1`] })}`,
    `/v1.41/images/json?${filtered({ "since!": [`${OTHER}:1`] })}`,
  ])("has nothing compared with another's: %s", async (path) => {
    expect(await ask("GET", path)).toMatchObject({ status: 403, code: "scope_denied" });
  });

  test.each([
    `/v1.41/containers/json?all=1&${filtered({ label: ["*quaygate.owner=ci"] })}`,
    `/v1.41/networks?${filtered({ LABEL: [`${OWNER_LABEL}=ci`] })}`,
    `/v1.41/events?since=1&until=2&${filtered({ LABEL: [`${OWNER_LABEL}=ci`] })}`,
    `/v1.41/events?since=1&until=2&${filtered({ [`label=${OWNER_LABEL}`]: ["ci"] })}`,
  ])("finds nothing by whose it is, however that is written: %s", async (path) => {
    expect((await bare("GET", path)).status).toBe(200);
    expect(await ask("GET", path)).toMatchObject({ status: 403, code: "scope_denied" });
  });

  test.each([
    ["DELETE", `/v4.0.0/libpod/containers/${OTHER}?force=true`],
    ["DELETE", `/v1.41/containers/${OTHER}?force=true`],
    ["POST", `/libpod/containers/${OTHER}/rename?name=taken`],
    ["DELETE", `/v4.0.0/libpod/volumes/${OTHER}?force=true`],
    ["DELETE", `/v4.0.0/libpod/networks/${OTHER}?force=true`],
    ["DELETE", `/v4.0.0/libpod/images/${OTHER}:1?force=true`],
    ["DELETE", `/v4.0.0/libpod/secrets/${OTHER}`],
    ["GET", `/libpod/containers/${OTHER}/export`],
    ["GET", `/libpod/volumes/${OTHER.slice(0, -1)}/json`],
  ])("never touches what is another's: %s %s", async (method, path) => {
    expect(await ask(method, path)).toMatchObject({ status: 404, code: "no_such_object" });
    for (const folder of KINDS) {
      const word = folder === "images" ? `${OTHER}:1` : OTHER;
      const behind = folder === "containers" || folder === "images" ? "/json" : "";
      expect((await bare("GET", `/v1.41/${folder}/${word}${behind}`)).status).toBe(200);
    }
  });

  test.each([
    ["POST", "/libpod/pods/create"],
    ["POST", "/libpod/containers/create"],
    ["DELETE", "/libpod/images/remove?all=true"],
    ["POST", "/libpod/system/prune"],
    ["GET", "/libpod/generate/kube?names=quaygate-other"],
    ["GET", "/libpod/containers/stats?stream=false"],
  ])("can't do what its scope can't be kept in: %s %s", async (method, path) => {
    const { status, text } = await ask(method, path);
    expect(status).toBe(403);
    expect(text).toContain("a client with a scope can't do it, because");
  });

  test("deletes what is its own", async () => {
    for (const path of [
      `/v4.0.0/libpod/containers/${OWN}?force=true`,
      `/v4.0.0/libpod/images/${OWN}:1`,
      `/v4.0.0/libpod/networks/${OWN}`,
      `/v4.0.0/libpod/volumes/${OWN}`,
      `/v1.41/secrets/${OWN}`,
    ]) {
      const { status, text } = await ask("DELETE", path);
      expect([path, [200, 204].includes(status), text]).toEqual([path, true, text]);
    }
  });
});
