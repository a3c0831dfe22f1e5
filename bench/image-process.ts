import { readFileSync } from "node:fs";
import { hasNode24, node24 } from "../scripts/node-24.mjs";

const dockerfile = new URL("../deploy/Dockerfile", import.meta.url);

/** What runs the gate: the Node that the image carries, or this one where that is not there. */
export const gateNode: string = hasNode24() ? node24 : process.execPath;

/** How the image starts the gate, beside the gate's own command line and settings. */
export interface ImageProcess {
  /** Node's own options. */
  readonly options: readonly string[];
  /** What the C library is told. */
  readonly environment: Readonly<Record<string, string>>;
}

/** Reads how the image starts the gate from the file that it is built from; throws where that can't be read. */
export function processOfImage(): ImageProcess {
  const text = readFileSync(dockerfile, "utf8");
  const words: unknown = JSON.parse(
    /^ENTRYPOINT (?<words>\[.*\])$/mu.exec(text)?.groups?.["words"] ?? "null",
  );
  if (!Array.isArray(words) || words.length < 2) {
    throw new Error("deploy/Dockerfile has no ENTRYPOINT that starts Node with the gate");
  }
  return {
    options: words.slice(1, -1).map(String),
    environment: Object.fromEntries(
      [...text.matchAll(/\b(MALLOC_[A-Z_]+)=(\S+)/gu)].map(([, name = "", value = ""]) => [name, value]),
    ),
  };
}
