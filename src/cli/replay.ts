import { loadSettings } from "../config/load-settings.ts";
import { POLICY_SETTING } from "../config/read-settings.ts";
import type { Settings } from "../config/settings.ts";
import { readJournal } from "../journal/read-journal.ts";
import type { Result } from "../kernel/result.ts";
import { type Command, complainAbout, EXIT_FAILED, EXIT_OK, EXIT_USAGE } from "./command.ts";
import { clientNamed, clientsOfFile } from "./named-client.ts";
import { openLogs } from "./open-logs.ts";
import { explainReplay, serializeReplay } from "./replay-report.ts";
import { ReplayTally, type ReplayTerms } from "./replay-tally.ts";
import { parseReplayWords, type ReplayWords } from "./replay-words.ts";

/** `quaygate replay gate.log --policy policy.yaml`: what would another policy have made of it? */
export const replay: Command = {
  usage: "replay [FILE...] [OPTION...]",
  summary: "judge a recorded log by a policy: what would be refused now, and what allowed",
  details: [
    "Example: docker logs gate | quaygate replay --policy policy.new.yaml",
    "FILE is a log in JSON lines, plain or compressed by gzip, several in their order; - or none is standard input.",
    "  --policy FILE  the policy to judge by; without it the settings of the environment",
    "  --client NAME  only what is of this client of the policy",
    "  --as OLD=NEW   the client OLD of the log is NEW in the policy; as often as needed",
    "  --json         one JSON document, for a program",
    "  --strict       exit code 1 also where the log does not tell whether something that passed would be refused",
    "Judged are the operation, the powers that were recorded, and the scope by the object that was recorded. What a line",
    "does not say is told as such. A client in mode: warn or mode: learn is judged as if it were held to its rights.",
    "Who each caller is, limits, and what answers show are not judged. Nothing is started and the engine is not asked.",
    "Exit code: 0 when nothing that passed would be refused, as far as the log tells, 1 when something would, 2 when a",
    "setting, the command line or a FILE is wrong, or there is no record to judge.",
  ],
  run: async (words, terminal) => {
    const parsed = parseReplayWords(words);
    if (!parsed.ok) {
      terminal.complain(`quaygate: ${parsed.error}`);
      return EXIT_USAGE;
    }
    const { files, policy, isJson, isStrict } = parsed.value;
    // A policy says all of who may do what, whatever the environment has for a gate that runs here.
    const environment = policy === undefined ? terminal.environment : { [POLICY_SETTING]: policy };
    const settings = await loadSettings(environment, {
      terminal: terminal.isTerminal,
      callsEngine: false,
    });
    if (!settings.ok) {
      return complainAbout(settings.error, terminal);
    }
    const terms = termsOf(settings.value, parsed.value);
    if (!terms.ok) {
      terminal.complain(`quaygate: ${terms.error}`);
      return EXIT_USAGE;
    }
    const sources = openLogs("replay", files, terminal);
    if (!sources.ok) {
      for (const problem of sources.error) terminal.complain(`quaygate: ${problem}`);
      return EXIT_USAGE;
    }
    const tally = new ReplayTally(terms.value);
    const findings = await readJournal(sources.value, (line) => {
      if (line.kind === "record") tally.add(line.record);
    });
    for (const sentence of findings.broken) terminal.complain(`quaygate: ${sentence}`);
    const { outcome } = tally;
    const judgedBy = { file: settings.value.policy?.file, hash: settings.value.policy?.hash };
    const report = isJson
      ? [serializeReplay(judgedBy, outcome, findings)]
      : explainReplay(judgedBy, outcome, findings, isStrict);
    for (const line of report) terminal.print(line);
    if (findings.records === 0) {
      terminal.complain("quaygate: there is no record of an exchange in what was read");
      return EXIT_USAGE;
    }
    if (outcome.judged === 0) {
      // A step of a CI that judges nothing must not look like one that finds nothing.
      terminal.complain("quaygate: there is nothing to judge in what was read");
      return EXIT_USAGE;
    }
    if (outcome.refused.count + (isStrict ? outcome.unknownPassed : 0) > 0) return EXIT_FAILED;
    // What could not be read may have what would be refused.
    return findings.broken.length > 0 ? EXIT_USAGE : EXIT_OK;
  },
};

function termsOf(settings: Settings, { client, renamed }: ReplayWords): Result<ReplayTerms, string> {
  const { policy, clients } = settings;
  if (policy === undefined) {
    const needless = renamed.size > 0 ? clientsOfFile(settings, "replay --as") : undefined;
    if (needless?.ok === false) return needless;
    // Whoever calls is the one client.
    const [{ grant }] = clients;
    return { ok: true, value: { grantOf: () => grant, renamed, only: client } };
  }
  const grants = new Map(clients.map(({ name, grant }) => [name, grant]));
  for (const name of [...renamed.values(), ...(client === undefined ? [] : [client])]) {
    const known = clientNamed({ policy, clients }, name);
    if (!known.ok) return known;
  }
  return { ok: true, value: { grantOf: (name) => grants.get(name), renamed, only: client } };
}
