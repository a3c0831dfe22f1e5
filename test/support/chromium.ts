import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";

const program = "/usr/bin/chromium";

/** Whether Debian's `chromium` is here. In continuous integration it has to be. */
export const hasChromium: boolean = existsSync(program) || process.env["CI"] === "true";

/** Nothing but what the test wants goes out of this browser. */
const quiet = [
  ...["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"],
  ...["--disable-background-networking", "--disable-component-update", "--disable-sync"],
];

/** A browser that shows one address. */
export interface Browser {
  /** What it printed when it ended by itself, as with `--dump-dom`. */
  readonly printed: Promise<string>;
}

/** Shows an address in a browser of its own; it is gone, with all its processes, when the test ends. */
export function showInBrowser(address: string, ...words: readonly string[]): Browser {
  const folder = mkdtempSync(join(tmpdir(), "quaygate-browser-"));
  const child = spawn(program, [...quiet, `--user-data-dir=${folder}`, ...words, address], {
    env: { PATH: "/usr/bin:/bin", HOME: folder, LC_ALL: "C.UTF-8" },
    stdio: ["ignore", "pipe", "ignore"],
    // A group of its own, to be ended as one.
    detached: true,
  });
  let text = "";
  child.stdout.setEncoding("utf8").on("data", (part: string) => (text += part));
  const closed = once(child, "close");
  onTestFinished(async () => {
    if (child.pid !== undefined && child.exitCode === null && child.signalCode === null) {
      process.kill(-child.pid, "SIGKILL");
    }
    await closed;
    rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
  });
  return { printed: closed.then(() => text) };
}

/** A page on a loopback port of its own. */
export interface Page {
  readonly port: number;
  /** Resolves when its script has come to an end, to what that gave. */
  readonly result: Promise<unknown>;
}

/** Serves a page whose script is the body of an async function; it is gone when the test ends. */
export async function servePage(script: string): Promise<Page> {
  let tell: (value: unknown) => void = () => {};
  const result = new Promise<unknown>((resolve) => {
    tell = resolve;
  });
  const server = createServer((request, response) => {
    if (request.method === "POST") {
      let text = "";
      request.setEncoding("utf8").on("data", (part: string) => (text += part));
      request.once("end", () => {
        tell(JSON.parse(text));
        response.end();
      });
      return;
    }
    response.setHeader("Content-Type", "text/html");
    response.end(`<!doctype html><body><script>
      (async () => { ${script} })()
        .catch((error) => String(error))
        .then((value) => fetch("/", { method: "POST", body: JSON.stringify(value) }));
    </script>`);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  const bound = server.address();
  return { port: typeof bound === "object" && bound !== null ? bound.port : 0, result };
}
