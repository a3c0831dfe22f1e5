/** A question that a test answers by hand. */
export interface Question<T> {
  readonly about: string;
  answer(value: T): void;
  fail(error: Error): void;
}

/** Somebody who is asked, and answers when the test says so: the questions stand in the order in which they began. */
export class Oracle<T> {
  readonly questions: Question<T>[] = [];

  /** Begins a question. */
  readonly ask = (about: string): Promise<T> =>
    new Promise((resolve, reject) => {
      this.questions.push({ about, answer: resolve, fail: reject });
    });

  /** The question with this number, from 0. */
  question(index: number): Question<T> {
    const question = this.questions[index];
    if (question === undefined) throw new Error(`only ${this.questions.length} questions were asked`);
    return question;
  }
}

/** Resolves when all that can happen without anybody's answer has happened. */
export function settled(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
