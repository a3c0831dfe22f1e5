import type { Preset } from "../config/preset.ts";
import type { OperationName } from "../docker/operations.ts";
import { parsePowerSet, type PowerSet } from "../policy/power-set.ts";
import { holdsRecorded } from "../policy/still-holds.ts";
import type { ObservedClient } from "./observed-client.ts";
import type { LearntPowers } from "./powers/learn-powers.ts";

/** A preset that opens all operations that were used. */
export interface FittingPreset {
  readonly name: string;
  /** What it opens besides, in its own order. */
  readonly beyond: readonly OperationName[];
  /** Powers that were used and are not in its list. */
  readonly lacking: readonly string[];
}

/** The presets that open all that these clients used: those first that lack no power, of them those that open the fewest. */
export function fittingPresets(
  clients: readonly Pick<ObservedClient, "used">[],
  { entries }: Pick<LearntPowers, "entries">,
  presets: readonly Preset[],
): readonly FittingPreset[] {
  const used = new Set(clients.flatMap((client) => [...client.used.keys()]));
  const powers = entries.flatMap((entry) => entry.powers);
  return presets
    .flatMap((preset): readonly FittingPreset[] => {
      const opened = [
        ...new Set(preset.allow.flatMap(({ operations }) => operations.map(({ name }) => name))),
      ];
      if (![...used].every((name) => opened.includes(name))) return [];
      return [
        {
          name: preset.name,
          beyond: opened.filter((name) => !used.has(name)),
          lacking: lackingIn(preset, powers),
        },
      ];
    })
    .toSorted(
      (one, other) =>
        Number(one.lacking.length > 0) - Number(other.lacking.length > 0) ||
        one.beyond.length - other.beyond.length,
    );
}

function lackingIn({ powers }: Preset, asked: readonly string[]): readonly string[] {
  const held = powers ?? usualPowers();
  return asked.filter((text) => held === undefined || !holdsRecorded(held, [text]));
}

/** What a client has where neither it nor its presets say more. */
function usualPowers(): PowerSet | undefined {
  const parsed = parsePowerSet("default");
  return parsed.ok ? parsed.value : undefined;
}
