import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, onTestFinished, test } from "vitest";
import { loadSettings } from "../../src/config/load-settings.ts";
import { explainReport, reportOf } from "../../src/config/report.ts";
import type { Settings } from "../../src/config/settings.ts";

/** A file that is gone must not go unnoticed. */
const FEWEST_FILES = 4;

const folder = fileURLToPath(new URL("report-policy", import.meta.url));
/** Between a policy and the report of a gate that has it; `-u` writes reports anew. */
const dashes = `${"-".repeat(40)}\n`;
const files = readdirSync(folder).toSorted();

/** The policy of a golden file, and the settings of a gate with it. */
async function read(file: string): Promise<{ readonly policy: string; readonly settings: Settings }> {
  const [policy = ""] = readFileSync(join(folder, file), "utf8").split(dashes, 1);
  const place = mkdtempSync(join(tmpdir(), "quaygate-report-"));
  onTestFinished(() => rmSync(place, { recursive: true, force: true }));
  const path = join(place, "policy.yaml");
  writeFileSync(path, policy);
  const settings = await loadSettings({ QUAYGATE_POLICY: path }, { terminal: false });
  if (!settings.ok) throw new Error(`${file}: ${JSON.stringify(settings.error)}`);
  return { policy, settings: settings.value };
}

/** The lines of a report, as if the file were in the folder where the gate was started. */
function linesOf(settings: Settings): readonly string[] {
  const { policy, ...report } = reportOf(settings);
  return explainReport({
    ...report,
    policy: policy === undefined ? undefined : { ...policy, file: "policy.yaml" },
  });
}

describe("the report of a policy file", () => {
  test.each(files)("%s", async (file) => {
    const { policy, settings } = await read(file);
    const lines = linesOf(settings).map((line) => `${line}\n`);
    await expect(`${policy}${dashes}${lines.join("")}`).toMatchFileSnapshot(join(folder, file));
  });

  test("is written for as many policies as there were", () => {
    expect(files.length).toBeGreaterThanOrEqual(FEWEST_FILES);
  });

  test.each(files)("names the client in each line about one, and tells all that is exposed: %s", async (file) => {
    const { settings } = await read(file);
    const lines = linesOf(settings);
    for (const { name, whence, openings } of reportOf(settings).clients) {
      const own = lines.filter((line) => line.startsWith(`${name}: `));
      expect(lines.filter((line) => line.startsWith(`client ${name}, ${whence}: `))).toHaveLength(1);
      for (const { rule, exposes } of openings) {
        const told = own.filter((line) => line.startsWith(`${name}: ${rule}`)).join("\n");
        for (const phrase of exposes) expect(told).toContain(phrase.replace(" (held to the powers below)", ""));
      }
    }
    const about = settings.clients.map(({ name }) => `${name}: `);
    const others = lines.filter((line) => !about.some((beginning) => line.startsWith(beginning)));
    expect(others.filter((line) => !/^(?:policy|engine|listening on|health at|client|warning:) \S/u.test(line))).toEqual([]);
  });
});
