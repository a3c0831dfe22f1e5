import { linkSync, lstatSync, renameSync, unlinkSync } from "node:fs";
import { connect, type Server } from "node:net";
import { systemFailure } from "../../kernel/system-error.ts";

/** What stands at a path: it is another one when it was made anew, even where its inode's number comes again. */
export interface FileIdentity {
  readonly text: string;
  readonly isSocket: boolean;
}

/** Looks what stands at a path, and follows no link. */
export function identifyFile(path: string): FileIdentity | undefined {
  const found = lstatSync(path, { bigint: true, throwIfNoEntry: false });
  return found === undefined
    ? undefined
    : { text: `${found.dev}:${found.ino}:${found.mtimeNs}`, isSocket: found.isSocket() };
}

/**
 * Removes a socket on which nobody listens, as a process leaves it that was killed; tells whether the path is free now.
 * What another process puts there meanwhile stays.
 */
export async function removeAbandoned(path: string): Promise<boolean> {
  const found = identifyFile(path);
  if (found?.isSocket !== true || !(await isRefused(path))) {
    return found === undefined;
  }
  // To be looked at before it is removed, it has to be where nobody else replaces it.
  const aside = asideOf(path);
  try {
    renameSync(path, aside);
  } catch (error) {
    if (systemFailure(error).code === "ENOENT") return true;
    throw error;
  }
  const isSame = identifyFile(aside)?.text === found.text;
  if (!isSame) {
    putBack(aside, path);
  }
  unlinkSync(aside);
  return isSame;
}

/** Gives what was taken by mistake its name again, unless that is somebody's by now. */
function putBack(aside: string, path: string): void {
  try {
    linkSync(aside, path);
  } catch (error) {
    if (systemFailure(error).code !== "EEXIST") throw error;
  }
}

function isRefused(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = connect({ path });
    probe.on("connect", () => {
      probe.destroy();
      resolve(false);
    });
    probe.on("error", (error: NodeJS.ErrnoException) => resolve(error.code === "ECONNREFUSED"));
  });
}

/** Closes a server on a unix socket. Node removes whatever stands at its path: what is not its own any more is kept. */
export function closeSocketServer(server: Server, path: string, own: FileIdentity | undefined): void {
  const found = identifyFile(path);
  if (!server.listening || found === undefined || found.text === own?.text) {
    server.close();
    return;
  }
  const aside = asideOf(path);
  renameSync(path, aside);
  server.close();
  renameSync(aside, path);
}

function asideOf(path: string): string {
  return `${path}.${process.pid}.aside`;
}
