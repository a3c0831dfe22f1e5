import { describe, expect, test } from "vitest";
import { parseJson } from "../../../src/docker/json/parse.ts";
import { serializeJson } from "../../../src/docker/json/write.ts";
import { deepestBody, mostValues } from "../../../src/docker/limits.ts";

/** What is written again of a text, or why it is refused. */
function reread(text: string | Buffer): string {
  const parsed = parseJson(typeof text === "string" ? Buffer.from(text, "utf8") : text);
  return parsed.ok ? serializeJson(parsed.value) : `refused: ${parsed.error.reason}`;
}

const nested = (depth: number, open: string, close: string): string =>
  `${open.repeat(depth)}${close.repeat(depth)}`;

describe("parseJson", () => {
  test.each([
    ["null", "null", "null"],
    ["true", "true", "true"],
    ["false", "false", "false"],
    ["an empty string", '""', '""'],
    ["a string", '"plain"', '"plain"'],
    ["an empty list", "[ ]", "[]"],
    ["an empty object", "{ }", "{}"],
    ["white space of all four kinds around everything", ' \t\r\n{ "a" : [ 1 , 2 ] } \n', '{"a":[1,2]}'],
    ["members in their order, numbers as keys too", '{"b":1,"2":2,"1":3,"a":4}', '{"b":1,"2":2,"1":3,"a":4}'],
    ["0", "0", "0"],
    ["minus 0", "-0", "-0"],
    ["a fraction with its zeros", "1.500", "1.500"],
    ["exponents in either case and with either sign", "[1e5,1E+5,1e-05]", "[1e5,1E+5,1e-05]"],
    ["the largest signed integer of 64 bits", "9223372036854775807", "9223372036854775807"],
    ["the smallest signed integer of 64 bits", "-9223372036854775808", "-9223372036854775808"],
    ["the largest unsigned integer of 64 bits", "18446744073709551615", "18446744073709551615"],
    ["a number that no double holds", "1e400", "1e400"],
    ["a number that a double takes for 0", "1e-400", "1e-400"],
    ["all short escapes, in one spelling", '"\\"\\\\\\/\\b\\f\\n\\r\\t"', '"\\"\\\\/\\b\\f\\n\\r\\t"'],
    ["an escape of a letter as the letter", '"\\u0041\\u00e9"', '"Aé"'],
    ["an escaped pair as its character", '"\\ud83d\\ude00"', '"😀"'],
    ["a raw pair", '"😀"', '"😀"'],
    ["a control character as an escape", '"\\u001f"', '"\\u001f"'],
    ["DEL and what JavaScript takes for a line end", '"\u007f\u2028"', '"\u007f\u2028"'],
    ["an escaped backslash before u", '"\\\\u0000"', '"\\\\u0000"'],
    ["an empty key", '{"":1}', '{"":1}'],
    ["the key __proto__", '{"__proto__":{"Privileged":true}}', '{"__proto__":{"Privileged":true}}'],
    ["keys of every object", '{"constructor":1,"toString":2}', '{"constructor":1,"toString":2}'],
    ["keys that differ in case", '{"a":1,"A":2}', '{"a":1,"A":2}'],
    ["one key in different objects", '[{"a":{"a":1}},{"a":2}]', '[{"a":{"a":1}},{"a":2}]'],
    ["a key with escapes", '{"\\u0041b":1}', '{"Ab":1}'],
    ["as many values as allowed", `[${"0,".repeat(mostValues - 2)}0]`, `[${"0,".repeat(mostValues - 2)}0]`],
    ["lists as deep as allowed", nested(deepestBody, "[", "]"), nested(deepestBody, "[", "]")],
  ])("takes %s", (_name, text, again) => {
    expect(reread(text)).toBe(again);
    expect(reread(again)).toBe(again);
  });

  const notJson = "it is not JSON";
  const twice = "a key stands twice in one object";
  const follows = "something follows the JSON value";
  const open = "a string is not closed or has a control character";
  const escape = "a string has an unknown escape";
  const half = "a string has half of a character";
  const notUtf8 = "it is not UTF-8";
  const many = `it has more than ${mostValues} values`;
  const deep = `it is nested deeper than ${deepestBody} levels`;

  test.each([
    ["nothing", "", notJson],
    ["white space alone", " \n", notJson],
    ["white space of other kinds", "\u00a0{}", notJson],
    ["a form feed", "\f{}", notJson],
    ["a byte order mark", "\ufeff{}", notJson],
    ["a word", "undefined", notJson],
    ["a word in capitals", "True", notJson],
    ["a word that is cut", "tru", notJson],
    ["a word that goes on", "nullx", follows],
    ["NaN", "NaN", notJson],
    ["Infinity", "-Infinity", notJson],
    ["a plus sign", "+1", notJson],
    ["a minus sign alone", "-", notJson],
    ["a leading zero", "01", follows],
    ["a point without digits behind it", "1.", follows],
    ["a point without digits before it", ".5", notJson],
    ["an exponent without digits", "1e", follows],
    ["hexadecimal digits", "0x10", follows],
    ["an underscore in a number", "1_000", follows],
    ["quotes of the other kind", "'a'", notJson],
    ["a comment before the value", "/* */{}", notJson],
    ["a comment behind the value", "{}//", follows],
    ["a key without quotes", "{a:1}", notJson],
    ["a number as a key", "{1:1}", notJson],
    ["a comma at the end of an object", '{"a":1,}', notJson],
    ["a comma at the end of a list", "[1,]", notJson],
    ["a comma before all", "[,1]", notJson],
    ["two commas", "[1,,2]", notJson],
    ["no comma", "[1 2]", notJson],
    ["no colon", '{"a" 1}', notJson],
    ["two colons", '{"a"::1}', notJson],
    ["a colon in a list", '["a":1]', notJson],
    ["no value", '{"a":}', notJson],
    ["an object that is not closed", '{"a":1', notJson],
    ["a list that is not closed", "[1", notJson],
    ["the wrong bracket", "[1}", notJson],
    ["the wrong brace", '{"a":1]', notJson],
    ["a second value", "{} {}", follows],
    ["a brace behind the value, which engines from 23 on skip", '{"Image":"x"}}', follows],
    ["many braces behind the value", '{"Image":"x"}}}}', follows],
    ["a bracket and an object behind the value", '{"Image":"x"}] {"Image":"y"}', follows],
    ["NUL behind the value", "{}\u0000", follows],
    ["a string that is not closed", '"a', open],
    ["a raw line end in a string", '"a\nb"', open],
    ["a raw NUL in a string", '"a\u0000b"', open],
    ["a raw tab in a key", '{"a\tb":1}', open],
    ["an escape that is cut", '"\\', open],
    ["an escape that JSON does not have", '"\\x41"', escape],
    ["an escaped apostrophe", '"\\\'"', escape],
    ["too few digits", '"\\u41"', escape],
    ["a sign among the digits", '"\\u+041"', escape],
    ["digits that are cut", '"\\u00', open],
    ["an escaped NUL, at which the kernel ends a path", '"/srv\\u0000/etc"', "a string has a NUL character"],
    ["an escaped NUL in a key", '{"\\u0000":1}', "a string has a NUL character"],
    ["the first half of a pair", '"\\ud83d"', half],
    ["the second half of a pair", '"\\ude00"', half],
    ["halves in the wrong order", '"\\ude00\\ud83d"', half],
    ["a half in a key", '{"\\ud800":1}', half],
    ["a key twice", '{"HostConfig":{"Privileged":true},"HostConfig":{}}', twice],
    ["a key twice, once null", '{"Privileged":true,"Privileged":null}', twice],
    ["a key twice, below", '{"a":[{"b":1,"b":1}]}', twice],
    ["a key twice, once with escapes", '{"Privileged":true,"Privile\\u0067ed":false}', twice],
    ["a list twice, which Go merges entry by entry", '{"Mounts":[{"Type":"bind"}],"Mounts":[{}]}', twice],
    ["__proto__ twice", '{"__proto__":1,"__proto__":2}', twice],
    ["lists that are too deep", nested(deepestBody + 1, "[", "]"), deep],
    ["objects that are too deep", `${'{"a":'.repeat(deepestBody + 1)}1${"}".repeat(deepestBody + 1)}`, deep],
    ["a list of too many values", `[${"0,".repeat(mostValues - 1)}0]`, many],
    ["too many empty objects", `[${"{},".repeat(mostValues)}{}]`, many],
    ["a million open brackets", "[".repeat(1_000_000), deep],
    ["a million open objects", '{"a":'.repeat(1_000_000), deep],
  ])("refuses %s", (_name, text, reason) => {
    expect(reread(text)).toBe(`refused: ${reason}`);
  });

  test.each([
    ["a lone byte", [0x22, 0xff, 0x22]],
    ["a continuation without a start", [0x22, 0x80, 0x22]],
    ["a character that is cut", [0x22, 0xe2, 0x82, 0x22]],
    ["an overlong slash", [0x22, 0xc0, 0xaf, 0x22]],
    ["an overlong NUL", [0x22, 0xc0, 0x80, 0x22]],
    ["half a pair in three bytes", [0x22, 0xed, 0xa0, 0x80, 0x22]],
    ["a number above Unicode's last", [0x22, 0xf4, 0x90, 0x80, 0x80, 0x22]],
    ["Latin-1 in a key", [0x7b, 0x22, 0xe9, 0x22, 0x3a, 0x31, 0x7d]],
    ["UTF-16", [0xff, 0xfe, 0x7b, 0x00, 0x7d, 0x00]],
  ])("refuses %s, which Go would replace", (_name, bytes) => {
    expect(reread(Buffer.from(bytes))).toBe(`refused: ${notUtf8}`);
  });

  test("never repeats what was sent in its reason", () => {
    expect(reread('{"secret":1,"secret":2}')).not.toContain("secret");
  });
});
