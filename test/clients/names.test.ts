import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { parseClientAddress } from "../../src/clients/address-range.ts";
import { NAME_DEADLINE } from "../../src/clients/limits.ts";
import { isAmong, NameAddresses, type NameNote } from "../../src/clients/names.ts";
import { Oracle, settled } from "./questions.ts";

interface Found {
  readonly address: string;
}

function resolver(): { oracle: Oracle<readonly Found[]>; names: NameAddresses; notes: NameNote[] } {
  const oracle = new Oracle<readonly Found[]>();
  const notes: NameNote[] = [];
  return { oracle, notes, names: new NameAddresses(oracle.ask, (note) => notes.push(note)) };
}

/** Asks for a name, and says later whether an address is among what it has. */
async function holds(names: NameAddresses, name: string, text: string): Promise<boolean> {
  const answer = await names.addressesOf(name);
  const address = parseClientAddress(text);
  return answer.kind === "addresses" && address !== undefined && isAmong(address, answer);
}

function failure(code: string): Error {
  return Object.assign(new Error(`getaddrinfo ${code}`), { code });
}

const at = (...addresses: readonly string[]): readonly Found[] => addresses.map((address) => ({ address }));

test.each([
  ["172.25.0.3", ["172.25.0.3"], true],
  ["::ffff:172.25.0.3", ["172.25.0.3"], true],
  ["172.25.0.3", ["::ffff:172.25.0.3"], true],
  ["172.25.0.4", ["172.25.0.2", "172.25.0.3", "172.25.0.4"], true],
  ["fd00::4", ["172.25.0.2", "fd00:0:0:0::4"], true],
  ["172.25.0.3", ["172.25.0.33"], false],
  ["172.25.0.3", [], false],
  ["172.25.0.3", ["no address"], false],
])("%s calls as a name with the addresses %j: %s", async (caller, addresses, is) => {
  const { names, oracle } = resolver();
  const answer = holds(names, "web", caller);
  oracle.question(0).answer(at(...addresses));
  expect(await answer).toBe(is);
});

describe("a container that is replaced by another with the same address", () => {
  test("has left nothing to it, though its name was being resolved when the new one called", async () => {
    const { names, oracle } = resolver();
    const old = holds(names, "web", "172.25.0.3");
    // The resolver has read the old address already. Then the container goes, and another one calls from there.
    const successor = holds(names, "web", "172.25.0.3");
    oracle.question(0).answer(at("172.25.0.3"));
    await settled();
    oracle.question(1).fail(failure("ENOTFOUND"));
    expect([await old, await successor]).toEqual([true, false]);
  });

  test("is not remembered after it was resolved", async () => {
    const { names, oracle } = resolver();
    const old = holds(names, "web", "172.25.0.3");
    oracle.question(0).answer(at("172.25.0.3"));
    expect(await old).toBe(true);
    const successor = holds(names, "web", "172.25.0.3");
    oracle.question(1).answer(at("172.25.0.9"));
    expect(await successor).toBe(false);
  });

  test("is known at its new address by its first call from there", async () => {
    const { names, oracle } = resolver();
    const before = holds(names, "web", "172.25.0.3");
    oracle.question(0).answer(at("172.25.0.3"));
    await before;
    const after = holds(names, "web", "172.25.0.9");
    oracle.question(1).answer(at("172.25.0.9"));
    expect(await after).toBe(true);
  });
});

describe("a name that can't be resolved", () => {
  test("is told once, and again when it had been resolved in between", async () => {
    const { names, oracle, notes } = resolver();
    const ask = async (index: number, answer: Error | readonly Found[]): Promise<void> => {
      const asked = names.addressesOf("web");
      if (answer instanceof Error) oracle.question(index).fail(answer);
      else oracle.question(index).answer(answer);
      await asked;
    };
    await ask(0, failure("ENOTFOUND"));
    await ask(1, failure("ENOTFOUND"));
    await ask(2, failure("EAI_AGAIN"));
    expect(notes).toEqual([{ name: "web", reason: "ENOTFOUND" }]);
    await ask(3, at("172.25.0.3"));
    await ask(4, failure("EAI_AGAIN"));
    expect(notes).toEqual([
      { name: "web", reason: "ENOTFOUND" },
      { name: "web", reason: "EAI_AGAIN" },
    ]);
  });

  test("does not keep others from being resolved", async () => {
    const { names, oracle } = resolver();
    void names.addressesOf("slow");
    const quick = holds(names, "web", "172.25.0.3");
    oracle.question(1).answer(at("172.25.0.3"));
    expect(await quick).toBe(true);
  });
});

describe("with a resolver that does not answer", () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  test("a name has no addresses after the deadline, and nobody piles up questions", async () => {
    const { names, oracle, notes } = resolver();
    const asked = Array.from({ length: 100 }, () => names.addressesOf("web"));
    await vi.advanceTimersByTimeAsync(NAME_DEADLINE);
    const answers = await Promise.all(asked);
    expect(new Set(answers.map(({ kind }) => kind))).toEqual(new Set(["failed"]));
    expect(oracle.questions).toHaveLength(1);
    expect(notes).toEqual([{ name: "web", reason: "no answer within 2 seconds" }]);
  });

  test("what comes late is nobody's", async () => {
    const { names, oracle } = resolver();
    const early = holds(names, "web", "172.25.0.3");
    await vi.advanceTimersByTimeAsync(NAME_DEADLINE);
    expect(await early).toBe(false);
    const later = holds(names, "web", "172.25.0.3");
    oracle.question(0).answer(at("172.25.0.3"));
    await settled();
    oracle.question(1).answer(at());
    expect(await later).toBe(false);
  });
});
