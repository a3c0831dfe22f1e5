import { describe, expect, test } from "vitest";
import { OWNER_LABEL } from "../../../src/docker/objects/owner-label.ts";
import { restrictTo } from "../../../src/policy/scope/restrict-to.ts";
import { JudgedMemory } from "../../../src/proxy/judged-memory.ts";
import { KNOWN_OBJECT_SIZE } from "../../../src/proxy/limits.ts";
import { grantOf } from "../../policy/grants.ts";
import { eventually, type RawPeer, refusalOf, settle, statusOf } from "../../support/raw-peer.ts";
import type { EngineScript } from "../../support/scripted-engine.ts";
import { openLimitedGate } from "../limited-gate.ts";
import { mostIn } from "../most-memory.ts";
import { CHUNKED_JSON, chunk, jsonAnswer, LAST } from "../reviewed-gate.ts";
import { OWN } from "../scoped-engine.ts";

const grant = restrictTo(grantOf("everything"), OWN);
const HOUR = 3_600_000;
/** What an exchange takes at the least while the engine is asked. */
const ASKING = 64 * 1024;

const get = (path: string): string => `GET /v1.41${path} HTTP/1.1\r\nHost: x\r\n\r\n`;

function event(kind: string, action: string, id: string, attributes: object): string {
  return JSON.stringify({ Type: kind, Action: action, Actor: { ID: id, Attributes: attributes } });
}

/** All that becomes of a container, which its events say themselves. */
function lifeOfContainer(index: number, owner: string): readonly string[] {
  const id = index.toString(16).padStart(64, owner === "ci" ? "a" : "b");
  const attributes = { name: `${owner}-${index}`, image: "x", [OWNER_LABEL]: owner };
  return ["create", "start", "die", "destroy"].map((action) => event("container", action, id, attributes));
}

/** All that becomes of a volume, about which the engine has to be asked. */
function lifeOfVolume(name: string): readonly string[] {
  return ["create", "mount", "unmount", "destroy"].map((action) =>
    event("volume", action, name, { driver: "local" }),
  );
}

/** An event as its client gets it: labels of the gate's are for nobody with a scope. */
function asSeen(line: string): string {
  return line.replace(`,"${OWNER_LABEL}":"ci"`, "");
}

const volume = (name: string): object => ({
  Name: name,
  Labels: name.startsWith("ci") ? { [OWNER_LABEL]: "ci" } : {},
});

/** Has a volume by each name, the client's where it begins so, and one of them from the beginning. */
const engineOfVolumes: EngineScript = async (connection) => {
  const { startLine } = await connection.next({ mayNeverCome: true });
  const path = startLine.split(" ")[1] ?? "";
  if (path.startsWith("/v1")) return;
  const [, name] = /^\/volumes\/(?<name>.+)$/u.exec(path) ?? [];
  const list = path.startsWith("/volumes") ? JSON.stringify({ Volumes: [volume("ci-first")] }) : "[]";
  await connection.send(jsonAnswer(name === undefined ? list : JSON.stringify(volume(name))));
};

async function openLong(path: string, limit?: number, script = engineOfVolumes) {
  const judgedMemory = new JudgedMemory(limit);
  const all = mostIn(judgedMemory);
  const gate = await openLimitedGate({}, { grant, script, judgedMemory });
  const asked = async (count: number): Promise<RawPeer> => {
    const find = (): RawPeer | undefined =>
      gate.engine.connections.filter(({ text }) => text.startsWith("GET /v1"))[count - 1];
    await eventually(() => find() !== undefined, "the engine to be asked");
    return find() ?? gate.engine.connection();
  };
  const client = await gate.connect();
  await client.send(get(path));
  return {
    ...gate,
    client,
    asked,
    held: () => all - mostIn(judgedMemory),
    quiet: (hours: number) => {
      for (let hour = 0; hour < hours; hour += 1) {
        gate.clock.milliseconds += HOUR;
        gate.connections.sweep();
      }
    },
  };
}

function eventsIn(text: string): readonly string[] {
  return text.split(/\r?\n/u).flatMap((line) => (line.startsWith("{") ? [line.trim()] : []));
}

describe("events that are followed for days", () => {
  test("keep coming in order, hold what is there and no more, and can be followed anew", async () => {
    const { client, asked, quiet, held, records, engine } = await openLong("/events");
    const source = await asked(1);
    await source.send(CHUNKED_JSON);
    const wanted: string[] = [];
    for (let day = 0; day < 10; day += 1) {
      quiet(24);
      const lives: string[] = [];
      for (let index = 0; index < 200; index += 1) {
        lives.push(...lifeOfContainer(day * 1_000 + index, "ops"));
        if (index % 5 === 0) lives.push(...lifeOfContainer(day * 1_000 + index, "ci"));
        if (index % 20 === 0)
          lives.push(...lifeOfVolume(`ops-${day}-${index}`), ...lifeOfVolume(`ci-${day}-${index}`));
      }
      wanted.push(...lives.filter((line) => line.includes('"ci-')).map(asSeen));
      source.socket.write(chunk(`${lives.join("\n")}\n`));
      await eventually(() => client.text.includes(wanted.at(-1) ?? ""), "the events of the day");
      // All but one that it knew is gone again.
      expect(held()).toBeLessThan(ASKING);
    }
    expect(eventsIn(client.text)).toEqual(wanted);
    quiet(24);
    await settle();
    expect(held()).toBeLessThan(10 * KNOWN_OBJECT_SIZE);
    const first = event("volume", "destroy", "ci-first", {});
    await source.send(chunk(`${first}\n${first}\n`), LAST);
    await eventually(() => records.length === 1, "the record");
    expect(eventsIn(client.text)).toEqual([...wanted, first]);
    expect(held()).toBe(0);
    // A question for each volume, one list at the beginning, and the events.
    expect(engine.connections.length).toBeLessThan(10 * 20 + 20);
    await client.send(get("/events"));
    // On the connection that carried the first ones.
    await source.until((text) => text.split("GET /v1").length > 2);
    await source.send(CHUNKED_JSON, chunk(`${first}\n`));
    await eventually(() => eventsIn(client.text).length === wanted.length + 2, "its first event");
  });

  test("know what is the client's to its end, however much others make and keep", async () => {
    const { client, asked, quiet, held } = await openLong("/events", 256 * 1024);
    const source = await asked(1);
    await source.send(CHUNKED_JSON);
    const [created = "", , , destroyed = ""] = lifeOfVolume("ci-mine");
    await source.send(chunk(`${created}\n`));
    await client.until(created);
    for (let day = 0; day < 5; day += 1) {
      quiet(24);
      const made = Array.from(
        { length: 1_000 },
        (_, index) => lifeOfContainer(day * 1_000 + index, "ops")[1],
      );
      source.socket.write(chunk(`${made.join("\n")}\n`));
    }
    const [ours = ""] = lifeOfContainer(1, "ci");
    await source.send(chunk(`${destroyed}\n${event("volume", "destroy", "ci-first", {})}\n${ours}\n`));
    await client.until(asSeen(ours));
    expect(eventsIn(client.text)).toHaveLength(4);
    expect(held()).toBeLessThan(256 * 1024);
    client.reset();
    await source.untilOver();
    await eventually(() => held() === 0, "the memory");
  });

  test("are told of to a client that has returned as things are now", async () => {
    const { client, asked, quiet, connect, records, held } = await openLong("/events");
    const source = await asked(1);
    await source.send(CHUNKED_JSON);
    await client.until("\r\n\r\n");
    quiet(48);
    source.socket.destroy();
    await client.untilOver();
    expect(client.text.endsWith(LAST)).toBe(false);
    await eventually(() => records.length === 1, "the record");
    expect(records).toMatchObject([{ end: "engine", status: 200, code: undefined }]);
    expect(held()).toBe(0);
    const returned = await connect();
    await returned.send(get("/events"));
    const again = await asked(2);
    const [, mounted = ""] = lifeOfVolume("ci-later");
    await again.send(CHUNKED_JSON, chunk(`${mounted}\n`));
    await returned.until(mounted);
  });
});

test("logs that are followed are never too quiet, hold nothing, and end as the engine ends them", async () => {
  const id = "a1".repeat(32);
  let isThere = true;
  const { client, asked, quiet, connect, records, held } = await openLong(
    "/containers/web/logs?follow=1&stdout=1",
    undefined,
    async (connection) => {
      const { startLine } = await connection.next({ mayNeverCome: true });
      if (startLine.startsWith("GET /v1")) return;
      const web = { Id: id, Name: "/web", Config: { Labels: { [OWNER_LABEL]: "ci" } } };
      await connection.send(
        isThere ? jsonAnswer(JSON.stringify(web)) : jsonAnswer('{"message":"no"}', "404 Not Found"),
      );
    },
  );
  const source = await asked(1);
  expect(source.text).toContain(`GET /v1.41/containers/${id}/logs?`);
  await source.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
  for (let day = 0; day < 30; day += 1) {
    quiet(24);
    await source.send(chunk(`day ${day}\n`));
    await client.until(`day ${day}\n`);
    expect(held()).toBe(0);
  }
  await source.send(LAST);
  expect(statusOf(await client.next())).toBe(200);
  await eventually(() => records.length === 1, "the record");
  expect(records).toMatchObject([{ end: "complete", status: 200 }]);
  isThere = false;
  const returned = await connect();
  await returned.send(get("/containers/web/logs?follow=1&stdout=1"));
  expect(refusalOf(await returned.next())).toMatchObject({ status: 404, message: "No such container: web" });
});
