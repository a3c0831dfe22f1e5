import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { everythingSeen } from "../../src/cli/asked-powers.ts";
import { entriesBeyondDefault } from "../../src/cli/least-powers.ts";
import { readSettings } from "../../src/config/read-settings.ts";
import { type Power, powerText } from "../../src/docker/powers/power.ts";
import { Gate } from "../../src/gate.ts";

/** What a run asked for, each in the spelling of lists and without what is another at each run. */
export interface LearnedPowers {
  readonly all: readonly string[];
  /** What the set `default` lacks of it. */
  readonly beyondDefault: readonly string[];
}

/** Stands for an id, and for what clients make of one or choose anew. */
const CHOSEN = /[0-9a-f]{12,64}|\b[0-9a-z]{25}\b/gu;

/** Has a client run before a gate that lets everything through to an engine, and says what it asked for. */
export async function learnPowers(
  engineSocket: string,
  run: (host: string) => Promise<void>,
): Promise<LearnedPowers> {
  const settings = readSettings({ QUAYGATE_ADMIN: "off" }, { terminal: false });
  if (!settings.ok) throw new Error(JSON.stringify(settings.error));
  const folder = mkdtempSync(join(tmpdir(), "quaygate-learned-"));
  const path = join(folder, "docker.sock");
  const powers: Power[] = [];
  const gate = await Gate.open(
    {
      ...settings.value,
      listen: [{ kind: "unix", path, mode: 0o600 }],
      engine: { kind: "unix", path: engineSocket },
      clients: [{ ...settings.value.clients[0], grant: everythingSeen }],
    },
    {
      audit: () => undefined,
      judged: (verdict) => powers.push(...("powers" in verdict ? (verdict.powers ?? []) : [])),
    },
  );
  try {
    await run(`unix://${path}`);
  } finally {
    gate.close();
    rmSync(folder, { recursive: true });
  }
  const spell = (texts: readonly string[]): readonly string[] => [
    ...new Set(texts.map((text) => text.replaceAll(CHOSEN, "ID")).toSorted()),
  ];
  return {
    all: spell(powers.map((power) => powerText(power))),
    beyondDefault: spell(entriesBeyondDefault(powers)),
  };
}
