import { spawnSync } from "node:child_process";
import { readdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { linesOf, quaygate, type QuaygateResult, startQuaygate, testFolder } from "./quaygate-command.ts";

const hasDocker = spawnSync("docker", ["--version"]).status === 0;
const COMPOSE = "docker-compose";
const hasCompose = spawnSync(COMPOSE, ["--version"]).status === 0;
if (!hasDocker || !hasCompose) {
  process.stderr.write("left out: powers with docker or docker-compose (one of them is not there)\n");
}

/** A client of few words: sends one request to DOCKER_HOST, and ends with 3. */
const CLIENT = `
  const [method, path, body] = process.argv.slice(1);
  const socketPath = process.env.DOCKER_HOST.slice("unix://".length);
  const headers = body ? { "Content-Type": "application/json" } : {};
  const sent = require("http").request({ socketPath, method, path, headers }, (answer) => {
    let whole = "";
    answer.setEncoding("utf8").on("data", (text) => (whole += text));
    answer.on("end", () => {
      console.log(answer.statusCode + " " + whole);
      process.exit(3);
    });
  });
  sent.end(body);`;

function askAs(method: string, path: string, body?: object | string): Promise<QuaygateResult> {
  const content = typeof body === "object" ? [JSON.stringify(body)] : body === undefined ? [] : [body];
  return quaygate(["powers", "--", process.execPath, "--eval", CLIENT, method, path, ...content]);
}

/** Runs `docker` with no configuration of this machine's user. */
function askAsDocker(words: string): Promise<QuaygateResult> {
  const surroundings = { HOME: "/nonexistent", DOCKER_CONFIG: "/nonexistent", DOCKER_BUILDKIT: "0" };
  return quaygate(["powers", "--", "docker", ...words.split(" ")], surroundings);
}

/** What it says last on standard output. */
function conclusionOf({ stdout }: QuaygateResult): string {
  return linesOf(stdout).at(-1) ?? "";
}

/** What it names and does not tell to set. */
function leftOutOf({ stdout }: QuaygateResult): string | undefined {
  return /^left out below: (.*)$/mu.exec(stdout)?.[1];
}

const WHAT_IS_SAID =
  "quaygate: a client that heeds DOCKER_HOST runs nothing for real, so what it says below means little\n";

const NOTHING_JUDGED =
  "no request asked for a power, so any QUAYGATE_POWERS is enough for these; " +
  "what the command asks for when it has something to make is not known";

describe("powers says what a client asks for", () => {
  const create = { Image: "alpine", Cmd: ["hunter2"], HostConfig: { Privileged: true, Binds: ["/:/host"] } };

  test("each power with its place and what it gives away, and last the setting that gives them", async () => {
    const { code, stdout } = await askAs("POST", "/v1.47/containers/create", create);
    expect(linesOf(stdout)).toEqual([
      "ContainerCreate (POST /containers/create) asks for:",
      "  privileged (HostConfig.Privileged = true)",
      "    Turns off nearly all isolation: every device, every kernel right. It is root on the host, past this gate.",
      "  bind:/ (HostConfig.Binds[0] = /:/host)",
      expect.stringMatching(
        /^ {4}Shows a path .* It is root on the host, past this gate: set DOCKER_HOST to the gate instead\.$/u,
      ),
      "  image:docker.io/library/alpine:latest (Image = alpine), in default",
      expect.stringMatching(/^ {4}[A-Z].*\.$/u),
      "  command (Cmd), in default",
      expect.stringMatching(/^ {4}[A-Z].*\.$/u),
      "  user:(image) (User), in default",
      expect.stringMatching(/^ {4}[A-Z].*\.$/u),
      "  entrypoint (the body), in default",
      expect.stringMatching(/^ {4}[A-Z].*\.$/u),
      "  network:bridge (HostConfig.NetworkMode), in default",
      expect.stringMatching(/^ {4}[A-Z].*\.$/u),
      "",
      "left out below: privileged, bind:/",
      expect.stringMatching(/^ {2}This is the host itself/u),
      "",
      "QUAYGATE_POWERS=default",
    ]);
    expect(code).toBe(0);
    expect(stdout).not.toContain("hunter2");
  });

  test("and keeps what the command itself says, and how it ends, out of that", async () => {
    const { code, stdout, stderr } = await askAs("GET", "/v1.47/containers/json");
    expect([code, stdout]).toEqual([0, `${NOTHING_JUDGED}\n`]);
    expect(stderr).toMatch(/^quaygate: .*\n200 \[.*pretended-web.*\]\n\n$/u);
  });

  test("with a setting that is just enough for check to allow the same", async () => {
    const words = ["check", "POST", "/containers/create", "--body", "-"];
    const asked = {
      ...create,
      HostConfig: { Binds: ["/srv:/srv"], UTSMode: "host", CapAdd: ["NET_ADMIN"], Runtime: "x" },
    };
    const line = conclusionOf(await askAs("POST", "/containers/create", asked));
    const entries = line.replace("QUAYGATE_POWERS=", "").split(",");
    expect(entries).toHaveLength(5);
    const checkWith = async (list: readonly string[]): Promise<number | null> => {
      const settings = { POST: "1", CONTAINERS: "1", QUAYGATE_POWERS: list.join(",") };
      return (await quaygate(words, settings, JSON.stringify(asked))).code;
    };
    expect(await checkWith(entries)).toBe(0);
    const without = entries.slice(1).map((entry) => entries.filter((other) => other !== entry));
    expect(await Promise.all(without.map((list) => checkWith(list)))).toEqual([1, 1, 1, 1]);
  });

  test("and of buildx's own builder, that the engine's needs another power instead", async () => {
    const { code, stdout } = await askAs("POST", "/containers/create?name=buildx_buildkit_own0", {
      Image: "moby/buildkit",
      HostConfig: { Privileged: true },
    });
    expect([code, linesOf(stdout)[1]]).toEqual([
      0,
      "  (docker buildx asks for this builder of its own where the engine's BuildKit is refused; the engine's own needs the power buildkit instead)",
    ]);
  });

  test("and 1 where no setting lets it through, with the reason and no list", async () => {
    const { code, stdout } = await askAs("POST", "/containers/create", '{"Image":"alpine","image":"a"}');
    expect([code, ...linesOf(stdout)]).toEqual([
      1,
      "quaygate: ContainerCreate (POST /containers/create) is refused: image would be read as Image, and must be written so",
      "",
    ]);
  });

  test("and lets nobody log in, lest the client keeps the password", async () => {
    const { stderr } = await askAs("POST", "/auth", { username: "a", password: "b" });
    expect(stderr).toContain("\n404 ");
  });
});

describe.runIf(hasDocker)("powers says what docker asks for", () => {
  test.each([
    { words: "run --privileged --volume /:/host alpine", gives: "default", leaves: "privileged, bind:/" },
    { words: "run --rm --name x --publish 80:80 --user 0 alpine sh", gives: "default is enough" },
    { words: "run -h --help alpine", gives: "default is enough" },
    { words: "run --volume /srv:/a:ro --volume /srv:/b alpine", gives: "default,bind:/srv" },
    { words: "run --gpus all --pid host alpine", gives: "default,device-request:gpu", leaves: "host:pid" },
    {
      words: "run --volume /var/run/docker.sock:/var/run/docker.sock:ro --volume /srv:/srv alpine",
      gives: "default,bind:/srv",
      leaves: "bind:/var/run/docker.sock:ro",
    },
    {
      words: "create --security-opt seccomp=unconfined alpine",
      gives: "default,security-opt:seccomp=unconfined",
    },
    { words: "create --volume data:/data --network apps alpine", gives: "default is enough" },
    { words: "exec --privileged web sh", gives: "default", leaves: "privileged" },
  ])("docker $words: $gives", async ({ words, gives, leaves }) => {
    const result = await askAsDocker(words);
    expect({ code: result.code, says: conclusionOf(result), leaves: leftOutOf(result) }).toEqual({
      code: 0,
      says: `QUAYGATE_POWERS=${gives}`,
      leaves,
    });
  });

  test.each(["ps", "start web", "logs web"])(
    "docker %s: nothing that a list of powers is about, and not that default is enough",
    async (words) => {
      const result = await askAsDocker(words);
      expect({ code: result.code, says: conclusionOf(result) }).toEqual({ code: 0, says: NOTHING_JUDGED });
    },
  );

  test("a list that a shell would read in another way stands in quotes", async () => {
    const result = await askAsDocker("create --volume /srv/$HOME:/a alpine");
    expect(conclusionOf(result)).toBe("QUAYGATE_POWERS='default,bind:/srv/$HOME'");
  });
});

test.runIf(hasCompose)("powers says what all services of a Compose file ask for", async () => {
  const file = join(testFolder(), "compose.yaml");
  writeFileSync(
    file,
    `version: "3"
services:
  web: { image: nginx, volumes: ["/srv/www:/www:ro", "data:/data"], depends_on: [db] }
  db: { image: postgres, network_mode: host, cap_add: [SYS_PTRACE] }
volumes: { data: { driver_opts: { type: none, o: bind, device: /etc } } }
`,
  );
  const words = [COMPOSE, "--file", file, "up", "--detach"];
  const result = await quaygate(["powers", "--", ...words], { HOME: "/nonexistent" });
  expect({ code: result.code, says: conclusionOf(result), leaves: leftOutOf(result) }).toEqual({
    code: 0,
    says: "QUAYGATE_POWERS=default,bind:/srv/www:ro",
    leaves: "bind:/etc, cap:SYS_PTRACE, host:network",
  });
});

/** Updates containers as Watchtower does: looks, pulls, kills, deletes, and makes anew what it was told of the old one. */
const UPDATER = `
  const socketPath = process.env.DOCKER_HOST.slice("unix://".length);
  const ask = (method, path, body) => new Promise((resolve) => {
    const headers = body === undefined ? {} : { "Content-Type": "application/json" };
    const sent = require("http").request({ socketPath, method, path: "/v1.25" + path, headers }, async (answer) => {
      let text = "";
      for await (const part of answer) text += part;
      if (answer.statusCode >= 400) console.log(answer.statusCode + " " + method + " " + path);
      resolve(method === "GET" && answer.statusCode === 200 ? JSON.parse(text) : {});
    });
    sent.end(body === undefined ? "" : JSON.stringify(body));
  });
  (async () => {
    for (const { Id: id } of await ask("GET", "/containers/json")) {
      const { Name: name, Image: old, Config: config, HostConfig, NetworkSettings } = await ask("GET", "/containers/" + id + "/json");
      if ((await ask("GET", "/images/" + old + "/json")).Id !== old) throw new Error("the image is not there");
      await ask("POST", "/images/create?fromImage=" + encodeURIComponent(config.Image.split(":")[0]) + "&tag=" + config.Image.split(":")[1]);
      if ((await ask("GET", "/images/" + config.Image + "/json")).Id === old) continue;
      await ask("POST", "/containers/" + id + "/kill?signal=SIGTERM");
      await ask("DELETE", "/containers/" + id + "?force=1");
      await ask("GET", "/containers/" + id + "/json");
      const [[network, endpoint]] = Object.entries(NetworkSettings.Networks);
      const NetworkingConfig = { EndpointsConfig: { [network]: endpoint } };
      await ask("POST", "/containers/create?name=" + encodeURIComponent(name), { ...config, HostConfig, NetworkingConfig });
      await ask("POST", "/networks/" + network + "/disconnect", { Container: name.slice(1), Force: true });
      for (const [other, EndpointConfig] of Object.entries(NetworkSettings.Networks))
        await ask("POST", "/networks/" + other + "/connect", { Container: name.slice(1), EndpointConfig });
      await ask("POST", "/containers/" + name.slice(1) + "/start");
      console.log("updated " + name);
    }
  })();`;

describe("powers of a program that updates containers", () => {
  test("shows what it makes anew, and says that on a real engine it is more", async () => {
    const result = await quaygate(["powers", "--", process.execPath, "--eval", UPDATER]);
    expect(
      linesOf(result.stderr)
        .slice(1)
        .map((line) => line.replace(/[0-9a-f]{64}/u, "ID")),
    ).toEqual(["web", "db"].flatMap((name) => ["404 GET /containers/ID/json", `updated /pretended-${name}`]));
    expect(result.code).toBe(0);
    const lines = linesOf(result.stdout);
    expect(lines).toContainEqual(expect.stringMatching(/^ {2}image:docker\.io\/library\/nginx:latest /u));
    expect(lines).toContainEqual(expect.stringMatching(/^ {2}volume:pretended_data .*, in default$/u));
    expect(lines.slice(-4)).toEqual([
      "It deletes containers and makes them again. On your engine that asks for what each of them has, such as bind mounts,",
      "devices and capabilities, and a container of which the creation is refused is gone: add all of that to the list.",
      "",
      "QUAYGATE_POWERS=default is enough",
    ]);
  });
});

describe("powers ends with 1 where it learned nothing", () => {
  test.each([
    {
      name: "from a command that there is not",
      command: "/nonexistent/x",
      says: "can't run /nonexistent/x: there is no such command",
    },
    { name: "from a folder", command: "/", says: "can't run /: permission denied" },
    {
      name: "from a command that asks nobody",
      command: "true",
      says: "true asked the engine for nothing: does it heed DOCKER_HOST, and did it get that far?",
    },
  ])("$name", async ({ command, says }) => {
    expect(await quaygate(["powers", "--", command])).toEqual({
      code: 1,
      stdout: "",
      stderr: `${WHAT_IS_SAID}quaygate: ${says}\n`,
    });
  });
});

describe("powers ends with 2 and says what it wants", () => {
  test.each([
    { name: "nothing", words: [] },
    { name: "no command behind the dashes", words: ["--"] },
    { name: "a command without the dashes", words: ["docker", "run", "alpine"] },
  ])("given $name", async ({ words }) => {
    expect(await quaygate(["powers", ...words])).toEqual({
      code: 2,
      stdout: "",
      stderr: "quaygate: powers wants a command behind --, such as: quaygate powers -- docker run alpine\n",
    });
  });

  test.each([
    ["docker", ["-H", "tcp://127.0.0.1:1", "run", "alpine"], "-H"],
    ["docker", ["-Htcp://127.0.0.1:1", "ps"], "-Htcp://127.0.0.1:1"],
    [
      "/usr/bin/docker",
      ["--log-level", "debug", "--host=tcp://127.0.0.1:1", "ps"],
      "--host=tcp://127.0.0.1:1",
    ],
    ["docker", ["-D", "--context", "production", "ps"], "--context"],
    ["docker", ["-c", "production", "ps"], "-c"],
    ["docker-compose", ["--file", "x.yaml", "-H", "tcp://127.0.0.1:1", "up"], "-H"],
  ])("given %s %j, which would reach an engine for real", async (command, words, option) => {
    expect(await quaygate(["powers", "--", command, ...words])).toEqual({
      code: 2,
      stdout: "",
      stderr: `quaygate: ${option} names an engine, on which the command would run for real; leave it out\n`,
    });
  });

  test("but a word for help behind the dashes is the command's own", async () => {
    const { code, stderr } = await quaygate(["powers", "--", process.execPath, "--help"]);
    expect([code, stderr]).toEqual([1, expect.stringContaining("Usage: node")]);
  });
});

describe("powers leaves nothing behind", () => {
  const left = (folder: string): readonly string[] =>
    readdirSync(folder).filter((name) => name.startsWith("quaygate-"));

  test("but while it runs there is one folder, for this user alone, which is gone when the command has ended", async () => {
    const folder = testFolder();
    const look = `const [made] = require("fs").readdirSync(${JSON.stringify(folder)}); console.log(made)`;
    const { stderr } = await quaygate(["powers", "--", process.execPath, "--eval", look], { TMPDIR: folder });
    expect(stderr).toMatch(/^quaygate-\w+$/mu);
    expect(left(folder)).toEqual([]);
  });

  test.each(["SIGINT", "SIGTERM", "SIGHUP"] as const)(
    "when it gets %s, which it passes on",
    async (signal) => {
      const folder = testFolder();
      const wait = `
      process.on("${signal}", () => { console.log("got it"); process.exit(0); });
      setInterval(() => {}, 1000);
      require("fs").writeFileSync(${JSON.stringify(join(folder, "ready"))}, "");`;
      const run = startQuaygate(["powers", "--", process.execPath, "--eval", wait], { TMPDIR: folder });
      await expect.poll(() => readdirSync(folder), { timeout: 15_000 }).toContain("ready");
      expect(left(folder).map((name) => statSync(join(folder, name)).mode & 0o777)).toEqual([0o700]);
      run.signal(signal);
      expect((await run.result).stderr).toContain("got it\n");
      expect(left(folder)).toEqual([]);
    },
  );

  test("and a second signal ends a command that does not heed the first", async () => {
    const folder = testFolder();
    const wait = `
      process.on("SIGINT", () => require("fs").writeFileSync(${JSON.stringify(join(folder, "heard"))}, ""));
      setInterval(() => {}, 1000);
      require("fs").writeFileSync(${JSON.stringify(join(folder, "ready"))}, "");`;
    const run = startQuaygate(["powers", "--", process.execPath, "--eval", wait], { TMPDIR: folder });
    await expect.poll(() => readdirSync(folder), { timeout: 15_000 }).toContain("ready");
    run.signal("SIGINT");
    await expect.poll(() => readdirSync(folder), { timeout: 15_000 }).toContain("heard");
    run.signal("SIGINT");
    expect((await run.result).code).toBe(1);
    expect(left(folder)).toEqual([]);
  });
});
