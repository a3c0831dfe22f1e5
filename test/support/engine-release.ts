import { fileURLToPath } from "node:url";
import { currentEngineRoot, hasCurrentEngine } from "../../scripts/current-engine.mjs";
import { root } from "../../scripts/set-up.mjs";

/** Whose engine and clients a test runs on: those installed on this machine, or those of Debian's newest suite. */
export type EngineRelease = "installed" | "current";

/** A command line: the program first. */
export type Command = readonly [program: string, ...parameters: string[]];

const rootScript = fileURLToPath(new URL("engine-root.sh", import.meta.url));

/** What a project of `vitest.config.ts` says in its `env` to run on a release. */
export function environmentOf(release: EngineRelease): Record<string, string> {
  return { QUAYGATE_TEST_RELEASE: release };
}

/** The release that an environment names. */
export function releaseOf(env: Readonly<Record<string, unknown>>): EngineRelease {
  return env["QUAYGATE_TEST_RELEASE"] === "current" ? "current" : "installed";
}

/** Says in one sentence why a release is not here, or nothing when it is. */
export function explainMissingRelease(release: EngineRelease): string | undefined {
  return release === "installed" || hasCurrentEngine()
    ? undefined
    : `there is no ${currentEngineRoot} (on Debian, as root, npm test makes it)`;
}

/** The command with which a program starts in a release's root file system; to be started in the project's folder. */
export function commandIn(release: EngineRelease, command: Command): Command {
  return release === "installed"
    ? command
    : ["unshare", "--mount", "sh", rootScript, currentEngineRoot, ...command];
}

/**
 * Where clients of a release run, once {@link commandIn} started a process: in its file system, with this machine's
 * network, so that they reach sockets in temporary folders and gates on the loopback. None: on this machine as it is.
 */
export function clientRoomOf(release: EngineRelease, pid: number | undefined): string | undefined {
  return release === "installed" || pid === undefined ? undefined : `/proc/${pid}/ns/mnt`;
}

/** The command with which a client runs in a room, from the project's folder. */
export function clientCommand(room: string | undefined, command: Command): Command {
  return room === undefined ? command : ["nsenter", `--mount=${room}`, "env", `--chdir=${root}`, ...command];
}
