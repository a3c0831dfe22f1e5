import { catalogue, type Operation } from "../../docker/operations.ts";
import type { Result } from "../../kernel/result.ts";
import { type Grant, grantFromSwitches } from "../../policy/grant.ts";
import { withCeiling } from "../../policy/learn/learning-grant.ts";
import { DEFAULT_WITHIN, parseWithin } from "../../policy/learn/within.ts";
import { defaultPowers, type PowerSet } from "../../policy/power-set.ts";
import { restrictTo } from "../../policy/scope/restrict-to.ts";
import { grantFromWords, withDenied } from "../../policy/words/grant-from-words.ts";
import { parseWord, type Word } from "../../policy/words/word.ts";
import { closedRemedy, defaultDialect, dialects } from "../dialects.ts";
import type { Preset } from "../preset.ts";
import { readSwitches } from "../switch.ts";
import { objectsOfClient } from "./objects-of-client.ts";
import type { FileClient } from "./policy-file.ts";

/** What a client of the file holds, and the operations that this is about. */
export interface ClientGrant {
  readonly grant: Grant;
  readonly operations: readonly Operation[];
}

/**
 * Works out what a client of the file holds, of words and switches in which nothing was wrong. Without a list of powers it
 * holds `default`: to leave something out gives nothing away.
 */
export function grantOfClient(client: FileClient, presets: readonly Preset[]): Result<ClientGrant, string> {
  const powers = powersOf(client, presets);
  if (!powers.ok) return powers;
  const held =
    client.switches === undefined ? wordsOf(client, presets, powers.value) : switchesOf(client, powers.value);
  const { operations } = held;
  const grant: Grant = {
    ...held.grant,
    ...(client.powers === undefined ? { powersUnwritten: true } : {}),
    ...(client.mode === "warn" ? { warns: true } : {}),
  };
  const learning = client.mode === "learn" ? learningOf(client, grant) : grant;
  const objects = objectsOfClient(client, presets, learning);
  return {
    ok: true,
    value: {
      operations,
      grant: objects === undefined ? learning : restrictTo(learning, objects),
    },
  };
}

function learningOf(client: FileClient, grant: Grant): Grant {
  const { within = [DEFAULT_WITHIN], deny } = client;
  return withCeiling(grant, parseWords(within, parseWithin), parseWords(deny), `${placeOf(client)}.within`);
}

function wordsOf(client: FileClient, presets: readonly Preset[], powers: PowerSet): ClientGrant {
  const grant = grantFromWords({
    allow: [
      ...presets.map(({ name, allow }) => ({ name, words: allow })),
      { name: undefined, words: parseWords(client.allow) },
    ],
    deny: parseWords(client.deny),
    powers,
    place: placeOf(client),
  });
  return { grant, operations: catalogue };
}

function switchesOf(client: FileClient, powers: PowerSet): ClientGrant {
  const dialect = dialects.find(({ name }) => name === client.compat) ?? defaultDialect;
  const values = Object.entries(client.switches ?? {}).map(([name, value]) => [name, String(value)] as const);
  const switches = readSwitches(Object.fromEntries(values), dialect.switches);
  const place = placeOf(client);
  const grant = grantFromSwitches(
    dialect,
    (name) => switches.isOn(name),
    (operation) =>
      closedRemedy(
        operation,
        dialect,
        (name) => `compat: ${name} in ${place}`,
        `no switch opens it, but a word of allow in the place of ${place}.switches`,
      ),
    powers,
    place,
  );
  return { grant: withDenied(grant, parseWords(client.deny), place), operations: dialect.operations };
}

function powersOf(client: FileClient, presets: readonly Preset[]): Result<PowerSet, string> {
  if (client.powers !== undefined) return { ok: true, value: client.powers };
  const [first, ...others] = presets.filter(({ powers }) => powers !== undefined);
  const names = others.map(({ name }) => name).join(", ");
  if (first?.powers === undefined) return { ok: true, value: defaultPowers() };
  return others.length === 0
    ? { ok: true, value: first.powers }
    : { ok: false, error: `${first.name} and ${names} each bring powers: say here which it holds` };
}

function placeOf({ name }: FileClient): string {
  return `clients.${name}`;
}

function parseWords(
  texts: readonly string[] = [],
  parse: (text: string) => Result<Word, unknown> = parseWord,
): readonly Word[] {
  return texts.map((text) => {
    const parsed = parse(text);
    if (!parsed.ok) throw new Error(`${text} was not checked`);
    return parsed.value;
  });
}
