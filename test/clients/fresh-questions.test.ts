import fc from "fast-check";
import { expect, test } from "vitest";
import { FreshQuestions } from "../../src/clients/fresh-questions.ts";
import { Oracle, settled } from "./questions.ts";

test("an answer to a question that had begun before is not given", async () => {
  const oracle = new Oracle<string>();
  const questions = new FreshQuestions(oracle.ask);
  const first = questions.ask("web");
  const second = questions.ask("web");
  oracle.question(0).answer("old");
  expect(await first).toBe("old");
  await settled();
  oracle.question(1).answer("new");
  expect(await second).toBe("new");
});

test("a crowd costs one question that is under way and one that waits", async () => {
  const oracle = new Oracle<string>();
  const questions = new FreshQuestions(oracle.ask);
  const asked = Array.from({ length: 1000 }, () => questions.ask("web"));
  await settled();
  expect(oracle.questions).toHaveLength(1);
  oracle.question(0).answer("first");
  await settled();
  expect(oracle.questions).toHaveLength(2);
  oracle.question(1).answer("second");
  expect(new Set(await Promise.all(asked))).toEqual(new Set(["first", "second"]));
});

test("one thing does not wait for another", async () => {
  const oracle = new Oracle<string>();
  const questions = new FreshQuestions(oracle.ask);
  void questions.ask("web");
  const other = questions.ask("db");
  oracle.question(1).answer("here");
  expect(await other).toBe("here");
});

test("a failure is told to who asked, and the next question is asked", async () => {
  const oracle = new Oracle<string>();
  const questions = new FreshQuestions(oracle.ask);
  const first = questions.ask("web");
  const second = questions.ask("web");
  oracle.question(0).fail(new Error("gone"));
  await expect(first).rejects.toThrow("gone");
  await settled();
  oracle.question(1).answer("back");
  expect(await second).toBe("back");
});

test("whatever comes in which order, each answer is to a question that began after it was asked for", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.boolean(), { maxLength: 40 }), async (steps) => {
      const oracle = new Oracle<number>();
      const questions = new FreshQuestions(oracle.ask);
      const asked: Promise<void>[] = [];
      let answered = 0;
      let mostAtOnce = 0;
      const answerNext = async (): Promise<void> => {
        oracle.questions[answered]?.answer(answered);
        answered += 1;
        await settled();
      };
      for (const isAsking of steps) {
        if (isAsking) {
          const begunBefore = oracle.questions.length;
          asked.push(
            questions.ask("web").then((number) => expect(number).toBeGreaterThanOrEqual(begunBefore)),
          );
          mostAtOnce = Math.max(mostAtOnce, oracle.questions.length - answered);
        } else if (answered < oracle.questions.length) {
          await answerNext();
        }
      }
      while (answered < oracle.questions.length) await answerNext();
      await Promise.all(asked);
      expect(mostAtOnce).toBeLessThanOrEqual(1);
    }),
  );
});
