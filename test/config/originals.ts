import { readSettings } from "../../src/config/read-settings.ts";
import type { Environment } from "../../src/config/environment.ts";
import { catalogue, type Operation, operations } from "../../src/docker/operations.ts";
import type { Grant } from "../../src/policy/grant.ts";
import { type Difference, dockerDifferences, libpodDifferences } from "./differences.ts";
import { linuxserverOriginal } from "./linuxserver-original.ts";
import type { Original } from "./original.ts";
import { tecnativaOriginal } from "./tecnativa-original.ts";

/** A dialect, and the original that it stands for. */
export interface OriginalDialect {
  /** The value of `QUAYGATE_COMPAT`. */
  readonly compat: string;
  readonly original: Original;
  /** What the original can open. */
  readonly operations: readonly Operation[];
  /** Requests that the original may forward and Quaygate refuses. */
  readonly differences: readonly Difference[];
}

export const tecnativaDialect: OriginalDialect = {
  compat: "tecnativa",
  original: tecnativaOriginal,
  operations,
  differences: dockerDifferences,
};

export const linuxserverDialect: OriginalDialect = {
  compat: "linuxserver",
  original: linuxserverOriginal,
  operations: catalogue,
  differences: [...dockerDifferences, ...libpodDifferences],
};

/** Both dialects. */
export const originals: readonly OriginalDialect[] = [tecnativaDialect, linuxserverDialect];

/** The grant of a dialect's settings. */
export function grantOf(compat: string, environment: Environment): Grant {
  const settings = readSettings({ ...environment, QUAYGATE_COMPAT: compat }, { terminal: false });
  if (!settings.ok) {
    throw new Error("the switches are no problem");
  }
  return settings.value.clients[0].grant;
}

/** The environment in which these switches are on and all others off. */
export function switchesOn({ switches }: Original, on: readonly string[]): Environment {
  return Object.fromEntries(switches.map((name) => [name, on.includes(name) ? "1" : "0"]));
}
