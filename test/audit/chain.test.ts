import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, onTestFinished, test } from "vitest";
import { Chain, CHAIN_START } from "../../src/audit/chain.ts";
import { lastChainOf } from "../../src/audit/chain-end.ts";
import { formatNoteAsJson, formatRecordAsJson } from "../../src/audit/json.ts";
import { type ChainFault, ChainVerifier } from "../../src/audit/verify-chain.ts";
import { ALLOWED, DENIED, FULL } from "./records.ts";

const LINES: readonly string[] = [
  formatNoteAsJson("notice", ALLOWED.time, "listening on tcp://127.0.0.1:2375"),
  formatRecordAsJson("info", ALLOWED),
  formatRecordAsJson("warning", DENIED),
  formatRecordAsJson("info", { ...ALLOWED, path: "/\ufffd", reason: "\u00e4 \u20ac" }),
  formatRecordAsJson("warning", FULL),
];

function chained(lines: readonly string[], after?: string): readonly string[] {
  const chain = new Chain(after);
  return lines.map((line) => chain.link(line));
}

/** What is wrong with a file of these bytes, by the number of the line. */
function faultsIn(
  bytes: Buffer,
  verifier: ChainVerifier = new ChainVerifier(CHAIN_START),
): ReadonlyMap<number, ChainFault> {
  const faults = new Map<number, ChainFault>();
  let from = 0;
  for (let number = 1; from < bytes.length; number += 1) {
    const end = bytes.indexOf("\n", from);
    const line = { bytes: bytes.subarray(from, end === -1 ? bytes.length : end), isWhole: end !== -1 };
    const fault = verifier.read(line);
    if (fault !== undefined) faults.set(number, fault);
    from += line.bytes.length + 1;
  }
  return faults;
}

const WHOLE = Buffer.from(chained(LINES).join(""));
const NO_FAULT: ReadonlyMap<number, ChainFault> = new Map();

describe("a chained line", () => {
  test("is the line with one field more, at its end", () => {
    chained(LINES).forEach((line, index) => {
      const { chain, ...rest } = JSON.parse(line);
      expect(rest).toEqual(JSON.parse(LINES[index] ?? ""));
      expect(line).toMatch(/[^,],"chain":"[^"]+"\}\n$/u);
      expect(chain).toMatch(/^[0-9a-f]{64}$/u);
    });
  });

  test("can be checked with any program that knows SHA-256", () => {
    let last = "0".repeat(64);
    for (const line of chained(LINES)) {
      const [, head = "", chain] = /^(.*),"chain":"([0-9a-f]{64})"\}\n$/u.exec(line) ?? [];
      last = createHash("sha256").update(`${last}${head}}`).digest("hex");
      expect(chain).toBe(last);
    }
  });
});

describe("of a chain it is found", () => {
  test("that it is whole", () => {
    const verifier = new ChainVerifier(CHAIN_START);
    expect(faultsIn(WHOLE, verifier)).toEqual(NO_FAULT);
    expect([verifier.lines, verifier.unchained, verifier.hasExpected]).toEqual([LINES.length, 0, true]);
    expect(WHOLE.toString()).toContain(`"chain":"${verifier.last}"}\n`);
  });

  test("that a byte is another one, whichever, at its line", () => {
    const places = fc.nat({ max: WHOLE.length - 1 });
    const lineAt = (place: number): number => WHOLE.subarray(0, place).toString("latin1").split("\n").length;
    // Each place once, with all sorts of bytes.
    const unseen: number[] = [];
    for (let place = 0; place < WHOLE.length; place += 1) {
      for (const byte of [
        WHOLE[place] === 0x20 ? 0x21 : 0x20,
        0x0a,
        0xff,
        (WHOLE[place] ?? 0) ^ 1,
        (WHOLE[place] ?? 0) ^ 0x20,
      ]) {
        if (byte === WHOLE[place]) continue;
        const changed = Buffer.from(WHOLE);
        changed[place] = byte;
        const [first = 0] = [...faultsIn(changed).keys()];
        // That a first line had a chain is only known from the next one that has.
        if (lineAt(place) === 1 ? first === 0 : first !== lineAt(place)) unseen.push(place);
      }
    }
    expect(unseen).toEqual([]);
    fc.assert(
      fc.property(places, fc.integer({ min: 0, max: 255 }), (place, byte) => {
        const changed = Buffer.from(WHOLE);
        changed[place] = byte;
        expect(faultsIn(changed).size > 0).toBe(byte !== WHOLE[place]);
      }),
    );
  });

  test("that bytes which are no text stand where a character for such does", () => {
    const [before = "", after = ""] = WHOLE.toString("latin1").split("\u00ef\u00bf\u00bd");
    const changed = Buffer.from(`${before}\u00ff${after}`, "latin1");
    expect(changed.toString()).toBe(WHOLE.toString());
    expect([...faultsIn(changed).keys()]).toEqual([4]);
  });

  test("that bytes were removed or put in, wherever", () => {
    const places = fc.tuple(fc.nat({ max: WHOLE.length - 1 }), fc.integer({ min: 1, max: 600 }));
    fc.assert(
      fc.property(places, fc.uint8Array({ maxLength: 20 }), ([place, length], put) => {
        const changed = Buffer.concat([WHOLE.subarray(0, place), put, WHOLE.subarray(place + length)]);
        const isCutEnd =
          put.length === 0 &&
          /(?:^|\n)$/u.test(changed.toString("latin1")) &&
          WHOLE.subarray(0, changed.length).equals(changed);
        if (!isCutEnd && !changed.equals(WHOLE)) expect(faultsIn(changed)).not.toEqual(NO_FAULT);
      }),
      { numRuns: 1_000 },
    );
  });

  test.each(LINES.slice(0, -1).map((_, index) => index))("that line %i is missing", (index) => {
    const lines = chained(LINES).toSpliced(index, 1);
    expect(faultsIn(Buffer.from(lines.join("")))).toEqual(
      new Map([[index + 1, index === 0 ? "unknown-start" : "broken"]]),
    );
  });

  test("that lines have changed places, or stand there twice", () => {
    for (let one = 0; one < LINES.length; one += 1) {
      for (let other = one + 1; other < LINES.length; other += 1) {
        const lines = [...chained(LINES)];
        [lines[one], lines[other]] = [lines[other] ?? "", lines[one] ?? ""];
        expect([...faultsIn(Buffer.from(lines.join(""))).keys()][0]).toBe(one + 1);
      }
      const twice = chained(LINES).toSpliced(one, 0, chained(LINES)[one] ?? "");
      expect([...faultsIn(Buffer.from(twice.join(""))).keys()]).toContain(one === 0 ? 2 : one + 2);
    }
  });

  test("that a line without a chain was put in, and one that was chained by itself", () => {
    const put = (line: string): ReadonlyMap<number, ChainFault> =>
      faultsIn(Buffer.from(chained(LINES).toSpliced(2, 0, line).join("")));
    expect(put(LINES[1] ?? "")).toEqual(new Map([[3, "unchained"]]));
    expect(put("\n")).toEqual(new Map([[3, "unchained"]]));
    expect(put(chained(LINES)[0] ?? "")).toEqual(
      new Map([
        [3, "beginning"],
        [4, "broken"],
      ]),
    );
  });

  test("that a chain begins anew in the middle", () => {
    const text = chained(LINES).join("") + chained(LINES).join("");
    expect(faultsIn(Buffer.from(text))).toEqual(new Map([[LINES.length + 1, "beginning"]]));
  });

  test("that its end is missing, by who knows a later chain, and that it has grown by nobody", () => {
    const known = /"chain":"([0-9a-f]{64})"/u.exec(chained(LINES).at(-2) ?? "")?.[1];
    const read = (lines: readonly string[]): boolean => {
      const verifier = new ChainVerifier(CHAIN_START, known);
      expect(faultsIn(Buffer.from(lines.join("")), verifier)).toEqual(NO_FAULT);
      return verifier.hasExpected;
    };
    expect(read(chained(LINES).slice(0, -2))).toBe(false);
    expect(read(chained(LINES).slice(0, -1))).toBe(true);
    expect(read(chained(LINES))).toBe(true);
  });
});

describe("a chain of which the beginning is gone", () => {
  const [first = "", ...others] = chained(LINES);
  const before = /"chain":"([0-9a-f]{64})"/u.exec(first)?.[1];

  test("is taken as it is only where that is said", () => {
    const bytes = Buffer.from(others.join(""));
    expect(faultsIn(bytes)).toEqual(new Map([[1, "unknown-start"]]));
    expect(faultsIn(bytes, new ChainVerifier(undefined))).toEqual(NO_FAULT);
    expect(faultsIn(bytes, new ChainVerifier(before))).toEqual(NO_FAULT);
    expect(faultsIn(bytes, new ChainVerifier("ab".repeat(32)))).toEqual(new Map([[1, "unknown-start"]]));
  });

  test("may stand after lines that were written before there was one", () => {
    const verifier = new ChainVerifier(CHAIN_START);
    expect(faultsIn(Buffer.from(LINES.join("") + chained(LINES).join("")), verifier)).toEqual(NO_FAULT);
    expect(verifier.unchained).toBe(LINES.length);
  });

  test("has no lines without a chain before it that nobody put in", () => {
    const bytes = Buffer.from(`${LINES[0]}${others.join("")}`);
    expect(faultsIn(bytes, new ChainVerifier(undefined))).toEqual(new Map([[1, "unchained"]]));
    expect(faultsIn(bytes, new ChainVerifier(before))).toEqual(new Map([[1, "unchained"]]));
  });
});

describe("the chain at the end of a file", () => {
  const last = /"chain":"([0-9a-f]{64})"/u.exec(chained(LINES).at(-1) ?? "")?.[1];
  const log = (...texts: readonly (string | undefined)[]): string => {
    const folder = mkdtempSync(join(tmpdir(), "quaygate-log-"));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const path = join(folder, "a.log");
    texts.forEach((text, number) => {
      if (text !== undefined) writeFileSync(number === 0 ? path : `${path}.${number}`, text);
    });
    return path;
  };
  const whole = chained(LINES).join("");

  test.each<readonly [name: string, files: readonly (string | undefined)[], chain: string | undefined]>([
    ["is that of its last line", [whole, "other\n"], last],
    ["is that of the last whole line", [`${whole}{"v":1,"lev\n`], last],
    ["is that of the last line that has one", [whole + LINES.join("")], last],
    ["is that of the file before, where there is no line yet", ["", whole], last],
    ["is that of the file before, where there is no file yet", [undefined, whole], last],
    ["is that of the file before, where the first line was cut", ['{"v":1,"lev\n', whole], last],
    ["is none where none was asked for before", [LINES.join("")], undefined],
    ["is none where there is no file", [], undefined],
    ["is found behind a megabyte", [`${"x".repeat(3_000_000)}\n${whole}`], last],
  ])("%s", (_, files, chain) => {
    expect(lastChainOf(log(...files))).toBe(chain);
  });

  test.each<readonly [name: string, make: (place: string) => void, why: string]>([
    ["a folder", (place) => mkdirSync(place), "is a folder"],
    ["a pipe", (place) => spawnSync("mkfifo", [place]), "that is no file"],
    ["a device", (place) => symlinkSync("/dev/null", place), "that is no file"],
    ["a link to itself", (place) => symlinkSync(place, place), "it is a link that leads in a circle"],
  ])(
    "is told with the setting and the file where %s stands in the place of the file before",
    (_, make, why) => {
      const path = log("");
      make(`${path}.1`);
      expect(() => lastChainOf(path)).toThrow(
        `QUAYGATE_LOG_CHAIN: can't read the end of ${path}.1, from which the chain goes on: ${why}; move it away, or make it readable`,
      );
    },
  );

  test("is none of a device, which can't be read back", () => {
    expect(lastChainOf("/dev/null")).toBeUndefined();
  });
});
