// Node 24, which the image carries: what touches the runtime is tested on it too. Runs before anything is installed: Node's
// built-ins only.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { leaveOut, root, runNpm, say } from "./set-up.mjs";

const folder = join(root, "test", "node-24");
const packageName = `node-linux-${process.arch}`;
const installed = join(folder, "node_modules", packageName);

const [wantedVersion] = Object.values(readDescription(folder).optionalDependencies ?? {});

/** The program, when it is there. */
export const node24 = join(installed, "bin", "node");

/** Whether tests run on it: in continuous integration, and where somebody asks for it and it is there. */
export function testsOnNode24() {
  return testsWantNode24() && (isNeeded() || hasNode24());
}

/** Whether it is to be brought for the tests. */
export function testsWantNode24() {
  return isNeeded() || process.env["QUAYGATE_TESTS_NODE_24"] === "true";
}

/** Whether the program is there, in the version that is wanted. */
export function hasNode24() {
  return existsSync(node24) && readDescription(installed).version === wantedVersion;
}

/**
 * Brings it where it is missing; where there is none, says what is left out.
 * @param {string} purpose what it is for: `the benchmark`
 */
export function installNode24(purpose) {
  if (hasNode24()) {
    return;
  }
  say(`installing Node ${wantedVersion} for ${purpose}: test/node-24 (npm ci, 50 MB to fetch)`);
  const parameters = ["ci", "--prefix", folder, "--ignore-scripts", "--no-audit", "--no-fund"];
  runNpm(parameters, `npm ci failed, so Node ${wantedVersion} is not installed; its output is above`);
  // What is optional npm leaves out in silence: a package for another processor, or one that could not be fetched.
  if (!hasNode24()) {
    leaveOut(`${purpose} on Node 24 need the npm package ${packageName}, which can't be installed`);
  }
}

function isNeeded() {
  return process.env["CI"] === "true";
}

/** @param {string} place */
function readDescription(place) {
  /** @type {{ version?: string, optionalDependencies?: Record<string, string> }} */
  const description = JSON.parse(readFileSync(join(place, "package.json"), "utf8"));
  return description;
}
