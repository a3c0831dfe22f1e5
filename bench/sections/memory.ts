import { setTimeout as wait } from "node:timers/promises";
import { type Aim, isAccident, memoryAims } from "../aims.ts";
import { whileOpen } from "../lifetimes.ts";
import { putMixedLoad } from "../load.ts";
import { nameOf, openOurs, openTheirs, type Plan } from "../plan.ts";
import { privateMemory } from "../private-memory.ts";
import type { Proxy } from "../proxies.ts";
import type { Section } from "../section.ts";
import { formatSpread } from "../spread.ts";

const TITLE = "memory";
const CONNECTIONS = 64;
/** How long a proxy has nothing to do before its memory is read, in milliseconds. */
const SETTLED = 2_000;

/** Of one proxy, in MiB. */
interface Memory {
  readonly idle: number;
  readonly half: number;
  readonly end: number;
}

/** Private memory, idle and after many mixed requests. */
export async function measureMemory(plan: Plan): Promise<Section | undefined> {
  if (!plan.isChosen(TITLE)) {
    return undefined;
  }
  let measured = await measureBoth(plan);
  if (plan.form.failsOnAccident && isAccident(memoryAims.afterMixed, [measured[0].end])) {
    // What was about to be collected is no accident, and is there no second time.
    measured = await measureBoth(plan);
  }
  const row = (subject: string, aim: Aim, read: (memory: Memory) => number): Section["findings"][number] => {
    const [ours, theirs] = [read(measured[0]), read(measured[1])];
    return { subject, cells: [formatSpread([ours], 1), formatSpread([theirs], 1)], aim, judged: [ours] };
  };
  const mixed = `${plan.form.mixedRequests.toLocaleString("en")} mixed requests`;
  return {
    title: "Memory",
    explanation: `Private memory in MiB, of all processes. The mixed requests come on ${CONNECTIONS} connections: pings, short lists, refusals, megabytes.`,
    columns: ["private memory", "gate", nameOf(plan.opponent)],
    findings: [
      row("idle", memoryAims.idle, ({ idle }) => idle),
      row(`after ${mixed}`, memoryAims.afterMixed, ({ end }) => end),
      {
        ...row("growth in the second half of them", memoryAims.growth, ({ half, end }) => end - half),
        unsteady: true,
      },
    ],
    notes: [],
  };
}

/** The gate, and its opponent. */
async function measureBoth(plan: Plan): Promise<readonly [Memory, Memory]> {
  const { socketPath } = await plan.backends.get("fixed");
  const ofOne = (openProxy: () => Promise<Proxy>): Promise<Memory> =>
    whileOpen(async (keep) => measureOne(plan, keep(await openProxy())));
  return [await ofOne(() => openOurs(plan, socketPath)), await ofOne(() => openTheirs(plan, socketPath))];
}

async function measureOne(plan: Plan, proxy: Proxy): Promise<Memory> {
  const { mixedRequests } = plan.form;
  plan.say(`memory of ${proxy.name}, ${mixedRequests} mixed requests`);
  const idle = await settledMemory(proxy);
  await putRequests(plan, proxy, mixedRequests / 2);
  const half = await settledMemory(proxy);
  await putRequests(plan, proxy, mixedRequests / 2);
  return { idle, half, end: await settledMemory(proxy) };
}

/** In slices: after each the log is emptied and the count looked at. */
async function putRequests({ abort, form }: Plan, { port, child }: Proxy, count: number): Promise<void> {
  for (let answered = 0; answered < count;) {
    child.clearLog();
    const load = { port, connections: CONNECTIONS, seconds: 2 * form.seconds, abort };
    answered += (await putMixedLoad(load)).requests;
  }
}

async function settledMemory({ child }: Proxy): Promise<number> {
  await wait(SETTLED);
  return privateMemory(child.pid) / 1024;
}
