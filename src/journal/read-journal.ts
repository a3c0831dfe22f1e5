import { explainFileFailure } from "../kernel/file-failure.ts";
import { decodeLine, type JournalLine, type SkipReason } from "./journal-line.ts";
import { LineSplitter } from "./line-splitter.ts";
import { type JournalSource, nameOfSource, readBytes } from "./source.ts";

/** What was found in a log beside its records. */
export interface JournalFindings {
  /** How many lines are records. */
  readonly records: number;
  /** How many are sentences of the gate's own. */
  readonly notes: number;
  /** How many lines are neither, by why. */
  readonly skipped: ReadonlyMap<SkipReason, number>;
  /** Sources that could not be read to their end, a sentence each. */
  readonly broken: readonly string[];
}

/**
 * Reads logs, one after the other, and hands over each line that is a record or a note. Takes bounded memory, however long a log
 * or a line of it is. A source that can't be read to its end is told in the findings, and the next one is read.
 */
export async function readJournal(
  sources: readonly JournalSource[],
  hear: (line: Exclude<JournalLine, { kind: "other" }>) => void,
): Promise<JournalFindings> {
  let records = 0;
  let notes = 0;
  const skipped = new Map<SkipReason, number>();
  const broken: string[] = [];
  const skip = (reason: SkipReason): void => {
    skipped.set(reason, (skipped.get(reason) ?? 0) + 1);
  };
  for await (const lines of readLines(sources, {
    tooLong: () => skip("too long"),
    broken: (sentence) => broken.push(sentence),
  })) {
    for (const text of lines) {
      const line = decodeLine(text);
      if (line.kind === "other") {
        skip(line.reason);
        continue;
      }
      if (line.kind === "record") records += 1;
      else notes += 1;
      hear(line);
    }
  }
  return { records, notes, skipped, broken };
}

/** Hears what {@link readLines} can't give. */
export interface LineTroubles {
  /** A line was left out, because it is longer than any of a gate. */
  readonly tooLong: () => void;
  /** A source could not be read to its end. */
  readonly broken: (sentence: string) => void;
}

/**
 * The lines of logs, in the order given, without their ends and without empty ones. They come by the hundred, as they are read: a
 * promise for each line would take longer than to understand it.
 */
export async function* readLines(
  sources: readonly JournalSource[],
  troubles: LineTroubles,
): AsyncGenerator<readonly string[], void, undefined> {
  for (const source of sources) {
    const splitter = new LineSplitter(troubles.tooLong);
    try {
      for await (const piece of readBytes(source)) yield splitter.push(piece);
    } catch (error) {
      troubles.broken(`${nameOfSource(source)}: ${explainFileFailure(error)}`);
    }
    yield splitter.finish();
  }
}

/** Each reason with what is said of such lines, behind their number. */
const EXPLAINED: Readonly<Record<SkipReason, string>> = {
  cut: "cut off",
  "too long": "longer than any line of a gate",
  parted: "parted by Docker's log driver",
  "text form": "in the form for people, which has not all of a record (QUAYGATE_LOG=json has)",
  "newer version": "of a newer version of Quaygate",
  foreign: "of another program",
};

/** Says how many lines were left out, and why; undefined where there are none: `left out: 2 lines cut off, 1 of another program`. */
export function explainSkipped({ skipped }: Pick<JournalFindings, "skipped">): string | undefined {
  if (skipped.size === 0) return undefined;
  const parts = [...skipped].map(([reason, count], index) => {
    const lines = index > 0 ? "" : count === 1 ? " line" : " lines";
    return `${count}${lines} ${EXPLAINED[reason]}`;
  });
  return `left out: ${parts.join(", ")}`;
}
