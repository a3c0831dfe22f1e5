// The programs of Debian that the tests on a real engine need, and the benchmark. Runs before anything is installed: Node's built-ins only.
import { existsSync, readFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { leaveOut, runQuietly, say } from "./set-up.mjs";

const debianRelease = readDebianRelease();

/**
 * A program that is started, and the Debian package that brings it.
 * @typedef {{ program: string, debianPackage: string, accept?: (file: string) => boolean, called?: string }} Server
 */

/**
 * What one command needs.
 * @typedef {{ readonly purpose: string, readonly command: string, readonly servers: readonly Server[] }} Need
 */

/** What an engine of one's own takes, and HAProxy beside it. @type {readonly Server[]} */
const engineServers = [
  { program: "dockerd", debianPackage: "docker.io" },
  // From Debian 13 on the command has a package of its own.
  { program: "docker", debianPackage: (debianRelease ?? 0) < 13 ? "docker.io" : "docker-cli" },
  { program: "busybox", debianPackage: "busybox-static", accept: isStatic, called: "a static busybox" },
  { program: "haproxy", debianPackage: "haproxy" },
  { program: "ip", debianPackage: "iproute2" },
  { program: "iptables", debianPackage: "iptables" },
  { program: "curl", debianPackage: "curl" },
];

/** @type {readonly Server[]} */
const clientServers = [
  { program: "podman", debianPackage: "podman" },
  { program: "docker-compose", debianPackage: "docker-compose" },
  { program: "openssl", debianPackage: "openssl" },
  { program: "debootstrap", debianPackage: "debootstrap" },
  { program: "chromium", debianPackage: "chromium" },
  // promtool is in it as well.
  { program: "prometheus", debianPackage: "prometheus" },
  { program: "rsyslogd", debianPackage: "rsyslog" },
  {
    program: "python3",
    debianPackage: "python3-docker",
    accept: hasDockerPy,
    called: "Debian's python3-docker",
  },
];

/** @type {Need} */
export const serversOfTests = {
  purpose: "the tests on a real Docker engine",
  command: "npm test",
  servers: [...engineServers, ...clientServers],
};

/** @type {Need} */
export const serversOfBenchmark = {
  purpose: "the benchmark",
  command: "npm run bench",
  servers: [...engineServers, { program: "wrk", debianPackage: "wrk" }],
};

/**
 * Brings the missing servers where this process may (root on Debian); elsewhere says what is left out.
 * @param {Need} need
 */
export function installServers({ purpose, command, servers }) {
  const missing = servers.filter(({ program, accept }) => !find(program, accept));
  if (missing.length === 0) {
    return;
  }
  if (mayInstall()) {
    installDebianPackages(purpose, [...new Set(missing.map(({ debianPackage }) => debianPackage))]);
    return;
  }
  const names = missing.map(({ program, called }) => called ?? program);
  leaveOut(`for ${purpose} there must be ${names.join(", ")} (on Debian, as root, ${command} installs them)`);
}

/** Whether this process may install Debian's packages. */
export function mayInstall() {
  return process.getuid?.() === 0 && debianRelease !== undefined;
}

/** The number of the Debian release this is; undefined on any other system. */
function readDebianRelease() {
  const file = "/etc/os-release";
  const text = existsSync(file) ? readFileSync(file, "utf8") : "";
  const release = /^VERSION_ID="?(\d+)/m.exec(text)?.[1];
  // Debian's testing branch has no number yet.
  return /^ID="?debian"?$/m.test(text) ? Number(release ?? Number.POSITIVE_INFINITY) : undefined;
}

/**
 * @param {string} purpose
 * @param {readonly string[]} packages
 */
function installDebianPackages(purpose, packages) {
  const list = packages.join(" ");
  say(`installing the Debian packages for ${purpose}: ${list} (apt-get)`);
  const unattended = { DEBIAN_FRONTEND: "noninteractive" };
  const failure = `apt-get could not install ${list}; its output is above`;
  runQuietly("apt-get", ["update", "-qq"], "apt-get update failed; its output is above", unattended);
  runQuietly(
    "apt-get",
    ["install", "-y", "-qq", "--no-install-recommends", ...packages],
    failure,
    unattended,
  );
}

/**
 * Whether a program is on the path, or where Debian keeps root's programs.
 * @param {string} program
 * @param {(file: string) => boolean} accept
 */
function find(program, accept = () => true) {
  const folders = [...(process.env["PATH"] ?? "").split(delimiter), "/usr/sbin", "/sbin", "/usr/bin", "/bin"];
  return folders.some((folder) => {
    const file = join(folder, program);
    return existsSync(file) && accept(file);
  });
}

/**
 * A program that runs alone in an image names no dynamic loader.
 * @param {string} file
 */
function isStatic(file) {
  return !/\/ld-(?:linux|musl)/.test(readFileSync(file, "latin1"));
}

/**
 * Debian's own Python alone finds Debian's docker-py.
 * @param {string} file
 */
function hasDockerPy(file) {
  return file === "/usr/bin/python3" && existsSync("/usr/lib/python3/dist-packages/docker");
}
