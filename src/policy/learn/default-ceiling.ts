import { operationAnswers } from "../../docker/answers/operation-answers.ts";
import { unreadAnswers } from "../../docker/answers/unread-answers.ts";
import { catalogue, type Operation, type OperationName } from "../../docker/operations.ts";
import { operationPowers } from "../../docker/powers/operations.ts";
import { groups } from "../words/groups.ts";

/**
 * What a client that learns may do where nobody says more: read what things are. That is what the groups `ping`, `events` and
 * those for reading open, as far as the catalogue has of an operation that it changes nothing, asks for no power by being what
 * it is, and answers what is known to be a description.
 */
export function defaultCeiling(): readonly Operation[] {
  const reading = new Set<OperationName>(
    [...groups.values()].flatMap(({ name, operations }) => (isReading(name) ? operations : [])),
  );
  return catalogue.filter(
    ({ name, effect, hijack }) =>
      reading.has(name) &&
      effect === "read" &&
      hijack === "none" &&
      (operationPowers.get(name)?.itself ?? []).length === 0 &&
      describes(name),
  );
}

/** Groups for reading are of descriptions: files, logs, output and commands have words of their own. */
function isReading(group: string): boolean {
  return group.endsWith(":read") || group === "ping" || group === "events";
}

/** Whether an answer is known field by field, or tells no more than how something ended. */
function describes(name: OperationName): boolean {
  return (
    operationAnswers.has(name) ||
    unreadAnswers.get(name)?.contents.every((content) => content === "state") === true
  );
}
