import type { Backends } from "./backends.ts";
import type { Form } from "./forms.ts";
import { type Proxy, spawnGate, spawnHaproxy, whenAnswering } from "./proxies.ts";

/** What the gate is compared with. */
export type Opponent =
  | { readonly kind: "haproxy"; readonly threads: number | undefined }
  | { readonly kind: "gate"; readonly main: string };

/** What every measurement is told. */
export interface Plan {
  readonly form: Form;
  /** For sockets, logs and configurations; gone at the end. */
  readonly folder: string;
  /** The script of the gate's command. */
  readonly gateMain: string;
  readonly opponent: Opponent;
  readonly backends: Backends;
  readonly abort: AbortSignal;
  /** Whether this is asked for: all is, unless a word is given. */
  readonly isChosen: (title: string) => boolean;
  readonly say: (progress: string) => void;
}

/** Starts the gate that is measured, and resolves when it answers; two that run at one time have different names. */
export async function openOurs(
  { gateMain, folder }: Plan,
  engineSocket: string,
  settings: Readonly<Record<string, string>> = {},
  name = "gate",
): Promise<Proxy> {
  return whenAnswering(await spawnGate({ name, main: gateMain, engineSocket, folder, settings }));
}

/** Starts what it is compared with, and resolves when it answers. */
export async function openTheirs(
  plan: Plan,
  engineSocket: string,
  settings: Readonly<Record<string, string>> = {},
): Promise<Proxy> {
  return whenAnswering(await spawnTheirs(plan, engineSocket, settings));
}

/** Starts what it is compared with; it need not answer yet. */
export function spawnTheirs(
  { opponent, folder }: Plan,
  engineSocket: string,
  settings: Readonly<Record<string, string>> = {},
): Promise<Proxy> {
  return opponent.kind === "gate"
    ? spawnGate({ name: "other-gate", main: opponent.main, engineSocket, folder, settings })
    : spawnHaproxy({ engineSocket, folder, threads: opponent.threads, settings });
}

/** How the opponent is called in a heading. */
export function nameOf(opponent: Opponent): string {
  return opponent.kind === "haproxy" ? "HAProxy" : "other build";
}
