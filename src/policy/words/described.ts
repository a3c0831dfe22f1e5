import type { OperationName } from "../../docker/operations.ts";
import { groups } from "./groups.ts";

/** The word that only asks whether an engine is there. */
const PING = "ping";

/** What programs ask to learn whether an engine is there: the operations of the group `ping`. */
export const pings: ReadonlySet<OperationName> = new Set(groups.get(PING)?.operations);

/**
 * What tells whether something is there and what it is, and nothing of what is in it: the operations of `ping` and of the groups
 * that end in `:read`. Contents, secrets, keys, and what the engine does elsewhere for whoever asks, have other words.
 */
export const described: ReadonlySet<OperationName> = new Set(
  [...groups.values()].flatMap(({ name, operations }) =>
    name === PING || name.endsWith(":read") ? operations : [],
  ),
);
