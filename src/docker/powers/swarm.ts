import { OWN_LABELS } from "../objects/owner-label.ts";
import type { OperationName } from "../operations.ts";
import { harmless, mapOf, type Meaning, struct, text } from "./meaning.ts";
import { type OperationPowers, query } from "./operation-powers.ts";
import { encodeValue } from "./power.ts";

/** Who leads a swarm is root on every node, so nothing in these requests makes them less: they are not looked into. */
function swarm(deed: string): OperationPowers {
  return { itself: [{ noun: "swarm", value: deed }] };
}

function nodeSetting(name: string): Meaning {
  return text(["node"], (value, asking) => asking.ask("node", `${name}=${encodeValue(value)}`, value));
}

const nodeBody: Meaning = struct({
  Name: harmless,
  Labels: mapOf(["node"], (key, _value, asking) => {
    if (key.startsWith(OWN_LABELS)) asking.refuse("is the gate's own label");
    else asking.ask("node", `label=${encodeValue(key)}`);
  }),
  Role: nodeSetting("role"),
  Availability: nodeSetting("availability"),
  // dockerode sends the version along, which belongs to the query.
  version: harmless,
});

/** What the operations on a swarm and its nodes ask for. */
export const swarmPowers: Partial<Record<OperationName, OperationPowers>> = {
  // The tokens make a node of whoever has them, and a leader with the right one.
  SwarmInspect: swarm("tokens"),
  SwarmUnlockkey: swarm("unlock-key"),
  SwarmInit: swarm("init"),
  SwarmJoin: swarm("join"),
  SwarmUpdate: swarm("update"),
  SwarmLeave: swarm("leave"),
  SwarmUnlock: swarm("unlock"),
  NodeDelete: { itself: [{ noun: "node", value: "delete" }] },
  // A description that leaves something out takes it away: an empty one may demote a manager.
  NodeUpdate: {
    itself: [{ noun: "node", value: "update" }],
    query: query({ keys: { version: harmless }, repeatsBody: true }),
    body: nodeBody,
  },
};
