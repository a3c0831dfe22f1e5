import { expect, onTestFinished, test } from "vitest";
import type { AnswerTable } from "../../../src/docker/answers/answer-table.ts";
import { LONGEST_READ } from "../../../src/engine/limits.ts";
import { answerEach } from "../../support/scripted-engine.ts";
import { openLimitedGate } from "../limited-gate.ts";
import { grantReviewing, jsonAnswer } from "../reviewed-gate.ts";

const GET = "GET /containers/json HTTP/1.1\r\nHost: x\r\n\r\n";
/** Of a kibibyte, with the comma before the next one. */
const ENTRY = JSON.stringify({ name: "x".repeat(1024 - '{"name":""},'.length) });

/** Counts the turns of the event loop until the test is over. */
function countTurns(): { readonly turn: number } {
  const counter = { turn: 0 };
  let next: NodeJS.Immediate;
  const count = (): void => {
    counter.turn += 1;
    next = setImmediate(count);
  };
  count();
  onTestFinished(() => clearImmediate(next));
  return counter;
}

test("a long answer lets others have their turn behind each full read, and loses nothing", async () => {
  const turns = countTurns();
  const reviewed = new Map<number, number>();
  const answer: AnswerTable = {
    layout: "list",
    needs: [],
    part: {
      review: (entry) => {
        reviewed.set(turns.turn, (reviewed.get(turns.turn) ?? 0) + 1);
        return entry;
      },
    },
  };
  const list = `[${`${ENTRY},`.repeat(4_000)}${ENTRY}]`;
  const { ask } = await openLimitedGate(
    {},
    { grant: grantReviewing({ ContainerList: { answer } }), script: answerEach(jsonAnswer(list)) },
  );
  expect((await ask(GET)).body.toString()).toBe(`${list}\n`);
  // The first reads are short, and come in one turn.
  expect(Math.max(...reviewed.values())).toBeLessThan((2 * LONGEST_READ) / 1024);
});
