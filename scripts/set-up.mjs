// What `npm start`, `npm test` and `npm run check` do first. Runs before anything is installed: Node's built-ins only.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { chmodSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";

/** The folder that holds package.json. */
export const root = fileURLToPath(new URL("..", import.meta.url));

const oldestNode = [20, 19];
/** The command as it is built. */
export const entryPoint = join(root, "dist", "cli", "main.js");
const sourcesStamp = join(root, "dist", ".sources");

/**
 * Says one line on standard error, so that standard output stays the command's own.
 * @param {string} sentence
 */
export function say(sentence) {
  process.stderr.write(`quaygate: ${sentence}\n`);
}

/**
 * Ends this process with exit code 1 and the reason.
 * @param {string} sentence
 * @returns {never}
 */
export function fail(sentence) {
  say(sentence);
  process.exit(1);
}

/**
 * Says what the tests do without, and why. In continuous integration that ends this process.
 * @param {string} sentence
 */
export function leaveOut(sentence) {
  if (process.env["CI"] === "true") {
    fail(`${sentence}; in continuous integration nothing may be left out`);
  }
  say(`${sentence}; what needs this is left out`);
}

/**
 * Runs a command to its end in the project's folder. Its output is kept and only shown when it fails.
 * @param {string} command
 * @param {readonly string[]} parameters
 * @param {string} failure the sentence for the case that it fails
 * @param {Readonly<Record<string, string>>} environment
 */
export function runQuietly(command, parameters, failure, environment = {}) {
  const outcome = capture(command, parameters, environment);
  if (!outcome.ok) {
    process.stderr.write(outcome.output);
    fail(`${failure}${outcome.reason}`);
  }
}

/**
 * Runs a command to its end in the project's folder and gives all that it said.
 * @param {string} command
 * @param {readonly string[]} parameters
 * @param {Readonly<Record<string, string>>} environment
 * @param {number} [timeout] milliseconds until it is killed
 */
export function capture(command, parameters, environment = {}, timeout) {
  const { error, status, stdout, stderr } = spawnSync(command, parameters, {
    cwd: root,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "pipe"],
    maxBuffer: 64 * 1024 * 1024,
    env: { ...process.env, ...environment },
    ...(timeout === undefined ? {} : { timeout, killSignal: /** @type {const} */ ("SIGKILL") }),
  });
  const reason = error === undefined ? "" : ` (${error.message})`;
  return { ok: error === undefined && status === 0, output: `${stdout ?? ""}${stderr ?? ""}`, reason };
}

/** Installs the dependencies when node_modules is missing or differs from the lock file; silent otherwise. */
export function installDependencies() {
  refuseOldNode();
  if (dependenciesMatchTheLock()) {
    return;
  }
  say("installing the dependencies named in package-lock.json (npm ci)");
  // No package's install script runs: nothing here needs one.
  runNpm(
    ["ci", "--ignore-scripts", "--no-audit", "--no-fund"],
    "npm ci failed, so the dependencies are not installed; its output is above",
  );
}

/**
 * Runs npm to its end in the project's folder.
 * @param {readonly string[]} parameters
 * @param {string} failure the sentence for the case that it fails
 */
export function runNpm(parameters, failure) {
  // npm names its own program when it runs us; a bare `node scripts/start.mjs` looks for npm on the path.
  const npmProgram = process.env["npm_execpath"];
  if (npmProgram === undefined || !/npm-cli\.c?js$/.test(npmProgram)) {
    runQuietly("npm", parameters, failure);
  } else {
    runQuietly(process.execPath, [npmProgram, ...parameters], failure);
  }
}

/** Compiles src to dist when the sources changed since the last build; silent otherwise. */
export function buildWhenStale() {
  if (!isBuilt()) {
    build();
  }
}

/** Whether dist was built from the sources as they stand. */
export function isBuilt() {
  return existsSync(entryPoint) && readIfThere(sourcesStamp) === digestOfSources();
}

/** Makes a fresh dist of src: the library, compiled, and each command in one file. */
export function build() {
  say("building dist from src (tsc, esbuild)");
  const digest = digestOfSources();
  rmSync(join(root, "dist"), { recursive: true, force: true });
  runQuietly(
    process.execPath,
    [tool("typescript", "tsc"), "-p", "tsconfig.build.json"],
    "the build failed: the compiler's findings are above",
  );
  runQuietly(
    process.execPath,
    [join(root, "scripts", "bundle.mjs")],
    "the build failed: the bundler's findings are above",
  );
  chmodSync(entryPoint, 0o755);
  writeFileSync(sourcesStamp, digest);
}

/**
 * The script behind a command of an installed development dependency, to be run with this very Node.
 * @param {string} packageName
 * @param {string} command
 */
export function tool(packageName, command) {
  const folder = join(root, "node_modules", packageName);
  /** @type {{ bin: string | Record<string, string> }} */
  const description = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  const script = typeof description.bin === "string" ? description.bin : description.bin[command];
  return script === undefined ? fail(`${packageName} has no command ${command}`) : join(folder, script);
}

function refuseOldNode() {
  const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
  const [oldestMajor = 0, oldestMinor = 0] = oldestNode;
  if (major < oldestMajor || (major === oldestMajor && minor < oldestMinor)) {
    fail(`Node ${oldestNode.join(".")} or newer is needed; this is ${process.versions.node}`);
  }
}

/** npm notes what it installed in node_modules/.package-lock.json; optional packages of other platforms are absent there. */
function dependenciesMatchTheLock() {
  const wantedText = readIfThere(join(root, "package-lock.json"));
  const installedText = readIfThere(join(root, "node_modules", ".package-lock.json"));
  if (wantedText === undefined) {
    return fail("package-lock.json is missing: restore it from the repository");
  }
  if (installedText === undefined) {
    return false;
  }
  /** @type {Record<string, { version: string, optional?: boolean }>} */
  const wanted = JSON.parse(wantedText).packages;
  /** @type {Record<string, { version: string }>} */
  const installed = JSON.parse(installedText).packages;
  const allThere = Object.entries(wanted)
    .filter(([place]) => place !== "")
    .every(([place, entry]) => {
      const found = installed[place];
      return found === undefined
        ? entry.optional === true
        : found.version === entry.version && existsSync(join(root, place));
    });
  return allThere && Object.keys(installed).every((place) => place in wanted);
}

function digestOfSources() {
  const digest = createHash("sha256");
  for (const name of [
    "package.json",
    "package-lock.json",
    "tsconfig.json",
    "tsconfig.build.json",
    "scripts/bundle.mjs",
    "scripts/one-build.mjs",
  ]) {
    digest.update(readIfThere(join(root, name)) ?? "");
  }
  const sources = join(root, "src");
  const entries = readdirSync(sources, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  for (const file of files.toSorted()) {
    digest.update(`\n${relative(sources, file)}\n`).update(readFileSync(file));
  }
  return digest.digest("hex");
}

/** @param {string} file */
function readIfThere(file) {
  return existsSync(file) ? readFileSync(file, "utf8") : undefined;
}
