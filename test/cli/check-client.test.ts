import { describe, expect, test } from "vitest";
import { withPolicy } from "./policy-file.ts";
import { linesOf, quaygate } from "./quaygate-command.ts";

const POLICY = `
listen:
  - tcp://127.0.0.1:2375
  - { address: unix:///run/ci.sock, client: ci }
  - unix:///run/any.sock
  - { address: tcp://172.25.0.2:2376, client: ci }
clients:
  traefik: { from: traefik, use: traefik }
  dashboard: { from: 172.25.0.0/24, allow: [ContainerList, ImageCreate, ImageList], deny: [ImageList] }
  trial: { from: { label: role=trial }, allow: [ContainerCreate], mode: warn }
  ops: { from: { certificate: { san: ops.example } }, switches: { CONTAINERS: 1, POST: 1 } }
  podman: { from: 10.0.0.1, switches: { CONTAINERS: 1, POST: 1, ALLOW_LOGS: 0 }, compat: linuxserver }
  wide: { from: 10.0.0.2, allow: [ImageBuild], powers: all }
  ci: { allow: [SystemInfo], powers: [default, bind:/srv] }
  learner: { from: 10.0.0.3, allow: [ContainerList], powers: all, mode: learn, within: [default, ContainerCreate] }
`;
const ON_ITS_NETWORK = "who connects to tcp://172.25.0.2:2376 from the network of that address";
const ELSEWHERE = `where it connects to is not told (--to): who connects to unix:///run/ci.sock is ci; ${ON_ITS_NETWORK} is ci`;
const UNSEEN = "names, labels, certificates and tokens are not looked at here; it could be";
const NAMES = "traefik, dashboard, trial, ops, podman, wide, ci, learner";
const BODY = JSON.stringify({ Image: "nginx", HostConfig: { Binds: ["/srv/x:/x"] } });

describe("check says by whose rights a request is judged, and", () => {
  test.each([
    {
      of: "a client that is named",
      words: ["--client", "dashboard"],
      code: 0,
      says: [
        "client dashboard, who calls from 172.25.0.0/24",
        "allowed: ContainerList (GET /containers/json), by ContainerList",
      ],
    },
    {
      of: "a client with another one's words",
      words: ["--client", "ci"],
      code: 1,
      says: [
        "client ci, who connects to unix:///run/ci.sock, or connects to tcp://172.25.0.2:2376 from the network of that address",
        "quaygate: ContainerList (GET /containers/json) is not allowed for this client: needs ContainerList (or containers:read) in clients.ci.allow",
      ],
    },
    {
      of: "an address, and who it could be by more than that",
      words: ["--from", "172.25.0.3"],
      code: 0,
      says: ["client dashboard, by the address 172.25.0.3 alone", `${UNSEEN} traefik by its name`, ELSEWHERE],
    },
    {
      of: "an address that no client has",
      words: ["--from", "172.26.0.3"],
      code: 1,
      says: [
        "client nobody: the address 172.26.0.3 alone is no client's",
        `${UNSEEN} traefik by its name; trial by its label; ops by its certificate`,
        ELSEWHERE,
        "quaygate: ContainerList (GET /containers/json) is not allowed for this client: no client of the policy is recognised in who calls from the address 172.26.0.3",
      ],
    },
    {
      of: "an address at a place that belongs to nobody alone",
      words: ["--from", "::ffff:172.25.0.3", "--to", "tcp://127.0.0.1:2375"],
      code: 0,
      says: [
        "client dashboard, by the address 172.25.0.3 alone",
        `${UNSEEN} traefik by its name`,
        "allowed: ContainerList (GET /containers/json), by ContainerList",
      ],
    },
    {
      of: "a place that belongs to a client, wherever it calls from",
      words: ["--from", "172.25.0.3", "--to", "unix:///run/ci.sock"],
      code: 1,
      says: ["client ci, who connects to unix:///run/ci.sock"],
    },
    {
      of: "a place that belongs to a client, on its network",
      words: ["--to", "tcp://172.25.0.2:2376"],
      code: 1,
      says: [
        `client ci, ${ON_ITS_NETWORK}`,
        expect.stringMatching(
          /^from another network of the gate's it is nobody: networks: all at listen\[3\] of \S+ lets in those too$/u,
        ),
      ],
    },
    {
      of: "a socket that belongs to nobody alone",
      words: ["--to", "unix:///run/any.sock"],
      code: 1,
      says: ["client nobody: a unix socket alone is no client's", `${UNSEEN} ops by its certificate`],
    },
  ])("$of", async ({ words, code, says }) => {
    const result = await withPolicy(POLICY).run(["check", "GET", "/containers/json", ...words]);
    expect([result.code, result.stderr]).toEqual([code, ""]);
    expect(linesOf(result.stdout).slice(0, says.length)).toEqual(says);
  });
});

describe("check says within which limits that is, and", () => {
  const limited = `
clients:
  slow: { from: 10.0.0.1, allow: [ImageBuild], powers: all, limits: { requests: 0.5, concurrent: 4, streams: 1, body: 1kB } }
  free: { from: 10.0.0.2, allow: [ImageBuild], powers: all }
`;
  const limits =
    "limits, which are not counted here: at most 0.5 requests a second (1 at once), 4 at a time, 1 stream, bodies up to 1 kB";

  test.each([
    {
      of: "a client that is named",
      words: ["--client", "slow"],
      who: "client slow, who calls from 10.0.0.1",
    },
    { of: "an address", words: ["--from", "10.0.0.1"], who: "client slow, by the address 10.0.0.1 alone" },
  ])("tells them of $of", async ({ words, who }) => {
    const { code, stdout } = await withPolicy(limited).run(["check", "POST", "/build", ...words]);
    expect(linesOf(stdout).slice(0, 3)).toEqual([
      who,
      limits,
      expect.stringMatching(/^allowed: ImageBuild/u),
    ]);
    expect(code).toBe(0);
  });

  test("says nothing of a client that has none", async () => {
    const { stdout } = await withPolicy(limited).run(["check", "POST", "/build", "--client", "free"]);
    expect(stdout).not.toContain("limits");
  });

  test("refuses a body that is longer, with the sentence of the gate", async () => {
    const words = ["check", "POST", "/build", "--client", "slow", "--body", "-"];
    const fits = await withPolicy(limited).run(words, "x".repeat(1_000));
    expect(fits.stdout).toContain("allowed: ImageBuild");
    const { code, stdout } = await withPolicy(limited).run(words, "x".repeat(1_001));
    expect([code, linesOf(stdout).at(-1)]).toEqual([
      1,
      "quaygate: ImageBuild (POST /build) is refused: a body of slow may have 1 kB (clients.slow.limits.body)",
    ]);
  });
});

describe("check points to where the policy file says it", () => {
  test.each([
    {
      client: "dashboard",
      request: "GET /images/json",
      says: 'denied by "ImageList" in clients.dashboard.deny',
    },
    { client: "ops", request: "GET /images/json", says: "needs IMAGES=1 in clients.ops.switches" },
    {
      client: "ops",
      request: "GET /libpod/info",
      says: "only the linuxserver dialect opens it (compat: linuxserver in clients.ops)",
    },
    {
      client: "ops",
      request: "GET /debug/vars",
      says: "no switch opens it, but a word of allow in the place of clients.ops.switches",
    },
    {
      client: "podman",
      request: "GET /containers/x/logs",
      says: "needs ALLOW_LOGS=1 in clients.podman.switches",
    },
    {
      client: "podman",
      request: "DELETE /containers/x/logs?link=1",
      says: "needs ALLOW_LOGS=1 in clients.podman.switches for a path that begins like this",
    },
    {
      client: "ops",
      request: "POST /info",
      says: "no word of a policy opens it: dockerd serves this path with GET only",
    },
    { client: "ops", request: "GET /containers/%zz", says: "no word of a policy opens it" },
    {
      client: "dashboard",
      request: "POST /containers/create?name=buildx_buildkit_x",
      says: "add Grpc and Session to clients.dashboard.allow, and add buildkit to its powers (clients.dashboard.powers, beside default), or use",
    },
    {
      client: "podman",
      request: "POST /images/create?fromImage=moby/buildkit&tag=buildx-stable-1",
      says: "add GRPC=1 and SESSION=1 to clients.podman.switches, and add buildkit to its powers (clients.podman.powers, beside default), or use",
    },
    {
      client: "dashboard",
      request: "POST /images/create?fromImage=a&platform=x&repo=y&fromSrc=http://x/",
      says: "to its powers (clients.dashboard.powers, beside default).",
    },
  ])("$client: $request", async ({ client, request, says }) => {
    const { code, stdout } = await withPolicy(POLICY).run([
      "check",
      ...request.split(" "),
      "--client",
      client,
    ]);
    expect(stdout).toContain(says);
    expect(stdout).not.toMatch(/QUAYGATE_|setting opens/u);
    expect(code).toBe(1);
  });

  test("what is held, too", async () => {
    const { run } = withPolicy(POLICY);
    expect((await run(["check", "POST", "/build", "--client", "wide"])).stdout).toContain(
      "may ask for anything: clients.wide.powers is all\n",
    );
    expect((await run(["check", "GET", "/containers/json", "--client", "traefik"])).stdout).toContain(
      "(as far as clients.traefik.powers allows)\n",
    );
  });
});

describe("what is let through in mode: warn alone ends with 1, and what would be denied is said", () => {
  const create = ["check", "POST", "/containers/create", "--client", "trial"];

  test("an operation that is closed", async () => {
    const { code, stdout } = await withPolicy(POLICY).run([
      "check",
      "POST",
      "/containers/x/start",
      "--client",
      "trial",
    ]);
    expect(code).toBe(1);
    expect(linesOf(stdout)).toEqual([
      "client trial, who is a container with the label role=trial",
      "let through, and recorded (mode: warn): ContainerStart (POST /containers/{id}/start) is not allowed for this client: needs ContainerStart (or containers:lifecycle) in clients.trial.allow",
      "exposes: starts any existing container",
    ]);
  });

  test("a power in the body", async () => {
    const { code, stdout } = await withPolicy(POLICY).run([...create, "--body", "-"], BODY);
    expect(code).toBe(1);
    expect(stdout).toContain(
      "let through, and recorded (mode: warn): ContainerCreate asks for the power bind:/srv/x (HostConfig.Binds[0] = /srv/x:/x), " +
        "which this client does not hold. To allow it, add bind:/srv/x to its powers (clients.trial.powers, beside default).",
    );
    expect(stdout).toContain("asks for: bind:/srv/x (HostConfig.Binds[0] = /srv/x:/x), which is not held");
  });

  test("a power in the query, whatever the body is", async () => {
    const [word = "", method = "", path = "", ...others] = create;
    const { code, stdout } = await withPolicy(POLICY).run([word, method, `${path}?x=1`, ...others]);
    expect([code, stdout]).toEqual([
      1,
      expect.stringContaining("recorded (mode: warn): ContainerCreate asks for"),
    ]);
  });

  test("and nothing of what is held", async () => {
    const { code, stdout } = await withPolicy(POLICY).run([...create, "--body", "-"], '{"Image":"nginx"}');
    expect(code).toBe(0);
    expect(stdout).toContain("allowed: ContainerCreate");
  });
});

describe("what passes by the ceiling of a client that learns alone ends with 1, and what its grant lacks is said", () => {
  const learner = ["--client", "learner"];

  test("an operation that is closed", async () => {
    const { code, stdout } = await withPolicy(POLICY).run(["check", "GET", "/containers/x/json", ...learner]);
    expect(code).toBe(1);
    expect(linesOf(stdout)).toEqual([
      "client learner, who calls from 10.0.0.3",
      "let through, and recorded (mode: learn): ContainerInspect (GET /containers/{id}/json), by the ceiling of learn (default)",
      "exposes: environment values, mounts and addresses of every container",
      "its grant alone does not open it: needs ContainerInspect (or containers:read) in clients.learner.allow",
    ]);
  });

  test("with no more powers than default, whatever it holds", async () => {
    const create = ["check", "POST", "/containers/create", ...learner, "--body", "-"];
    const { code, stdout } = await withPolicy(POLICY).run(create, BODY);
    expect(code).toBe(1);
    expect(stdout).toContain(
      "To allow it, add bind:/srv/x to its powers (clients.learner.powers; and open ContainerCreate in clients.learner.allow, for what only the ceiling of learn opens has no more than default).",
    );
  });

  test("and nothing of what is held", async () => {
    const { code, stdout } = await withPolicy(POLICY).run(["check", "GET", "/containers/json", ...learner]);
    expect([code, stdout]).toEqual([
      0,
      expect.stringContaining("allowed: ContainerList (GET /containers/json), by ContainerList"),
    ]);
  });

  test("what is beyond both is refused, with the place of the ceiling", async () => {
    const { code, stdout } = await withPolicy(POLICY).run([
      "check",
      "POST",
      "/containers/x/exec",
      ...learner,
    ]);
    expect(code).toBe(1);
    expect(stdout).toContain(
      "needs ContainerExec (or exec) in clients.learner.allow; it is beyond the ceiling of learn too (clients.learner.within)",
    );
  });
});

describe("check ends with 2 and says what is wrong with", () => {
  test.each([
    {
      words: [],
      says: `check wants to know who asks, by --client NAME or --from ADDRESS: the clients of FILE are ${NAMES}`,
    },
    { words: ["--client", "traefk"], says: "there is no client traefk in FILE; did you mean traefik?" },
    { words: ["--client", "x"], says: `there is no client x in FILE; the clients of FILE are ${NAMES}` },
    { words: ["--client"], says: "check --client wants the name of a client" },
    { words: ["--from"], says: "check --from wants an address, such as 172.25.0.3" },
    {
      words: ["--from", "traefik"],
      says: "check --from wants an address, such as 172.25.0.3, and got traefik",
    },
    {
      words: ["--from", "10.0.0.0/8"],
      says: "check --from wants an address, such as 172.25.0.3, and got 10.0.0.0/8",
    },
    { words: ["--to"], says: "check --to wants a place where the gate listens, such as tcp://0.0.0.0:2375" },
    {
      words: ["--to", "tcp://127.0.0.1:2375"],
      says: "check wants --from ADDRESS too: tcp://127.0.0.1:2375 belongs to no client of FILE alone",
    },
    {
      words: ["--from", "10.0.0.1", "--to", "tcp://127.0.0.1:1"],
      says: "the gate does not listen on tcp://127.0.0.1:1, but on tcp://127.0.0.1:2375, unix:///run/ci.sock, unix:///run/any.sock, tcp://172.25.0.2:2376",
    },
    {
      words: ["--from", "10.0.0.1", "--to", "unix:///run/any.sock"],
      says: "who connects to unix:///run/any.sock has no address: leave --from away",
    },
    {
      words: ["--client", "ops", "--from", "10.0.0.1"],
      says: "check takes --client, or --from and --to: a client that is named is not looked for",
    },
    { words: ["--client", "ops", "--client", "ops"], says: "check takes --client once" },
  ])("$words", async ({ words, says }) => {
    const { file, run } = withPolicy(POLICY);
    expect(await run(["check", "GET", "/containers/json", ...words])).toEqual({
      code: 2,
      stdout: "",
      stderr: `quaygate: ${says.replaceAll("FILE", file)}\n`,
    });
  });

  test.each([
    { option: "--client", words: ["--client", "traefik"] },
    { option: "--from", words: ["--from", "10.0.0.1"] },
    { option: "--to", words: ["--to", "tcp://127.0.0.1:2375"] },
  ])("$option without a policy file", async ({ option, words }) => {
    expect(await quaygate(["check", "GET", "/info", ...words])).toEqual({
      code: 2,
      stdout: "",
      stderr: `quaygate: check ${option} wants a policy file (QUAYGATE_POLICY): without one there is one client, whoever calls\n`,
    });
  });
});
