import { expect, test } from "vitest";
import type { AnswerPart } from "../../../src/docker/answers/answer-table.ts";
import { operationAnswers } from "../../../src/docker/answers/operation-answers.ts";
import { shownNevertheless, unreadAnswers } from "../../../src/docker/answers/unread-answers.ts";
import { catalogue, type OperationName } from "../../../src/docker/operations.ts";
import { documentedAnswers } from "../facts/facts.ts";

/** Operations that answer what nobody has looked at, so that they are closed for a client with a view. */
const CLOSED: ReadonlySet<OperationName> = new Set<OperationName>([
  "ContainerRestoreLibpod",
  "ImageScpLibpod",
  "GenerateKubeLibpod",
  "GenerateSystemdLibpod",
  "PlayKubeLibpod",
  "PlayKubeDownLibpod",
  "ManifestAddLibpod",
  "ManifestCreateLibpod",
  "ManifestDeleteLibpod",
  "ManifestInspectLibpod",
  "ManifestModifyLibpod",
  "ManifestPushLibpod",
  "ManifestPushV3Libpod",
  "PodCreateLibpod",
  "PodDeleteLibpod",
  "PodInspectLibpod",
  "PodKillLibpod",
  "PodListLibpod",
  "PodPauseLibpod",
  "PodPruneLibpod",
  "PodRestartLibpod",
  "PodStartLibpod",
  "PodStatsAllLibpod",
  "PodStopLibpod",
  "PodTopLibpod",
  "PodUnpauseLibpod",
  "SystemCheckLibpod",
  "SystemPruneLibpod",
]);

test("every operation has a table, or is known to need none, or is known to be closed", () => {
  const places = catalogue.map(({ name }) => ({
    name,
    places: [operationAnswers.has(name), unreadAnswers.has(name), CLOSED.has(name)].filter(Boolean).length,
  }));
  expect(places.filter((each) => each.places !== 1)).toEqual([]);
});

test("what shows hidden things nevertheless is told with what it shows", () => {
  const hidden = new Set<string>(["env", "output"]);
  expect(shownNevertheless("ContainerLogs", (content) => hidden.has(content))).toEqual(["env"]);
  expect(shownNevertheless("ContainerInspect", () => true)).toEqual([]);
  expect(shownNevertheless("ContainerStart", () => true)).toEqual([]);
});

/** Documented as networks are, and answered as the swarm's own objects are. */
const MISDOCUMENTED: readonly string[] = ["NetworksAttachments.Network."];

/** Returns the part of a field's path that no table has, or undefined where all is known. */
function unknownPart(path: string, part: AnswerPart): string | undefined {
  const steps = path.split(".");
  let known: AnswerPart | undefined = part;
  for (const [index, step] of steps.entries()) {
    while (known?.each !== undefined) known = known.each;
    // Below it all is of one kind.
    if (known?.fields === undefined) return undefined;
    known = known.fields.get(step);
    if (known === undefined) return steps.slice(0, index + 1).join(".");
  }
  return undefined;
}

test.each([...documentedAnswers])(
  "each field that Docker documents is in a table: %s",
  (operation, fields) => {
    const table = operationAnswers.get(operation);
    if (table === undefined) {
      expect(unreadAnswers.has(operation)).toBe(true);
      return;
    }
    const asAnswered = fields.filter((field) => !MISDOCUMENTED.some((part) => field.startsWith(part)));
    expect([...new Set(asAnswered.flatMap((field) => unknownPart(field, table.part) ?? []))]).toEqual([]);
  },
);
