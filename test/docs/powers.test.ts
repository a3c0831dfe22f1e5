import { spawnSync } from "node:child_process";
import { describe, expect, test } from "vitest";
import { INTRODUCTION } from "../../scripts/powers-introduction.ts";
import { askersOf, EXAMPLES, PDF_POWERS, POWERS_PAGE, renderPowersPage } from "../../scripts/powers-page.ts";
import { readSettings } from "../../src/config/read-settings.ts";
import { explainReport, reportOf } from "../../src/config/report.ts";
import { parseJson } from "../../src/docker/json/parse.ts";
import { largestJudgedBody } from "../../src/docker/limits.ts";
import type { OperationName } from "../../src/docker/operations.ts";
import { Asking } from "../../src/docker/powers/asking.ts";
import { type Noun, nouns } from "../../src/docker/powers/nouns.ts";
import { operationPowers } from "../../src/docker/powers/operations.ts";
import { nounsOf } from "../../src/docker/powers/operation-powers.ts";
import { openEngine } from "../cli/engine.ts";
import { linesOf, quaygate } from "../cli/quaygate-command.ts";
import { settingsOf } from "../examples/example.ts";
import { everyNoun, holds, powerSet } from "../policy/powers.ts";
import { openGate } from "../proxy/rig.ts";
import { docker } from "../support/docker-cli.ts";
import { codeIn, readDocument, rowsOfTable } from "./document.ts";

const text = readDocument(POWERS_PAGE);
const hasDocker = spawnSync("docker", ["--version"]).status === 0;
const OPEN = { POST: "1", CONTAINERS: "1", IMAGES: "1", PING: "1" };

test("the page of powers is what the script writes: npx tsx scripts/powers-page.ts", () => {
  expect(text).toBe(renderPowersPage());
});

describe("the lists on the page of powers", () => {
  const rows = rowsOfTable(INTRODUCTION, "list").map(([list = "", gives = "", not = ""]) => ({
    list: codeIn(list).join(),
    gives: codeIn(gives),
    not: codeIn(not),
  }));

  test("are seen, each with what it gives and what not", () => {
    expect(rows.length).toBeGreaterThan(10);
    expect(rows.filter(({ gives, not }) => gives.length === 0 || not.length === 0)).toEqual([]);
  });

  test.each(rows)("$list gives just what it says", ({ list, gives, not }) => {
    expect(gives.filter((power) => !holds(list, power))).toEqual([]);
    expect(not.filter((power) => holds(list, power))).toEqual([]);
  });

  test.each([
    {
      claim: "a list that begins with no set begins with none",
      list: "bind:/srv",
      not: ["image:docker.io/library/a:1"],
    },
    {
      claim: "an image by its id needs all images",
      list: "default,-image,image:docker.io/**",
      not: ["image:sha256:0a"],
    },
    {
      claim: "or that very id",
      list: "none,image:sha256:0a",
      gives: ["image:sha256:0a"],
      not: ["image:sha256:0b"],
    },
    {
      claim: "ALL needs all capabilities",
      list: "none,cap:*_ADMIN",
      gives: ["cap:SYS_ADMIN"],
      not: ["cap:ALL"],
    },
    { claim: "a capability in any case", list: "none,cap:cap_net_admin", gives: ["cap:NET_ADMIN"] },
    {
      claim: "a comma, a star and a colon by escapes",
      list: "none,bind:/a%2C%2A%3Ab",
      gives: ["bind:/a%2C%2A%3Ab"],
    },
    {
      claim: "the last entry decides",
      list: "all,-bind,bind:/srv",
      gives: ["bind:/srv"],
      not: ["bind:/etc"],
    },
    { claim: "all includes what nobody knows", list: "all", gives: ["field:HostConfig.NewThing"] },
    { claim: "and default does not", list: "default", not: ["field:HostConfig.NewThing", "buildkit"] },
  ])("are read as it says: $claim", ({ list, gives = [], not = [] }) => {
    expect(gives.filter((power) => !holds(list, power))).toEqual([]);
    expect(not.filter((power) => holds(list, power))).toEqual([]);
  });
});

describe("the vocabulary on the page of powers", () => {
  test.each(everyNoun)("has %s with an example that a list can have, and that is no more than it", (noun) => {
    const example = EXAMPLES[noun];
    expect(example.split(":", 1)).toEqual([noun]);
    expect(powerSet(`none,${example}`).entries).toHaveLength(2);
    expect(powerSet(`none,${example}`).holdsAll(noun)).toBe(!example.includes(":"));
  });

  test.each(everyNoun)("says of %s what default gives", (noun) => {
    const [, , told = ""] =
      new RegExp(`^### (${noun})$[^#]*?^- In \`default\`: (.*)\\.$`, "mu").exec(text) ?? [];
    const [, cell = ""] =
      rowsOfTable(text, "power").find(([name]) => name === `[\`${noun}\`](#${noun})`) ?? [];
    expect([told, told.replace(/ but .*$/u, ` but [orders](#${noun})`)]).toContain(cell);
    const [given = "", taken = "", still = ""] = told.split(/(?: |^)(?:but|and yet) /u);
    const set = powerSet("default");
    const values = (list: string): readonly string[] =>
      codeIn(list).map((value) => value.replaceAll("*", "x"));
    expect(told === "all").toBe(set.holdsAll(noun));
    expect(values(given).filter((value) => !set.holds({ noun, value }))).toEqual([]);
    expect(values(taken).filter((value) => set.holds({ noun, value }))).toEqual([]);
    expect(values(still).filter((value) => !set.holds({ noun, value }))).toEqual([]);
    expect(set.holds({ noun, value: nouns[noun].kind === "word" ? "" : "another" })).toBe(
      given.startsWith("all"),
    );
  });

  test("has an operation that asks for each, but for fields that are not known", () => {
    expect(everyNoun.filter((noun) => noun !== "field" && askersOf(noun).length === 0)).toEqual([]);
  });

  test.each([...operationPowers])("leaves out nothing that %s may ask for", (operation, asks) => {
    const told = everyNoun.filter((noun) => askersOf(noun).some((asker) => asker.operation === operation));
    // What asks for "field:" is said in one sentence.
    const known = (list: readonly Noun[]): readonly Noun[] =>
      list.filter((noun) => noun !== "field").toSorted();
    expect(known(told)).toEqual(known([...nounsOf(asks)]));
  });
});

/** Bodies that ask for much, as clients send them. */
const BODIES: readonly {
  readonly operation: OperationName;
  readonly body: object;
  readonly fewest: number;
}[] = [
  {
    operation: "ContainerCreate",
    fewest: 30,
    body: {
      Image: "alpine",
      User: "0:0",
      Env: ["A=b"],
      Cmd: ["true"],
      Entrypoint: ["sh"],
      Labels: { a: "b" },
      Healthcheck: { Test: ["CMD", "true"] },
      HostConfig: {
        Privileged: true,
        Binds: ["/etc:/x:z", "/srv:/y:rshared"],
        Mounts: [
          { Type: "bind", Source: "/a", Target: "/b", BindOptions: { Propagation: "shared" } },
          { Type: "volume", VolumeOptions: { DriverConfig: { Name: "nfs" } } },
          { Type: "image", Source: "alpine" },
          { Type: "npipe", Source: "x" },
        ],
        VolumesFrom: ["web"],
        CapAdd: ["SYS_ADMIN"],
        Devices: [{ PathOnHost: "/dev/sda" }],
        DeviceCgroupRules: ["a"],
        DeviceRequests: [{ Driver: "cdi", DeviceIDs: ["a/b=c"] }],
        PidMode: "host",
        IpcMode: "container:web",
        NetworkMode: "host",
        CgroupParent: "/x",
        SecurityOpt: ["seccomp=unconfined"],
        MaskedPaths: [],
        Sysctls: { "kernel.shmmax": "1" },
        Runtime: "crun",
        Annotations: { a: "b" },
        LogConfig: { Type: "syslog" },
        PortBindings: { "80/tcp": [{ HostPort: "80" }] },
        PublishAllPorts: true,
        Dns: ["1.1.1.1"],
        ExtraHosts: ["a:1.2.3.4"],
        Links: ["db"],
        GroupAdd: ["1"],
        RestartPolicy: { Name: "always" },
        OomScoreAdj: -1,
      },
      NetworkingConfig: {
        EndpointsConfig: {
          bridge: { Aliases: ["a"], MacAddress: "02:42:ac:11:00:02", DriverOpts: { a: "b" } },
        },
      },
    },
  },
  { operation: "ContainerExec", body: { Privileged: true, Cmd: ["true"], Env: ["A=b"] }, fewest: 4 },
  {
    operation: "VolumeCreate",
    body: { Name: "x", DriverOpts: { type: "none", o: "bind", device: "/etc" }, Labels: { a: "b" } },
    fewest: 3,
  },
  {
    operation: "NetworkCreate",
    body: { Name: "x", Driver: "macvlan", Options: { parent: "eth0" } },
    fewest: 2,
  },
  {
    operation: "ServiceCreate",
    body: {
      TaskTemplate: {
        ContainerSpec: {
          Image: "alpine",
          User: "0",
          Mounts: [{ Type: "bind", Source: "/etc", Target: "/x" }],
        },
      },
    },
    fewest: 3,
  },
];

test.each(BODIES)(
  "the page has every place where a body of $operation asks for something",
  ({ operation, body, fewest }) => {
    const parsed = parseJson(Buffer.from(JSON.stringify(body)));
    const asking = new Asking();
    if (parsed.ok) operationPowers.get(operation)?.body?.judge(parsed.value, asking);
    expect(asking.fault).toBeUndefined();
    const { powers } = asking.asked;
    expect(powers.length).toBeGreaterThanOrEqual(fewest);
    const untold = powers.filter(({ noun, place }) => {
      const path = place.replace(/ = .*$/su, "").replaceAll(/\[[0-9]+\]/gu, "");
      const told = askersOf(noun).find((asker) => asker.operation === operation)?.places ?? [];
      // A key of the client's own stands behind the place; what is absent is asked for by what it would stand in.
      const isTold = (known: string): boolean =>
        path === known ||
        path.startsWith(`${known}.`) ||
        known.startsWith(`${path}.`) ||
        known === "the body";
      return path !== "the body" && !told.some((known) => isTold(known));
    });
    expect(untold).toEqual([]);
  },
);

describe("what the page of powers shows", () => {
  test("of the start report is what it reports", () => {
    const settings = readSettings({ ...OPEN, QUAYGATE_POWERS: "default" }, { terminal: false });
    const lines = settings.ok ? explainReport(reportOf(settings.value)) : [];
    const [line = "nothing"] = /^powers: .*$/mu.exec(text) ?? [];
    expect(lines).toContain(line);
    expect(readDocument("README.md")).toContain(`\`${line}\``);
  });

  test("of lists can be set, in the README too", () => {
    const lists = [...`${text}${readDocument("README.md")}`.matchAll(/\bQUAYGATE_POWERS=([^\s`]+)/gu)].map(
      ([, list = ""]) => list,
    );
    expect(lists.length).toBeGreaterThan(4);
    expect(lists.map((list) => powerSet(list).entries.length).filter((length) => length === 0)).toEqual([]);
  });

  test("of limits is so", () => {
    expect(text).toContain(`up to ${largestJudgedBody / 1024 / 1024} MiB`);
  });

  test("of the example's powers is what the example sets", () => {
    expect(settingsOf("pdf-backend.yaml")["QUAYGATE_POWERS"]).toBe(PDF_POWERS);
    expect(text).toContain(`QUAYGATE_POWERS: ${PDF_POWERS}\n`);
  });

  const inReadme = readDocument("README.md").replaceAll("docker -H tcp://127.0.0.1:2375 ", "docker ");
  const pages = `${text}${inReadme.split("## What a request asks for")[1] ?? ""}`;
  const refusals = [...pages.matchAll(/^\$ docker (run .*)\n(docker: .*)$/gmu)].map(
    ([, words = "", printed = ""]) => ({
      words,
      printed,
      powers: words.includes("--network none") ? PDF_POWERS : "default",
    }),
  );

  test("of refusals is seen", () => {
    expect(refusals.map(({ powers }) => powers)).toEqual([
      ...["default", "default"],
      ...[PDF_POWERS, PDF_POWERS],
      "default",
    ]);
  });

  test.runIf(hasDocker).each(refusals)(
    "is what docker prints: docker $words",
    async ({ words, printed, powers }) => {
      const { gate } = await openGate("tcp", { ...OPEN, QUAYGATE_POWERS: powers }, await openEngine());
      const { code, stderr } = await docker(gate.host, words.split(" "), {
        env: { DOCKER_API_VERSION: "1.41" },
      });
      expect([code, stderr.split("\n")[0]]).toEqual([125, printed]);
    },
  );

  test.runIf(hasDocker)("of `quaygate powers` is what it prints", async () => {
    const [, words = "", shown = ""] = /^\$ quaygate powers -- (.*)\n([^]*?)\n```/mu.exec(text) ?? [];
    const { code, stdout } = await quaygate(["powers", "--", ...words.split(" ")], {
      HOME: "/nonexistent",
      DOCKER_CONFIG: "/nonexistent",
    });
    const [first = "", last = ""] = shown.split("\n...\n");
    expect(code).toBe(0);
    expect(stdout.split("\n")).toEqual(expect.arrayContaining(first.split("\n")));
    expect(stdout.endsWith(`\n${last}\n`)).toBe(true);
  });

  test("of `quaygate check` is what it prints", async () => {
    const [, body = ""] = /echo '(\{.*\})' \|/u.exec(text) ?? [];
    const words = ["check", "POST", "/containers/create", "--body", "-"];
    const judged = await quaygate(words, { ...OPEN, QUAYGATE_POWERS: "default" }, body);
    expect([judged.code, judged.stdout]).toEqual([
      1,
      expect.stringContaining("asks for the power bind:/etc:ro ("),
    ]);
    const host = { Image: "texlive/texlive", HostConfig: { NetworkMode: "none", PidMode: "host" } };
    const { stdout } = await quaygate(words, { ...OPEN, QUAYGATE_POWERS: PDF_POWERS }, JSON.stringify(host));
    expect(text).toContain(`--body create.json\n${linesOf(stdout)[0] ?? "nothing"}\n`);
  });
});
