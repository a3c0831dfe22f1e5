/** The powers that a refusal says to add to the list; undefined where it is no such refusal. */
export function taughtBy(sentence: string): string | undefined {
  return /To allow (?:it|the rest), add (.*?) to its powers \(QUAYGATE_POWERS\)\./u.exec(sentence)?.[1];
}
