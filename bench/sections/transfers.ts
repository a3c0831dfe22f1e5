import { rmSync } from "node:fs";
import { join } from "node:path";
import { transferAim } from "../aims.ts";
import { writeArchive } from "../archives.ts";
import { whileOpen } from "../lifetimes.ts";
import { onceMore } from "../once-more.ts";
import { nameOf, openOurs, openTheirs, type Plan } from "../plan.ts";
import { processorUse, readProcessorTime } from "../processor-time.ts";
import type { Proxy } from "../proxies.ts";
import { ask } from "../request.ts";
import { type Finding, measureFinding, type Section } from "../section.ts";
import { formatSpread } from "../spread.ts";
import { measureTransfer, type Transfer } from "../transfer.ts";

const MEBIBYTE = 1024 * 1024;
const SAVED_IMAGE = "ballast:bench";
/** What both proxies have to open for an upload and for a saved image. */
const switches = { POST: "1", IMAGES: "1", CONTAINERS: "1" };

/** One transfer by each way, one after the other. */
interface Turn {
  /** Bytes a second, divided by the bare socket's. */
  readonly ours: number;
  readonly theirs: number;
  /** Time on a processor, ours divided by theirs. */
  readonly cpu: number;
}

/** Long uploads and downloads, on a real engine. */
export async function measureTransfers(plan: Plan): Promise<Section | undefined> {
  const { transferMebibytes: mebibytes } = plan.form;
  const upload = `upload of ${mebibytes} MiB: PUT /containers/ID/archive`;
  const save = `save of ${mebibytes} MiB: GET /images/get`;
  if (plan.form.steadyOnly || ![upload, save].some(plan.isChosen)) {
    return undefined;
  }
  return whileOpen(async (keep) => {
    const { socketPath } = await plan.backends.get("engine");
    const ours = keep(await openOurs(plan, socketPath, switches));
    const theirs = keep(await openTheirs(plan, socketPath, switches));
    const measure = (subject: string, transfer: Transfer): Promise<Finding> => {
      plan.say(subject);
      return measureFinding(plan.form, (turns) =>
        measureTurns(subject, turns, () => takeTurn(socketPath, [ours, theirs], transfer)),
      );
    };
    const findings: Finding[] = [];
    if (plan.isChosen(upload)) {
      findings.push(await measure(upload, await prepareUpload(plan, socketPath)));
    }
    if (plan.isChosen(save)) {
      findings.push(await measure(save, await prepareSave(plan, socketPath)));
    }
    const other = nameOf(plan.opponent);
    return {
      title: "Long transfers",
      explanation: `Bytes a second, divided by those on the bare socket of the same engine (more is better); time on a processor, the gate divided by ${other} (less is better). The aim is for the gate's bytes a second.`,
      columns: ["transfer", "gate", other, "CPU"],
      findings,
      notes: [],
    };
  });
}

async function measureTurns(subject: string, count: number, takeOne: () => Promise<Turn>): Promise<Finding> {
  await takeOne();
  const turns: Turn[] = [];
  for (let turn = 0; turn < count; turn += 1) {
    turns.push(await takeOne());
  }
  const judged = turns.map(({ ours }) => ours);
  const cells = [judged, turns.map(({ theirs }) => theirs), turns.map(({ cpu }) => cpu)];
  return {
    subject,
    cells: cells.map((numbers) => formatSpread(numbers)),
    aim: transferAim,
    judged,
    unsteady: true,
  };
}

async function takeTurn(
  socketPath: string,
  [ours, theirs]: readonly [Proxy, Proxy],
  transfer: Transfer,
): Promise<Turn> {
  const bare = await onceMore(transfer.abort, () => measureTransfer({ socketPath }, transfer));
  const our = await onceMore(transfer.abort, () => measureThrough(ours, transfer));
  const their = await onceMore(transfer.abort, () => measureThrough(theirs, transfer));
  return { ours: our.speed / bare, theirs: their.speed / bare, cpu: our.cpu / their.cpu };
}

async function measureThrough(
  { name, port, child }: Proxy,
  transfer: Transfer,
): Promise<{ readonly speed: number; readonly cpu: number }> {
  const before = readProcessorTime(child.pid);
  const speed = await measureTransfer({ port }, transfer).catch((error: unknown) => {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`through ${name}: ${reason}`, { cause: error });
  });
  return { speed, cpu: processorUse(before, readProcessorTime(child.pid)).nanoseconds };
}

/** A container that takes the same file over and over, so that the disk has no part in it. */
async function prepareUpload({ form, folder, abort }: Plan, socketPath: string): Promise<Transfer> {
  const file = join(folder, "upload.tar");
  writeArchive(file, form.transferMebibytes, () => "ballast");
  const body = JSON.stringify({ Image: "busybox:test", Cmd: ["sh"] });
  const created = await ask({ socketPath }, "POST", "/v1.41/containers/create?name=upload", body);
  if (created?.status !== 201) {
    throw new Error(`the engine made no container: ${created?.body ?? "no answer"}`);
  }
  const leastBytes = form.transferMebibytes * MEBIBYTE;
  const path = "/v1.41/containers/upload/archive?path=/";
  return { path, upload: { method: "PUT", file }, leastBytes, abort };
}

/** An image of that length. */
async function prepareSave({ form, folder, abort }: Plan, socketPath: string): Promise<Transfer> {
  const file = join(folder, "image.tar");
  writeArchive(file, form.transferMebibytes, (piece) => `ballast-${piece}`);
  const [repository = "", tag = ""] = SAVED_IMAGE.split(":");
  const path = `/v1.41/images/create?fromSrc=-&repo=${repository}&tag=${tag}`;
  const leastBytes = form.transferMebibytes * MEBIBYTE;
  await measureTransfer({ socketPath }, { path, upload: { method: "POST", file }, leastBytes, abort });
  rmSync(file);
  return { path: `/v1.41/images/get?names=${SAVED_IMAGE}`, leastBytes, abort };
}
