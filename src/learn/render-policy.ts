import type { Preset } from "../config/preset.ts";
import { noPower } from "../policy/power-set.ts";
import { explainDenials, remediesInPolicy } from "./denials.ts";
import { fittingPresets } from "./fitting-presets.ts";
import type { Lesson } from "./lesson.ts";
import type { Observation } from "./observation.ts";
import type { LearntEntry } from "./powers/entries.ts";
import { setOfLearnt } from "./powers/learn-powers.ts";
import { explainGaps } from "./remarks.ts";
import { exchanges, explainCount, explainSeen, explainSpan } from "./seen.ts";
import { shown, shownOf } from "./shown.ts";

/** A text as a list of YAML can have it. */
type Item = readonly [text: string, comment: string];

/** The text of a policy file that allows what was seen, and says in comments what it was learnt from. */
export function renderPolicy(
  observation: Observation,
  lessons: readonly Lesson[],
  presets: readonly Preset[],
): string {
  return [
    ...renderHead(observation),
    "clients:",
    ...lessons.flatMap((lesson) =>
      renderLesson(lesson, presets).map((line) => (line === "" ? "" : `  ${line}`)),
    ),
    ...renderOthers(observation),
    "",
  ].join("\n");
}

function renderHead({ span }: Observation): readonly string[] {
  if (span === undefined) return [];
  return [
    `# Written by quaygate learn from ${exchanges(span.count)}, ${explainSpan(span)}.`,
    "# It allows what was used in that time and nothing else. Read it before a gate does: who each client is (from) is a guess,",
    "# and what is the host itself has HOST before it.",
  ];
}

function renderLesson(lesson: Lesson, presets: readonly Preset[]): readonly string[] {
  const { name, client, source, words, scope } = lesson;
  const called =
    name === client.name
      ? ""
      : `, called ${shown(client.name)} in the log (--as ${shown(client.name)}=${name})`;
  const addresses = source.addresses.map(({ key, count }) => `${key} (${explainCount(count)})`);
  return [
    "",
    `# ${name}${called}: ${exchanges(client.span.count)}, ${explainSpan(client.span)}.`,
    `# It called from ${shownOf(addresses, MOST_ADDRESSES)}. A name, a label, a certificate or a token is better than an address.`,
    ...source.doubts.map((doubt) => `# ${capitalised(shown(doubt))}.`),
    ...explainGaps(lesson).map((line) => `# ${line}`),
    ...explainFitting(lesson, presets),
    `${textOf(name)}:`,
    `  from: ${oneOrList(source.from)}`,
    "  allow:",
    ...words
      .map(({ text, seen }): Item => [text, explainSeen(seen)])
      .map((item) => `    ${renderItem(item)}`),
    ...renderPowers(lesson).map((line) => `  ${line}`),
    ...(scope === undefined ? [] : renderScope(scope).map((line) => `  ${line}`)),
    ...renderDenials(lesson).map((line) => `  ${line}`),
  ];
}

/** A comment has more addresses than a sentence has values. */
const MOST_ADDRESSES = 8;

/** A preset of which most was not used is another program's. */
function explainFitting({ client, powers }: Lesson, presets: readonly Preset[]): readonly string[] {
  const [fit] = fittingPresets([client], powers, presets);
  if (fit === undefined || fit.beyond.length > client.used.size) return [];
  const beyond =
    fit.beyond.length === 0 ? "and no others" : `and besides ${shownOf(fit.beyond, fit.beyond.length)}`;
  const lacking = fit.lacking.length === 0 ? "" : `; its powers lack ${shownOf(fit.lacking)}`;
  return [`# The preset ${fit.name} opens these operations, ${beyond}${lacking}.`];
}

function renderPowers({ powers: { base, entries } }: Lesson): readonly string[] {
  if (base === "none" && entries.length === 0) return ["powers: none # it asked for none"];
  return [
    "powers:",
    ...(base === "none" ? [] : [`  ${renderItem([base, "for what was not recorded"])}`]),
    ...entries.flatMap((entry) => renderEntry(entry).map((line) => `  ${line}`)),
  ];
}

function renderEntry({ text, powers, seen, by, host }: LearntEntry): readonly string[] {
  const values = powers.length === 1 && powers[0] === text ? "" : `${shownOf(powers)}: `;
  const comment =
    seen === undefined ? "as default has it" : `${values}${explainSeen(seen)}, by ${shownOf(by)}`;
  return [
    ...(host === undefined
      ? []
      : [`# HOST: ${shown(text)} ${host}. Take it away if this client can do without.`]),
    renderItem([text, comment]),
  ];
}

function renderScope({ text, doubt }: NonNullable<Lesson["scope"]>): readonly string[] {
  return doubt === undefined
    ? [`scope: ${text} # all that it acted on; its lists show nothing else then`]
    : [`# All that it acted on is in this scope; but ${doubt}:`, `# scope: ${text}`];
}

function renderDenials({ client, powers }: Lesson): readonly string[] {
  const open = new Set<string>(client.used.keys());
  const denials = explainDenials(
    client,
    remediesInPolicy((name) => open.has(name), setOfLearnt(powers)),
  );
  return denials.length === 0
    ? []
    : ["# Denied until now, for you to decide:", ...denials.map((line) => `# - ${line}`)];
}

/** What became of those who are no client of this policy. */
function renderOthers(observation: Observation): readonly string[] {
  const { clients, strangers } = observation;
  const idle = clients.filter(({ used }) => used.size === 0);
  const nothing = remediesInPolicy(() => false, noPower);
  const addresses = strangers.entries().map(({ key, count }) => `${key} (${explainCount(count)})`);
  return [
    ...idle.flatMap((client) => [
      "",
      `# ${shown(client.name)} got nothing: ${exchanges(client.span.count)}.`,
      ...[...explainDenials(client, nothing), ...explainGaps({ client, powers: NOTHING })].map(
        (line) => `# - ${line}`,
      ),
    ]),
    ...(addresses.length === 0
      ? []
      : ["", `# Callers that are no client were refused: ${shownOf(addresses, MOST_ADDRESSES)}.`]),
  ];
}

const NOTHING: Lesson["powers"] = { base: "none", entries: [], left: [] };

function renderItem([text, comment]: Item): string {
  return `- ${textOf(text)} # ${comment}`;
}

function oneOrList(texts: readonly string[]): string {
  const quoted = texts.map(textOf);
  return quoted.length === 1 ? quoted.join("") : `[${quoted.join(", ")}]`;
}

/** In quotes where it could be taken for something else. */
function textOf(text: string): string {
  return /^[A-Za-z][\w./@*+-]*(?::[\w./@*+-]+)*$/u.test(text) && !NO_PLAIN_TEXT.test(text)
    ? text
    : JSON.stringify(text);
}

/** What other readers of YAML would take for something else than a text. */
const NO_PLAIN_TEXT = /^(?:true|false|null|yes|no|on|off|y|n)$/iu;

function capitalised(text: string): string {
  return `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`;
}
