import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { expect, test } from "vitest";
import type { FileProblem } from "../../../src/config/file/file-problem.ts";
import { readPolicyFile } from "../../../src/config/file/read-policy.ts";
import { someSeams } from "./seams.ts";

const folder = fileURLToPath(new URL("golden", import.meta.url));
const policies = readdirSync(folder).map(
  (file) => readFileSync(join(folder, file), "utf8").split(`${"-".repeat(40)}\n`, 1)[0] ?? "",
);

/** The words of policies and the signs of YAML, in any order. */
const pieces = fc.constantFrom(
  ..."{ } [ ] , : - ? | > & * ! % @ # ' \" \\ ~ . --- ... << __proto__ null true 0660 1e3 0x1 \t \r \r\n \n \uFEFF \u0000 \uD800".split(
    " ",
  ),
  " ",
  "  ",
  "\n  ",
  "\n    ",
  ": ",
  "- ",
  ..."engine listen revoke clients from use allow deny switches compat powers mode limits address label certificate tls".split(
    " ",
  ),
);
const soup = fc.array(pieces, { maxLength: 60 }).map((parts) => parts.join(""));
/** A policy with a part of it taken out and something in its place. */
const broken = fc
  .tuple(fc.constantFrom(...policies), fc.nat(), fc.nat(20), fc.oneof(soup, fc.string({ maxLength: 5 })))
  .map(([policy, at, length, text]) => {
    const start = at % (policy.length + 1);
    return `${policy.slice(0, start)}${text}${policy.slice(start + length)}`;
  });
const anyText = fc.oneof(soup, broken, fc.string({ unit: "binary" }));

test("reading any text gives a policy, or problems that each have a place inside it", () => {
  fc.assert(
    fc.property(anyText, (text) => {
      const read = readPolicyFile(text, "policy.yaml", someSeams);
      if (read.ok) return;
      expect(read.error.length).toBeGreaterThan(0);
      for (const problem of read.error) expect(isInside(problem, text)).toBe(true);
    }),
    { numRuns: 3000 },
  );
});

test("problems stand in the order of the file", () => {
  fc.assert(
    fc.property(broken, (text) => {
      const read = readPolicyFile(text, "policy.yaml", someSeams);
      const places = read.ok ? [] : read.error.map(({ line, column }) => line * 1e6 + column);
      expect(places).toEqual(places.toSorted((left, right) => left - right));
    }),
  );
});

test("a client that is added at the end changes nothing of those before it", () => {
  const whole = policies.filter((text) => {
    const read = readPolicyFile(text, "policy.yaml", someSeams);
    return read.ok && /^ {2}\S/mu.test(text.slice(text.indexOf("clients:"))) && !text.includes("...");
  });
  expect(whole.length).toBeGreaterThan(10);
  for (const text of whole) {
    const before = readPolicyFile(text, "policy.yaml", someSeams);
    const after = readPolicyFile(
      `${text}\n  last-one: { from: z, allow: ContainerList }\n`,
      "policy.yaml",
      someSeams,
    );
    if (!before.ok || !after.ok) throw new Error(`no policy any more: ${text}`);
    const names = (read: typeof before): readonly string[] => read.value.clients.map(({ name }) => name);
    expect(names(after)).toEqual([...names(before), "last-one"]);
    expect(JSON.stringify(after.value.clients.slice(0, -1))).toBe(JSON.stringify(before.value.clients));
  }
});

test.each([
  ["brackets", "[".repeat(1_000_000)],
  ["dashes", "- ".repeat(500_000)],
  ["braces", "clients: { a: ".repeat(70_000)],
  ["question marks", "? ".repeat(500_000)],
  ["anchors", "&a ".repeat(300_000)],
  ["tags", "!a ".repeat(300_000)],
  ["aliases", `clients: [${"*a, ".repeat(200_000)}]`],
  ["indented keys", Array.from({ length: 1000 }, (_, depth) => `${" ".repeat(depth)}a:\n`).join("")],
])("a file of nothing but %s is refused, with a bounded number of problems", (_, text) => {
  const read = readPolicyFile(text, "policy.yaml", someSeams);
  if (read.ok) throw new Error("that is no policy");
  expect(read.error.length).toBeGreaterThan(0);
  expect(read.error.length).toBeLessThanOrEqual(101);
});

/** A place may be behind the last character: something is missing there. A byte order mark at the beginning does not count. */
function isInside({ line, column }: FileProblem, text: string): boolean {
  const length = text.replace(/^\uFEFF/u, "").split("\n")[line - 1]?.length;
  return Number.isInteger(column) && column >= 1 && length !== undefined && column <= length + 1;
}
