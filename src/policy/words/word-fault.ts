/** Why a word of a grant can't be used. Whoever tells it finds among the candidates what was meant. */
export type WordFault =
  /** Neither an operation nor a group has that name, or no name fits its stars. */
  | { readonly kind: "unknown"; readonly word: string; readonly candidates: readonly string[] }
  /** A path rule whose method the engine does not know. */
  | {
      readonly kind: "unknown-method";
      readonly word: string;
      readonly method: string;
      readonly candidates: readonly string[];
    }
  /** A path rule for a path that there is not, or not with this method. */
  | { readonly kind: "selects-nothing"; readonly word: string; readonly candidates: readonly string[] }
  /** A path rule with a text where an operation has a parameter: it selects operations and no single objects. */
  | {
      readonly kind: "single-object";
      readonly word: string;
      readonly literal: string;
      /** As the template has it: `{id}`. */
      readonly parameter: string;
    }
  /** The reason is the rest of a sentence that begins with the word. */
  | { readonly kind: "malformed"; readonly word: string; readonly reason: string };

/** Says what is wrong with a word as a sentence without an end; `nearestOf` finds what was meant. */
export function explainWordFault(
  fault: WordFault,
  nearestOf: (name: string, candidates: readonly string[]) => string | undefined,
): string {
  const meant = (name: string, candidates: readonly string[]): string => {
    const nearest = nearestOf(name, candidates);
    return nearest === undefined ? "" : `; did you mean ${nearest}?`;
  };
  const word = JSON.stringify(fault.word);
  switch (fault.kind) {
    case "unknown":
      return `${word} is no operation and no group${meant(fault.word, fault.candidates)}`;
    case "unknown-method":
      return `${word} has a method that the engine does not know${meant(fault.method, fault.candidates)}`;
    case "selects-nothing":
      return `${word} selects no operation${meant(fault.word, fault.candidates)}`;
    case "single-object":
      return (
        `${word} has ${fault.literal} in the place of ${fault.parameter}: ` +
        "a path rule selects operations and not single objects, so write * there, and the object in scope"
      );
    case "malformed":
      return `${word} ${fault.reason}`;
  }
}
