import { describe, expect, test } from "vitest";
import { memoryAims, startAim } from "../../bench/aims.ts";
import { fullForm, guardForm } from "../../bench/forms.ts";
import {
  explainAccidents,
  type Finding,
  formatSection,
  measureFinding,
  type Section,
} from "../../bench/section.ts";

const met: Finding = { subject: "run", cells: ["2.50 (2.40-2.90)"], aim: startAim, judged: [2.5] };
const missed: Finding = { subject: "idle", cells: ["25.0"], aim: memoryAims.idle, judged: [25] };
const free: Finding = { subject: "peak", cells: ["9.0"], aim: undefined, judged: [99] };

const sectionOf = (...findings: readonly Finding[]): Section => ({
  title: "Cost",
  explanation: "What it costs.",
  columns: ["what", "gate"],
  findings,
  notes: ["On a quiet machine."],
});

test("a section says beside each number what was hoped for and whether it came true", () => {
  expect(formatSection(sectionOf(met, missed, free))).toBe(
    [
      "### Cost",
      "",
      "What it costs.",
      "",
      "| what | gate             | aim            | met |",
      "| ---- | ---------------- | -------------- | --- |",
      "| run  | 2.50 (2.40-2.90) | at most 3      | yes |",
      "| idle | 25.0             | at most 13 MiB | no  |",
      "| peak | 9.0              |                |     |",
      "",
      "On a quiet machine.",
    ].join("\n"),
  );
});

test("a row far from its aim is named with both; one without an aim, or that a busy machine explains, is not", () => {
  const busy: Finding = { ...missed, subject: "busy", unsteady: true };
  expect(explainAccidents([sectionOf(met, missed, free, busy)])).toEqual([
    "Cost, idle: 25.00 is far from at most 13 MiB",
  ]);
});

describe("measuring a row", () => {
  const measureWith = async (
    form: typeof fullForm,
    numbers: readonly number[],
  ): Promise<readonly [Finding, readonly number[]]> => {
    const asked: number[] = [];
    const finding = await measureFinding(form, async (pairs) => {
      const judged = [numbers[asked.length] ?? Number.NaN];
      asked.push(pairs);
      return { ...missed, judged };
    });
    return [finding, asked];
  };

  test("takes it once where it is near its aim", async () => {
    const [finding, asked] = await measureWith(guardForm, [19]);
    expect([finding.judged, asked]).toEqual([[19], [guardForm.pairs]]);
  });

  test("takes it again, and longer, before an accident counts", async () => {
    const [finding, asked] = await measureWith(guardForm, [30, 12]);
    expect([finding.judged, asked]).toEqual([[12], [guardForm.pairs, guardForm.pairs * 3]]);
  });

  test("believes the second time", async () => {
    const [finding, asked] = await measureWith(guardForm, [30, 31]);
    expect([finding.judged, asked.length]).toEqual([[31], 2]);
  });

  test("takes it once where nothing fails by it", async () => {
    const [finding, asked] = await measureWith(fullForm, [30]);
    expect([finding.judged, asked]).toEqual([[30], [fullForm.pairs]]);
  });
});
