import { describe, expect, test } from "vitest";
import { Delivery, type DeliveryBounds, type Target } from "../../../src/audit/sinks/delivery.ts";
import { eventually } from "../../support/raw-peer.ts";

const BOUNDS: DeliveryBounds = { waiting: 100, firstPause: 1, settling: 1 };
const SOON = 1_000;

/** A target whose calls a test decides. */
class ScriptedTarget implements Target {
  taken = "";
  openings = 0;
  isClosed = false;
  /** Why it can't be opened, or takes nothing. */
  refusal: string | undefined;
  /** How many bytes it takes until it refuses more. */
  refusesAt = Number.POSITIVE_INFINITY;
  /** How many bytes it takes at a time. */
  most = Number.POSITIVE_INFINITY;
  /** Whether it takes what is written at all, or lets it wait. */
  isReading = true;
  readonly #waiting: (() => void)[] = [];

  open(): Promise<void> {
    this.openings += 1;
    return this.refusal === undefined ? Promise.resolve() : Promise.reject(new Error(this.refusal));
  }

  async write(bytes: Buffer): Promise<number> {
    if (this.refusal !== undefined) throw new Error(this.refusal);
    if (this.taken.length >= this.refusesAt) throw new Error("full");
    if (!this.isReading) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    const taken = bytes.subarray(0, this.most);
    this.taken += taken.toString();
    return taken.length;
  }

  read(): void {
    this.isReading = true;
    for (const resolve of this.#waiting.splice(0)) resolve();
  }

  close(): Promise<void> {
    this.isClosed = true;
    return Promise.resolve();
  }
}

interface Rig {
  readonly target: ScriptedTarget;
  readonly delivery: Delivery;
  readonly news: string[];
}

function open(bounds: Partial<DeliveryBounds> = {}): Rig {
  const target = new ScriptedTarget();
  const news: string[] = [];
  const listener = {
    onFailure: (reason: string) => news.push(`failed: ${reason}`),
    onRecovery: (dropped: number) => news.push(`again, dropped ${dropped}`),
    onStall: () => {
      news.push("stalled");
      // As a log does: what is said comes here as well.
      delivery.add("stalled!!\n", 1);
    },
    onDropped: (dropped: number) => news.push(`dropped ${dropped}`),
  };
  const delivery = new Delivery(target, listener, { ...BOUNDS, ...bounds });
  return { target, news, delivery };
}

describe("pieces go out", () => {
  test("in their order, whole, whatever the target takes at a time", async () => {
    const { target, delivery, news } = open();
    target.most = 3;
    for (const text of ["one\n", "two\n", "drei\u00e4\n"]) delivery.add(text, 1);
    await delivery.end(SOON);
    expect(target.taken).toBe("one\ntwo\ndrei\u00e4\n");
    expect(target.isClosed).toBe(true);
    expect([delivery.droppedLines, news]).toEqual([0, []]);
  });

  test("after a failure from where it was, and none twice", async () => {
    const { target, delivery, news } = open();
    target.most = 2;
    target.refusesAt = 2;
    delivery.add("one\n", 1);
    await eventually(() => news.length > 0, "news");
    expect(target.taken).toBe("on");
    delivery.add("two\n", 1);
    target.refusesAt = Number.POSITIVE_INFINITY;
    await eventually(() => news.length > 1, "more news");
    expect(target.taken).toBe("one\ntwo\n");
    expect(news).toEqual(["failed: full", "again, dropped 0"]);
  });

  test("also when the last one comes in the moment when all before have gone", async () => {
    const { target, delivery } = open();
    for (let index = 0; index < 200; index += 1) {
      delivery.add(`${index}\n`, 1);
      for (let turns = 0; turns < index % 20; turns += 1) await Promise.resolve();
    }
    await delivery.end(SOON);
    expect(target.taken.split("\n").slice(0, -1)).toEqual(
      Array.from({ length: 200 }, (_, index) => `${index}`),
    );
  });
});

describe("what waits has a bound", () => {
  test("beyond it lines are dropped, counted, and told while it lasts and when there is room", async () => {
    const { target, delivery, news } = open();
    target.isReading = false;
    for (let index = 0; index < 30; index += 1) delivery.add("ten chars\n", 2);
    expect([delivery.droppedLines, news]).toEqual([40, []]);
    await eventually(() => news.length > 0, "news while nothing is taken");
    target.read();
    await eventually(() => news.length > 1, "news");
    expect(target.taken).toBe("ten chars\n".repeat(10));
    delivery.add("more\n", 1);
    await delivery.end(SOON);
    expect(target.taken).toMatch(/more\n$/u);
    expect([delivery.droppedLines, news]).toEqual([41, ["stalled", "dropped 41"]]);
  });

  test("of a target that can't be opened, however long; it is told once, and then with what was dropped", async () => {
    const { target, delivery, news } = open();
    target.refusal = "nobody there";
    for (let index = 0; index < 30; index += 1) delivery.add("ten chars\n", 1);
    await eventually(() => target.openings > 4, "attempts");
    expect(delivery.droppedLines).toBe(20);
    target.refusal = undefined;
    await eventually(() => news.length > 1, "news");
    expect(target.taken).toBe("ten chars\n".repeat(10));
    expect(news).toEqual(["failed: nobody there", "again, dropped 20"]);
  });
});

test("a target that takes a piece and fails again, over and over, is told of once", async () => {
  const { target, delivery, news } = open({ settling: 60_000 });
  for (let round = 0; round < 5; round += 1) {
    target.refusal = "dropped the connection";
    delivery.add("one\n", 1);
    const { openings } = target;
    await eventually(() => target.openings > openings, "an attempt");
    target.refusal = undefined;
    const wanted = "one\n".repeat(round + 1);
    await eventually(() => target.taken === wanted, "the piece");
  }
  expect(news).toEqual(["failed: dropped the connection"]);
  await delivery.end(SOON);
});

describe("the end", () => {
  test("tries once more what could not be written", async () => {
    const { target, delivery, news } = open({ firstPause: 60_000 });
    target.refusal = "full";
    delivery.add("one\n", 1);
    await eventually(() => news.length > 0, "news");
    target.refusal = undefined;
    await delivery.end(60_000);
    expect(target.taken).toBe("one\n");
  });

  test.each([
    { name: "reads nothing", hold: (target: ScriptedTarget) => (target.isReading = false) },
    { name: "is not there", hold: (target: ScriptedTarget) => (target.refusal = "nobody there") },
  ])("does not wait for long for who $name, tells what is lost, and counts it", async ({ hold }) => {
    const { target, delivery, news } = open();
    hold(target);
    delivery.add("one\ntwo\n", 2);
    await delivery.end(10);
    expect(news.at(-1)).toBe("dropped 2");
    delivery.add("three\n", 1);
    expect([target.taken, target.isClosed, delivery.droppedLines]).toEqual(["", true, 3]);
  });

  test("counts the lines of a piece that were not taken", async () => {
    const { target, delivery, news } = open();
    target.most = 8;
    target.refusesAt = 8;
    delivery.add("one\ntwo\nthree\n", 3);
    await delivery.end(10);
    expect([target.taken, delivery.droppedLines, news.at(-1)]).toEqual(["one\ntwo\n", 1, "dropped 1"]);
  });

  test("tells what was dropped just before, and takes what is said then", async () => {
    const { target, delivery, news } = open();
    target.isReading = false;
    for (let index = 0; index < 11; index += 1) delivery.add("ten chars\n", 1);
    target.read();
    await delivery.drain(SOON);
    expect([delivery.droppedLines, news.at(-1)]).toEqual([1, "dropped 1"]);
    delivery.add("said\n", 1);
    await delivery.end(SOON);
    expect(target.taken).toMatch(/said\n$/u);
  });

  test("has a line that comes a moment later", async () => {
    const { target, delivery } = open();
    const ended = delivery.end(SOON);
    process.nextTick(() => delivery.add("late\n", 1));
    await ended;
    expect(target.taken).toBe("late\n");
  });
});
