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

/** How many gates are measured where the first ones look like an accident. */
const GATES_AGAIN = 5;

/** Of the gates, and of the opponent. */
interface Memories {
  readonly ours: readonly Memory[];
  readonly theirs: readonly Memory[];
}

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
  let measured = await measureBoth(plan, plan.form.gates);
  if (
    plan.form.failsOnAccident &&
    isAccident(
      memoryAims.afterMixed,
      measured.ours.map(({ end }) => end),
    )
  ) {
    // What was about to be collected, or what V8 took to compile, is no accident.
    measured = await measureBoth(plan, GATES_AGAIN);
  }
  const row = (subject: string, aim: Aim, read: (memory: Memory) => number): Section["findings"][number] => {
    const [ours, theirs] = [measured.ours.map(read), measured.theirs.map(read)];
    return { subject, cells: [formatSpread(ours, 1), formatSpread(theirs, 1)], aim, judged: ours };
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

/** Several gates one after the other, and as many of the opponent. */
async function measureBoth(plan: Plan, gates: number): Promise<Memories> {
  const { socketPath } = await plan.backends.get("fixed");
  const ofEach = async (openProxy: () => Promise<Proxy>): Promise<readonly Memory[]> => {
    const memories: Memory[] = [];
    while (memories.length < gates) {
      memories.push(await whileOpen(async (keep) => measureOne(plan, keep(await openProxy()))));
    }
    return memories;
  };
  return {
    ours: await ofEach(() => openOurs(plan, socketPath)),
    theirs: await ofEach(() => openTheirs(plan, socketPath)),
  };
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
