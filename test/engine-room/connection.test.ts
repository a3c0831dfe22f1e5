import { createServer, type Socket } from "node:net";
import { join } from "node:path";
import { beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { EngineConnection, type EngineListener } from "../../src/engine/connection.ts";
import { testFolder } from "../cli/quaygate-command.ts";
import { eventually } from "../support/raw-peer.ts";

/** Takes bytes as they are lent, and keeps them or not. */
class Taker implements EngineListener {
  readonly lent: Buffer[] = [];
  readonly #keeps: boolean;

  constructor(keeps: boolean) {
    this.#keeps = keeps;
  }

  engineOnData(chunk: Buffer): boolean {
    this.lent.push(chunk);
    return this.#keeps;
  }

  engineOnEnd(): void {}
  engineOnDrain(): void {}
  engineOnFail(): void {}
}

let engine: Socket | undefined;
let path = "";

beforeEach(async () => {
  engine = undefined;
  path = join(testFolder(), "engine.sock");
  const server = createServer((socket) => {
    engine = socket;
  });
  await new Promise<void>((resolve) => server.listen(path, resolve));
  onTestFinished(() => {
    engine?.destroy();
    server.close();
  });
});

/** Has the engine send a piece, which the taker gets by itself. */
async function send(taker: Taker, text: string): Promise<Buffer> {
  const count = taker.lent.length;
  await eventually(() => engine !== undefined, "the connection");
  engine?.write(text);
  await eventually(() => taker.lent.length > count, text);
  const bytes = taker.lent.at(-1) ?? Buffer.alloc(0);
  expect(bytes.toString()).toBe(text);
  return bytes;
}

function open(taker: Taker): EngineConnection {
  const connection = new EngineConnection({ kind: "unix", path }, taker);
  onTestFinished(() => connection.destroy());
  return connection;
}

describe("bytes that are lent", () => {
  test("and not kept give way to the next ones in the same buffer", async () => {
    const taker = new Taker(false);
    open(taker);
    const [first, second] = [await send(taker, "one"), await send(taker, "two")];
    expect(second.buffer).toBe(first.buffer);
  });

  test("and kept stay as they are", async () => {
    const taker = new Taker(true);
    open(taker);
    const pieces = [await send(taker, "one"), await send(taker, "two"), await send(taker, "three")];
    expect(pieces.map(String)).toEqual(["one", "two", "three"]);
  });

  test("and kept stay as they are for whoever is served next", async () => {
    const [late, next] = [new Taker(true), new Taker(false)];
    const connection = open(late);
    const kept = await send(late, "not read yet");
    connection.reuse(next);
    for (const text of ["one", "two", "three"]) await send(next, text);
    expect(String(kept)).toBe("not read yet");
  });
});
