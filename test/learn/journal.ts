import { readPolicyFile } from "../../src/config/file/read-policy.ts";
import { grantOfClient } from "../../src/config/file/client-grant.ts";
import { readPresets } from "../../src/config/presets.ts";
import { catalogue, type OperationName } from "../../src/docker/operations.ts";
import type { JournalRecord } from "../../src/journal/journal-record.ts";
import { learnLessons } from "../../src/learn/lesson.ts";
import { Observation } from "../../src/learn/observation.ts";
import { renderPolicy } from "../../src/learn/render-policy.ts";
import type { Grant } from "../../src/policy/grant.ts";
import { ALLOWED } from "../audit/records.ts";

/** An exchange of a client under `mode: learn` that was allowed; a test changes what it is about. */
export const USED: JournalRecord = {
  ...ALLOWED,
  version: 1,
  level: "info",
  client: "web",
  learning: true,
  object: undefined,
  repeated: 1,
};

/** An exchange in which a client used an operation and asked for these powers. */
export function used(operation: OperationName, ...powers: readonly string[]): JournalRecord {
  return { ...USED, ...requestOf(operation), operation, powers };
}

/** A method and a path of an operation. */
function requestOf(operation: OperationName): Pick<JournalRecord, "method" | "path"> {
  const { methods = [], template = "" } = catalogue.find(({ name }) => name === operation) ?? {};
  return { method: methods[0], path: template.replaceAll(/\{\w+(?:\.\.\.)?\}/gu, "web") };
}

/** An exchange of which nobody looked at what it asked for. */
export function unjudged(operation: OperationName): JournalRecord {
  return { ...used(operation), learning: undefined, powers: undefined };
}

/** An exchange with an operation that was denied. */
export function denied(operation: OperationName): JournalRecord {
  return {
    ...used(operation),
    powers: undefined,
    verdict: "deny",
    code: "operation_denied",
    missing: [operation],
    status: 403,
  };
}

/** The creation of a container that was denied for one power that it asked for. */
export function deniedPower(power: string): JournalRecord {
  return { ...denied("ContainerCreate"), code: "power_denied", missing: [power] };
}

/** What is kept of these records. */
export function observe(records: readonly JournalRecord[], only?: string): Observation {
  const observation = new Observation(only);
  for (const record of records) observation.note(record);
  return observation;
}

const presets = readPresets();

/** The policy that is learnt from records. */
export function policyOf(records: readonly JournalRecord[]): string {
  const observation = observe(records);
  return renderPolicy(observation, learnLessons(observation), presets);
}

/** The grants of a policy's clients, as the gate's own reader makes them. Throws where it refuses the file. */
export function grantsOf(text: string): ReadonlyMap<string, Grant> {
  const fine = (): undefined => undefined;
  const read = readPolicyFile(text, "policy.yaml", {
    checkWord: fine,
    checkWithin: fine,
    checkPreset: fine,
    checkSource: fine,
  });
  if (!read.ok) throw new Error(read.error.map(({ line, message }) => `${line}: ${message}`).join("; "));
  return new Map(
    read.value.clients.map((client) => {
      const held = grantOfClient(client, []);
      if (!held.ok) throw new Error(held.error);
      return [client.name, held.value.grant];
    }),
  );
}

/** The entries of one list of a policy, without comments and quotes. */
export function itemsOf(text: string, key: "allow" | "powers"): readonly string[] {
  const lines = text.split("\n");
  const start = lines.findIndex((line) => line.trim().startsWith(`${key}:`));
  const rest = lines.slice(start + 1);
  const end = rest.findIndex((line) => !/^ {6}(?:- |#)/u.test(line));
  return rest
    .slice(0, end === -1 ? undefined : end)
    .filter((line) => line.trim().startsWith("- "))
    .map((line) => line.trim().slice(2).replace(/ #.*$/u, "").replaceAll('"', ""));
}

/** A record as a line of the log. */
export function lineOf({ version, level, ...record }: JournalRecord): string {
  const { object } = record;
  const labels = object?.labels === undefined ? undefined : Object.fromEntries(object.labels);
  return JSON.stringify({
    v: version,
    level,
    ...record,
    object: object === undefined ? undefined : { ...object, labels },
  });
}
