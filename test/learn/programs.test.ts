import { describe, expect, test } from "vitest";
import { presetNames, readPreset, readPresets } from "../../src/config/presets.ts";
import { fittingPresets } from "../../src/learn/fitting-presets.ts";
import { learnPowers } from "../../src/learn/powers/learn-powers.ts";
import type { Grant } from "../../src/policy/grant.ts";
import { holdsRecorded } from "../../src/policy/still-holds.ts";
import type { JournalRecord } from "../../src/journal/journal-record.ts";
import { callsOf, operationOf } from "../policy/presets/tables.ts";
import { openIn } from "../policy/words/words.ts";
import { grantsOf, observe, policyOf, used } from "./journal.ts";
import { measuredRuns, type MeasuredRun } from "./measured-programs.ts";

function recordsOf({ calls, powers = [] }: Pick<MeasuredRun, "calls" | "powers">): readonly JournalRecord[] {
  return calls.map((call) => {
    const { name } = operationOf(call);
    return name === "ContainerCreate" || name === "ContainerExec" ? used(name, ...powers) : used(name);
  });
}

function grantOf(records: readonly JournalRecord[]): Grant {
  const grant = grantsOf(policyOf(records)).get("web");
  if (grant === undefined) throw new Error("there is no client");
  return grant;
}

function presetOperations(name: string): readonly string[] {
  return (
    readPreset(name)?.allow.flatMap(({ operations }) => operations.map((operation) => operation.name)) ?? []
  );
}

describe.each(measuredRuns)("what is learnt of $program", (run) => {
  const grant = grantOf(recordsOf(run));
  const preset = presetOperations(run.preset);

  test("is what it called, and all that it asked for", () => {
    expect(openIn(grant).toSorted()).toEqual(
      [...new Set(run.calls.map((call) => operationOf(call).name))].toSorted(),
    );
    expect((run.powers ?? []).filter((power) => !holdsRecorded(grant.powers, [power]))).toEqual([]);
  });

  test(`is its preset ${run.preset}, but for what is known to be more or less there`, () => {
    const open: ReadonlySet<string> = new Set(openIn(grant));
    expect(preset.filter((name) => !open.has(name)).toSorted()).toEqual(run.besides.toSorted());
    expect([...open].filter((name) => !preset.includes(name)).toSorted()).toEqual(run.lacks.toSorted());
  });

  test("is found in that preset, where nothing is closed there, and no power of it lacks", () => {
    const { clients } = observe(recordsOf(run));
    const fits = fittingPresets(clients, learnPowers(clients), readPresets());
    const own = fits.find(({ name }) => name === run.preset);
    expect(own === undefined).toBe(run.lacks.length > 0);
    expect(own?.lacking ?? []).toEqual([]);
    expect(
      own === undefined || fits.filter(({ beyond }) => beyond.length < own.beyond.length).length < 3,
    ).toBe(true);
  });
});

describe.each(presetNames())("of all calls that the program of %s is known to make", (name) => {
  test("its preset is learnt, no more and no less", () => {
    const { passes, tooMuch = [] } = callsOf(name);
    const grant = grantOf([...passes, ...tooMuch].map((call) => used(operationOf(call).name)));
    expect(openIn(grant).toSorted()).toEqual(presetOperations(name).toSorted());
  });
});
