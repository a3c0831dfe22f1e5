// Debian's newest Docker engine and its clients, in a root file system of their own beside the installed ones. Runs before
// anything is installed: Node's built-ins only.
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { mayInstall } from "./servers.mjs";
import { capture, leaveOut, say } from "./set-up.mjs";

const suite = "sid";
const packages = [
  "docker.io",
  "docker-cli",
  "docker-buildx",
  "docker-compose",
  "containerd",
  "runc",
  "iptables",
  "iproute2",
  "procps",
  "ca-certificates",
  "kmod",
  "xz-utils",
];
/** What is asked for and how: a root that was made otherwise is made anew. */
const recipe = `${JSON.stringify({ suite, packages, variant: "minbase" })}\n`;
const cache = process.env["QUAYGATE_TESTS_CACHE"] ?? "/var/cache/quaygate-tests";
/** Two minutes on a small machine; more means that the registry hangs. */
const DEADLINE = 10 * 60_000;

/** The root file system with the current engine, when it is there. */
export const currentEngineRoot = join(cache, suite);
const stampPlace = "etc/quaygate-tests.json";

/** Whether the root is there and whole. It comes to its place by one rename, so that half of one never stands there. */
export function hasCurrentEngine() {
  const stamp = join(currentEngineRoot, stampPlace);
  return existsSync(stamp) && readFileSync(stamp, "utf8") === recipe;
}

/** Makes the root where it is missing; where it can't be made, says what is left out. */
export function installCurrentEngine() {
  if (hasCurrentEngine()) {
    return;
  }
  const tests = "the tests on a current Docker engine";
  const what = `${tests} need a root file system of Debian's newest suite`;
  if (!mayInstall()) {
    leaveOut(`${what} (on Debian, as root, npm test makes it)`);
    return;
  }
  const mirror = readMirror();
  if (mirror === undefined) {
    leaveOut(`${what}, and apt-get names no registry over HTTP that has it`);
    return;
  }
  say(`making a root file system for ${tests}: ${currentEngineRoot} (debootstrap)`);
  const failure = makeRoot(mirror);
  if (failure !== undefined) {
    leaveOut(`${what}, which can't be made: ${failure}`);
  }
}

/**
 * Makes the root in a folder of this process and moves it to its place when it is whole.
 * @param {string} mirror
 */
function makeRoot(mirror) {
  mkdirSync(cache, { recursive: true });
  removeAbandoned();
  const folder = `${currentEngineRoot}.${process.pid}`;
  // Namespaces of its own: when it is killed, its processes and mounts go, and the folder can be removed.
  const namespaces = ["--fork", "--pid", "--kill-child", "--mount-proc", "--mount"];
  const options = ["--variant=minbase", "--force-check-gpg", `--include=${packages.join(",")}`];
  const command = [...namespaces, "debootstrap", ...options, suite, folder, mirror];
  const made = capture("unshare", command, readProxies(), DEADLINE);
  const tried = made.ok ? capture("chroot", [folder, "dockerd", "--version"]) : made;
  if (tried.ok) {
    rmSync(join(folder, "var", "cache", "apt", "archives"), { recursive: true, force: true });
    writeFileSync(join(folder, stampPlace), recipe);
    // Another run may have been faster, and its tests stand on its root.
    if (!hasCurrentEngine()) {
      rmSync(currentEngineRoot, { recursive: true, force: true });
      renameSync(folder, currentEngineRoot);
    }
    say(`it has ${tried.output.trim()}`);
  }
  rmSync(folder, { recursive: true, force: true });
  if (tried.ok) {
    return undefined;
  }
  process.stderr.write(tried.output.slice(-4000));
  return `the end of its output is above${tried.reason}`;
}

/** Takes away what processes that are gone left half made. */
function removeAbandoned() {
  for (const name of readdirSync(cache)) {
    const [, owner] = /^sid\.(\d+)$/.exec(name) ?? [];
    if (owner !== undefined && !existsSync(`/proc/${owner}`)) {
      rmSync(join(cache, name), { recursive: true, force: true });
    }
  }
}

/** Where this machine's apt has Debian from. */
function readMirror() {
  return askMirror() ?? (capture("apt-get", ["update", "-qq"]).ok ? askMirror() : undefined);
}

function askMirror() {
  const conditions = ["Created-By: Packages", "Origin: Debian", "Label: Debian"];
  const { output } = capture("apt-get", ["indextargets", "--format", "$(REPO_URI)", ...conditions]);
  return output.split("\n").find((line) => /^https?:/.test(line));
}

/** debootstrap asks the registry as apt does. */
function readProxies() {
  const { output } = capture("apt-config", [
    "dump",
    "--format=%f=%v%n",
    "Acquire::http::Proxy",
    "Acquire::https::Proxy",
  ]);
  const proxies = [...output.matchAll(/^Acquire::(https?)::Proxy=(.+)$/gm)];
  return Object.fromEntries(proxies.map(([, scheme, proxy]) => [`${scheme}_proxy`, proxy ?? ""]));
}
