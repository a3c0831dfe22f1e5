import { describe, expect, test } from "vitest";
import { checkArrows, checkCycles, checkFloors, checkPackages, checkPureRooms } from "./arrows.ts";
import { floorPlan } from "./floor-plan.ts";
import {
  checkBarrels,
  checkDefaultExports,
  checkDocComments,
  checkEnoughFiles,
  checkEnvironment,
  checkLeftovers,
  checkLength,
  checkNames,
} from "./habits.ts";
import { parseSourceFile, type SourceFile } from "./source-file.ts";

type Rule = (files: readonly SourceFile[]) => readonly string[];
type Sample = Readonly<Record<string, string>>;

const parse = (sample: Sample): readonly SourceFile[] =>
  Object.entries(sample).map(([path, text]) => parseSourceFile(path, text));

// Put together here, or the rule would find them in this very file.
const [later, off, alone] = [
  ["TO", "DO"],
  ["sk", "ip"],
  ["on", "ly"],
].map((halves) => halves.join(""));

const gate = "/** Says a. */\nexport const a = 1;\n/** Says A. */\nexport type A = 1;\n";

/** Each row: the rule, a sample it lets pass, and samples it must name. */
const table: readonly {
  readonly name: string;
  readonly rule: Rule;
  readonly good: Sample;
  readonly bad: Readonly<Record<string, Sample>>;
}[] = [
  {
    name: "the floor plan",
    rule: checkArrows,
    good: {
      "src/audit/record.ts": gate,
      "src/docker/path.ts": gate,
      "src/proxy/exchange.ts": [
        'import { a } from "../docker/path.ts";',
        'import type { A } from "../audit/record.ts";',
        'import { type A as B } from "../audit/record.ts";',
        'export type { A } from "../audit/record.ts";',
      ].join("\n"),
    },
    bad: {
      "a value where only types may go": {
        "src/audit/record.ts": gate,
        "src/proxy/exchange.ts": 'import { a } from "../audit/record.ts";',
      },
      "a value beside a type": {
        "src/audit/record.ts": gate,
        "src/proxy/exchange.ts": 'import { type A, a } from "../audit/record.ts";',
      },
      "a type where nothing may go": {
        "src/proxy/reply.ts": gate,
        "src/docker/path.ts": 'import type { A } from "../proxy/reply.ts";',
      },
      "a re-export": {
        "src/proxy/reply.ts": gate,
        "src/http1/fields.ts": 'export { a } from "../proxy/reply.ts";',
      },
      "a star re-export": {
        "src/proxy/reply.ts": gate,
        "src/http1/fields.ts": 'export * from "../proxy/reply.ts";',
      },
      "a dynamic import": {
        "src/proxy/reply.ts": gate,
        "src/http1/fields.ts": 'export const late = () => import("../proxy/reply.ts");',
      },
      "an import for its effect": {
        "src/proxy/reply.ts": gate,
        "src/http1/fields.ts": 'import "../proxy/reply.ts";',
      },
      "an import over several lines": {
        "src/proxy/reply.ts": gate,
        "src/http1/fields.ts": 'import {\n  a,\n} from\n  "../proxy/reply.ts";',
      },
      "the gate importing a command": {
        "src/cli/run.ts": gate,
        "src/gate.ts": 'import { a } from "./cli/run.ts";',
      },
      "a path without .ts": {
        "src/docker/path.ts": gate,
        "src/docker/match.ts": 'import { a } from "./path";',
      },
      "a room outside the plan": { "src/attic/box.ts": gate },
    },
  },
  {
    name: "floors",
    rule: checkFloors,
    good: {
      "src/proxy/limits.ts": gate,
      "src/proxy/exchange/ledger.ts": 'import { a } from "../limits.ts";',
      "src/proxy/client/seats.ts": 'import { a } from "../exchange/ledger.ts";',
      "src/docker/json/parse.ts": 'import { a } from "../path.ts";',
    },
    bad: {
      "a value from a higher floor": {
        "src/proxy/exchange/ledger.ts": 'import { a } from "../client/seats.ts";',
      },
      "a type from a higher floor": {
        "src/proxy/limits.ts": 'import type { A } from "./exchange/ledger.ts";',
      },
      "a floor that is not in the plan": { "src/proxy/attic/box.ts": gate },
    },
  },
  {
    name: "packages",
    rule: checkPackages,
    good: {
      "src/migrate/source.ts": 'import { parseDocument } from "yaml";',
      "src/proxy/engine.ts": 'import net from "node:net";',
    },
    bad: {
      "a package in the data path": { "src/proxy/engine.ts": 'import { parse } from "yaml";' },
      "the type of a package in the data path": {
        "src/http1/fields.ts": 'import type { Document } from "yaml";',
      },
      "a package the room was not given": {
        "src/sample/engine.ts": 'import { parse } from "yaml";',
      },
      "a built-in without node:": { "src/proxy/engine.ts": 'import net from "net";' },
    },
  },
  {
    name: "rooms that only compute",
    rule: checkPureRooms,
    good: {
      "src/http1/fields.ts": 'import { Buffer } from "node:buffer";\nimport type { Socket } from "node:net";',
      "src/proxy/engine.ts": 'import net from "node:net";',
    },
    bad: {
      "a socket in http1": { "src/http1/fields.ts": 'import net from "node:net";' },
      "a file in policy": { "src/policy/decide.ts": 'import { readFileSync } from "node:fs";' },
    },
  },
  {
    name: "cycles",
    rule: checkCycles,
    good: {
      "src/docker/a.ts": 'import "./b.ts";\nimport "./c.ts";',
      "src/docker/b.ts": 'import type { A } from "./c.ts";',
      "src/docker/c.ts": gate,
    },
    bad: {
      "two files": { "src/docker/a.ts": 'import "./b.ts";', "src/docker/b.ts": 'import "./a.ts";' },
      "three files": {
        "src/docker/a.ts": 'import "./b.ts";',
        "src/docker/b.ts": 'export { a } from "./c.ts";',
        "src/docker/c.ts": 'import "./a.ts";',
      },
      "two files, one of them by a type": {
        "src/docker/a.ts": 'import "./b.ts";',
        "src/docker/b.ts": 'import type { A } from "./a.ts";',
      },
      "a file that imports itself": { "src/docker/a.ts": 'import "./a.ts";' },
    },
  },
  {
    name: "the environment",
    rule: checkEnvironment,
    good: {
      "src/config/settings.ts": "export const home = process.env.HOME;",
      "src/proxy/reply.ts":
        "export const f = (settings: { env: string }): string => settings.env + process.pid;",
    },
    bad: {
      "process.env": { "src/proxy/reply.ts": "export const home = process.env.HOME;" },
      'process["env"]': { "src/proxy/reply.ts": 'export const home = process["env"];' },
      "globalThis.process.env": { "src/proxy/reply.ts": "export const home = globalThis.process.env;" },
      "a destructured process": { "src/proxy/reply.ts": "const { env } = process;" },
      "node:process": { "src/proxy/reply.ts": 'import { env } from "node:process";' },
    },
  },
  {
    name: "length",
    rule: checkLength,
    good: { "src/docker/path.ts": "\n".repeat(400), "test/docker/path.test.ts": "\n".repeat(499) },
    bad: {
      "a source of 401 lines": { "src/docker/path.ts": "\n".repeat(401) },
      "a test of 500 lines": { "test/docker/path.test.ts": "\n".repeat(500) },
    },
  },
  {
    name: "names",
    rule: checkNames,
    good: { "src/docker/path.ts": gate, "src/docker/services.ts": gate, "test/docker/path.test.ts": gate },
    bad: {
      utils: { "src/docker/utils.ts": gate },
      helpers: { "src/docker/path-helpers.ts": gate },
      common: { "src/docker/common.ts": gate },
      manager: { "src/docker/pool-manager.ts": gate },
      service: { "src/docker/service.ts": gate },
      "camel case": { "src/docker/pathParser.ts": gate },
    },
  },
  {
    name: "default exports",
    rule: checkDefaultExports,
    good: { "src/docker/path.ts": gate },
    bad: {
      "export default": { "src/docker/path.ts": "export default 1;" },
      "export as default": { "src/docker/path.ts": "const a = 1;\nexport { a as default };" },
    },
  },
  {
    name: "barrels",
    rule: checkBarrels,
    good: { "src/index.ts": 'export { a } from "./gate.ts";' },
    bad: { "a re-export": { "src/docker/index.ts": 'export { a } from "./path.ts";' } },
  },
  {
    name: "doc comments",
    rule: checkDocComments,
    good: {
      "src/docker/path.ts": gate,
      "src/docker/match.ts": "/** Says b. */\nconst b = 1;\nexport { b };",
      "src/docker/limits.ts":
        "/** Says c. */\nexport function c(): 1;\nexport function c(): number {\n  return 1;\n}",
      "src/index.ts": 'export { a } from "./gate.ts";',
    },
    bad: {
      "a constant": { "src/docker/path.ts": "export const a = 1;" },
      "a function": { "src/docker/path.ts": "export function a(): void {}" },
      "a class": { "src/docker/path.ts": "export class A {}" },
      "an interface": { "src/docker/path.ts": "export interface A {}" },
      "a type": { "src/docker/path.ts": "export type A = 1;" },
      "a local list": { "src/docker/path.ts": "const a = 1;\nexport { a };" },
      "a line comment": { "src/docker/path.ts": "// Says a.\nexport const a = 1;" },
      "a comment that belongs to something else": {
        "src/docker/path.ts": "/** Says a. */\nconst a = 1;\nexport const b = a;",
      },
    },
  },
  {
    name: "leftovers",
    rule: checkLeftovers,
    good: { "test/docker/path.test.ts": 'test.runIf(true)("says so", () => {});' },
    bad: {
      "a note for later": { "src/docker/path.ts": `// ${later}: the rest` },
      "a test switched off": { "test/docker/path.test.ts": `test.${off}("says so", () => {});` },
      "a test run alone": { "test/docker/path.test.ts": `describe.${alone}("says so", () => {});` },
    },
  },
];

describe.each(table)("the rule of $name", ({ rule, good, bad }) => {
  test("lets good files pass", () => {
    expect(rule(parse(good))).toEqual([]);
  });

  test.each(Object.entries(bad))("names %s", (_, sample) => {
    expect(rule(parse(sample))).toHaveLength(1);
  });
});

describe("the reader of source files", () => {
  test("refuses a file that is not TypeScript", () => {
    expect(() => parseSourceFile("src/docker/path.ts", "export const = ;")).toThrow("src/docker/path.ts");
  });

  test("is found blind when it sees too few files", () => {
    expect(checkEnoughFiles(parse({ "src/docker/path.ts": gate }))).toHaveLength(1);
  });
});

describe("the floor plan", () => {
  test("names no room that it does not have", () => {
    const named = Object.values(floorPlan).flatMap(({ values, types }) => [...values, ...types]);
    expect(named.filter((room) => !(room in floorPlan))).toEqual([]);
  });
});
