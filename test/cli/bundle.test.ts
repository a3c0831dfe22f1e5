import { spawn, spawnSync } from "node:child_process";
import { cpSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { entryPoint, isBuilt, root } from "../../scripts/set-up.mjs";
import { entriesOf } from "../examples/example.ts";
import { eventually, RawPeer, refusalOf } from "../support/raw-peer.ts";
import { APART, NO_ENGINE, testFolder } from "./quaygate-command.ts";

const folder = dirname(entryPoint);
const lock = entriesOf(JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8")));

/** The modules of Node's own that a run of a built command has loaded when it ends. */
function modulesLoadedBy(...words: readonly string[]): readonly string[] {
  const telling = "process.on('exit', () => process.stderr.write(process.moduleLoadList.join('\\n')))";
  const { stderr } = spawnSync(
    process.execPath,
    [`--import=data:text/javascript,${encodeURIComponent(telling)}`, entryPoint, ...words],
    {
      encoding: "utf8",
      env: { QUAYGATE_LISTEN: "unix:///nonexistent/gate.sock", QUAYGATE_ADMIN: "tcp://127.0.0.1:1" },
    },
  );
  return stderr.split("\n").filter((line) => line.startsWith("NativeModule "));
}

const HASH = /^export const builtAs = "(?<hash>[0-9a-f]{32})";$/mu;

/** The commands as they are built, to be damaged. */
function copyOfCommands(): string {
  const home = testFolder();
  const copy = join(home, "dist", "cli");
  cpSync(folder, copy, { recursive: true });
  cpSync(join(root, "package.json"), join(home, "package.json"));
  return copy;
}

/** Puts the file of another build in its place, which is as whole. */
function replaceByAnother(file: string): void {
  const text = readFileSync(file, "utf8");
  const hash = HASH.exec(text)?.groups?.["hash"] ?? "";
  writeFileSync(file, text.replaceAll(hash, "0".repeat(hash.length)));
}

describe.runIf(isBuilt())("each built command", () => {
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((path) =>
    path.endsWith(".js"),
  );

  test("is one file that needs no other, and no package", () => {
    expect(files.length).toBeGreaterThan(5);
    const needed = files.flatMap((path) => {
      const text = readFileSync(join(folder, path), "utf8");
      return [...text.matchAll(/^(?:import|export) .*from .*|\bimport\("(?<place>[^"]+)"\)/gmu)].map(
        ({ groups, 0: line }) => ({ path, needs: groups?.["place"] ?? line }),
      );
    });
    const commands = [
      "check",
      "explain",
      "health",
      "learn",
      "log",
      "migrate",
      "powers",
      "presets",
      "replay",
      "run",
      "schema",
      "try",
    ];
    const withPolicy = ["check.js", "explain.js", "learn.js", "migrate.js", "replay.js", "run.js", "try.js"];
    const withGate = ["powers.js", "run.js", "try.js"];
    expect(needed.map(({ path, needs }) => `${path}: ${needs}`).toSorted()).toEqual(
      [
        ...commands.map((command) => `main.js: ./${command}.js`),
        ...withPolicy.map((path) => `${path}: ./config/file/policy-settings.js`),
        ...["run.js", "try.js"].map((path) => `${path}: ./traces/open-traces.js`),
        ...withPolicy.map((path) => `${path}: ./config/learning.js`),
        "stand-ins/main.js: ../config/learning.js",
        ...withGate.map((path) => `${path}: ./proxy/exchange/object-exchanges.js`),
        "stand-ins/main.js: ../config/file/policy-settings.js",
        ...["run.js", "try.js"].map((path) => `${path}: ./audit/sinks/open-sinks.js`),
        ...["powers.js", "run.js", "try.js"].map((path) => `${path}: ./metrics/exposition.js`),
      ].toSorted(),
    );
  });

  test("comes with the licence of each package that is in it", () => {
    const licenses = readFileSync(join(folder, "LICENSES"), "utf8");
    const texts = files.map((path) => readFileSync(join(folder, path), "utf8"));
    // The path of each module stands before it.
    const found = texts.flatMap((text) =>
      [...text.matchAll(/^\/\/ node_modules\/((?:@[^/]+\/)?[^/]+)\//gmu)].map(([, name = ""]) => name),
    );
    const packages = new Set(found);
    expect(packages.size).toBeGreaterThan(5);
    for (const name of packages) {
      const entry = entriesOf(entriesOf(lock.get("packages")).get(`node_modules/${name}`));
      expect([name, entry.get("dev")]).toEqual([name, undefined]);
      expect(licenses).toMatch(new RegExp(`^${name} ${String(entry.get("version"))}\n\n.*`, "mu"));
    }
    const grants = licenses.match(/Permission (?:is hereby granted|to use)|^ *Apache License$/gmu);
    expect(grants?.length).toBeGreaterThanOrEqual(packages.size);
  });

  test("holds all that it loads on demand to its own build, and so does the library", () => {
    const built = dirname(folder);
    const modules = readdirSync(built, { recursive: true, encoding: "utf8" })
      .filter((path) => path.endsWith(".js"))
      .map((path) => ({ file: join(built, path), text: readFileSync(join(built, path), "utf8") }));
    const imports = modules.flatMap(({ file, text }) =>
      [...text.matchAll(/(?<held>ofThisBuild\()?\bimport\("(?<place>\.[^"]+)"\)/gu)].map(({ groups }) => ({
        part: join(dirname(file), groups?.["place"] ?? ""),
        isHeld: groups?.["held"] !== undefined,
      })),
    );
    expect(imports.filter(({ isHeld }) => !isHeld)).toEqual([]);
    const parts = new Set(imports.map(({ part }) => part));
    expect(parts.size).toBeGreaterThan(15);
    const hashes = [...parts].map((part) => HASH.exec(readFileSync(part, "utf8"))?.groups?.["hash"]);
    expect([new Set(hashes).size, hashes.includes(undefined)]).toEqual([1, false]);
    const [hash = ""] = hashes;
    const others = modules.filter(({ text }) => text.includes("ofThisBuild") && !text.includes(hash));
    expect(others).toEqual([]);
  });

  test.each([
    { part: "run.js", environment: {} },
    { part: "config/file/policy-settings.js", environment: { QUAYGATE_POLICY: "/nonexistent" } },
    { part: "audit/sinks/open-sinks.js", environment: { QUAYGATE_LOG_CHAIN: "on" } },
    {
      part: "traces/open-traces.js",
      environment: { OTEL_EXPORTER_OTLP_ENDPOINT: "http://127.0.0.1:9" },
    },
  ])("does not start with another build's $part", ({ part, environment }) => {
    const copy = copyOfCommands();
    replaceByAnother(join(copy, part));
    const { status, stderr } = spawnSync(process.execPath, [join(copy, "main.js"), "run"], {
      encoding: "utf8",
      env: { ...APART, QUAYGATE_ENGINE: NO_ENGINE, ...environment },
    });
    expect(status).toBe(1);
    expect(stderr).toMatch(
      new RegExp(`${basename(part)} is not of the same build as [a-z]+\\.js: quaygate was replaced`, "u"),
    );
  });

  const latePart = join("proxy", "exchange", "object-exchanges.js");
  test.each([
    { how: "missing", damage: (file: string) => rmSync(file) },
    { how: "empty", damage: (file: string) => truncateSync(file) },
    { how: "cut off", damage: (file: string) => truncateSync(file, 10_000) },
    {
      how: "another build's",
      damage: replaceByAnother,
      why: "is not of the same build as run.js: quaygate was",
    },
  ])(
    "serves nobody by a scope whose part is $how, and everybody else without it",
    async ({ damage, why }) => {
      const copy = copyOfCommands();
      damage(join(copy, latePart));
      const policy = join(copy, "policy.yaml");
      const open = "clients: { web: { from: 127.0.0.1, allow: [ContainerList] } }\n";
      const scoped = open.replace("] }", "], scope: { own: true } }");
      const words = [join(copy, "main.js"), "run"];
      const env = { ...APART, QUAYGATE_POLICY: policy, QUAYGATE_ENGINE: NO_ENGINE };
      writeFileSync(policy, scoped);
      const started = spawnSync(process.execPath, words, { encoding: "utf8", env });
      expect(started.status).toBe(1);
      expect(started.stderr).toContain(`object-exchanges.js${why === undefined ? "" : ` ${why}`}`);
      writeFileSync(policy, open);
      const gate = spawn(process.execPath, words, { env, stdio: ["ignore", "pipe", "inherit"] });
      onTestFinished(() => {
        gate.kill("SIGKILL");
      });
      let told = "";
      gate.stdout.setEncoding("utf8").on("data", (text: string) => (told += text));
      await eventually(
        () => told.includes("listening"),
        () => told,
      );
      writeFileSync(policy, scoped);
      gate.kill("SIGHUP");
      await eventually(
        () => told.includes("the last good one stays in force"),
        () => told,
      );
      expect(told).toContain("what it needs can't be loaded");
      expect(told).toContain(why ?? "object-exchanges.js");
      const place = /tcp:\/\/127\.0\.0\.1:(?<port>\d+)/u.exec(told)?.groups?.["port"];
      const client = await RawPeer.connect({ kind: "tcp", host: "127.0.0.1", port: Number(place) });
      onTestFinished(() => {
        client.socket.destroy();
      });
      // There is no engine: who is served by the policy of before is told so.
      await client.send("GET /containers/json HTTP/1.1\r\nHost: x\r\n\r\n");
      expect(refusalOf(await client.next()).code).toBe("engine_unreachable");
      expect(told).not.toContain("is in force");
    },
  );

  // On Node 24 that is half of a start.
  test.each([{ words: ["run"] }, { words: ["check", "GET", "/info"] }, { words: ["health"] }])(
    "$words loads nothing of fetch",
    ({ words }) => {
      const loaded = modulesLoadedBy(...words);
      expect(loaded.length).toBeGreaterThan(50);
      expect(loaded.filter((line) => /undici/u.test(line))).toEqual([]);
    },
  );

  test("run loads nothing of Node's that its settings have no use for", () => {
    const loaded = modulesLoadedBy("run");
    expect(loaded).toContain("NativeModule net");
    expect(
      loaded.filter((line) => /^NativeModule (?:crypto|tls|tty|dns\/promises|fs\/promises)$/u.test(line)),
    ).toEqual([]);
  });
});
