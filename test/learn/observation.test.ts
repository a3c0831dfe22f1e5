import { expect, test } from "vitest";
import { MOST_CLIENTS, MOST_VALUES } from "../../src/learn/limits.ts";
import { explainUnkept } from "../../src/learn/unkept.ts";
import { observe, policyOf, USED, used } from "./journal.ts";

test("keeps one client alone where that is asked for, and knows what others are called", () => {
  const observation = observe([used("SystemInfo"), { ...used("SystemInfo"), client: "ci" }], "ci");
  expect(observation.clients.map(({ name }) => name)).toEqual(["ci"]);
  expect(observation.others).toEqual(["web"]);
  expect(observation.span?.count).toBe(1);
});

test("counts what a line stands for, and from when until when", () => {
  const times = ["2026-11-30T10:00:00.000Z", "2026-11-30T09:00:00.000Z", "2026-11-30T11:00:00.000Z"];
  const [client] = observe(times.map((time) => ({ ...used("SystemInfo"), time, repeated: 10 }))).clients;
  expect(client?.span).toEqual({ count: 30, first: times[1], last: times[2] });
  expect(client?.used.get("SystemInfo")).toMatchObject({ count: 30, first: times[1], last: times[2] });
});

test("what is out of scope tells nothing of a client's objects", () => {
  const labels = new Map([["com.docker.compose.project", "shop"]]);
  const object = { kind: "container", id: "a", name: undefined, labels };
  const inside = { ...used("ContainerInspect"), object };
  const outside = {
    ...used("ContainerInspect"),
    object: { ...object, labels: new Map() },
    scope: "out" as const,
  };
  expect(observe([inside, outside]).clients[0]?.objects.shared()?.projects).toEqual(["shop"]);
});

test("more clients, or values, than are kept are told of", () => {
  const clients = Array.from({ length: MOST_CLIENTS + 5 }, (_, at) => ({
    ...used("SystemInfo"),
    client: `c${at}`,
  }));
  const observation = observe(clients);
  expect([observation.clients.length, observation.beyond]).toEqual([MOST_CLIENTS, 5]);
  expect(explainUnkept(observation)).toEqual([
    "5 exchanges of clients beyond the 200 that are kept, or with longer names than a gate writes",
  ]);
  const binds = Array.from({ length: MOST_VALUES + 1 }, (_, at) => used("ContainerCreate", `bind:/d${at}/x`));
  expect(policyOf(binds)).toContain("# There were more values than are kept of: bind.\n");
  expect(explainUnkept(observe(binds))).toEqual([
    "values of bind that web asked for once, beyond the 400 that are kept",
  ]);
  // A list has these wholly then, and lacks none.
  const variables = Array.from({ length: MOST_VALUES + 1 }, (_, at) => used("ContainerCreate", `env:V${at}`));
  expect(explainUnkept(observe(variables))).toEqual([]);
});

test("a log of many million distinct things takes no more memory than one of few", () => {
  const before = process.memoryUsage().heapUsed;
  const observation = observe([]);
  for (let at = 0; at < 150_000; at += 1) {
    observation.note({
      ...USED,
      client: `c${at % 100}`,
      address: `10.${at % 250}.${Math.floor(at / 250) % 250}.1`,
      operation: "ContainerCreate",
      powers: [`bind:/srv/${at}`, `name:n${at}`],
    });
  }
  expect(process.memoryUsage().heapUsed - before).toBeLessThan(200_000_000);
  expect(observation.span?.count).toBe(150_000);
  expect(explainUnkept(observation).at(-1)).toBe(
    "what came beyond the 100,000 distinct things that are kept",
  );
});

test("of a log that no gate wrote nothing is kept that is longer than what a gate writes", () => {
  const long = "x".repeat(100_000);
  const observation = observe(
    Array.from({ length: 20 }, (_, at) => [
      { ...USED, client: `${at}${long}` },
      { ...USED, operation: `${at}${long}` },
      { ...USED, address: `${at}${long}` },
      { ...used("ContainerCreate"), verdict: "deny" as const, missing: [`${at}${long}`] },
      { ...used("ContainerCreate"), verdict: "deny" as const, powers: [`${at}${long}`] },
    ]).flat(),
  );
  const [web] = observation.clients;
  expect(web?.deniedAsks.get("ContainerCreate")?.entries()).toEqual([]);
  expect([observation.clients.length, observation.beyond, web?.addresses.beyond]).toEqual([1, 20, 20]);
});
