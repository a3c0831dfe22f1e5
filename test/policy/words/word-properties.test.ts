import fc from "fast-check";
import { expect, test } from "vitest";
import { catalogue } from "../../../src/docker/operations.ts";
import { groups } from "../../../src/policy/words/groups.ts";
import { parseWord } from "../../../src/policy/words/word.ts";
import { grantOfWords, openIn, selectedBy } from "./words.ts";

const names = catalogue.map(({ name }) => name);

/** Words that can be used, of each kind. */
const word = fc.oneof(
  fc.constantFrom(...names),
  fc.constantFrom(...groups.keys()),
  fc
    .tuple(fc.constantFrom(...names), fc.nat(12), fc.boolean())
    .map(([name, length, isEnd]) =>
      isEnd ? `*${name.slice(-length - 1)}` : `${name.slice(0, length + 1)}*`,
    ),
  fc
    .tuple(fc.constantFrom(...catalogue), fc.boolean(), fc.boolean())
    .map(([{ methods, template }, isAny, isDeep]) => {
      const path = template.replaceAll("{route...}", "**").replaceAll(/\{[^}]*\}/gu, "*");
      return `${isAny ? "*" : methods[0]} ${isDeep ? path.replace(/[^/]+$/u, "**") : path}`;
    }),
);
const words = fc.array(word, { maxLength: 8 });

test("a word more in deny never opens anything", () => {
  fc.assert(
    fc.property(words, words, word, (allow, deny, added) => {
      const before = new Set(openIn(grantOfWords(allow, deny)));
      const after = openIn(grantOfWords(allow, [...deny, added]));
      expect(after.filter((name) => !before.has(name))).toEqual([]);
    }),
  );
});

test("a word more in allow never closes anything", () => {
  fc.assert(
    fc.property(words, words, word, (allow, deny, added) => {
      const after = new Set(openIn(grantOfWords([...allow, added], deny)));
      const before = openIn(grantOfWords(allow, deny));
      expect(before.filter((name) => !after.has(name))).toEqual([]);
    }),
  );
});

test("what is open is what a word of allow selects and no word of deny does", () => {
  fc.assert(
    fc.property(words, words, (allow, deny) => {
      const allowed = new Set(allow.flatMap((text) => selectedBy(text)));
      const denied = new Set(deny.flatMap((text) => selectedBy(text)));
      expect(openIn(grantOfWords(allow, deny))).toEqual(
        names.filter((name) => allowed.has(name) && !denied.has(name)),
      );
    }),
  );
});

test("the order of words changes nothing, not even the rule", () => {
  const shuffled = words.chain((list) =>
    fc.tuple(fc.constant(list), fc.shuffledSubarray(list, { minLength: list.length })),
  );
  fc.assert(
    fc.property(shuffled, shuffled, ([allow, allowAgain], [deny, denyAgain]) => {
      expect(grantOfWords(allowAgain, denyAgain).decisions).toEqual(grantOfWords(allow, deny).decisions);
    }),
  );
});

test("any text is a word that selects something, or a fault", () => {
  const soup = fc.string({ unit: fc.constantFrom(..."*/ GETContainerList:read{}.,?"), maxLength: 30 });
  fc.assert(
    fc.property(
      fc.oneof(
        soup,
        fc.string({ unit: "binary" }),
        soup.map((path) => `GET /${path}`),
      ),
      (text) => {
        const parsed = parseWord(text);
        expect(
          parsed.ok ? parsed.value.operations.length > 0 : parsed.error.word.startsWith(text.slice(0, 200)),
        ).toBe(true);
      },
    ),
    { numRuns: 500 },
  );
});
