import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { openSampleEngine } from "../../src/sample/engine.ts";
import type { SampleEngine } from "../../src/sample/engine.ts";
import { docker, dockerOutput, spawnDocker } from "../support/docker-cli.ts";

const hasDocker = spawnSync("docker", ["--version"]).status === 0;
if (!hasDocker)
  process.stderr.write("left out: the docker command on the sample engine (there is no docker command)\n");

describe.runIf(hasDocker)("the docker command on the sample engine", () => {
  const folder = mkdtempSync(join(tmpdir(), "quaygate-sample-"));
  let engine: SampleEngine;
  let host: string;

  beforeAll(async () => {
    engine = await openSampleEngine(join(folder, "docker.sock"));
    host = `unix://${engine.socketPath}`;
  });

  afterAll(async () => {
    await engine.close();
    rmSync(folder, { recursive: true });
  });

  test.each([
    { words: "version", shows: ["Sample engine (quaygate try)", "1.51 (minimum version 1.24)"] },
    { words: "info", shows: ["Name: quaygate-sample", "Containers: 4", "Running: 3", "Stopped: 1"] },
    { words: "ps", shows: ["web", "0.0.0.0:8080->80/tcp", "db", "(healthy)", "worker", "Up 50 hours"] },
    { words: "ps -a", shows: ["migrate", "Exited (0) 49 hours ago"] },
    { words: "ps --filter label=com.docker.compose.service=db", shows: ["postgres:16"] },
    { words: "inspect web", shows: ['"/web"', '"HostPort": "8080"'] },
    { words: "inspect db", shows: ["POSTGRES_PASSWORD=sample-only", "shop_data"] },
    { words: "logs web", shows: ["GET /products/0 ", "GET /products/18 "] },
    { words: "logs --tail 1 migrate", shows: [] },
    { words: "stats --no-stream", shows: ["web", "db", "worker", "%", "MiB / 8GiB"] },
    { words: "top web", shows: ["PID", "nginx -c /etc/nginx/nginx.conf"] },
    { words: "events --since 60h --until 0s", shows: ["container start", "name=web"] },
    { words: "images", shows: ["nginx", "postgres", "example/shop-worker", "432MB"] },
    { words: "image inspect example/shop-worker:2.3", shows: ["sha256:"] },
    { words: "network ls", shows: ["bridge", "host", "none", "shop_default"] },
    { words: "network inspect shop_default", shows: ["com.docker.compose.project"] },
    { words: "volume ls", shows: ["shop_data", "shop_uploads"] },
    { words: "volume inspect shop_data", shows: ["/var/lib/docker/volumes/shop_data/_data"] },
    { words: "exec web echo hello", shows: ["hello"] },
  ])("docker $words shows what a reader expects", async ({ words, shows }) => {
    const { code, stdout, stderr } = await docker(host, words.split(" "));
    expect({ code, stderr: stderr.replaceAll(/.*(products|applied).*\n/g, "") }).toEqual({
      code: 0,
      stderr: "",
    });
    for (const text of shows) expect(stdout).toContain(text);
  });

  test("docker ps leaves out the container that has finished", async () => {
    expect(await dockerOutput(host, ["ps", "--format", "{{.Names}}"])).toBe("web\ndb\nworker");
  });

  test("docker logs keeps stdout and stderr apart", async () => {
    const { stdout, stderr } = await docker(host, ["logs", "migrate"]);
    expect(stdout).toContain("migration 3 applied\nmigration 5 applied");
    expect(stderr).toBe(
      "migration 4 applied\nmigration 9 applied\nmigration 14 applied\nmigration 19 applied\n",
    );
  });

  test("docker logs -f shows new lines while they are written", async () => {
    const run = spawnDocker(host, ["logs", "--follow", "--tail", "0", "worker"]);
    await run.untilOutput("done in");
    await run.kill();
  });

  test("docker logs -f ends when the container stops", async () => {
    const run = spawnDocker(host, ["logs", "--follow", "--tail", "5", "db"]);
    await run.untilOutput("checkpoint");
    await dockerOutput(host, ["stop", "db"]);
    expect((await run.result).code).toBe(0);
    await dockerOutput(host, ["start", "db"]);
  });

  test("docker events shows a stop and a start when they happen", async () => {
    const run = spawnDocker(host, ["events", "--since", "60h", "--filter", "container=worker"]);
    await run.untilOutput("container start");
    expect(await dockerOutput(host, ["stop", "worker"])).toBe("worker");
    await run.untilOutput("container stop");
    expect(await dockerOutput(host, ["ps", "--format", "{{.Names}}"])).not.toContain("worker");
    expect(await dockerOutput(host, ["start", "worker"])).toBe("worker");
    expect(await dockerOutput(host, ["ps", "--format", "{{.Names}}"])).toContain("worker");
    await run.kill();
    expect(run.stdout()).not.toContain("name=web");
  });

  test("docker exec -i gives back its standard input to the end", async () => {
    const input = "one\ntwo\n".repeat(20_000);
    const { code, stdout } = await docker(host, ["exec", "-i", "web", "cat"], { input });
    expect(code).toBe(0);
    expect(stdout === input).toBe(true);
  });

  test("docker exec ends with the exit code of its command", async () => {
    expect((await docker(host, ["exec", "web", "false"])).code).toBe(1);
    expect((await docker(host, ["exec", "web", "true"])).code).toBe(0);
  });

  test("docker exec -it gives back what is typed until Ctrl-D", async () => {
    const run = spawnDocker(host, ["exec", "-it", "web", "sh"], { terminal: true });
    setTimeout(() => run.stdin.write("typed\r"), 500);
    await run.untilOutput("typed");
    // Before docker has taken the terminal over, the terminal itself shows what is typed and keeps Ctrl-D to itself.
    const ending = setInterval(() => run.stdin.write("\u0004"), 500);
    onTestFinished(() => clearInterval(ending));
    expect((await run.result).code).toBe(0);
  });

  test("docker pause, unpause, kill and restart change the state", async () => {
    const readState = (): Promise<string> =>
      dockerOutput(host, ["inspect", "-f", "{{.State.Status}}", "web"]);
    await dockerOutput(host, ["pause", "web"]);
    expect(await readState()).toBe("paused");
    await dockerOutput(host, ["unpause", "web"]);
    await dockerOutput(host, ["kill", "web"]);
    expect(await readState()).toBe("exited");
    await dockerOutput(host, ["restart", "web"]);
    expect(await readState()).toBe("running");
  });

  test("docker says that an object does not exist", async () => {
    expect((await docker(host, ["logs", "nobody"])).stderr).toContain("No such container: nobody");
    expect((await docker(host, ["inspect", "nobody"])).stderr).toContain("nobody");
  });
});
