import { describe, expect, test } from "vitest";
import { foldCase } from "../../../src/docker/fold-case.ts";
import { placementField } from "../../../src/docker/powers/placement.ts";
import { encodeValue } from "../../../src/docker/powers/power.ts";
import { askedBy } from "./asked.ts";

function askedByConstraint(constraint: string): readonly string[] {
  return askedBy(placementField, { Constraints: [constraint] }).powers;
}

/** The texts in which swarmkit sees a constraint that some node can meet; most others it refuses. */
const UNDERSTOOD =
  /^\s*(?!(?:node|engine)\.labels\.\s)[a-z_][a-z0-9\-_.]+\s*[=!]=(?=\s*\S)[a-z0-9:\-_\s.*()?+[\]\\^$|/]+$/iu;

/** The same by one pattern, which says what is meant and takes far too long on a client's text. */
function readByPattern(constraint: string): string {
  const pattern =
    /^\s*(?<prefix>(?:node|engine)\.labels\.)?(?<key>.+?)\s*(?<operator>==|!=)\s*(?<value>.+?)\s*$/isu;
  const { prefix, key = "", operator = "", value = "" } = pattern.exec(constraint)?.groups ?? {};
  if (operator === "") return constraint;
  return prefix === undefined
    ? foldCase(`${key}${operator}${value}`)
    : `${foldCase(prefix)}${key}${operator}${value}`;
}

describe("a constraint is asked for in one spelling", () => {
  test.each([
    ["a fact", "node.role==manager", "node.role==manager"],
    ["white space and capitals", "\t Node.Role  !=  Manager \n", "node.role!=manager"],
    ["a label of a node, of which the case counts", "node.labels.Zone == A", "node.labels.Zone==A"],
    ["a label of an engine", "ENGINE.LABELS.Disk!=SSD", "engine.labels.Disk!=SSD"],
    ["a label whose name has white space in front", "node.labels. Zone == A", "node.labels. Zone==A"],
    ["the first of several operators", "a!=b==C", "a!=b==c"],
    ["an operator in a name of one letter", "===A", "===a"],
    ["no label, for it has no name", "node.labels.==A", "node.labels.==a"],
    ["no operator", "Node.Role", "Node.Role"],
    ["no value", "Node.Role ==  ", "Node.Role ==  "],
    ["no name", "==", "=="],
  ])("%s", (_name, constraint, canonical) => {
    expect(askedByConstraint(constraint)).toEqual([`placement:${encodeValue(canonical)}`]);
  });

  test("as one pattern would read it, if it is one for swarmkit", () => {
    const pieces = ["node.labels.", "Engine.Labels.", "Node", "x", "K", "==", "!=", " ", "\n", "*"];
    const pairs = pieces.flatMap((left) => pieces.map((right) => left + right));
    const texts = pairs
      .flatMap((left) => pairs.flatMap((right) => [left + right, `${left}${right}a`, `Ab${left}==${right}`]))
      .filter((text) => UNDERSTOOD.test(text));
    expect(texts.length).toBeGreaterThan(1000);
    const asked = texts.map((text) => [text, ...askedByConstraint(text)]);
    expect(asked).toEqual(texts.map((text) => [text, `placement:${encodeValue(readByPattern(text))}`]));
  });

  // A pattern that tries every way of parting it would not be done before the test's time is over, nor for days.
  test.each([
    ["blanks", " ".repeat(1_000_000)],
    ["blanks behind a label's beginning", `node.labels.${" ".repeat(1_000_000)}`],
    ["blanks before an operator", `a${" ".repeat(1_000_000)}==`],
    ["halves of operators", "=!".repeat(500_000)],
  ])("a megabyte of %s is read in no time", (_name, constraint) => {
    expect(askedByConstraint(constraint)).toHaveLength(1);
  });
});
