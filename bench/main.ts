// The gate and HAProxy side by side, as ratios; docs/benchmark.md says how to read them. Run by scripts/bench.mjs.
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { entryPoint, root } from "../scripts/set-up.mjs";
import { Backends } from "./backends.ts";
import { whileOpen } from "./lifetimes.ts";
import { type Options, parseOptions, usage } from "./options.ts";
import { replaceMeasured } from "./page.ts";
import type { Plan } from "./plan.ts";
import { missingPrerequisites } from "./prerequisites.ts";
import { formatReport } from "./report.ts";
import { explainAccidents, type Section } from "./section.ts";
import { measureJudging, measureMetering, measureReviewing } from "./sections/against-itself.ts";
import { measureFollowers } from "./sections/followers.ts";
import { measureMemory } from "./sections/memory.ts";
import { measureRequests } from "./sections/requests.ts";
import { measureStart } from "./sections/start.ts";
import { measureTransfers } from "./sections/transfers.ts";

const measurements: readonly ((plan: Plan) => Promise<Section | undefined>)[] = [
  measureRequests,
  measureJudging,
  measureReviewing,
  measureMetering,
  measureTransfers,
  measureFollowers,
  measureMemory,
  measureStart,
];

const abort = new AbortController();
for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.once(signal, () => abort.abort(new Error(`${signal}: stopped`)));
}
process.exitCode = await main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : String(error));
  return 1;
});

async function main(): Promise<number> {
  const options = parseOptions(process.argv.slice(2));
  if (options.help) {
    console.log(usage);
    return 0;
  }
  const missing = missingPrerequisites(options.opponent);
  if (missing.length > 0) {
    console.error(missing.join("\n"));
    return 1;
  }
  const circumstances = { date: new Date(), load: loadavg()[0] ?? 0 };
  const folder = await mkdtemp(join(tmpdir(), "quaygate-bench-"));
  try {
    const sections = await whileOpen((keep) => measureAll(options, folder, keep(new Backends(folder))));
    if (sections.length === 0) {
      console.error(`nothing has "${options.only}" in its title`);
      return 1;
    }
    const report = formatReport(options.form, sections, circumstances);
    console.log(`\n${report}`);
    if (options.write) {
      await writePage(report);
    }
    return tellAccidents(options, sections);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function measureAll(options: Options, folder: string, backends: Backends): Promise<readonly Section[]> {
  const plan: Plan = {
    form: options.form,
    folder,
    gateMain: options.gateMain ?? entryPoint,
    opponent: options.opponent,
    backends,
    abort: abort.signal,
    isChosen: (title) => title.includes(options.only),
    say: (progress) => {
      abort.signal.throwIfAborted();
      process.stderr.write(`${progress}\n`);
    },
  };
  const sections: Section[] = [];
  for (const measure of measurements) {
    const section = await measure(plan);
    if (section !== undefined) {
      sections.push(section);
    }
  }
  return sections;
}

async function writePage(report: string): Promise<void> {
  const page = join(root, "docs", "benchmark.md");
  await writeFile(page, replaceMeasured(await readFile(page, "utf8"), report));
  console.log(`\nwritten to ${page}`);
}

function tellAccidents({ form }: Options, sections: readonly Section[]): number {
  const accidents = form.failsOnAccident ? explainAccidents(sections) : [];
  for (const accident of accidents) {
    console.error(`quaygate: ${accident}`);
  }
  return accidents.length === 0 ? 0 : 1;
}
