import { setTimeout as pause } from "node:timers/promises";
import { describe, expect, onTestFinished, test } from "vitest";
import { operationObjects } from "../../src/docker/objects/operation-objects.ts";
import { operations } from "../../src/docker/operations.ts";
import { docker, dockerOutput, spawnDocker } from "../support/docker-cli.ts";
import { hasEngine } from "../support/engine-gate.ts";
import { type Answer, send } from "./attacks/attack.ts";
import { MARK, type Owned, type WordForm } from "./tenants/neighbour.ts";
import { nothingOf, requestOn, references } from "./tenants/requests.ts";
import { SHARED_IMAGE, useTwoTenants } from "./tenants/two-tenants.ts";

/** Each operation whose path names an object, with the kind of that. */
const operationsOnOne = operations.flatMap((operation) => {
  const use = operationObjects[operation.name];
  return use.use === "one" ? [{ name: operation.name, operation, kind: use.kind }] : [];
});

/** An answer without the id that was sent beside the word. */
function withoutId(answer: Answer, id: string): Answer {
  return { ...answer, text: answer.text.replaceAll(id, "ID") };
}

/** An answer without the word that was sent, which stands in it as it came. */
function masked({ status, code, text }: Answer, word: string): string {
  const plain = word.replace(/^\//u, "");
  // Of an image an engine may name the tag apart.
  const [untagged = plain] = plain.split(":");
  const told = [plain, untagged].reduce((rest, part) => rest.replaceAll(part, "WORD"), text);
  return `${status} ${code ?? ""} ${told.replaceAll("/WORD", "WORD")}`;
}

describe.runIf(hasEngine)("of two tenants of one engine the one", () => {
  const tenants = useTwoTenants();
  const neighbours = (): readonly (readonly [Owned, WordForm, string])[] =>
    tenants().neighbour.flatMap((owned) => owned.words.map(([form, word]) => [owned, form, word] as const));

  /** What would show the other: its mark, and the beginnings of its ids. */
  function leaksIn(text: string): readonly string[] {
    const ids = tenants().neighbour.map(({ id }) => id.replace(/^sha256:/u, "").slice(0, 12));
    return [MARK, ...ids].filter((sign) => text.includes(sign));
  }

  /** All that the other has, as the engine tells it. */
  async function portrait(): Promise<string> {
    const { bare, neighbour } = tenants();
    const answers = await Promise.all(
      neighbour.map(async ({ kind, id }) => {
        const path =
          kind === "container" || kind === "exec" || kind === "image"
            ? `/${kind === "exec" ? kind : `${kind}s`}/${id}/json`
            : `/${kind}s/${id}`;
        return (await send(bare, "GET", path)).text;
      }),
    );
    return answers.join("\n");
  }

  test("was shown something of the other's of every kind", () => {
    const kinds = new Set(tenants().neighbour.map(({ kind }) => kind));
    expect([...kinds].toSorted()).toEqual(
      ["config", "container", "exec", "image", "network", "secret", "service", "task", "volume"].toSorted(),
    );
    expect(tenants().neighbour.length).toBeGreaterThanOrEqual(20);
    expect(neighbours().some(([, form]) => form === "link")).toBe(true);
  });

  test.each(operationsOnOne)(
    "is told by $name of the other's what it is told of nothing",
    async ({ operation, kind }) => {
      const { first } = tenants();
      const before = await portrait();
      for (const method of operation.methods) {
        for (const [owned, form, word] of neighbours().filter(([{ kind: of }]) => of === kind)) {
          const nothing = nothingOf(form, owned.kind);
          const told = await requestOn(first.place, method, operation, word);
          const wanted = await requestOn(first.place, method, operation, nothing);
          const place = `${method} ${form} ${word}`;
          expect(`${place}: ${masked(told, word)}`).toBe(`${place}: ${masked(wanted, nothing)}`);
        }
      }
      expect(await portrait()).toBe(before);
    },
  );

  test.each(references)("can't refer to the other's in $name", async (reference) => {
    const { first } = tenants();
    const before = await portrait();
    const network = await mine("network", ["network", "create"]);
    for (const [owned, form, word] of neighbours().filter(([{ kind }]) => kind === reference.kind)) {
      if (form === "slashed") continue;
      const nothing = nothingOf(form, owned.kind);
      const told = await reference.send(first.place, { word, id: owned.id, network });
      const wanted = await reference.send(first.place, {
        word: nothing,
        id: nothingOf("id", owned.kind),
        network,
      });
      // A volume's name is its id.
      const [id, nothingsId] =
        owned.kind === "volume" ? [word, nothing] : [owned.id, nothingOf("id", owned.kind)];
      const asTold = masked(withoutId(told, id), word);
      const asWanted = masked(withoutId(wanted, nothingsId), nothing);
      expect(`${form} ${word}: ${asTold}`).toBe(`${form} ${word}: ${asWanted}`);
      expect(told.status).toBeGreaterThanOrEqual(400);
    }
    expect(await portrait()).toBe(before);
  });

  /** Makes something as the first tenant that is gone after the test. */
  async function mine(
    kind: "container" | "network" | "volume",
    words: readonly string[],
    ...end: readonly string[]
  ): Promise<string> {
    const { first, host } = tenants();
    const name = `alpha-${kind}-${Math.random().toString(36).slice(2, 8)}`;
    await dockerOutput(first.host, [...words, kind === "container" ? `--name=${name}` : name, ...end]);
    onTestFinished(async () => {
      await docker(host, kind === "container" ? ["rm", "--force", name] : [kind, "rm", name]);
    });
    return name;
  }

  test.each([
    "/containers/json?all=1&size=1",
    "/containers/json?limit=3",
    `/containers/json?all=1&filters={"name":["${MARK}"]}`,
    `/containers/json?all=1&filters={"label":["${MARK}.label"]}`,
    `/containers/json?all=1&filters={"volume":["${MARK}-data"]}`,
    `/containers/json?all=1&filters={"network":["${MARK}-front"]}`,
    `/containers/json?all=1&filters={"ancestor":["${SHARED_IMAGE}"]}`,
    "/images/json?all=1",
    "/images/json?digests=1&shared-size=1",
    `/images/json?filters={"reference":["${MARK}-*"]}`,
    "/networks",
    '/networks?filters={"type":["custom"]}',
    `/networks?filters={"name":["${MARK}"]}`,
    "/volumes",
    `/volumes?filters={"name":["${MARK}"]}`,
    "/services?status=1",
    `/services?filters={"name":["${MARK}"]}`,
    "/tasks",
    `/tasks?filters={"desired-state":["running"]}`,
    "/secrets",
    `/secrets?filters={"name":["${MARK}"]}`,
    "/configs",
    "/nodes",
    "/plugins",
    "/system/df",
    "/info",
    "/swarm",
    "/version",
    "/events?since=1&until=NOW",
  ])("reads nothing of the other in %s", async (path) => {
    const now = String(Math.floor(Date.now() / 1000));
    const answer = await send(tenants().first.place, "GET", encodeURI(path.replace("NOW", now)));
    // A filter may be refused, and then the refusal has what was sent.
    const text = answer.status === 200 ? answer.text : "";
    expect(leaksIn(text)).toEqual([]);
    expect([200, 400, 403]).toContain(answer.status);
  });

  test("sees its own in the lists, and the other sees all of its own", async () => {
    const { first, second, neighbour } = tenants();
    const container = await mine(
      "container",
      ["run", "--detach", "--network=none"],
      SHARED_IMAGE,
      "sleep",
      "1000",
    );
    expect(await dockerOutput(first.host, ["ps", "--format={{.Names}}"])).toBe(container);
    const of = (kind: string): number => neighbour.filter((owned) => owned.kind === kind).length;
    const countOf = async (...words: readonly string[]): Promise<number> =>
      (await dockerOutput(second.host, words)).split("\n").filter((line) => line.includes(MARK)).length;
    expect(await countOf("ps", "--all", "--format={{.Names}}")).toBe(of("container"));
    expect(await countOf("volume", "ls", "--format={{.Name}}")).toBe(of("volume"));
    expect(await countOf("network", "ls", "--format={{.Name}}")).toBe(of("network"));
    expect(await countOf("service", "ls", "--format={{.Name}}")).toBe(of("service"));
    expect(await countOf("secret", "ls", "--format={{.Name}}")).toBe(of("secret"));
  });

  test("does not see the other's container on a network of its own, where somebody has put it", async () => {
    const { first, host } = tenants();
    const network = await mine("network", ["network", "create"]);
    const container = await mine(
      "container",
      ["run", "--detach", `--network=${network}`],
      SHARED_IMAGE,
      "sleep",
      "1000",
    );
    await dockerOutput(host, ["network", "connect", network, `${MARK}-idle`]);
    await dockerOutput(host, ["network", "connect", network, `${MARK}-web`]);
    const { text } = await send(first.place, "GET", `/networks/${network}?verbose=1`);
    await docker(host, ["network", "disconnect", network, `${MARK}-web`]);
    await docker(host, ["network", "disconnect", network, `${MARK}-idle`]);
    expect(text).toContain(container);
    expect(leaksIn(text)).toEqual([]);
  });

  test("hears of its own alone in the events, while they flow", async () => {
    const { first, second, host } = tenants();
    const watching = spawnDocker(first.host, ["events", "--format={{json .}}"]);
    onTestFinished(async () => watching.kill());
    await pause(500);
    const late = `${MARK}-late`;
    await dockerOutput(second.host, ["volume", "create", late]);
    await dockerOutput(second.host, ["network", "create", late]);
    await dockerOutput(second.host, [
      "run",
      "--rm",
      `--name=${late}`,
      `--network=${late}`,
      `--volume=${late}:/x`,
      SHARED_IMAGE,
      "true",
    ]);
    await dockerOutput(second.host, ["exec", `${MARK}-web`, "true"]);
    await dockerOutput(second.host, ["network", "rm", late]);
    await dockerOutput(second.host, ["volume", "rm", late]);
    await dockerOutput(host, ["tag", `${MARK}-image:1`, `${MARK}-image:2`]);
    const container = await mine("container", ["run", "--rm", "--network=none"], SHARED_IMAGE, "true");
    await watching.untilOutput('"destroy"');
    expect(watching.stdout()).toContain(container);
    expect(leaksIn(watching.stdout())).toEqual([]);
    await docker(host, ["rmi", `${MARK}-image:2`]);
  });

  test.each([
    ["a container", "POST", `/containers/create?name=${MARK}-web`, { Image: SHARED_IMAGE }],
    ["a volume", "POST", "/volumes/create", { Name: `${MARK}-data` }],
    ["a secret", "POST", "/secrets/create", { Name: `${MARK}-secret-one`, Data: "eA==", Labels: {} }],
    ["a config", "POST", "/configs/create", { Name: `${MARK}-config-one`, Data: "eA==", Labels: {} }],
    [
      "a service",
      "POST",
      "/services/create",
      { Name: `${MARK}-service`, TaskTemplate: { ContainerSpec: { Image: SHARED_IMAGE } } },
    ],
    ["a tag", "POST", `/images/${SHARED_IMAGE}/tag?repo=${MARK}-image&tag=1`, undefined],
  ] as const)(
    "that takes the name of the other's for %s gets no more than a refusal",
    async (_, method, path, body) => {
      const before = await portrait();
      const answer = await send(
        tenants().first.place,
        method,
        path,
        body === undefined ? undefined : JSON.stringify(body),
      );
      expect({ ...answer, isRefused: answer.status >= 400 }).toMatchObject({ isRefused: true });
      expect(leaksIn(answer.text.replaceAll(/zebra-[a-z-]+(?::1)?/gu, ""))).toEqual([]);
      expect(await portrait()).toBe(before);
    },
  );

  test.each(["containers", "images", "networks", "volumes"])(
    "prunes nothing of the other's: %s",
    async (kind) => {
      const before = await portrait();
      const filters = kind === "images" ? '?filters={"dangling":["false"]}' : "";
      await send(tenants().first.place, "POST", encodeURI(`/${kind}/prune${filters}`));
      expect(await portrait()).toBe(before);
    },
  );

  test("can't take the gate's label for itself, nor what has it", async () => {
    const { first } = tenants();
    const label = { "io.quaygate.owner": "second" };
    const body = JSON.stringify({ Image: SHARED_IMAGE, Labels: label });
    expect(await send(first.place, "POST", "/containers/create", body)).toMatchObject({ status: 400 });
    const filtered = encodeURI('/containers/json?all=1&filters={"label":["io.quaygate.owner=second"]}');
    expect(leaksIn((await send(first.place, "GET", filtered)).text)).toEqual([]);
    const container = await mine("container", ["create"], SHARED_IMAGE, "true");
    const { text } = await send(first.place, "GET", `/containers/${container}/json`);
    expect(text).not.toContain("io.quaygate.");
    expect(text).toContain('"com.example.tenant":"first"');
  });
});
