import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { openEngine } from "./engine.ts";
import { linesOf, quaygate, type QuaygateResult, testFolder } from "./quaygate-command.ts";
import { answerEach } from "../support/scripted-engine.ts";
import { openGate } from "../proxy/rig.ts";
import { refusalOf, statusOf } from "../support/raw-peer.ts";

const CREATE = "/v1.47/containers/create";
const OPEN = { POST: "1", CONTAINERS: "1", VOLUMES: "1", IMAGES: "1" };
const ALLOWED = "allowed: ContainerCreate (POST /containers/create), by POST=1 and CONTAINERS=1";
const NOT_JUDGED = [
  "not judged: ContainerCreate (POST /containers/create) is open, by POST=1 and CONTAINERS=1",
  "what it asks for stands in its body: give its body with --body to judge what it asks for",
];
const NO_SUCH = "HTTP/1.1 404 Not Found\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}";

/** A body like docker's, small: it asks for the least that a create can ask for, and for what is added. */
function createBody(added: object = {}): string {
  return JSON.stringify({ Image: "alpine", HostConfig: { NetworkMode: "none", ...added } });
}

const askedAtLeast = [
  "asks for: image:docker.io/library/alpine:latest (Image = alpine)",
  "asks for: network:none (HostConfig.NetworkMode = none)",
];

/** Runs check on a create with a body in a file. */
function checkCreate(powers: string, body: string, query = ""): Promise<QuaygateResult> {
  const file = join(testFolder(), "create.json");
  writeFileSync(file, body);
  const settings = { ...OPEN, ...(powers === "" ? {} : { QUAYGATE_POWERS: powers }) };
  return quaygate(["check", "POST", `${CREATE}${query}`, "--body", file], settings);
}

/** What the real gate answers to the same; the engine knows nothing that a request names, and answers all else well. */
async function askGate(powers: string, body: string, query = ""): Promise<string> {
  const engine = await openEngine(answerEach(NO_SUCH));
  const { ask } = await openGate("unix", { ...OPEN, QUAYGATE_POWERS: powers }, engine);
  const length = Buffer.byteLength(body);
  const head = `POST ${CREATE}${query} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: ${length}\r\n\r\n`;
  const answer = await ask(`${head}${body}`);
  return statusOf(answer) === 404 ? "" : refusalOf(answer).message;
}

describe("check with a body says what the request asks for, and that it is allowed", () => {
  test.each([
    { name: "with the powers that it needs", powers: "default,privileged", added: { Privileged: true } },
    { name: "with all powers, of which there are no fewer without the setting", powers: "", added: {} },
    { name: "with no power but those", powers: "none,image:alpine,network:none,user,command,entrypoint" },
  ])("$name", async ({ powers, added = {} }) => {
    const { code, stdout, stderr } = await checkCreate(powers, createBody(added));
    expect([code, stderr]).toEqual([0, ""]);
    expect(linesOf(stdout)[0]).toBe(ALLOWED);
    expect(linesOf(stdout)).toEqual(expect.arrayContaining(askedAtLeast));
    expect(linesOf(stdout)[2]).toBe(
      powers === ""
        ? "may ask for anything: QUAYGATE_POWERS is all, as it is when it is not set"
        : askedAtLeast[0],
    );
    expect(stdout).not.toContain("not held");
  });

  test("and names what the engine would be asked", async () => {
    const body = createBody({ Binds: ["data:/data"], NetworkMode: "apps" });
    const { code, stdout } = await checkCreate("default", body);
    expect(code).toBe(0);
    expect(linesOf(stdout)).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/^asks for: volume:data \(/u),
        expect.stringMatching(/^asks for: network:apps \(/u),
        "the engine would be asked what the volume data is; here it is taken for a new one",
        "the engine would be asked what the network apps is; here it is taken for a new one",
      ]),
    );
  });

  test("and takes an engine for one whose containers have control groups of their own", async () => {
    const { code, stdout } = await checkCreate("default", createBody({ CgroupnsMode: "host" }));
    expect(code).toBe(1);
    expect(stdout).toContain("add host:cgroupns to its powers");
    expect(linesOf(stdout)).toContain(
      "the engine would be asked whether every container has host:cgroupns; here it is taken for a usual one",
    );
    expect((await checkCreate("default,host:cgroupns", createBody({ CgroupnsMode: "host" }))).code).toBe(0);
  });

  test("and takes an engine for one that makes all below a read-only path so", async () => {
    const { code, stdout } = await checkCreate("default,bind:/srv:ro", createBody({ Binds: ["/srv:/x:ro"] }));
    expect(code).toBe(0);
    expect(linesOf(stdout)).toEqual(
      expect.arrayContaining([
        "asks for: bind:/srv:ro (HostConfig.Binds[0] = /srv:/x:ro)",
        expect.stringMatching(
          /^the engine would be asked whether it has API 1\.44 .*; here it is taken for a usual one$/u,
        ),
      ]),
    );
  });

  test("and hides what a command says, in which passwords stand", async () => {
    const body = JSON.stringify({ Image: "alpine", Cmd: ["login", "hunter2"], Entrypoint: ["hunter2"] });
    const { stdout } = await checkCreate("none", body);
    expect(linesOf(stdout).slice(1).join()).not.toContain("hunter2");
    expect(linesOf(stdout).slice(1)).toEqual(
      expect.arrayContaining(["asks for: command (Cmd), which is not held"]),
    );
  });

  test("on standard input", async () => {
    const words = ["check", "POST", CREATE, "--body", "-"];
    const settings = { ...OPEN, QUAYGATE_POWERS: "default" };
    const allowed = await quaygate(words, settings, createBody());
    expect([allowed.code, linesOf(allowed.stdout)[0]]).toEqual([0, ALLOWED]);
    const denied = await quaygate(words, settings, createBody({ Privileged: true }));
    expect(denied.code).toBe(1);
  });
});

describe("check ends with 1 and says the very sentence that the gate answers", () => {
  test.each([
    { name: "to a privileged container", powers: "default", body: createBody({ Privileged: true }) },
    { name: "to a path of the host", powers: "default", body: createBody({ Binds: ["/etc:/x"] }) },
    {
      name: "to several things",
      powers: "default",
      body: createBody({ PidMode: "host", CapAdd: ["SYS_ADMIN"], Privileged: true, IpcMode: "host" }),
    },
    { name: "to another image", powers: "default,-image,image:texlive/*", body: createBody() },
    {
      name: "to a volume by its name",
      powers: "default,-volume",
      body: createBody({ Binds: ["data:/data"] }),
    },
    { name: "to a name in the query", powers: "default,-name", body: createBody(), query: "?name=web" },
    { name: "to a key that stands twice in the query", powers: "none", body: "{}", query: "?name=a&name=b" },
    { name: "to a body that is no JSON", powers: "default", body: "{'Image': 'alpine'}" },
    { name: "to a key that stands twice", powers: "default", body: '{"Image":"alpine","Image":"alpine"}' },
    { name: "to a key in two spellings", powers: "default", body: '{"Image":"alpine","image":"web"}' },
    { name: "to a field that nobody knows", powers: "default", body: createBody({ NewThing: true }) },
  ])("$name", async ({ powers, body, query = "" }) => {
    const { code, stdout } = await checkCreate(powers, body, query);
    const [sentence = ""] = linesOf(stdout);
    const answered = await askGate(powers, body, query);
    expect(answered).not.toBe("");
    // Here nobody calls: the address is the difference.
    expect(sentence.replace("this client", "SOMEBODY")).toBe(
      answered.replace(/local socket|unix:\S+/u, "SOMEBODY"),
    );
    expect(code).toBe(1);
  });

  test("and marks what is not held of all that is asked for", async () => {
    const { stdout } = await checkCreate("default", createBody({ Privileged: true }));
    expect(linesOf(stdout).slice(1)).toEqual(
      expect.arrayContaining([
        ...askedAtLeast,
        "asks for: privileged (HostConfig.Privileged = true), which is not held",
      ]),
    );
  });

  test("that a body is too large to be judged", async () => {
    const { code, stdout } = await checkCreate("default", `{"Image":"${"a".repeat(4 * 1024 * 1024)}"}`);
    expect([code, linesOf(stdout)]).toEqual([
      1,
      ["quaygate: the body is longer than the 4194304 bytes that can be judged"],
    ]);
  });
});

describe("check without a body never says allowed of a request whose body decides", () => {
  test("but that it can't judge, with 1", async () => {
    const { code, stdout } = await quaygate(["check", "POST", CREATE], {
      ...OPEN,
      QUAYGATE_POWERS: "default",
    });
    expect([code, linesOf(stdout).slice(0, 2)]).toEqual([1, NOT_JUDGED]);
    expect(stdout).not.toContain("allowed");
  });

  test("but what its query asks for is judged", async () => {
    const settings = { ...OPEN, QUAYGATE_POWERS: "default,-name" };
    const { code, stdout } = await quaygate(["check", "POST", `${CREATE}?name=web`], settings);
    expect([code, linesOf(stdout)[0]]).toEqual([
      1,
      "quaygate: ContainerCreate asks for the power name:web (?name = web), which this client does not hold. To allow it, add name:web to its powers (QUAYGATE_POWERS).",
    ]);
  });

  test("unless an empty file says that it has none", async () => {
    const settings = { ...OPEN, QUAYGATE_POWERS: "default" };
    const start = ["check", "POST", "/containers/web/start"];
    expect((await quaygate(start, settings)).code).toBe(1);
    const { code, stdout } = await quaygate([...start, "--body", "/dev/null"], settings);
    expect([code, linesOf(stdout)[0]]).toEqual([
      0,
      "allowed: ContainerStart (POST /containers/{id}/start), by POST=1 and CONTAINERS=1",
    ]);
  });

  test("and with all powers it is allowed, whatever it is", async () => {
    const { code, stdout } = await quaygate(["check", "POST", CREATE], { ...OPEN, QUAYGATE_POWERS: "all" });
    expect([code, linesOf(stdout)[0]]).toEqual([0, ALLOWED]);
    expect(stdout).toContain("may ask for anything: QUAYGATE_POWERS is all");
  });

  test("and with all that it may ask for, it is allowed", async () => {
    const settings = { ...OPEN, QUAYGATE_POWERS: "all,-volumes-from" };
    const { code, stdout } = await quaygate(["check", "POST", "/containers/web/rename?name=x"], settings);
    expect(code).toBe(0);
    expect(stdout).toContain("may ask for anything: all that such a request can ask for is held");
    expect(stdout).toContain("asks for: name:x (?name = x)");
  });
});

test("check says that a body is not looked into where the gate passes it on unread", async () => {
  const { code, stdout } = await quaygate(
    ["check", "POST", "/containers/web/kill", "--body", "-"],
    { ...OPEN, QUAYGATE_POWERS: "none" },
    "{}",
  );
  expect(code).toBe(0);
  expect(linesOf(stdout)).toContain("its body is not looked into");
});

test("check with all powers says why it can't tell what a body asks for", async () => {
  const { code, stdout } = await checkCreate("all", "{");
  expect(code).toBe(0);
  expect(stdout).toContain(
    "what this one asks for can't be told: the body can't be judged: it is not JSON\n",
  );
});

describe("check ends with 2 where it can't have the body", () => {
  test.each([
    {
      name: "no file behind the option",
      words: ["--body"],
      says: "check --body wants a file, or - for standard input",
    },
    {
      name: "no such file",
      words: ["--body", "/nonexistent/x"],
      says: "/nonexistent/x: there is no such file",
    },
    { name: "a folder", words: ["--body", "/"], says: "/: is a folder" },
  ])("$name", async ({ words, says }) => {
    expect(await quaygate(["check", "POST", CREATE, ...words], OPEN)).toEqual({
      code: 2,
      stdout: "",
      stderr: `quaygate: ${says}\n`,
    });
  });
});
