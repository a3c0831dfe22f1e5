import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { dockerOutput } from "../support/docker-cli.ts";
import { busyboxArchive, joinArchives, serializeArchive } from "../support/images.ts";
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

/** Gives an engine that can't pull Prometheus' image one with this machine's own, which takes the same words and has a shell. */
export async function importPrometheus(host: string, image: string): Promise<void> {
  const program = "/usr/bin/prometheus";
  const libraries = execFileSync("ldd", [program], { encoding: "utf8" }).match(/\/\S+/gu) ?? [];
  const entries = [program, ...libraries].map((path) => ({
    name: path.slice(1),
    content: readFileSync(path),
    mode: 0o755,
  }));
  const shape = [`ENTRYPOINT ["${program}"]`, "WORKDIR /prometheus"].flatMap((line) => ["--change", line]);
  const input = joinArchives([busyboxArchive(), serializeArchive(entries)]);
  await dockerOutput(host, ["import", ...shape, "-", image], { input });
}
