import { appendFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { formatNoteAsJson, formatRecordAsJson } from "../../src/audit/json.ts";
import { type AuditRecord, levelOf } from "../../src/audit/record.ts";
import { formatRecord } from "../../src/audit/text.ts";
import { ALLOWED, DENIED, FAILED } from "../audit/records.ts";
import { linesOf, quaygate, startQuaygate, testFolder } from "./quaygate-command.ts";

const NOTE = { level: "notice", time: "2026-11-24T15:04:06.000Z", message: "stopped" } as const;
const NOTED = formatNoteAsJson(NOTE.level, NOTE.time, NOTE.message);
const SHOWN_NOTE = "2026-11-24T15:04:06.000Z notice  stopped";

function logOf(...records: readonly AuditRecord[]): string {
  return records.map((record) => formatRecordAsJson(levelOf(record), record)).join("");
}

/** The lines for a person, as the gate itself writes them. */
function shownAs(...records: readonly AuditRecord[]): readonly string[] {
  return records.map((record) => formatRecord(levelOf(record), record).trimEnd());
}

/** What is shown of a log that comes by standard input. */
async function shown(input: string, ...words: readonly string[]): Promise<readonly string[]> {
  const { code, stdout, stderr } = await quaygate(["log", ...words], {}, input);
  expect([code, stderr]).toEqual([0, ""]);
  return linesOf(stdout);
}

/** A record of so many seconds after the first minute began. */
function after(seconds: number, change: Partial<AuditRecord> = {}): AuditRecord {
  return { ...ALLOWED, time: new Date(Date.UTC(2026, 10, 24, 15, 4, seconds)).toISOString(), ...change };
}

const { time: _time, ...DENIED_AGAIN } = DENIED;

describe("log shows", () => {
  test("each exchange as the gate tells it to a person, and what the gate says itself", async () => {
    expect(await shown(`${logOf(ALLOWED, DENIED, FAILED)}${NOTED}`)).toEqual([
      ...shownAs(ALLOWED, DENIED, FAILED),
      SHOWN_NOTE,
    ]);
  });

  test("files in their order, compressed ones too, and behind prefixes", async () => {
    const folder = testFolder();
    const [older, newer] = [join(folder, "gate.log.1"), join(folder, "gate.log")];
    writeFileSync(older, gzipSync(logOf(DENIED)));
    writeFileSync(newer, `gate-1  | ${logOf(FAILED)}`);
    const { stdout } = await quaygate(["log", older, newer]);
    expect(linesOf(stdout)).toEqual(shownAs(DENIED, FAILED));
  });

  test("what another program says, and lines that are for people already, as they are", async () => {
    const lines = ["    at Gate.open (gate.js:1:2)", ...shownAs(ALLOWED)];
    expect(await shown(`${lines.join("\n")}\n`)).toEqual(lines);
  });

  test("nothing that draws on a terminal, whatever a line holds", async () => {
    const lines = await shown(
      `${logOf({ ...DENIED, path: "/\u001b[2J", client: "\u202ex\u200b" })}\u001b[31mhello\u0007\u2060\n`,
      "--color=never",
    );
    expect(lines.join("\n")).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u202e\u200b\u2060]/u);
    expect(lines).toHaveLength(2);
  });

  test("what repeats as one line a minute of the log's own time", async () => {
    const polls = Array.from({ length: 15 }, (_, index) => after(index * 10));
    expect(await shown(logOf(...polls, after(150, { path: "/info" })))).toEqual(
      shownAs(
        after(0),
        after(10, { repeated: 5, duration: 6.17 }),
        after(60, { repeated: 6, duration: 7.404 }),
        after(150, { path: "/info" }),
        after(120, { repeated: 3, duration: 3.702 }),
      ),
    );
    expect(await shown(logOf(...polls), "--each")).toHaveLength(15);
  });

  test("what repeats at once where the time goes back, as when a clock is set or older files come later", async () => {
    const [before, later] = [after(0, DENIED_AGAIN), after(3_600, DENIED_AGAIN)];
    expect(await shown(logOf(later, later, before, before, after(59, { path: "/info" })))).toEqual(
      shownAs(later, later, before, after(59, { path: "/info" }), before),
    );
  });

  test("denials that repeat likewise, and each change and each look at a secret by itself", async () => {
    const stopped: AuditRecord = { ...ALLOWED, method: "POST", operation: "ContainerStop" };
    const key: AuditRecord = { ...ALLOWED, path: "/swarm/unlockkey", operation: "SwarmUnlockkey" };
    expect(await shown(logOf(DENIED, DENIED, DENIED, stopped, stopped, key, key))).toEqual(
      shownAs(DENIED, stopped, stopped, key, key, { ...DENIED, repeated: 2, duration: 0.2 }),
    );
  });
});

describe("log leaves out what is not asked for:", () => {
  const traefik: AuditRecord = { ...ALLOWED, client: "traefik", operation: "ContainerList", time: NOTE.time };
  const warned = "2026-11-24T15:04:07.000Z warning 12 lines of the log were dropped";
  const all = `hello\n${logOf(ALLOWED, DENIED, FAILED, traefik)}${NOTED}${formatNoteAsJson(
    "warning",
    "2026-11-24T15:04:07.000Z",
    "12 lines of the log were dropped",
  )}`;

  test.each<{ words: readonly string[]; lines: readonly string[] }>([
    { words: ["--client", "traefik"], lines: [...shownAs(traefik), warned] },
    { words: ["--operation", "ContainerL*"], lines: [...shownAs(traefik), warned] },
    {
      words: ["--operation", "ContainerStop", "--operation", "ContainerList"],
      lines: [...shownAs(DENIED, traefik), warned],
    },
    { words: ["--verdict", "deny"], lines: [...shownAs(DENIED), warned] },
    { words: ["--verdict", "deny", "--client", "traefik"], lines: [warned] },
    { words: ["--level", "warning"], lines: ["hello", ...shownAs(DENIED, FAILED), warned] },
    { words: ["--since", NOTE.time], lines: ["hello", ...shownAs(traefik), SHOWN_NOTE, warned] },
    {
      words: ["--since", "2026-11-24T16:04:06+01:00", "--verdict", "allow"],
      lines: [...shownAs(traefik), warned],
    },
  ])("$words", async ({ words, lines }) => {
    expect(await shown(all, ...words)).toEqual(lines);
  });

  test("a client that does not come is told, with the one that was meant, and those that come are shown", async () => {
    const words = [
      "log",
      "--client",
      "traefik",
      "--client",
      "trafik",
      "--client",
      "else",
      "--verdict",
      "deny",
    ];
    expect(await quaygate(words, {}, all)).toEqual({
      code: 0,
      stdout: `${warned}\n`,
      stderr:
        "quaygate: the log tells of no client trafik; did you mean traefik?\nquaygate: the log tells of no client else\n",
    });
    const { code, stderr } = await quaygate(["log", "--client", "trafik"], {}, all);
    expect([code, stderr]).toEqual([
      0,
      "quaygate: the log tells of no client trafik; did you mean traefik?\n",
    ]);
  });

  test("what is older than so long", async () => {
    const now: AuditRecord = { ...ALLOWED, time: new Date().toISOString() };
    expect(await shown(logOf(ALLOWED, now), "--since", "1h")).toEqual(shownAs(now));
  });
});

describe("log has colours", () => {
  const RED = "\u001b[31m";

  test("where they are wanted, around what no client says", async () => {
    const [line] = await shown(logOf(FAILED), "--color", "always");
    expect(line).toBe(
      `\u001b[2m2026-11-24T15:04:05.123Z\u001b[0m ${RED}err     502 allow\u001b[0m ${shownAs(FAILED)[0]?.split(" allow ")[1]}`,
    );
  });

  test("not in a pipe", async () => {
    expect((await shown(logOf(FAILED))).join("")).not.toContain("\u001b");
  });
});

describe("log follows", () => {
  test("what is piped into it, and shows what is summed up when it is stopped", async () => {
    const folder = testFolder();
    const file = join(folder, "gate.log");
    writeFileSync(file, logOf(ALLOWED, ALLOWED));
    const run = startQuaygate(["log", "-f", file], {});
    await run.untilOutput(`${shownAs(ALLOWED)[0]}\n`);
    appendFileSync(file, logOf(DENIED));
    await run.untilOutput("ContainerStop");
    renameSync(file, `${file}.1`);
    writeFileSync(file, logOf(FAILED));
    await run.untilOutput("engine_unreachable");
    run.signal("SIGINT");
    const { code, stdout } = await run.result;
    expect(code).toBe(0);
    expect(linesOf(stdout)).toEqual(shownAs(ALLOWED, DENIED, FAILED, { ...ALLOWED, repeated: undefined }));
  });

  test("one file alone", async () => {
    const { code, stderr } = await quaygate(["log", "-f", "a", "b"]);
    expect([code, stderr]).toEqual([
      2,
      "quaygate: log -f follows one FILE; what is piped into it is followed to its end anyway\n",
    ]);
  });
});

describe("log ends", () => {
  test.each([
    {
      words: ["--verdict", "maybe"],
      says: "log --verdict wants allow, warn, deny, refuse, none, and got maybe",
    },
    {
      words: ["--level", "loud"],
      says: "log --level wants emerg, alert, crit, err, warning, notice, info, debug, and got loud",
    },
    { words: ["--color", "pink"], says: "log --color wants auto, always, never, and got pink" },
    {
      words: ["--since", "yesterday"],
      says: "log --since wants a time such as 2026-11-24T15:00:00Z, or how long ago, such as 10m, and got yesterday",
    },
    { words: ["--operation", "ContainerLst"], says: expect.stringContaining("did you mean ContainerList?") },
    { words: ["/nonexistent/gate.log"], says: "/nonexistent/gate.log: there is no such file" },
  ])("with 2 for $words", async ({ words, says }) => {
    const { code, stderr } = await quaygate(["log", ...words]);
    expect([code, stderr.replace(/^quaygate: (?:log --operation: )?/u, "").trimEnd()]).toEqual([2, says]);
  });

  test("with 1 where a file can't be read to its end", async () => {
    const file = join(testFolder(), "gate.log.gz");
    writeFileSync(file, gzipSync(logOf(ALLOWED, DENIED)).subarray(0, -4));
    const { code, stdout, stderr } = await quaygate(["log", file]);
    expect([code, linesOf(stdout), stderr]).toEqual([
      1,
      shownAs(ALLOWED, DENIED),
      `quaygate: ${file}: its compressed data breaks off\n`,
    ]);
  });
});
