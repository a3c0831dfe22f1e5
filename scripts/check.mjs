// `npm run check`: everything about the sources that can be known without running the gate.
import { spawnSync } from "node:child_process";
import { buildWhenStale, installDependencies, root, say, tool } from "./set-up.mjs";

installDependencies();

const steps = [
  { name: "types", command: [tool("typescript", "tsc"), "-p", "tsconfig.json"] },
  { name: "exported types", command: [tool("typescript", "tsc"), "-p", "tsconfig.build.json", "--noEmit"] },
  { name: "lint", command: [tool("oxlint", "oxlint"), "--type-aware", "--deny-warnings"] },
  { name: "format", command: [tool("oxfmt", "oxfmt"), "--check"] },
  { name: "unused code", command: [tool("knip", "knip")] },
  { name: "floor plan", command: [tool("vitest", "vitest"), "run", "test/house", "--reporter=dot"] },
];
const packageSteps = [
  { name: "package", command: [tool("publint", "publint"), "--strict"] },
  {
    name: "package types",
    command: [tool("@arethetypeswrong/cli", "attw"), "--pack", "--profile", "esm-only", "--quiet"],
  },
];

const failed = steps.filter((step) => !passes(step)).map(({ name }) => name);
if (failed.length === 0) {
  buildWhenStale();
  failed.push(...packageSteps.filter((step) => !passes(step)).map(({ name }) => name));
}
say(failed.length === 0 ? "the check found nothing" : `the check failed in: ${failed.join(", ")}`);
process.exitCode = failed.length === 0 ? 0 : 1;

/** @param {{ readonly name: string, readonly command: readonly string[] }} step */
function passes({ name, command }) {
  const started = Date.now();
  const outcome = spawnSync(process.execPath, command, { cwd: root, stdio: "inherit" });
  const seconds = ((Date.now() - started) / 1000).toFixed(1);
  say(`${name}: ${outcome.status === 0 ? "ok" : "FAILED"} (${seconds} s)`);
  return outcome.status === 0;
}
