import { setTimeout as wait } from "node:timers/promises";
import { type Aim, followerAims } from "../aims.ts";
import { Followers } from "../followers.ts";
import { whileOpen } from "../lifetimes.ts";
import { nameOf, openOurs, openTheirs, type Plan } from "../plan.ts";
import { privateMemory } from "../private-memory.ts";
import type { Proxy } from "../proxies.ts";
import { ask } from "../request.ts";
import type { Finding, Section } from "../section.ts";
import { formatSpread, median } from "../spread.ts";

const TITLE = "followers of /events";
/** How long nothing happens before memory is read or an event is caused, in milliseconds. */
const SETTLED = 2_000;
const EVENTS = 5;

/** What the followers of one proxy meant for it, once. */
interface Turn {
  readonly count: number;
  /** Private memory for each, in KiB. */
  readonly memory: number;
  /** Time until the last one had an event, divided by that on the bare socket. */
  readonly delay: number;
}

/** Thousands of connections that follow `/events`, and events that reach them all. */
export async function measureFollowers(plan: Plan): Promise<Section | undefined> {
  if (plan.form.steadyOnly || !plan.isChosen(TITLE)) {
    return undefined;
  }
  const { socketPath } = await plan.backends.get("engine");
  const turns: { readonly ours: Turn; readonly theirs: Turn }[] = [];
  for (let turn = 1; turn <= plan.form.followerTurns; turn += 1) {
    plan.say(`${TITLE}, turn ${turn}`);
    const ours = await takeTurn(plan, socketPath, () => openOurs(plan, socketPath));
    const theirs = await takeTurn(plan, socketPath, () => openTheirs(plan, socketPath));
    turns.push({ ours, theirs });
  }
  const other = nameOf(plan.opponent);
  const row = (subject: string, aim: Aim, digits: number, read: (turn: Turn) => number): Finding => {
    const judged = turns.map(({ ours }) => read(ours));
    const others = turns.map(({ theirs }) => read(theirs));
    return { subject, cells: [formatSpread(judged, digits), formatSpread(others, digits)], aim, judged };
  };
  const [taken, takenByOther] = [
    Math.min(...turns.map(({ ours }) => ours.count)),
    Math.min(...turns.map(({ theirs }) => theirs.count)),
  ];
  return {
    title: "Followers of /events",
    explanation: `Of ${plan.form.followers} connections the gate took ${taken}, ${other} ${takenByOther}. The time until the last of them has an event is divided by the time that as many need on the bare socket right after it.`,
    columns: ["of the followers", "gate", other],
    findings: [
      row("private memory for each, KiB", followerAims.memory, 1, ({ memory }) => memory),
      { ...row("time to the last one", followerAims.delay, 2, ({ delay }) => delay), unsteady: true },
    ],
    notes: [],
  };
}

async function takeTurn(plan: Plan, socketPath: string, openProxy: () => Promise<Proxy>): Promise<Turn> {
  const through = await whileOpen(async (keep) => {
    const { port, child } = keep(await openProxy());
    await wait(SETTLED);
    const before = privateMemory(child.pid);
    const followers = keep(await Followers.open({ port }, plan.form.followers, plan.abort));
    await wait(SETTLED);
    const memory = (privateMemory(child.pid) - before) / followers.count;
    return { count: followers.count, memory, time: await timeEvents(socketPath, followers) };
  });
  const bare = await whileOpen(async (keep) => {
    const followers = keep(await Followers.open({ socketPath }, through.count, plan.abort));
    if (followers.count < through.count) {
      throw new Error(`the engine itself answered ${followers.count} of ${through.count} followers`);
    }
    await wait(SETTLED);
    return timeEvents(socketPath, followers);
  });
  return { count: through.count, memory: through.memory, delay: through.time / bare };
}

/**
 * The median time in which an event reaches all. A tag for an image is one event; the first one is not counted, because
 * all that follows is met for the first time.
 */
async function timeEvents(socketPath: string, followers: Followers): Promise<number> {
  const times: number[] = [];
  for (let event = 0; event <= EVENTS; event += 1) {
    const time = await followers.timeToLast(async () => {
      const answer = await ask(
        { socketPath },
        "POST",
        "/v1.41/images/busybox:test/tag?repo=followed&tag=event",
      );
      if (answer?.status !== 201) {
        throw new Error(`the engine gave no tag: ${answer?.body ?? "no answer"}`);
      }
    });
    times.push(time);
  }
  return median(times.slice(1));
}
