import { dockerOutput } from "../support/docker-cli.ts";
import { busyboxArchive } from "../support/images.ts";
import { IDLE } from "./deployment.ts";

/**
 * Gives an engine that can't pull the images of a deployment's consumers: each is busybox, which does nothing whatever
 * command it is given. So a file can be brought up as it stands, and its consumers are asked to speak by `docker exec`.
 */
export async function importStandIns(host: string, images: Iterable<string>): Promise<void> {
  const [first, ...others] = new Set(images);
  if (first === undefined) throw new Error("there is nobody to stand in for");
  const entry = `--change=ENTRYPOINT ${JSON.stringify(["sh", "-c", IDLE])}`;
  await dockerOutput(host, ["import", entry, "-", first], { input: busyboxArchive() });
  for (const other of others) await dockerOutput(host, ["tag", first, other]);
}
