import { createHash } from "node:crypto";

/** One line that a sample container wrote. */
export interface LogLine {
  readonly time: number;
  readonly stream: "stdout" | "stderr";
  readonly text: string;
}

/** A container that exists only in memory; the fields that are not readonly change as it is started and stopped. */
export interface SampleContainer {
  readonly id: string;
  readonly name: string;
  readonly image: string;
  readonly command: string;
  readonly environment: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
  readonly port?: { readonly inside: number; readonly outside?: number };
  readonly volume?: string;
  readonly healthCheck?: string;
  readonly speak: (count: number) => string;
  readonly lines: LogLine[];
  status: "running" | "paused" | "exited";
  startedAt: number;
  finishedAt: number;
  exitCode: number;
}

/** The images, with their sizes in bytes. */
export const images = [
  { tag: "nginx:1.27", size: 192_400_000 },
  { tag: "postgres:16", size: 432_100_000 },
  { tag: "example/shop-worker:2.3", size: 151_800_000 },
] as const;
/** The networks: Docker's own three, and that of the Compose project. */
export const networks = [
  { name: "bridge", driver: "bridge" },
  { name: "host", driver: "host" },
  { name: "none", driver: "null" },
  { name: "shop_default", driver: "bridge" },
] as const;
/** One of the images. */
export type SampleImage = (typeof images)[number];
/** One of the networks. */
export type SampleNetwork = (typeof networks)[number];
/** The names of the volumes. */
export const volumes = ["shop_data", "shop_uploads"] as const;
/** What marks the objects of the sample's Compose project. */
export const projectLabels = { "com.docker.compose.project": "shop" } as const;

const hour = 3_600_000;
/** How many lines each container has written when the sample opens. */
export const openingLines = 20;

/** Gives the same 64 hexadecimal digits for the same words, as Docker's ids look. */
export function identify(words: string): string {
  return createHash("sha256").update(words).digest("hex");
}

/** Builds a small shop: a web server, a database, a worker, and a job that has finished. */
export function createContainers(now: number): readonly SampleContainer[] {
  const defaults = (name: string) => ({
    id: identify(`container ${name}`),
    name,
    image: "example/shop-worker:2.3",
    environment: ["DATABASE_URL=postgres://shop:sample-only@db:5432/shop"],
    labels: { ...projectLabels, "com.docker.compose.service": name },
    lines: [],
    status: "running" as const,
    startedAt: now - 50 * hour,
    finishedAt: 0,
    exitCode: 0,
  });
  const web: SampleContainer = {
    ...defaults("web"),
    image: "nginx:1.27",
    command: "nginx -c /etc/nginx/nginx.conf",
    environment: ["NGINX_VERSION=1.27.5"],
    port: { inside: 80, outside: 8080 },
    speak: (count) => `172.20.0.1 - - "GET /products/${count % 40} HTTP/1.1" 200 ${512 + (count % 7) * 64}`,
  };
  const db: SampleContainer = {
    ...defaults("db"),
    image: "postgres:16",
    command: "postgres",
    environment: ["POSTGRES_USER=shop", "POSTGRES_PASSWORD=sample-only"],
    port: { inside: 5432 },
    volume: "shop_data",
    healthCheck: "pg_isready -U shop",
    speak: (count) => `LOG:  checkpoint complete: wrote ${(count % 9) + 1} buffers`,
  };
  const worker: SampleContainer = {
    ...defaults("worker"),
    command: "node worker.js",
    speak: (count) => `job ${1000 + count} done in ${20 + (count % 13)} ms`,
  };
  const migrate: SampleContainer = {
    ...defaults("migrate"),
    command: "node migrate.js",
    speak: (count) => `migration ${count} applied`,
    status: "exited",
    finishedAt: now - 49 * hour,
  };
  const containers = [web, db, worker, migrate];
  for (const container of containers) {
    const end = container.finishedAt || now;
    for (let left = openingLines; left > 0; left -= 1)
      writeLine(container, end - left * 1000, openingLines - left);
  }
  return containers;
}

/** Adds the container's next line to its log, as its process would: every fifth line goes to stderr. */
export function writeLine(container: SampleContainer, time: number, count: number): LogLine {
  const line: LogLine = { time, stream: count % 5 === 4 ? "stderr" : "stdout", text: container.speak(count) };
  container.lines.push(line);
  return line;
}
