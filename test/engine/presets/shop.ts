import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll } from "vitest";
import { presetNames } from "../../../src/config/presets.ts";
import { IDLE } from "../../policy/presets/calls.ts";
import { docker, dockerOutput, temporaryFolder } from "../../support/docker-cli.ts";
import { type Engine, startEngine } from "../../support/engine.ts";
import { EngineWitness } from "../../support/engine-witness.ts";
import { openTestGate, type TestGate } from "../../support/gate.ts";

/** An engine on which there is something of everything, and a gate where each preset is a client with a socket of its own. */
export interface Shop {
  readonly engine: Engine;
  /** The engine without the gate, for `DOCKER_HOST`. */
  readonly host: string;
  readonly witness: EngineWitness;
  /** The ids of what is there, by the words of the tables. */
  readonly ids: Readonly<Record<string, string>>;
  /** The gate's socket at which whoever calls is the client with this preset. */
  socketOf(preset: string): string;
  /** Puts back what programs change: the container `web`, the images, and nothing of what they make. */
  restore(): Promise<void>;
}

/** The names of images that programs ask for; each is the busybox of the tests. */
const IMAGES = ["nginx", "nginx:1", "postgres:16", "alpine", "texlive/texlive:latest"];
const IDLES = ["busybox:test", ...IDLE];

/** Opens the shop for this block alone; look at it inside the tests only. */
export function useShop(): () => Shop {
  const folder = temporaryFolder();
  let engine: Engine | undefined;
  let gate: TestGate | undefined;
  let shop: Shop | undefined;
  beforeAll(async () => {
    engine = await startEngine({ daemonArguments: ["--debug"] });
    const host = `unix://${engine.socketPath}`;
    const ids = await furnish(host);
    const policy = join(folder.path, "policy.yaml");
    const socketOf = (preset: string): string => join(folder.path, `${preset}.sock`);
    writeFileSync(policy, policyFor(socketOf));
    gate = await openTestGate({ env: { QUAYGATE_POLICY: policy }, engineSocket: engine.socketPath });
    const witness = new EngineWitness(engine.logPath);
    shop = { engine, host, witness, ids, socketOf, restore: () => restore(host) };
  });
  afterAll(async () => {
    await gate?.close();
    await engine?.stop();
    folder.remove();
  });
  return () => {
    if (shop === undefined) throw new Error("the shop is open only while tests run");
    return shop;
  };
}

function policyFor(socketOf: (preset: string) => string): string {
  const names = presetNames();
  return [
    "listen:",
    ...names.map((name) => `  - { address: "unix://${socketOf(name)}", client: ${name} }`),
    "clients:",
    ...names.map((name) => `  ${name}: { use: ${name} }`),
    "",
  ].join("\n");
}

/** Makes all that is there; resolves to the ids of it. */
async function furnish(host: string): Promise<Readonly<Record<string, string>>> {
  const run = (...words: readonly string[]): Promise<string> => dockerOutput(host, words);
  const put = (...words: readonly string[]): Promise<string> =>
    dockerOutput(host, words, { input: "hidden" });
  await run("swarm", "init", "--advertise-addr=127.0.0.1", "--listen-addr=127.0.0.1");
  const secret = await put("secret", "create", "shop_password", "-");
  const config = await put("config", "create", "--label=caddy=1", "shop_caddyfile", "-");
  await run("network", "create", "shop");
  await run("network", "create", "shop_back");
  await run("volume", "create", "shop_data");
  // Without --detach the command waits until the task runs.
  await run("service", "create", "--quiet", "--no-resolve-image", "--name=shop_web", ...IDLES);
  await restore(host);
  const [node, task, image] = await Promise.all([
    run("node", "ls", "--quiet"),
    run("service", "ps", "--quiet", "--no-trunc", "shop_web"),
    run("images", "--quiet", "--no-trunc", "busybox:test"),
  ]);
  return { secret, config, node, task, image };
}

/** What programs make that change what is there, and leave where one of their calls fails. */
const MADE = {
  container: ["web", "web-old", "web-new", "blog", "blog-old", "mail-web-1", "mail-web-1-new"],
  network: ["blog_default", "mail_default"],
  volume: ["blog_data", "mail_data"],
};

async function restore(host: string): Promise<void> {
  const attempt = async (...words: readonly string[]): Promise<void> => void (await docker(host, words));
  await attempt("rm", "--force", "--volumes", ...MADE.container);
  await Promise.all([
    attempt("network", "rm", ...MADE.network),
    attempt("volume", "rm", "--force", ...MADE.volume),
    ...IMAGES.map((name) => dockerOutput(host, ["tag", "busybox:test", name])),
  ]);
  const place = ["--detach", "--name=web", "--network=shop", "--volume=shop_data:/data"];
  await dockerOutput(host, ["run", ...place, ...IDLES]);
  await dockerOutput(host, ["network", "connect", "shop_back", "web"]);
}
