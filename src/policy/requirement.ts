/**
 * The switches that an operation needs, as a conjunction: every clause must hold, and a clause holds when one of its
 * switches is on. `undefined` stands for an operation that no switch opens.
 */
export type Requirement = readonly (readonly string[])[] | undefined;

/** The clauses that do not hold. */
export function missingClauses(
  clauses: readonly (readonly string[])[],
  isOn: (name: string) => boolean,
): readonly (readonly string[])[] {
  return clauses.filter((clause) => !clause.some((name) => isOn(name)));
}

/** Says clauses in words: `POST=1 and one of ALLOW_STOP=1, CONTAINERS=1`. */
export function explainClauses(clauses: readonly (readonly string[])[]): string {
  return clauses
    .map((clause) => {
      const settings = clause.map((name) => `${name}=1`);
      return settings.length === 1 ? (settings[0] ?? "") : `one of ${settings.join(", ")}`;
    })
    .join(" and ");
}
