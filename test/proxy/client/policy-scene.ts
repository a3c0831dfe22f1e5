import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { loadSettings } from "../../../src/config/load-settings.ts";
import type { Settings } from "../../../src/config/settings.ts";
import { openTestGate, type TestGate } from "../../support/gate.ts";
import { RawPeer } from "../../support/raw-peer.ts";
import { answerEach, answerOf, type EngineScript, ScriptedEngine } from "../../support/scripted-engine.ts";

/** A gate by a policy file, which a test can write anew. */
export interface PolicyScene {
  readonly gate: TestGate;
  readonly engine: ScriptedEngine;
  readonly folder: string;
  connect(from?: string): Promise<RawPeer>;
  /** Writes the policy, in which FOLDER is the folder of the file, and has the gate go by it. */
  reload(policy: string): Promise<void>;
  /** Writes the policy and reads it, and leaves the gate as it is. */
  read(policy: string): Promise<Settings>;
}

/**
 * Opens one to the end of the test, before an engine that answers everything where no script is given; `settings` are those of
 * the environment beside the policy.
 */
export async function openPolicyScene(
  policy: string,
  script: EngineScript = answerEach(() => answerOf("[]")),
  settings: Readonly<Record<string, string>> = {},
): Promise<PolicyScene> {
  const folder = mkdtempSync(join(tmpdir(), "quaygate-reload-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = join(folder, "policy.yaml");
  const write = (text: string): void => writeFileSync(file, text.replaceAll("FOLDER", folder));
  write(policy);
  const engine = await ScriptedEngine.open("unix", script);
  onTestFinished(() => engine.close());
  const env = { ...settings, QUAYGATE_POLICY: file };
  const read = (text: string): Promise<Settings> => {
    write(text);
    return settingsOf(env);
  };
  const gate = await openTestGate({ env, engineSocket: engine.address });
  onTestFinished(() => gate.close());
  return {
    gate,
    engine,
    folder,
    connect: async (from) => {
      const [address = noAddress()] = gate.gate.listening;
      const client = await RawPeer.connect(address, from);
      onTestFinished(() => {
        client.socket.destroy();
      });
      return client;
    },
    reload: async (text) => gate.gate.takeOver(await read(text)),
    read,
  };
}

async function settingsOf(env: Readonly<Record<string, string>>): Promise<Settings> {
  const settings = await loadSettings({ QUAYGATE_ADMIN: "off", ...env }, { terminal: false });
  if (!settings.ok) throw new Error(JSON.stringify(settings.error));
  return settings.value;
}

function noAddress(): never {
  throw new Error("the gate listens nowhere");
}
