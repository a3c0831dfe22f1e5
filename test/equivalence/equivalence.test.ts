import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { libpodOperations } from "../../src/docker/operations.ts";
import { asksHaproxy } from "../config/haproxy.ts";
import { grantOf, originals, switchesOn } from "../config/originals.ts";
import { randomNumbers } from "../config/random-numbers.ts";
import { compare, newTally, probesOf, type Tally } from "./comparison.ts";
import { type HaproxyFront, openHaproxyFront } from "./haproxy-front.ts";

const DOCKER_VERSIONS = ["", "/v1.24", "/v1.41", "/v1.55"];
const PODMAN_VERSIONS = ["", "/v3.0.0", "/v4.3.1", "/v5.0.0"];
const libpod = new Set(libpodOperations.map(({ name }) => name));

const combinations = 500;
const seed = Number(process.env["TEST_SEED"] ?? Math.floor(Math.random() * 2 ** 32));
const DEADLINE = 600_000;

describe.runIf(asksHaproxy).each(originals)(
  "the real HAProxy with $compat's rules decides as the gate does",
  ({ compat, original, operations }) => {
    const { switches, defaults } = original;
    const probes = probesOf(operations, ({ name }) => (libpod.has(name) ? PODMAN_VERSIONS : DOCKER_VERSIONS));
    const total = newTally();
    let front: HaproxyFront | undefined;

    beforeAll(async () => {
      front = await openHaproxyFront(original);
    });
    afterAll(async () => {
      await front?.close();
      const { unexplained, ...counts } = total;
      console.log(`${compat}, seed ${seed}:`, { ...counts, unexplained: unexplained.length });
    });

    async function differencesAt(on: readonly string[], asked = probes): Promise<Tally> {
      if (front === undefined) {
        throw new Error("HAProxy runs only while tests do");
      }
      const before = total.unexplained.length;
      await compare(front, grantOf(compat, switchesOn(original, on)), on, asked, total);
      expect(total.unexplained.slice(before)).toEqual([]);
      return total;
    }

    test.each([
      { name: "every switch off", on: [] },
      { name: "every switch on", on: switches },
      { name: "the defaults", on: defaults },
    ])(
      "with $name",
      async ({ on }) => {
        await differencesAt(on);
      },
      DEADLINE,
    );

    test(
      "with each switch alone, and with POST",
      async () => {
        for (const name of switches) {
          await differencesAt([name]);
          await differencesAt([...new Set([name, "POST"])]);
        }
      },
      DEADLINE,
    );

    test(
      `in ${combinations} random combinations (again with TEST_SEED=${seed})`,
      async () => {
        const random = randomNumbers(seed);
        const routed = probes.filter((probe) => probe.routed);
        for (let count = 0; count < combinations; count += 1) {
          const density = random();
          await differencesAt(
            switches.filter(() => random() < density),
            routed,
          );
        }
      },
      DEADLINE,
    );

    test("over enough requests of every outcome to mean something", () => {
      expect(total.compared).toBeGreaterThan(200_000);
      expect(total.allowedByBoth).toBeGreaterThan(10_000);
      expect(total.deniedByBoth).toBeGreaterThan(100_000);
      expect(Math.min(total.notRouted, total.options)).toBeGreaterThan(100);
    });
  },
);
