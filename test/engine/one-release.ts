import type { EngineRelease } from "../support/engine-release.ts";

/** A file of this folder, or several by one pattern, that runs on one release alone, and why. */
interface OneRelease {
  readonly file: string;
  readonly only: EngineRelease;
  readonly reason: string;
}

/** All others run on each release. */
const oneRelease: readonly OneRelease[] = [
  { file: "podman*.test.ts", only: "installed", reason: "their engine is Podman" },
  { file: "swap.test.ts", only: "installed", reason: "its subject is the gate's image, not the engine" },
  { file: "image.test.ts", only: "installed", reason: "its subject is the gate's image, not the engine" },
  {
    file: "examples-compose.test.ts",
    only: "installed",
    reason: "its subject is what Compose makes of the examples",
  },
  {
    file: "examples-stack.test.ts",
    only: "installed",
    reason: "its subject is what the examples say of a stack",
  },
  {
    file: "migrate-policy.test.ts",
    only: "installed",
    reason: "its subject is what Compose makes of a converted file",
  },
  {
    file: "learn.test.ts",
    only: "installed",
    reason: "its subject is what the log of one run says of the next one",
  },
  {
    file: "powers-pretended-groups.test.ts",
    only: "current",
    reason: "what is pretended is an engine of today",
  },
  {
    file: "learn-mode.test.ts",
    only: "installed",
    reason: "its subject is what the gate records and lets through, not the engine",
  },
  {
    file: "presets.test.ts",
    only: "installed",
    reason: "its subject is what the presets open, and every request of it is seen in the engine's log",
  },
  {
    file: "policy-reload-load.test.ts",
    only: "installed",
    reason: "its subject is the gate under load: the engine only has to answer",
  },
  {
    file: "scope-race.test.ts",
    only: "installed",
    reason: "its subject is what the gate sends on, and a thousand races take a minute",
  },
  {
    file: "tenants*.test.ts",
    only: "current",
    reason: "what tenants do is asked of today's engine by today's clients; scope-*.test.ts run on each",
  },
  {
    file: "views.test.ts",
    only: "current",
    reason: "it reads all answers in all versions that an engine of today speaks, the oldest as well",
  },
  { file: "honest-log.test.ts", only: "installed", reason: "its subject is the gate's log" },
  { file: "traces.test.ts", only: "current", reason: "older engines know of no traces" },
  { file: "api-shim.test.ts", only: "current", reason: "no older engine can be told its oldest version" },
  { file: "buildx.test.ts", only: "current", reason: "Debian's oldest releases have no buildx" },
  { file: "powers-pretended-buildkit.test.ts", only: "current", reason: "likewise" },
];

/** The patterns of the files that do not run on a release. */
export function filesNotOn(release: EngineRelease): string[] {
  return oneRelease.filter(({ only }) => only !== release).map(({ file }) => `test/engine/${file}`);
}
