import { describe, expect, test } from "vitest";
import { nearestName } from "../../../src/config/nearest.ts";
import { catalogue } from "../../../src/docker/operations.ts";
import { groups } from "../../../src/policy/words/groups.ts";
import { explainWordFault } from "../../../src/policy/words/word-fault.ts";
import { parseWord } from "../../../src/policy/words/word.ts";
import { selectedBy } from "./words.ts";

/** What a person is told of a word that can't be used. */
function faultOf(word: string): string {
  const parsed = parseWord(word);
  return parsed.ok ? "none" : explainWordFault(parsed.error, nearestName);
}

describe("a word", () => {
  test("that is an operation's name selects just that one", () => {
    for (const { name } of catalogue) expect(selectedBy(name)).toEqual([name]);
  });

  test("that is a group's selects what is in the group", () => {
    for (const [name, { operations }] of groups) {
      expect(selectedBy(name).toSorted()).toEqual(operations.toSorted());
    }
  });

  test.each([
    { word: "Secret*", selects: (name: string) => name.startsWith("Secret") },
    { word: "*Prune*", selects: (name: string) => name.includes("Prune") },
    { word: "Container*Libpod", selects: (name: string) => /^Container.*Libpod$/u.test(name) },
    { word: "*", selects: () => true },
  ])("with a star, such as $word, selects every name that fits", ({ word, selects }) => {
    expect(selectedBy(word)).toEqual(catalogue.map(({ name }) => name).filter((name) => selects(name)));
  });

  test.each([
    ["ContanerList", '"ContanerList" is no operation and no group; did you mean ContainerList?'],
    ["containerlist", '"containerlist" is no operation and no group; did you mean ContainerList?'],
    ["containers:reed", '"containers:reed" is no operation and no group; did you mean containers:read?'],
    ["Imgae*", '"Imgae*" is no operation and no group; did you mean Image*?'],
    ["containers", '"containers" is no operation and no group'],
    ["containers:*", '"containers:*" is no operation and no group'],
    ["Container.ist", '"Container.ist" is no operation and no group; did you mean ContainerList?'],
    ["", '"" is an empty word: leave it out'],
    [
      "ContainerList, SystemInfo",
      '"ContainerList, SystemInfo" is more than one word: make each an entry of its own',
    ],
  ])("that selects nothing is a fault: %s", (word, sentence) => {
    expect(faultOf(word)).toBe(sentence);
  });
});

describe("a path rule", () => {
  test.each([
    ["GET /containers/json", ["ContainerList"]],
    ["GET /containers/*/json", ["ContainerInspect"]],
    ["POST /containers/*/*", ["ContainerAttach", "ContainerExec", "ContainerKill", "ContainerStart"]],
    ["GET /images/*/json", ["ImageInspect"]],
    ["GET /networks/", ["NetworkList"]],
    ["* /volumes", ["VolumeList"]],
    ["* /secrets/**", ["SecretCreate", "SecretDelete", "SecretInspect", "SecretList", "SecretUpdate"]],
    ["GET /**/logs", ["ContainerLogs", "ContainerLogsLibpod", "ServiceLogs", "TaskLogs"]],
    ["HEAD /_ping", ["SystemPingHead"]],
    ["GET /libpod/containers/json", ["ContainerListLibpod"]],
    ["OPTIONS /**", ["RouteOptions"]],
  ])("%s selects by method and template", (word, names) => {
    expect(selectedBy(word)).toEqual(expect.arrayContaining(names));
    expect(selectedBy(word).every((name) => names.includes(name) || word.endsWith("/*/*"))).toBe(true);
  });

  test("has a star for a whole segment, be that a parameter or a word of the path", () => {
    expect(selectedBy("POST /containers/*").toSorted()).toEqual(["ContainerCreate", "ContainerPrune"]);
    expect(selectedBy("DELETE /containers/*")).toEqual(["ContainerDelete"]);
  });

  test("with two stars selects with any number of segments, none included", () => {
    expect(selectedBy("GET /containers/**")).toEqual(
      expect.arrayContaining(["ContainerList", "ContainerInspect", "ContainerAttachWebsocket"]),
    );
    expect(selectedBy("GET /info/**/**")).toEqual(["SystemInfo"]);
    expect(selectedBy("* /**")).toEqual(catalogue.map(({ name }) => name));
  });

  test("of each operation's own template selects it", () => {
    for (const { name, methods, template } of catalogue) {
      const path = template.replaceAll("{route...}", "**").replaceAll(/\{[^}]*\}/gu, "*");
      for (const method of methods) expect(selectedBy(`${method} ${path}`)).toContain(name);
    }
  });

  test.each([
    [
      "GET /containers/web/json",
      "has web in the place of {id}: a path rule selects operations and not single objects, so write * there, and the object in scope",
    ],
    [
      "GET /images/library/nginx/json",
      "has library/nginx in the place of {name...}: a path rule selects operations and not single objects, so write * there, and the object in scope",
    ],
    [
      "* /containers/web/**",
      "has web in the place of {id}: a path rule selects operations and not single objects, so write * there, and the object in scope",
    ],
    ["POST /containers/json", "selects no operation; did you mean GET /containers/json?"],
    ["GET /containrs/json", "selects no operation; did you mean GET /containers/json?"],
    ["GET /images/*/*/json", "selects no operation; did you mean GET /images/*/json?"],
    ["GET /containers/json/", "selects no operation; did you mean GET /containers/json?"],
    ["/containers/json", "has no method: write GET before the path, or * for any"],
    ["GTE /containers/json", "has a method that the engine does not know; did you mean GET?"],
    ["GET containers/json", "has a path that begins with no slash"],
    ["GET  /containers/json", "has more than a method, one space and a path"],
    ["GET /containers/json?all=1", "has a query: a rule is about the path alone"],
    ["GET /v1.41/containers/json", "has an API version: leave it out, for a rule holds in each of them"],
    ["GET /containers/{id}/json", "has {id}: write * in its place"],
    ["GET /containers/.*", "has a star in a part of a segment (.*): * is a whole one, ** any number"],
  ])("that selects nothing is a fault: %s", (word, sentence) => {
    expect(faultOf(word)).toBe(`"${word}" ${sentence}`);
  });

  test.each([`GET /images${"/a".repeat(90)}/json`, `GET /images${"/**/a".repeat(36)}`])(
    "of many segments is read and refused: %s",
    (word) => {
      expect(faultOf(word)).toBe(`"${word}" selects no operation`);
    },
  );
});

test("a text that is longer than any word is a fault, and is not repeated whole", () => {
  expect(faultOf("a".repeat(1_000_000))).toBe(`"${"a".repeat(200)}..." is longer than any word`);
});
