import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { startAim } from "../aims.ts";
import { timeToAnswer, timeToEnd } from "../command-time.ts";
import { whileOpen } from "../lifetimes.ts";
import { nameOf, openOurs, type Plan, spawnTheirs } from "../plan.ts";
import { freePort, spawnGate, switches } from "../proxies.ts";
import { type Finding, measureFinding, type Section } from "../section.ts";
import { formatSpread, median } from "../spread.ts";

const TITLE = "start";

/** How one command is timed, in milliseconds; what it is compared with may have no such command. */
interface Command {
  readonly subject: string;
  readonly ours: () => Promise<number>;
  readonly theirs: (() => Promise<number>) | undefined;
}

/** The wall time of commands, from the start of the process. */
export async function measureStart(plan: Plan): Promise<Section | undefined> {
  if (!plan.isChosen(TITLE)) {
    return undefined;
  }
  const { socketPath } = await plan.backends.get("fixed");
  const empty = join(plan.folder, "empty.mjs");
  writeFileSync(empty, "");
  return whileOpen(async (keep) => {
    const admin = { QUAYGATE_ADMIN: `tcp://127.0.0.1:${await freePort()}` };
    // For `health` to ask.
    keep(await openOurs(plan, socketPath, admin));
    const empties: number[] = [];
    const findings: Finding[] = [];
    for (const command of commandsOf(plan, socketPath, admin)) {
      plan.say(`start: ${command.subject}`);
      findings.push(
        await measureFinding(plan.form, async (pairs) => {
          const turns = plan.form.starts * (pairs / plan.form.pairs);
          return measureCommand(command, turns, async () => {
            const took = await timeToEnd([empty]);
            empties.push(took);
            return took;
          });
        }),
      );
    }
    return {
      title: "Start",
      explanation:
        "Wall time from the start of the process, divided by that of a Node process with an empty script right before it.",
      columns: ["command", "gate", nameOf(plan.opponent)],
      findings,
      notes: [`The empty Node process took ${median(empties).toFixed(0)} ms.`],
    };
  });
}

function commandsOf(
  plan: Plan,
  socketPath: string,
  admin: Readonly<Record<string, string>>,
): readonly Command[] {
  const { folder, opponent } = plan;
  const ofBoth = (subject: string, time: (main: string) => Promise<number>): Command => ({
    subject,
    ours: () => time(plan.gateMain),
    theirs: opponent.kind === "gate" ? () => time(opponent.main) : undefined,
  });
  return [
    {
      subject: "run, to the first answer",
      ours: () =>
        timeAndStop(spawnGate({ name: "started", main: plan.gateMain, engineSocket: socketPath, folder })),
      theirs: () => timeAndStop(spawnTheirs(plan, socketPath)),
    },
    ofBoth("check, to its end", (main) => timeToEnd([main, "check", "GET", "/containers/json"], switches)),
    ofBoth("health, to its end", (main) => timeToEnd([main, "health"], { ...switches, ...admin })),
  ];
}

async function measureCommand(
  { subject, ours, theirs }: Command,
  turns: number,
  timeEmpty: () => Promise<number>,
): Promise<Finding> {
  const judged: number[] = [];
  const others: number[] = [];
  for (let turn = 0; turn < turns; turn += 1) {
    const before = await timeEmpty();
    judged.push((await ours()) / before);
    if (theirs !== undefined) {
      others.push((await theirs()) / before);
    }
  }
  const cells = [formatSpread(judged), theirs === undefined ? "" : formatSpread(others)];
  return { subject, cells, aim: startAim, judged };
}

async function timeAndStop(spawned: ReturnType<typeof spawnGate>): Promise<number> {
  return whileOpen(async (keep) => timeToAnswer(keep(await spawned)));
}
