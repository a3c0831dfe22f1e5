import { describe, expect, test } from "vitest";
import { ExcerptReader } from "../../../src/docker/json/excerpt.ts";
import { ALL, listOutline, NOTHING, objectOutline } from "../../../src/docker/json/outline.ts";
import { parseJson } from "../../../src/docker/json/parse.ts";
import { isJsonObject, type JsonObject, type JsonValue } from "../../../src/docker/json/value.ts";
import { serializeJson } from "../../../src/docker/json/write.ts";

const BOUNDS = { values: 60, takesNul: true };
const empty = objectOutline(new Map(), NOTHING);
const reader = new ExcerptReader(
  objectOutline(
    new Map([
      ["Id", ALL],
      ["Labels", ALL],
      ["Ports", listOutline(empty)],
      ["Inner", objectOutline(new Map([["Name", ALL]]), NOTHING)],
    ]),
    NOTHING,
  ),
  BOUNDS,
);

function made(text: string): string | undefined {
  const excerpt = reader.read(Buffer.from(text, "utf8"));
  return excerpt && serializeJson(excerpt.value);
}

describe("an excerpt of an object", () => {
  test.each([
    ["{}", "{}"],
    ['{"Id":"1","Names":["a"],"Labels":{"a":"b"}}', '{"Id":"1","Labels":{"a":"b"}}'],
    ['{"a":[1,-2.5e+3,true,false,null,"\\u0041\\n",{"b":{}}],"Id":7}', '{"Id":7}'],
    [" {}", undefined],
    ['{"Inner":{"Name":"x","Size":1},"Ports":null}', '{"Inner":{"Name":"x"}}'],
    ['{"Inner":{"Size":1},"Ports":[{"a":1},null]}', "{}"],
    ['{ "Id" : [ 1 , 2 ] , "b" : 0 }', '{"Id":[1,2]}'],
  ])("has what the outline names: %s", (text, wanted) => {
    expect(made(text)).toBe(wanted);
  });

  test.each([
    ["a key that stands twice", '{"a":1,"a":1}'],
    ["such a key deep in what is not made", '{"a":[{"b":{"c":1,"c":2}}]}'],
    ["such a key among what is made", '{"Labels":{"a":"1","a":"2"}}'],
    ["a key with an escape", '{"\\u0061":1}'],
    ["a key that an escape repeats", '{"a":1,"\\u0061":1}'],
    ["a number that begins with 0", '{"a":01}'],
    ["half a number", '{"a":1.}'],
    ["a control character", '{"a":"\n"}'],
    ["an unknown escape", '{"a":"\\x"}'],
    ["half of a character", '{"a":"\\ud800"}'],
    ["a string that does not end", '{"a":"b'],
    ["an escape that does not end", '{"a":"b\\'],
    ["a comma at the end", '{"a":1,}'],
    ["no comma", '{"a":1 "b":2}'],
    ["no colon", '{"a" 1}'],
    ["something behind it", "{}{}"],
    ["a list", "[]"],
    ["a word", '{"a":nul}'],
    ["letters that are not ASCII", '{"a":"é"}'],
    ["bytes that are no UTF-8", Buffer.from([...Buffer.from('{"a":"'), 0xff, ...Buffer.from('"}')])],
    ["a text where a list belongs", '{"Ports":"a"}'],
    ["a text in a list of objects", '{"Ports":["a"]}'],
    ["a list where an object belongs", '{"Inner":[]}'],
    ["33 levels", `${'{"a":'.repeat(33)}1${"}".repeat(33)}`],
    ["more values than may be", `{"a":[${"1,".repeat(60)}1]}`],
    ["more made values than may be", `{"Id":[${"1,".repeat(60)}1]}`],
    ["more keys than are compared here", `{${Array.from({ length: 65 }, (_, at) => `"${at}":[]`).join()}}`],
  ])("is not made where there is %s", (_, text) => {
    expect(reader.read(Buffer.from(text))).toBeUndefined();
  });

  test("has as many levels and values as the whole could have", () => {
    expect(made(`${'{"a":'.repeat(32)}1${"}".repeat(32)}`)).toBe("{}");
    expect(made(`{"a":[${"1,".repeat(57)}1]}`)).toBe("{}");
    expect(made(`{"Id":[${"1,".repeat(57)}1]}`)).toBeDefined();
  });
});

describe("an object that is written anew from an excerpt", () => {
  const text = '{"a":1,"Id":"1","b":[{}],"Labels":{"x":"1","y":"2"},"Inner":{"Name":"n","c":2}}';
  const excerpt = reader.read(Buffer.from(text));
  const value: JsonObject = excerpt?.value ?? new Map<string, JsonValue>();

  function rewritten(change: (members: Map<string, JsonValue>) => void): string | undefined {
    const members = new Map(value);
    change(members);
    return excerpt?.rewrite(members)?.toString();
  }

  test("has what stays as it stands, and what changes in its place", () => {
    expect(rewritten(() => undefined)).toBe(text);
    expect(rewritten((members) => members.delete("Id"))).toBe(text.replace('"Id":"1",', ""));
    expect(rewritten((members) => members.set("Labels", new Map([["x", "1"]])))).toBe(
      text.replace(',"y":"2"', ""),
    );
    const first = reader.read(Buffer.from('{"Id":1,"Labels":{}}'));
    expect(first?.rewrite(new Map([["Labels", new Map()]]))?.toString()).toBe('{"Labels":{}}');
    expect(first?.rewrite(new Map())?.toString()).toBe("{}");
  });

  test("is written from the whole where a part of a member changes, or where it was not in its one form", () => {
    expect(rewritten((members) => members.set("Inner", new Map([["Name", ""]])))).toBeUndefined();
    expect(rewritten((members) => members.delete("Inner"))).toBeUndefined();
    for (const spaced of ['{"Id":1, "a":2}', '{"Id":1,"a":"\\u003c"}', '{"Id":1,"a":[1 ]}']) {
      expect(reader.read(Buffer.from(spaced))?.rewrite(new Map())).toBeUndefined();
    }
    expect(reader.read(Buffer.from('{"Id":1,"a":"\\n"}'))?.rewrite(new Map())?.toString()).toBe(
      '{"a":"\\n"}',
    );
  });

  test("is the object that the strict reader reads", () => {
    const parsed = parseJson(Buffer.from(text));
    expect(parsed.ok && isJsonObject(parsed.value) && parsed.value.size).toBe(5);
  });
});
