import { describe, expect, test } from "vitest";
import { parseWireDocument, readEscapes } from "../support/wire-document.ts";

const bytes = "```bytes\nGET\\s/\\r\\n\n\\xFF\n```";
const outcome = "```outcome\nfault: bad_field\n```";

describe("a wire document", () => {
  test("gives a case its bytes without the line ends of the document", () => {
    expect(parseWireDocument(`# Title\n\n### one\n\nProse.\n\n${bytes}\n\n${outcome}\n`)).toEqual([
      {
        name: "one",
        line: 3,
        bytes: Buffer.from("GET /\r\n\xff", "latin1"),
        outcome: [["fault", "bad_field"]],
      },
    ]);
  });

  test.each([
    ["a case without bytes", `### one\n${outcome}`],
    ["a case without an outcome", `### one\n${bytes}\n### two\n${bytes}\n${outcome}`],
    ["a case without blocks at the end", `### one\n${bytes}\n${outcome}\n### two`],
    ["a case without a name", `### \n${bytes}\n${outcome}`],
    ["a name used twice", `### one\n${bytes}\n${outcome}\n### one\n${bytes}\n${outcome}`],
    ["a block given twice", `### one\n${bytes}\n${bytes}\n${outcome}`],
    ["a block of another kind", `### one\n\`\`\`http\n\`\`\`\n${bytes}\n${outcome}`],
    ["a block in the middle of a line", `### one\n ${bytes}\n${outcome}`],
    ["a block outside of a case", `## one\n${bytes}\n${outcome}`],
    ["a block that is never closed", `### one\n${bytes}\n\`\`\`outcome\nfault: bad_field`],
    ["an empty outcome", `### one\n${bytes}\n\`\`\`outcome\n\`\`\``],
    ["an outcome line without a key", `### one\n${bytes}\n\`\`\`outcome\nbad_field\n\`\`\``],
    ["an unknown escape", "### one\n```bytes\n\\q\n```\n" + outcome],
    ["a character beyond ASCII", "### one\n```bytes\né\n```\n" + outcome],
    ["a tab", "### one\n```bytes\n\t\n```\n" + outcome],
  ])("is refused for %s", (_, text) => {
    expect(() => parseWireDocument(text)).toThrow(/line|notation/u);
  });
});

describe("the notation", () => {
  test.each([
    [String.raw`\r\n\t\0\s\\`, "\r\n\t\0 \\"],
    [String.raw`\x00\x7F\xC3\xA9`, "\0\x7f\xc3\xa9"],
    [String.raw`a\{bc*3}d`, "abcbcbcd"],
    [String.raw`\{\x80*2}`, "\x80\x80"],
    [String.raw`\{a*0}`, ""],
  ])("%s", (notation, expected) => {
    expect(readEscapes(notation).toString("latin1")).toBe(expected);
  });

  test.each([String.raw`\x0`, String.raw`\xg0`, "\\", String.raw`\{a}`, String.raw`\{a*b}`])(
    "refuses %s",
    (notation) => {
      expect(() => readEscapes(notation)).toThrow("notation");
    },
  );
});
