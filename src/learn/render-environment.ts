import { defaultDialect } from "../config/dialects.ts";
import type { Dialect } from "../config/dialect.ts";
import { catalogue } from "../docker/operations.ts";
import { POWERS_SETTING } from "../policy/grant.ts";
import { explainWays, missingWays } from "../policy/requirement.ts";
import { holdsRecorded } from "../policy/still-holds.ts";
import { explainDenials, type Remedies } from "./denials.ts";
import type { ObservedClient } from "./observed-client.ts";
import { learnPowers, listOf, setOfLearnt } from "./powers/learn-powers.ts";
import { explainGaps } from "./remarks.ts";
import { shown, shownOf } from "./shown.ts";
import { learnSwitches } from "./switches.ts";

/** How many operations a comment names. */
const MOST_NAMED = 8;

/** What a gate without a policy file is started with, for all of these clients together. */
export interface LearntEnvironment {
  /** Lines of an environment file, comments among them. */
  readonly lines: readonly string[];
  /** The list of powers, an entry each, to be set as QUAYGATE_POWERS. */
  readonly powers: readonly string[];
}

/** The switches and powers that come nearest to what these clients used, with what they open besides. */
export function renderEnvironment(clients: readonly ObservedClient[], dialect: Dialect): LearntEnvironment {
  const { on, off, beyond, unopened } = learnSwitches(
    dialect,
    new Set(clients.flatMap(({ used }) => [...used.keys()])),
  );
  const powers = learnPowers(clients);
  const given = setOfLearnt(powers);
  const remedies: Remedies = {
    operation: (name) => explainSwitches(dialect, name, on),
    gives: (power) => holdsRecorded(given, [power]),
    powers: POWERS_SETTING,
  };
  const hosts = powers.entries.filter(({ host }) => host !== undefined);
  return {
    lines: [
      `# The switches of ${dialect.name} that come nearest to what ${shownOf(clients.map(({ name }) => name))} used.`,
      ...beyond.map(({ by, operations }) => `# ${by} opens besides: ${shownOf(operations, MOST_NAMED)}.`),
      ...(unopened.length === 0
        ? []
        : [`# No switch of it opens ${shownOf(unopened, unopened.length)}: a policy file does.`]),
      ...clients.flatMap((client) => [
        ...explainGaps({ client, powers: { ...powers, left: [] } }).map(
          (line) => `# ${shown(client.name)}: ${line}`,
        ),
        ...explainDenials(client, remedies).map(
          (line) => `# ${shown(client.name)}, denied until now: ${line}`,
        ),
      ]),
      ...powers.left.map(
        ({ key }) => `# Left out: ${shown(key)}. No narrow entry gives it: decide yourself.`,
      ),
      ...hosts.map(({ text, host }) => `# HOST: ${shown(text)} ${host ?? ""}.`),
      ...(dialect === defaultDialect ? [] : [`QUAYGATE_COMPAT=${dialect.name}`]),
      ...on.map((name) => `${name}=1`),
      ...off.map((name) => `${name}=0`),
    ],
    powers: listOf(powers),
  };
}

/** Says which switches would open an operation, beside those that are on. */
function explainSwitches(dialect: Dialect, name: string, on: readonly string[]): string {
  const operation = catalogue.find((known) => known.name === name);
  const ways = operation === undefined ? [] : dialect.requirementOf(operation);
  if (ways.length === 0) return "no switch opens it: a policy file does";
  const missing = missingWays(ways, (known) => on.includes(known));
  return missing.some((way) => way.length === 0)
    ? "these switches open it"
    : `${explainWays(missing)} would allow it`;
}
