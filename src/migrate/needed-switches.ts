import { fewestSwitches } from "../config/fewest-switches.ts";
import { linuxserver } from "../config/linuxserver.ts";
import { readPreset } from "../config/presets.ts";
import type { Operation } from "../docker/operations.ts";
import type { Needs } from "./consumers.ts";

/** On where nothing is said, and harmless: the ping and the version. Events are on as well, and no gate has them unasked. */
const ALWAYS_ON: ReadonlySet<string> = new Set(["PING", "VERSION"]);

/**
 * The presets of a program whose needs presets know. In a swarm it is one more, or the other one where that has it all. None
 * for other programs.
 */
export function presetsOf(needs: Needs, isSwarm: boolean): readonly string[] {
  if (needs.kind === "switches") return [];
  const { name, swarm } = needs;
  if (!isSwarm || swarm === undefined) return [name];
  const more = operationsOf(swarm);
  return operationsOf(name).every((operation) => more.includes(operation)) ? [swarm] : [name, swarm];
}

/** The fewest switches of LinuxServer's proxy that a program needs, in the alphabet's order. */
export function switchesOf(needs: Needs, isSwarm: boolean): readonly string[] {
  const switches =
    needs.kind === "preset"
      ? switchesOfPresets(presetsOf(needs, isSwarm)).filter((name) => needs.withheld?.includes(name) !== true)
      : [...needs.names, ...(isSwarm ? (needs.swarm ?? []) : [])];
  return switches.toSorted();
}

/**
 * The fewest switches that open all operations of presets.
 *
 * @throws where there is no such preset.
 */
export function switchesOfPresets(names: readonly string[]): readonly string[] {
  const needed = fewestSwitches(linuxserver, names.flatMap(operationsOf));
  return needed.filter((name) => !ALWAYS_ON.has(name));
}

function operationsOf(name: string): readonly Operation[] {
  const preset = readPreset(name);
  if (preset === undefined) throw new Error(`there is no preset ${name}`);
  return preset.allow.flatMap((word) => word.operations);
}
