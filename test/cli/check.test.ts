import { describe, expect, test } from "vitest";
import { quaygate } from "./quaygate-command.ts";

interface Row {
  readonly name: string;
  readonly switches?: Readonly<Record<string, string>>;
  readonly request: string;
  readonly says: readonly string[];
}

const allowed: readonly Row[] = [
  {
    name: "a read that a switch opens",
    switches: { CONTAINERS: "1" },
    request: "GET /containers/json",
    says: [
      "allowed: ContainerList (GET /containers/json), by CONTAINERS=1",
      "exposes: names, labels, commands, mounts and addresses of every container",
      "may ask for anything: QUAYGATE_POWERS is all, as it is when it is not set",
    ],
  },
  {
    name: "a method in lower case, a version and a query",
    switches: { POST: "1", ALLOW_START: "1" },
    request: "post /v1.47/containers/web/start?detachKeys=x",
    says: [
      "allowed: ContainerStart (POST /containers/{id}/start), by POST=1 and ALLOW_START=1",
      "exposes: starts any existing container",
      "may ask for anything: QUAYGATE_POWERS is all, as it is when it is not set",
    ],
  },
  {
    name: "a name over several segments",
    switches: { IMAGES: "1" },
    request: "GET /images/ghcr.io/owner/name/json",
    says: [
      "allowed: ImageInspect (GET /images/{name}/json), by IMAGES=1",
      "exposes: environment values and labels of every image",
    ],
  },
];

const UNKNOWN = "the Engine API has no such endpoint that this version of quaygate knows";

const refused: readonly Row[] = [
  {
    name: "a write without POST, naming both switches",
    request: "POST /containers/create",
    says: [
      "quaygate: ContainerCreate (POST /containers/create) is not allowed for this client: needs POST=1 and CONTAINERS=1",
    ],
  },
  {
    name: "the builder that buildx makes where BuildKit is refused, naming what opens that",
    switches: { CONTAINERS: "1" },
    request: "POST /containers/create?name=buildx_buildkit_default",
    says: [
      "quaygate: ContainerCreate (POST /containers/create) is not allowed for this client: docker buildx asks for this builder of its own where the engine's BuildKit is refused. To build without it, set POST=1 and GRPC=1 and SESSION=1, or use the classic builder (DOCKER_BUILDKIT=0).",
    ],
  },
  {
    name: "a write with POST alone, naming the switch that is missing",
    switches: { POST: "1", NETWORKS: "1" },
    request: "POST /v1.41/containers/create?name=web",
    says: [
      "quaygate: ContainerCreate (POST /containers/create) is not allowed for this client: needs CONTAINERS=1",
    ],
  },
  {
    name: "a write that several switches would open",
    switches: { POST: "1", NETWORKS: "1" },
    request: "POST /containers/web/stop",
    says: [
      "quaygate: ContainerStop (POST /containers/{id}/stop) is not allowed for this client: " +
        "needs one of ALLOW_STOP=1, ALLOW_RESTARTS=1, CONTAINERS=1",
    ],
  },
  {
    name: "what no setting opens",
    switches: { POST: "1", NETWORKS: "1" },
    request: "OPTIONS /containers/json",
    says: ["quaygate: RouteOptions (OPTIONS /{route}) is not allowed for this client: no setting opens it"],
  },
  {
    name: "a path that dockerd serves with another method",
    request: "POST /info",
    says: [
      `quaygate: POST /info is refused: ${UNKNOWN}`,
      "no setting opens it: dockerd serves this path with GET only",
    ],
  },
  {
    name: "a path that dockerd never serves",
    request: "GET /containers/json/",
    says: [
      `quaygate: GET /containers/json/ is refused: ${UNKNOWN}`,
      "no setting opens it: dockerd serves nothing at this path",
    ],
  },
  {
    name: "a path that is not canonical",
    request: "GET /containers/../info",
    says: ["quaygate: GET /containers/../info is refused: the path has a dot segment", "no setting opens it"],
  },
  {
    name: "a path with two slashes at its start",
    request: "GET //containers/json",
    says: [
      "quaygate: GET //containers/json is refused: the target is not a path that starts with one slash",
      "no setting opens it",
    ],
  },
  {
    name: "a path that is too long",
    switches: { CONTAINERS: "1" },
    request: `GET /containers/${"a".repeat(8192)}/json`,
    says: [
      `quaygate: ContainerInspect (GET /containers/${"a".repeat(188)}...) is refused: the path is longer than 8192 bytes`,
      "no setting opens it",
    ],
  },
  {
    name: "a version that is too old",
    request: "GET /v1.23/info",
    says: [
      "quaygate: GET /v1.23/info is refused: API version 1.23 is too old: the oldest that is let through is 1.24",
      "no setting opens it",
    ],
  },
];

const LIST = "ContainerList (GET /containers/json) is refused: ";
const ESCAPE = "the query holds a ; or an escape that is not two hexadecimal digits";
const BYTES = "the target holds a space, #, \\, a control character or a byte beyond ASCII";

const output = (lines: readonly string[]): string => lines.map((line) => `${line}\n`).join("");

describe("check ends with 0 and says what allows the request", () => {
  test.each(allowed)("$name", async ({ switches = {}, request, says }) => {
    const result = await quaygate(["check", ...request.split(" ")], switches);
    expect(result).toEqual({ code: 0, stdout: output(says), stderr: "" });
  });
});

describe("check ends with 1 and says why the request is not allowed", () => {
  test.each(refused)("$name", async ({ switches = {}, request, says }) => {
    const result = await quaygate(["check", ...request.split(" ")], switches);
    expect(result).toEqual({ code: 1, stdout: output(says), stderr: "" });
  });
});

describe("check says of a request that the gate can't read what the gate would say", () => {
  test.each([
    {
      name: "a semicolon in the query",
      words: ["GET", "/containers/json?all=1;x=2"],
      says: `${LIST}${ESCAPE}`,
    },
    { name: "an escape that is none", words: ["GET", "/containers/json?a=%zz"], says: `${LIST}${ESCAPE}` },
    { name: "a space", words: ["GET", "/containers/json?a=b c"], says: `${LIST}${BYTES}` },
    { name: "a letter beyond ASCII", words: ["GET", "/containers/json?a=é"], says: `${LIST}${BYTES}` },
    { name: "a letter beyond Latin-1", words: ["GET", "/containers/json?a=ž"], says: `${LIST}${BYTES}` },
    {
      name: "a line end",
      words: ["GET", "/containers/json\nHost: x"],
      says: `the request is refused: ${BYTES}`,
    },
  ])("$name", async ({ words, says }) => {
    const result = await quaygate(["check", ...words], { CONTAINERS: "1" });
    expect(result).toEqual({
      code: 1,
      stdout: output([`quaygate: ${says}`, "no setting opens it"]),
      stderr: "",
    });
  });

  test("a long body where none means anything", async () => {
    const words = ["check", "DELETE", "/containers/x", "--body", "-"];
    const switches = { POST: "1", CONTAINERS: "1" };
    const limit = 64 * 1024;
    const reason = `a body with DELETE may be no longer than ${limit} bytes, and must tell its length`;
    const { code, stdout } = await quaygate(words, switches, "x".repeat(limit + 1));
    expect([code, stdout]).toEqual([
      1,
      output([
        `quaygate: ContainerDelete (DELETE /containers/x) is refused: ${reason}`,
        "no setting opens it",
      ]),
    ]);
    expect((await quaygate(words, switches, "{}")).code).toBe(0);
  });
});

test("check warns of a switch that looks on, beside the answer", async () => {
  const { code, stderr } = await quaygate(["check", "GET", "/containers/json"], { CONTAINERS: "true" });
  expect([code, stderr]).toEqual([
    1,
    "warning: CONTAINERS=true is off: a switch is on when it is CONTAINERS=1\n",
  ]);
});

describe("check ends with 2 and says what it wants", () => {
  const usage = "quaygate: check wants a method and a path, such as: quaygate check GET /containers/json\n";

  test.each([
    { name: "nothing", words: [] },
    { name: "a method alone", words: ["GET"] },
    { name: "a path alone", words: ["/info"] },
    { name: "another method", words: ["PATCH", "/info"] },
    { name: "a path without a slash", words: ["GET", "info"] },
    { name: "a word too many", words: ["GET", "/info", "/version"] },
  ])("given $name", async ({ words }) => {
    expect(await quaygate(["check", ...words])).toEqual({ code: 2, stdout: "", stderr: usage });
  });
});
