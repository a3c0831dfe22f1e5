import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { clientReportOf, explainClient } from "../../../src/config/client-report.ts";
import { loadSettings } from "../../../src/config/load-settings.ts";
import { readSettings } from "../../../src/config/read-settings.ts";
import type { Settings } from "../../../src/config/settings.ts";
import { decide } from "../../../src/policy/decide.ts";
import { REQUEST_METHODS } from "../../../src/http1/request-head.ts";

const TOKEN = "correct-horse-battery-staple";

/** The settings of a policy file in a folder with a token, or the problems without the folder's name. */
async function load(
  policy: string,
  environment: Readonly<Record<string, string>> = {},
): Promise<Settings | readonly string[]> {
  const folder = mkdtempSync(join(tmpdir(), "quaygate-policy-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, "policy.yaml"), policy);
  writeFileSync(join(folder, "token"), `${TOKEN}\n`);
  writeFileSync(join(folder, "short"), "secret\n");
  const settings = await loadSettings(
    { QUAYGATE_POLICY: join(folder, "policy.yaml"), ...environment },
    { terminal: false },
  );
  return settings.ok
    ? settings.value
    : settings.error.map(({ setting, message }) => `${setting}: ${message}`.replaceAll(`${folder}/`, ""));
}

async function loadWell(policy: string, environment?: Readonly<Record<string, string>>): Promise<Settings> {
  const settings = await load(policy, environment);
  if ("listen" in settings) return settings;
  throw new Error(settings.join("\n"));
}

function isAllowed(settings: Settings, client: string, request: string): boolean {
  const grant = settings.clients.find(({ name }) => name === client)?.grant;
  if (grant === undefined) throw new Error(`no client ${client}`);
  const [word = "", path = ""] = request.split(" ");
  const method = REQUEST_METHODS.find((known) => known === word);
  if (method === undefined) throw new Error(`${word} is no method`);
  return decide(grant, { method, path, hasBody: false, contentTypes: [] }).kind === "allow";
}

describe("what a client holds", () => {
  test.each([
    ["a word of allow", "allow: [ContainerList]", "GET /containers/json", true],
    ["what no word names", "allow: [ContainerList]", "GET /images/json", false],
    ["a preset", "use: traefik", "GET /events", true],
    ["what is beside a preset", "use: traefik, allow: [ImageList]", "GET /images/json", true],
    ["what is denied, whatever opens it", "use: traefik, deny: [SystemEvents]", "GET /events", false],
    ["a switch", "switches: { CONTAINERS: 1 }", "GET /containers/json", true],
    ["a switch that is on by default", "switches: { CONTAINERS: 1 }", "GET /events", true],
    [
      "what a switch opens and is denied",
      "switches: { CONTAINERS: 1 }, deny: [ContainerExport]",
      "GET /containers/a/export",
      false,
    ],
    ["a write without its switch", "switches: { CONTAINERS: 1 }", "POST /containers/a/stop", false],
    [
      "a switch of LinuxServer's",
      "compat: linuxserver, switches: { ALLOW_STOP: 1, CONTAINERS: 1 }",
      "POST /containers/a/stop",
      true,
    ],
  ])("%s", async (_name, grant, request, allowed) => {
    const settings = await loadWell(`clients: { a: { from: 10.0.0.1, ${grant} } }`);
    expect(isAllowed(settings, "a", request)).toBe(allowed);
  });

  test.each([
    ["words", "allow: [ContainerCreate]"],
    ["switches", "switches: { CONTAINERS: 1, POST: 1 }"],
  ])("without a list of powers %s hold default, and not all", async (_name, grant) => {
    const settings = await loadWell(`clients: { a: { from: 10.0.0.1, ${grant} } }`);
    const [{ grant: held }] = settings.clients;
    expect(held.powers.entries).toEqual(["default"]);
    expect(held.powersPlace).toBe("clients.a.powers");
    expect(held.powers.holds({ noun: "privileged", value: "" })).toBe(false);
  });

  test("its own powers go before those of a preset", async () => {
    const settings = await loadWell(
      'clients: { a: { from: 10.0.0.1, use: watchtower }, b: { from: 10.0.0.2, use: watchtower, powers: ["none"] } }',
    );
    expect(settings.clients.map(({ grant }) => grant.powers.entries)).toEqual([
      ["default", "host:cgroupns"],
      ["none"],
    ]);
  });

  test("two presets that both bring powers are a riddle", async () => {
    expect(await load("clients: { a: { from: 10.0.0.1, use: [watchtower, portainer] } }")).toEqual([
      "policy.yaml:1:38: clients.a.use: watchtower and portainer each bring powers: say here which it holds",
    ]);
  });

  test("only with the word warn it is let through what it does not hold", async () => {
    const settings = await loadWell(
      "clients: { a: { from: 10.0.0.1, use: traefik, mode: warn }, b: { from: 10.0.0.2, use: traefik, mode: enforce }, c: { from: 10.0.0.3, use: traefik } }",
    );
    expect(settings.clients.map(({ grant }) => grant.warns)).toEqual([true, undefined, undefined]);
  });
});

describe("beside a policy file", () => {
  const policy = "clients: { a: { from: 10.0.0.1, use: traefik } }";

  test.each(["CONTAINERS", "POST", "ALLOW_RESTARTS", "LIBPOD_CONTAINERS"])(
    "the switch %s in the environment is a problem, on or off",
    async (name) => {
      const says = `${name}: says what clients may do, and so does policy.yaml (QUAYGATE_POLICY): take one of them away`;
      expect(await load(policy, { [name]: "1" })).toEqual([says]);
      expect(await load(policy, { [name]: "0" })).toEqual([says]);
    },
  );

  test("powers in the environment are a problem", async () => {
    expect(await load(policy, { QUAYGATE_POWERS: "default" })).toEqual([
      "QUAYGATE_POWERS: says what clients may do, and so does policy.yaml (QUAYGATE_POLICY): take one of them away",
    ]);
  });

  test("a variable of another program that is called like a switch is none", async () => {
    expect(await load(policy, { VERSION: "1.2.3", INFO: "see below" })).toHaveProperty("clients");
  });

  test("all else is the environment's, and where to listen and the engine are where the file says nothing", async () => {
    const settings = await loadWell(policy, {
      QUAYGATE_LISTEN: "tcp://127.0.0.1:4000",
      QUAYGATE_ENGINE: "/run/other.sock",
      LOG_LEVEL: "debug",
    });
    expect(settings).toMatchObject({
      listen: [{ kind: "tcp", port: 4000 }],
      engine: { path: "/run/other.sock" },
      log: { level: "debug" },
    });
    const told = await loadWell(`engine: /run/one.sock\nlisten: tcp://127.0.0.1:5000\n${policy}`, {
      QUAYGATE_LISTEN: "tcp://127.0.0.1:4000",
      QUAYGATE_ENGINE: "/run/other.sock",
    });
    expect(told).toMatchObject({ listen: [{ port: 5000 }], engine: { path: "/run/one.sock" } });
  });

  test("an engine of the file where the gate itself listens is a problem that names the file's key", async () => {
    expect(await load(`engine: tcp://127.0.0.1:5000\nlisten: tcp://127.0.0.1:5000\n${policy}`)).toEqual([
      "engine: tcp://127.0.0.1:5000 is where the gate itself listens; set engine to where the engine is",
    ]);
  });

  test("the policy file is no place for the log, however it is spelt", async () => {
    const folder = mkdtempSync(join(tmpdir(), "quaygate-policy-"));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const file = join(folder, "policy.yaml");
    const environment = { QUAYGATE_POLICY: file, QUAYGATE_LOG_TO: `stdout, file://${folder}/./policy.yaml` };
    writeFileSync(file, "clients: { a: { from: 10.0.0.1, allow: [ContainerList] } }");
    expect(await load("clients: {}", environment)).toEqual([
      `QUAYGATE_LOG_TO: ${file} is the policy file: name another one for the log`,
    ]);
  });

  test("the problems of the environment and of the file are told together", async () => {
    const problems = await load("clients: { a: { from: 10.0.0.1, use: traefk } }", {
      LOG_LEVEL: "loud",
      POST: "1",
    });
    expect(problems).toEqual([
      expect.stringMatching(/^POST: says what/u),
      "policy.yaml:1:38: clients.a.use: there is no preset traefk; did you mean traefik?",
    ]);
  });

  test("reading the settings of the environment alone refuses, and does not open what switches would", () => {
    expect(readSettings({ QUAYGATE_POLICY: "/etc/policy.yaml" }, { terminal: false }).ok).toBe(false);
  });
});

describe("how much a client may ask for", () => {
  test.each([
    [
      "requests: 50, burst: 100, concurrent: 20, streams: 10, body: 10MB",
      "at most 50 requests a second (100 at once), 20 at a time, 10 streams, bodies up to 10 MB",
    ],
    ["requests: 50", "at most 50 requests a second (50 at once)"],
    ["requests: 1, concurrent: 1", "at most 1 request a second (1 at once), 1 at a time"],
    ["requests: 0.5", "at most 0.5 requests a second (1 at once)"],
    ["streams: 1", "at most 1 stream"],
    ["body: 4MiB", "bodies up to 4 MiB"],
    ["body: 1500kB", "bodies up to 1500 kB"],
    ["body: 1025B", "bodies up to 1025 bytes"],
  ])("{ %s } is told as: %s", async (limits, told) => {
    const { clients } = await loadWell(
      `clients: { ci: { from: 10.0.0.1, use: traefik, limits: { ${limits} } } }`,
    );
    const lines = clients.map(clientReportOf).flatMap(explainClient);
    expect(lines.filter((line) => /^ci: (?:at most|bodies)/u.test(line))).toEqual([`ci: ${told}`]);
  });

  test("nothing bounds it, and nothing is told, where the file says none", async () => {
    const { clients } = await loadWell("clients: { ci: { from: 10.0.0.1, use: traefik } }");
    expect(clients[0].limits).toBeUndefined();
    expect(clients.map(clientReportOf).flatMap(explainClient).join()).not.toMatch(/at most|bodies/u);
  });
});

describe("who a client is", () => {
  test("tokens are read from files beside the policy", async () => {
    expect(await load("clients: { a: { from: { token: token }, use: traefik } }")).toHaveProperty("clients");
    expect(await load("clients: { a: { from: { token: nothing }, use: traefik } }")).toEqual([
      "policy.yaml:1:32: clients.a.from.token: nothing: there is no such file",
    ]);
    const [problem] = [await load("clients: { a: { from: { token: short }, use: traefik } }")].flat();
    expect(problem).toContain("at least 16 characters");
    expect(problem).not.toContain("secret");
  });

  test.each([
    ["/dev/zero", "is no plain file"],
    [".", "is a folder"],
    ["policy.yaml", "is longer than 16 KiB"],
  ])("a token comes from a plain file that ends: not from %s", async (path, problem) => {
    const padding = `# ${"x".repeat(16 * 1024)}\n`;
    const [told, ...others] = [
      await load(`${padding}clients: { a: { from: { token: ${path} }, use: traefik } }`),
    ].flat();
    expect(told).toMatch(/^policy\.yaml:2:32: clients\.a\.from\.token: /u);
    expect(told).toContain(`: ${problem}`);
    expect(others).toEqual([]);
  });

  test("clients that can't be told apart are a problem at the later one", async () => {
    const problems = await load(
      "clients:\n  a: { from: 10.0.0.0/24, use: traefik }\n  b: { from: 10.0.0.7, use: homepage }",
    );
    expect(problems).toEqual([expect.stringMatching(/^policy\.yaml:3:14: clients\.b\.from: .*\ba\b/u)]);
  });

  test("a client of a whole network of all addresses is told as a warning", async () => {
    const { warnings } = await loadWell("clients: { a: { from: 0.0.0.0/0, use: traefik } }");
    expect(warnings.map(({ message }) => message)).toEqual(["clients.a is whoever calls from any address"]);
  });

  test("a name that no host has, as a learnt policy may have it, is told as a warning", async () => {
    const { warnings } = await loadWell("clients: { a: { from: [b, A.invalid], use: traefik } }");
    expect(warnings.map(({ message }) => message)).toEqual([
      "clients.a: a.invalid is the name of no host, so nobody calls from there: say who it is",
    ]);
  });

  test("a listener's files of TLS are found from the folder of the policy", async () => {
    const tls = "{ cert: gate.pem, key: /run/secrets/key, clients: ../ca.pem, oldest: '1.2' }";
    const told = await loadWell(
      `listen: { address: tcp://127.0.0.1:5000, tls: ${tls} }\nclients: { a: { from: 10.0.0.1, use: traefik } }`,
    );
    const [address] = told.listen;
    const files = address?.kind === "tcp" ? address.tls : undefined;
    expect(files).toMatchObject({ key: "/run/secrets/key", oldest: "1.2" });
    expect(files?.certificate).toMatch(/^\/.*[^/]\/gate\.pem$/u);
    expect(files?.clients).toBe(join(dirname(files?.certificate ?? ""), "../ca.pem"));
  });

  test.each([
    { place: "unix:///run/ci.sock" },
    { place: "tcp://0.0.0.0:2375" },
    { place: "tcp://[::]:2375" },
    { place: "tcp://[::ffff:0.0.0.0]:2375" },
    { place: "tcp://127.0.0.1:2375" },
    { place: "tcp://[::1]:2375" },
    { place: "tcp://localhost:2375" },
    { place: "tcp://172.25.0.2:2375", keeps: true },
    { place: "tcp://[fd00::2]:2375", keeps: true },
    { place: "tcp://gate.front:2375", keeps: true },
    { place: "tcp://172.25.0.2:2375", networks: "own", keeps: true },
    { place: "tcp://172.25.0.2:2375", networks: "all" },
  ])("a listener's client needs no from, and is told by the listener's place: %j", async (listener) => {
    const { place, networks, keeps = false } = listener;
    const more = networks === undefined ? "" : `, networks: ${networks}`;
    const { policy, clients } = await loadWell(
      `listen: [unix:///run/a.sock, { address: "${place}", client: ci${more} }]\nclients: { ci: { use: traefik } }`,
    );
    const othersBy = keeps ? `networks: all at listen[1] of ${policy?.file}` : undefined;
    expect([...(policy?.listeners ?? [])]).toEqual([[place, { client: "ci", othersBy }]]);
    const whence = `who connects to ${place}${keeps ? " from the network of that address" : ""}`;
    expect(clients[0].whence).toBe(whence);
  });

  test("the same text has the same hash, another one another", async () => {
    const hashOf = async (text: string): Promise<string | undefined> => (await loadWell(text)).policy?.hash;
    const text = "clients: { a: { from: 10.0.0.1, use: traefik } }";
    expect(await hashOf(text)).toMatch(/^[0-9a-f]{12}$/u);
    expect(await hashOf(text)).toBe(await hashOf(text));
    expect(await hashOf(`${text} # changed`)).not.toBe(await hashOf(text));
  });
});
