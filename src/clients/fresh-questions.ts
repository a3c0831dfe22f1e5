/** A question that is under way, and the next one about the same. */
interface Round<T> {
  readonly ended: Promise<void>;
  next: Promise<T> | undefined;
}

/**
 * Asks so that each answer is news: who asks gets the answer to a question that begins after that, never to one that is
 * under way. About one thing, at most one question is under way and one waits for its end, however many share it, so a
 * crowd costs no more than that.
 */
export class FreshQuestions<T> {
  readonly #question: (about: string) => Promise<T>;
  readonly #rounds: Map<string, Round<T>> = new Map();

  constructor(question: (about: string) => Promise<T>) {
    this.#question = question;
  }

  /** Settles as the question does. It has no deadline of its own: who asks has one. */
  ask(about: string): Promise<T> {
    const round = this.#rounds.get(about);
    if (round === undefined) return this.#begin(about);
    round.next ??= round.ended.then(() => this.#begin(about));
    return round.next;
  }

  #begin(about: string): Promise<T> {
    const answer = this.#question(about);
    const round: Round<T> = {
      ended: answer.then(
        () => this.#end(about, round),
        () => this.#end(about, round),
      ),
      next: undefined,
    };
    this.#rounds.set(about, round);
    return answer;
  }

  /** Nothing is kept of a question that nobody waits to follow. */
  #end(about: string, round: Round<T>): void {
    if (round.next === undefined) this.#rounds.delete(about);
  }
}
