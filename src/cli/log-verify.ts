import { CHAIN_START } from "../audit/chain.ts";
import { type ChainFault, ChainVerifier } from "../audit/verify-chain.ts";
import { linesOf } from "../journal/byte-lines.ts";
import { collectedLine } from "../journal/collected-line.ts";
import { nameOfSource, readBytes } from "../journal/source.ts";
import { explainFileFailure } from "../kernel/file-failure.ts";
import type { Result } from "../kernel/result.ts";
import { EXIT_FAILED, EXIT_OK, EXIT_USAGE, type Terminal } from "./command.ts";
import { openLogs } from "./open-logs.ts";
import { type OptionDefinition, parseOptions } from "./option-words.ts";

/** Where a person looks at more than this, it is not line by line. */
const MOST_TOLD = 20;
const CHAIN = /^[0-9a-f]{64}$/u;
const UNKNOWN = "unknown";
const CHAIN_IS = "the chain of a line, 64 hexadecimal digits";

const OPTIONS: ReadonlyMap<string, OptionDefinition> = new Map<string, OptionDefinition>([
  ["--verify", {}],
  ["--after", { wants: `${CHAIN_IS}, or ${UNKNOWN}` }],
  ["--expect", { wants: CHAIN_IS }],
]);

/** What `--verify` is asked for. */
interface VerifyWords {
  readonly files: readonly string[];
  /** Undefined where nobody knows what came before the first line. */
  readonly after: string | undefined;
  readonly expected: string | undefined;
}

/** Help on `--verify`, a line each. */
export const VERIFY_DETAILS: readonly string[] = [
  "  --verify          shows nothing, and says whether all lines follow from each other (QUAYGATE_LOG_CHAIN=on), the",
  "                    oldest FILE first; exit code 1 where one does not",
  "  --after CHAIN     with --verify: the chain of the line before the first; unknown, where older files are gone",
  "  --expect CHAIN    with --verify: a chain that was noted before, which a line must have, or the end was cut off",
];

/** `quaygate log --verify`: tells each line that does not follow from the one before, and the last chain. */
export async function verifyLog(words: readonly string[], terminal: Terminal): Promise<number> {
  const asked = parseVerifyWords(words);
  if (!asked.ok) {
    terminal.complain(`quaygate: ${asked.error}`);
    return EXIT_USAGE;
  }
  const { files, after, expected } = asked.value;
  const sources = openLogs("log --verify", files, terminal);
  if (!sources.ok) {
    for (const problem of sources.error) terminal.complain(`quaygate: ${problem}`);
    return EXIT_USAGE;
  }
  const verifier = new ChainVerifier(after, expected);
  let faults = 0;
  for (const source of sources.value) {
    let number = 0;
    try {
      for await (const line of linesOf(readBytes(source))) {
        number += 1;
        const fault = verifier.read({ ...line, bytes: collectedLine(line.bytes) });
        if (fault === undefined) continue;
        faults += 1;
        if (faults <= MOST_TOLD) terminal.print(`${nameOfSource(source)}:${number}: ${explainFault(fault)}`);
      }
    } catch (error) {
      terminal.complain(`quaygate: ${nameOfSource(source)}: ${explainFileFailure(error)}`);
      return EXIT_FAILED;
    }
  }
  if (faults > MOST_TOLD) terminal.print(`and ${faults - MOST_TOLD} more`);
  for (const line of conclude(verifier, asked.value)) terminal.print(line);
  return faults === 0 && verifier.last !== undefined && verifier.hasExpected ? EXIT_OK : EXIT_FAILED;
}

function parseVerifyWords(words: readonly string[]): Result<VerifyWords, string> {
  const parsed = parseOptions("log --verify", words, OPTIONS);
  if (!parsed.ok) return parsed;
  const { options, others } = parsed.value;
  const [after = CHAIN_START] = options.get("--after") ?? [];
  const [expected] = options.get("--expect") ?? [];
  if (after !== UNKNOWN && !CHAIN.test(after)) {
    return { ok: false, error: `log --verify --after wants ${CHAIN_IS}, or ${UNKNOWN}, and got ${after}` };
  }
  if (expected !== undefined && !CHAIN.test(expected)) {
    return { ok: false, error: `log --verify --expect wants ${CHAIN_IS}, and got ${expected}` };
  }
  return { ok: true, value: { files: others, after: after === UNKNOWN ? undefined : after, expected } };
}

/** What is known of the whole, a sentence each. */
function conclude(verifier: ChainVerifier, { after, expected }: VerifyWords): readonly string[] {
  const { lines, unchained, last, hasExpected } = verifier;
  if (last === undefined) return ["no line has a chain"];
  return [
    ...(unchained === 0 ? [] : [`before the first chain ${count(unchained)}, of which nothing is known`]),
    ...(after === undefined ? ["what came before the first line is not known, so it is taken as it is"] : []),
    ...(hasExpected
      ? []
      : [`no line has the chain ${expected}: lines are missing, or the chain was written anew`]),
    `${count(lines)} with a chain; the last is ${last}`,
  ];
}

function count(lines: number): string {
  return lines === 1 ? "1 line" : `${lines} lines`;
}

function explainFault(fault: ChainFault): string {
  switch (fault) {
    case "cut":
      return "is not whole";
    case "unchained":
      return "has no chain: it was changed, or put in";
    case "broken":
      return "does not follow from the line before: it was changed, or lines before it were removed, put in or moved";
    case "beginning":
      return "begins a new chain: what was before it may have been removed";
    case "unknown-start":
      return "is the first line with a chain, and begins none: it was changed, or older lines are missing (--after)";
  }
}
