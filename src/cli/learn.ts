import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { loadSettings } from "../config/load-settings.ts";
import { readPresets } from "../config/presets.ts";
import { POLICY_SETTING } from "../config/read-settings.ts";
import { explainSkipped, readJournal } from "../journal/read-journal.ts";
import { explainFileFailure } from "../kernel/file-failure.ts";
import type { Result } from "../kernel/result.ts";
import { comparePolicy } from "../learn/compare-policy.ts";
import { explainNothing } from "../learn/explain-nothing.ts";
import { type Lesson, learnLessons } from "../learn/lesson.ts";
import { Observation } from "../learn/observation.ts";
import { renderEnvironment } from "../learn/render-environment.ts";
import { renderPolicy } from "../learn/render-policy.ts";
import { explainIncomplete, explainUnkept } from "../learn/unkept.ts";
import { findGaps } from "../learn/verify.ts";
import { type Command, complainAbout, EXIT_FAILED, EXIT_OK, EXIT_USAGE, type Terminal } from "./command.ts";
import { type LearnWords, readLearnWords } from "./learn-words.ts";
import { settingOf } from "./least-powers.ts";
import { explainMissingClient } from "./missing-client.ts";
import { openLogs } from "./open-logs.ts";

/** `docker logs gate | quaygate learn`: the smallest policy for what a log tells. */
export const learn: Command = {
  usage: "learn [FILE...] [OPTION...]",
  summary: "write the smallest policy for what the gate's own log tells",
  details: [
    "Example: docker logs gate 2>&1 | quaygate learn > policy.yaml",
    "Reads logs of the gate (QUAYGATE_LOG=json), plain or compressed; without FILE, or for -, standard input.",
    "Prints a policy file that allows what was used and nothing else, with what each line was learnt from. What was",
    "denied stands there as comments. A gate with mode: learn records all that such a policy needs.",
    "  --client NAME   one client of the log alone",
    "  --as OLD=NEW    the client OLD of the log is NEW in the policy; as often as needed",
    "  --env           switches and QUAYGATE_POWERS in the place of a policy file, and what they open besides",
    "  --compat NAME   whose switches these are: tecnativa or linuxserver [tecnativa]",
    "  --against FILE  what the clients of a policy file hold and never used, what they lacked, and which presets would do",
    "  --output OUT    write it to OUT, which must not be there yet",
    "Before a policy is printed, it is read as the gate reads it, and compared with what was seen.",
    "Nothing is started and the engine is not asked.",
    "What it keeps has bounds. Where one is met, or a log breaks off, what is missing stands at the top as INCOMPLETE, and on",
    "standard error.",
    "Exit code: 0 when all is learnt, 1 when it is INCOMPLETE, when nothing that was used is told of, or OUT can't be",
    "written, 2 when the command line, FILE or the policy of --against is wrong.",
  ],
  run: async (words, terminal) => {
    const asked = readLearnWords(words);
    if (!asked.ok) return usage(asked.error, terminal);
    const { files, client, renamed } = asked.value;
    const sources = openLogs("learn", files, terminal);
    if (!sources.ok) {
      fail(sources.error, terminal);
      return EXIT_USAGE;
    }
    const observation = new Observation(client);
    const found = await readJournal(sources.value, (line) => {
      if (line.kind !== "record") return;
      const name = renamed.get(line.record.client);
      observation.note(name === undefined ? line.record : { ...line.record, client: name });
    });
    const skipped = explainSkipped(found);
    for (const line of [...(skipped === undefined ? [] : [skipped]), ...found.broken]) {
      terminal.complain(`quaygate: ${line}`);
    }
    if (client !== undefined && observation.clients.length === 0) {
      return usage(explainMissingClient(client, observation.others), terminal);
    }
    const unkept = explainUnkept(observation);
    for (const each of unkept) terminal.complain(`quaygate: incomplete: ${each}`);
    const lacking = [...found.broken, ...unkept];
    const text = await render(asked.value, observation, lacking, terminal);
    if (!text.ok) return text.error;
    const problem = write(asked.value.output, text.value, terminal);
    if (problem !== undefined) return fail([problem], terminal);
    return lacking.length > 0 ? EXIT_FAILED : EXIT_OK;
  },
};

/** The text that was asked for, below what it lacks; or the exit code where there is none, for a reason that is told. */
async function render(
  { wanted }: LearnWords,
  observation: Observation,
  lacking: readonly string[],
  terminal: Terminal,
): Promise<Result<string, number>> {
  const incomplete = explainIncomplete(lacking);
  const comments = incomplete.map((line) => `# ${line}`);
  if (wanted.kind === "comparison") {
    const settings = await loadSettings({ [POLICY_SETTING]: wanted.policy }, { terminal: false });
    if (!settings.ok) return { ok: false, error: complainAbout(settings.error, terminal) };
    const lines = comparePolicy(observation, settings.value.clients, wanted.policy, readPresets());
    return { ok: true, value: [...incomplete, ...lines].join("\n") };
  }
  const lessons = learnLessons(observation);
  if (lessons.length === 0) {
    return { ok: false, error: fail([explainNothing(observation)], terminal) };
  }
  if (wanted.kind === "environment") {
    const { lines, powers } = renderEnvironment(
      lessons.map(({ client }) => client),
      wanted.dialect,
    );
    return { ok: true, value: [...comments, ...lines, settingOf(powers)].join("\n") };
  }
  const text = [...comments, renderPolicy(observation, lessons, readPresets())].join("\n");
  const differences = await differencesIn(text, lessons);
  return differences.length === 0
    ? { ok: true, value: text.trimEnd() }
    : {
        ok: false,
        error: fail(
          differences.map((each) => `the policy would not be what was seen: ${each}`),
          terminal,
        ),
      };
}

/** Reads a policy as the gate does, from a folder that is gone afterwards. */
async function differencesIn(text: string, lessons: readonly Lesson[]): Promise<readonly string[]> {
  const folder = mkdtempSync(join(tmpdir(), "quaygate-"));
  try {
    const file = join(folder, "policy.yaml");
    writeFileSync(file, text);
    const settings = await loadSettings({ [POLICY_SETTING]: file }, { terminal: false });
    return settings.ok
      ? findGaps(lessons, settings.value.clients)
      : settings.error.map(({ message }) => message);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function write(output: string | undefined, text: string, terminal: Terminal): string | undefined {
  if (output === undefined) {
    terminal.print(text);
    return undefined;
  }
  try {
    writeFileSync(output, `${text}\n`, { flag: "wx", mode: 0o644 });
    return undefined;
  } catch (error) {
    return `${output}: ${explainFileFailure(error)}`;
  }
}

function usage(message: string, terminal: Terminal): number {
  terminal.complain(`quaygate: ${message}`);
  return EXIT_USAGE;
}

function fail(messages: readonly string[], terminal: Terminal): number {
  for (const message of messages) terminal.complain(`quaygate: ${message}`);
  return EXIT_FAILED;
}
