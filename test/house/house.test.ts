import { describe, expect, test } from "vitest";
import { checkArrows, checkCycles, checkFloors, checkPackages, checkPureRooms } from "./arrows.ts";
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
import { readSourceFiles } from "./source-file.ts";

const sources = readSourceFiles("src");
const tests = readSourceFiles("test");

describe("the house", () => {
  test("is seen whole", () => {
    expect(checkEnoughFiles(sources)).toEqual([]);
  });

  test("has no arrow between rooms that the floor plan does not name", () => {
    expect(checkArrows(sources)).toEqual([]);
  });

  test("has no arrow from a floor of a room to a higher one", () => {
    expect(checkFloors(sources)).toEqual([]);
  });

  test("gives packages only to the rooms that the floor plan names, and none to the data path", () => {
    expect(checkPackages(sources)).toEqual([]);
  });

  test("keeps the rooms that only compute away from files, sockets and processes", () => {
    expect(checkPureRooms(sources)).toEqual([]);
  });

  test("has no import cycle", () => {
    expect(checkCycles(sources)).toEqual([]);
  });

  test("reads the environment in src/config and nowhere else", () => {
    expect(checkEnvironment(sources)).toEqual([]);
  });

  test("has no file of src over 400 lines and no test file of 500", () => {
    expect(checkLength([...sources, ...tests])).toEqual([]);
  });

  test("names its files in kebab-case, by what is inside", () => {
    expect(checkNames([...sources, ...tests])).toEqual([]);
  });

  test("has no default export", () => {
    expect(checkDefaultExports(sources)).toEqual([]);
  });

  test("has no barrel but src/index.ts", () => {
    expect(checkBarrels(sources)).toEqual([]);
  });

  test("says of every exported symbol what it promises", () => {
    expect(checkDocComments(sources)).toEqual([]);
  });

  test("leaves nothing for later and switches no test off", () => {
    expect(checkLeftovers([...sources, ...tests])).toEqual([]);
  });
});
