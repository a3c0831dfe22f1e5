/** Switches that open an operation when all of them are on. */
export type Way = readonly string[];

/** The ways to open an operation, each enough by itself, the narrowest first; without any, no switch opens it. */
export type Requirement = readonly Way[];

/** The first way whose switches are all on. */
export function openWay(ways: Requirement, isOn: (name: string) => boolean): Way | undefined {
  return ways.find((way) => way.every((name) => isOn(name)));
}

/** What each way still lacks, without those that ask for more than another one does. */
export function missingWays(ways: Requirement, isOn: (name: string) => boolean): Requirement {
  return withoutWider(ways.map((way) => way.filter((name) => !isOn(name))));
}

/**
 * The same as settings of which every entry must come true: alternatives stand in one entry, joined by `|`. From "A,
 * or B and C" comes A or B, and A or C.
 */
export function clausesOf(ways: Requirement): readonly string[] {
  const clauses = ways.reduce<readonly Way[]>(
    (combined, way) => combined.flatMap((clause) => way.map((name) => [...new Set([...clause, name])])),
    [[]],
  );
  return withoutWider(clauses).map((clause) => clause.map((name) => `${name}=1`).join("|"));
}

/** Says ways in words: `POST=1 and one of ALLOW_STOP=1, CONTAINERS=1`, or `ALLOW_STOP=1, or POST=1 and CONTAINERS=1`. */
export function explainWays(ways: Requirement): string {
  const needed = withoutWider(ways);
  const [first = [], ...others] = needed;
  const always = first.filter((name) => others.every((way) => way.includes(name)));
  const choices = needed
    .map((way) => way.filter((name) => !always.includes(name)))
    .filter((way) => way.length > 0);
  const words = always.map((name) => `${name}=1`);
  return (choices.length === 0 ? words : [...words, explainChoices(choices, always)]).join(" and ");
}

function explainChoices(choices: Requirement, always: Way): string {
  const words = choices.map((way) => way.map((name) => `${name}=1`).join(" and "));
  if (choices.every((way) => way.length === 1)) {
    return `one of ${words.join(", ")}`;
  }
  return `${always.length === 0 ? "" : "either "}${words.join(", or ")}`;
}

/** Leaves out every list that another one is a part of. */
function withoutWider(lists: readonly Way[]): readonly Way[] {
  return lists.filter(
    (list, index) =>
      !lists.some(
        (other, at) =>
          at !== index &&
          other.every((name) => list.includes(name)) &&
          (other.length < list.length || at < index),
      ),
  );
}
