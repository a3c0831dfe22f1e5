import type { Preset } from "../config/preset.ts";
import type { ClientSettings } from "../config/settings.ts";
import type { OperationName } from "../docker/operations.ts";
import { parsePowerSet } from "../policy/power-set.ts";
import { holdsRecorded } from "../policy/still-holds.ts";
import { explainDenials, remediesInPolicy } from "./denials.ts";
import { type FittingPreset, fittingPresets } from "./fitting-presets.ts";
import type { Observation } from "./observation.ts";
import type { ObservedClient } from "./observed-client.ts";
import { learnPowers } from "./powers/learn-powers.ts";
import { exchanges, explainSeen, explainSpan } from "./seen.ts";
import { shown, shownOf } from "./shown.ts";

/** How many presets are told of that fit. */
const MOST_PRESETS = 2;

/** Says of each client of a policy what it holds and never used, what it lacked, and which preset would do: lines for a person. */
export function comparePolicy(
  { clients, span }: Observation,
  held: readonly ClientSettings[],
  file: string,
  presets: readonly Preset[],
): readonly string[] {
  const names = new Set(held.map(({ name }) => name));
  const since = span === undefined ? "" : `, ${explainSpan(span)}`;
  return [
    `${file} beside ${exchanges(span?.count ?? 0)}${since}`,
    ...held.flatMap((settings) => {
      const client = clients.find(({ name }) => name === settings.name);
      return [
        "",
        ...(client === undefined
          ? [`${settings.name}: never called`]
          : [
              `${settings.name}: ${exchanges(client.span.count)}`,
              ...compareClient(client, settings, presets).map(indent),
            ]),
      ];
    }),
    ...clients
      .filter(({ name }) => !names.has(name))
      .flatMap(({ name, span: seen }) => [
        "",
        `${shown(name)}: is no client of it, and called ${explainSeen(seen)}; --as ${shown(name)}=NAME says who that is now`,
      ]),
  ];
}

function compareClient(
  client: ObservedClient,
  { grant }: ClientSettings,
  presets: readonly Preset[],
): readonly string[] {
  const powers = learnPowers([client]);
  const open = new Set<string>(
    [...grant.decisions].flatMap(([name, { kind }]) => (kind === "allow" ? [name] : [])),
  );
  const isOpen = (name: string): boolean => open.has(name);
  // All that was seen, also what a list would have by its base or could not have.
  const asked = [...client.powers.values()].flatMap((tally) => tally.entries()).map(({ key }) => key);
  const unheld = asked.filter((text) => !holdsRecorded(grant.powers, [text]));
  const closed = [...client.used.keys()].filter((name) => !isOpen(name)).toSorted();
  return [
    ...explainUnused(client, grant),
    ...explainUnusedPowers(client, grant.powers.entries, asked),
    ...closed.map((name) => `used and not open: ${name}`),
    ...unheld.map((text) => `used and not held: ${shown(text)}`),
    ...explainDenials(client, remediesInPolicy(isOpen, grant.powers)).map((line) => `denied: ${line}`),
    ...fittingPresets([client], powers, presets)
      .slice(0, MOST_PRESETS)
      .map((fit) => `preset ${fit.name}: ${explainFit(fit)}`),
  ];
}

/** What is open and was never used, by what opens it. */
function explainUnused({ used }: ObservedClient, { decisions }: ClientSettings["grant"]): readonly string[] {
  const byRule = new Map<string, { readonly open: OperationName[]; readonly unused: OperationName[] }>();
  for (const [name, decision] of decisions) {
    if (decision.kind !== "allow") continue;
    const rule = byRule.get(decision.rule) ?? { open: [], unused: [] };
    byRule.set(decision.rule, rule);
    rule.open.push(name);
    if (!used.has(name)) rule.unused.push(name);
  }
  return [...byRule].flatMap(([rule, { open, unused }]) => {
    if (unused.length === 0) return [];
    const names = shownOf(unused, MOST_NAMED);
    return [
      unused.length < open.length
        ? `open by ${rule} and never used: ${names}`
        : `never used: ${rule}${open.length === 1 && open[0] === rule ? "" : `, which opens ${names}`}`,
    ];
  });
}

const MOST_NAMED = 8;

/** Entries of which nothing was asked for. Of exchanges that were not looked into nobody knows. */
function explainUnusedPowers(
  { used, powers }: ObservedClient,
  entries: readonly string[],
  asked: readonly string[],
): readonly string[] {
  const unjudged = [...used.values()].reduce((sum, { unjudged: count }) => sum + count, 0);
  // Of some values only the noun is recorded, and of too many not all are kept.
  const mayBeUsed = (entry: string): boolean =>
    [...powers].some(
      ([noun, tally]) => entry.startsWith(`${noun}:`) && (asked.includes(noun) || tally.beyond > 0),
    );
  if (unjudged > 0)
    return [`what ${exchanges(unjudged)} asked for was not recorded: no power is said to be unused`];
  return entries
    .filter((entry) => !entry.startsWith("-") && entry !== "none" && !mayBeUsed(entry))
    .filter((entry) => {
      const alone = parsePowerSet(entry);
      return alone.ok && !asked.some((text) => holdsRecorded(alone.value, [text]));
    })
    .map((entry) => `power never used: ${entry}`);
}

function explainFit({ beyond, lacking }: FittingPreset): string {
  const more =
    beyond.length === 0 ? "opens nothing besides" : `opens besides ${shownOf(beyond, beyond.length)}`;
  return lacking.length === 0 ? more : `${more}; its powers lack ${shownOf(lacking)}`;
}

function indent(line: string): string {
  return `  ${line}`;
}
