import { expect, test } from "vitest";
import { refusalOf, settle, statusOf, valuesOf } from "../../support/raw-peer.ts";
import { openRig, READ_CONTAINERS } from "../rig.ts";

interface Refused {
  readonly name: string;
  readonly request: string;
  readonly status: number;
  readonly code: string;
  readonly message: string;
  /** Whether the connection is kept. */
  readonly keeps: boolean;
}

function get(target: string, ...fields: readonly string[]): string {
  return `${[`GET ${target} HTTP/1.1`, "Host: x", ...fields].join("\r\n")}\r\n\r\n`;
}

function post(target: string, ...fields: readonly string[]): string {
  return `${[`POST ${target} HTTP/1.1`, "Host: x", ...fields].join("\r\n")}\r\n\r\n`;
}

const DENIED: readonly Refused[] = [
  {
    name: "an operation that one setting would allow",
    request: get("/v1.41/images/json?all=1"),
    status: 403,
    code: "operation_denied",
    message: "quaygate: ImageList (GET /images/json) is not allowed for 127.0.0.1: needs IMAGES=1",
    keeps: true,
  },
  {
    name: "an operation that two settings would allow",
    request: post("/images/create?fromImage=alpine"),
    status: 403,
    code: "operation_denied",
    message:
      "quaygate: ImageCreate (POST /images/create) is not allowed for 127.0.0.1: needs POST=1 and IMAGES=1",
    keeps: true,
  },
  {
    name: "an operation whose section is open",
    request: post("/containers/create?name=a"),
    status: 403,
    code: "operation_denied",
    message: "quaygate: ContainerCreate (POST /containers/create) is not allowed for 127.0.0.1: needs POST=1",
    keeps: true,
  },
  {
    name: "an operation that names an object, without the object",
    request: get("/images/library/alpine/json"),
    status: 403,
    code: "operation_denied",
    message: "quaygate: ImageInspect (GET /images/{name}/json) is not allowed for 127.0.0.1: needs IMAGES=1",
    keeps: true,
  },
  {
    name: "an operation of another method",
    request: "DELETE /containers/web HTTP/1.1\r\nHost: x\r\n\r\n",
    status: 403,
    code: "operation_denied",
    message: "quaygate: ContainerDelete (DELETE /containers/{id}) is not allowed for 127.0.0.1: needs POST=1",
    keeps: true,
  },
  {
    name: "a path that is no endpoint",
    request: get("/v1.41/containers/web/secrets"),
    status: 403,
    code: "unknown_operation",
    message:
      "quaygate: GET /containers/web/secrets is refused: " +
      "the Engine API has no such endpoint that this version of quaygate knows",
    keeps: true,
  },
  {
    name: "a very long path that is no endpoint, cut short",
    request: get(`/${"a".repeat(1000)}`),
    status: 403,
    code: "unknown_operation",
    message:
      `quaygate: GET /${"a".repeat(199)}... is refused: ` +
      "the Engine API has no such endpoint that this version of quaygate knows",
    keeps: true,
  },
  {
    name: "a path with a dot segment",
    request: get("/containers/%2e%2e/images/json"),
    status: 400,
    code: "bad_path",
    message: "quaygate: GET /containers/%2e%2e/images/json is refused: the path has a dot segment",
    keeps: true,
  },
  {
    name: "a version in another spelling",
    request: get("/v01.41/containers/json"),
    status: 400,
    code: "bad_version",
    message: "quaygate: GET /v01.41/containers/json is refused: the API version must be written like v1.41",
    keeps: true,
  },
  {
    name: "a version that is too old",
    request: get("/v1.23/containers/json"),
    status: 400,
    code: "version_too_old",
    message:
      "quaygate: GET /v1.23/containers/json is refused: API version 1.23 is too old: the oldest that is let through is 1.24",
    keeps: true,
  },
];

const NOT_UNDERSTOOD: readonly Refused[] = [
  {
    name: "a request line that is none",
    request: "GET /version\r\n\r\n",
    status: 400,
    code: "bad_request_line",
    message: "quaygate: the request line is not method, target and version",
    keeps: false,
  },
  {
    name: "the first bytes of TLS",
    request: "\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001\u00fc\u0003\u0003",
    status: 400,
    code: "bad_request_line",
    message: "quaygate: the message does not start with a word",
    keeps: false,
  },
  {
    name: "a method that is none of the API's",
    request: "BREW /version HTTP/1.1\r\nHost: x\r\n\r\n",
    status: 400,
    code: "unsupported_method",
    message: "quaygate: BREW /version is refused: the Engine API has no such method",
    keeps: false,
  },
  {
    name: "another version of HTTP",
    request: "GET /version HTTP/2.0\r\nHost: x\r\n\r\n",
    status: 400,
    code: "unsupported_version",
    message: "quaygate: SystemVersion (GET /version) is refused: only HTTP/1.1 and HTTP/1.0 are spoken here",
    keeps: false,
  },
  {
    name: "a whole URL",
    request: get("http://x/version"),
    status: 400,
    code: "bad_target",
    message: "quaygate: the target is not a path that starts with one slash",
    keeps: false,
  },
  {
    name: "a bare LF",
    request: "GET /version HTTP/1.1\nHost: x\n\n",
    status: 400,
    code: "bad_line_end",
    message: "quaygate: SystemVersion (GET /version) is refused: a line ends in a bare LF instead of CRLF",
    keeps: false,
  },
  {
    name: "a folded field",
    request: get("/version", "X-A: b", " c"),
    status: 400,
    code: "bad_field",
    message: "quaygate: SystemVersion (GET /version) is refused: a field is folded over several lines",
    keeps: false,
  },
  {
    name: "no Host",
    request: "GET /version HTTP/1.1\r\n\r\n",
    status: 400,
    code: "bad_host",
    message:
      "quaygate: SystemVersion (GET /version) is refused: HTTP/1.1 wants one Host, a host name or nothing",
    keeps: false,
  },
  {
    name: "two framings",
    request: post("/build", "Content-Length: 5", "Transfer-Encoding: chunked"),
    status: 400,
    code: "bad_framing",
    message:
      "quaygate: ImageBuild (POST /build) is refused: both Content-Length and Transfer-Encoding are given",
    keeps: false,
  },
  {
    name: "a Connection that hides a field",
    request: get("/version", "Connection: X-Registry-Auth"),
    status: 400,
    code: "bad_connection",
    message:
      "quaygate: SystemVersion (GET /version) is refused: Connection names a field that is not known to concern one connection only",
    keeps: false,
  },
  {
    name: "a GET with a body of unknown length",
    request: get("/version", "Transfer-Encoding: chunked"),
    status: 400,
    code: "unexpected_body",
    message:
      "quaygate: SystemVersion (GET /version) is refused: a body with GET may be no longer than 65536 bytes, and must tell its length",
    keeps: false,
  },
  {
    name: "an unknown expectation",
    request: post("/build", "Expect: the-unexpected"),
    status: 417,
    code: "unsupported_expectation",
    message:
      "quaygate: ImageBuild (POST /build) is refused: the only expectation that can be met is 100-continue",
    keeps: false,
  },
];

const REASONS: Readonly<Record<number, string>> = {
  400: "Bad Request",
  403: "Forbidden",
  417: "Expectation Failed",
};

test.each([...DENIED, ...NOT_UNDERSTOOD])(
  "$name is answered in the form of Docker's own errors",
  async (refused) => {
    const { connect, engine } = await openRig({ env: READ_CONTAINERS });
    const client = await connect();
    await client.send(refused.request);
    const answer = await client.next();
    const { status, code, message, keeps } = refused;
    expect(answer.startLine).toBe(`HTTP/1.1 ${status} ${REASONS[status]}`);
    expect(answer.fields.map(([name]) => name)).toStrictEqual([
      "Content-Type",
      "Date",
      "X-Quaygate-Code",
      "Content-Length",
      ...(keeps ? [] : ["Connection"]),
    ]);
    expect(valuesOf(answer, "content-type")).toStrictEqual(["application/json"]);
    expect(valuesOf(answer, "x-quaygate-code")).toStrictEqual([code]);
    expect(valuesOf(answer, "connection")).toStrictEqual(keeps ? [] : ["close"]);
    expect(answer.body.toString("utf8")).toBe(`${JSON.stringify({ message })}\n`);
    await settle();
    expect(client.unread).toBe("");
    expect(client.ended).toBe(!keeps);
    expect(engine.connections).toHaveLength(0);
  },
);

test.each([
  { name: "that is denied", target: "/info", status: 403 },
  { name: "to no endpoint", target: "/containers/web/json", status: 403 },
  { name: "at a path that is not canonical", target: "/containers/./json", status: 400 },
])("a HEAD $name is answered without the body, with its length and code", async ({ target, status }) => {
  const { connect, engine } = await openRig({ env: READ_CONTAINERS });
  const client = await connect();
  await client.send(`HEAD ${target} HTTP/1.1\r\nHost: x\r\n\r\n`);
  const head = await client.next({ toHead: true });
  expect(statusOf(head)).toBe(status);
  expect(Number(valuesOf(head, "content-length").join())).toBeGreaterThan(20);
  expect(valuesOf(head, "x-quaygate-code")).toHaveLength(1);
  await settle();
  expect(client.unread).toBe("");
  expect(client.over).toBe(false);
  expect(engine.connections).toHaveLength(0);
});

test("the length counts bytes and not characters", async () => {
  const { connect } = await openRig({ env: READ_CONTAINERS });
  const client = await connect();
  await client.send(get("/caf%C3%A9") + get("/images/json"));
  const first = await client.next();
  expect(Number(valuesOf(first, "content-length").join())).toBe(first.body.length);
  expect(refusalOf(first).message).toContain("/caf%C3%A9");
  expect(statusOf(await client.next())).toBe(403);
});

test("the date is one that HTTP knows", async () => {
  const { ask } = await openRig({ env: READ_CONTAINERS });
  const [date = ""] = valuesOf(await ask(get("/images/json")), "date");
  expect(date).toMatch(/^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT$/u);
  expect(new Date(date).toUTCString()).toBe(date);
});

test("nothing that a client sends but its path and its method comes back to it", async () => {
  const { connect } = await openRig({ env: READ_CONTAINERS });
  const client = await connect();
  await client.send(
    get("/images/json?token=secret-query", "X-Registry-Auth: secret-field", "Authorization: secret-login"),
  );
  await client.send(
    "POST /secrets/create HTTP/1.1\r\nHost: secret-host\r\nContent-Length: 11\r\n\r\nsecret-body",
  );
  await client.send("secret-method /version HTTP/1.1\r\nHost: x\r\n\r\n");
  await client.untilOver();
  expect(client.text.split("HTTP/1.1 ")).toHaveLength(4);
  expect(client.text).not.toMatch(/secret-/u);
});

test("text for a terminal or for a log does not come back as such", async () => {
  const { ask } = await openRig({ env: READ_CONTAINERS });
  const answer = await ask(get("/a%22%7D%20%3Cb%3E%E2%80%AEx"));
  expect(answer.body.toString("utf8")).toBe(
    `{"message":"quaygate: GET /a%22%7D%20%3Cb%3E%E2%80%AEx is refused: ` +
      'the Engine API has no such endpoint that this version of quaygate knows"}\n',
  );
});

test("a refused socket of the engine's tells a client of a unix socket where the gate is", async () => {
  const env = { ...READ_CONTAINERS, POST: "1", QUAYGATE_POWERS: "default" };
  const { ask, gate } = await openRig({ env, client: "unix" });
  const body = JSON.stringify({ HostConfig: { Binds: ["/var/run/docker.sock:/var/run/docker.sock"] } });
  const answer = await ask(
    `POST /containers/create HTTP/1.1\r\nHost: x\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
  );
  const { message } = refusalOf(answer);
  expect(message).toContain("bind:/var/run/docker.sock is root on the host, past this gate. ");
  expect(message).toContain(
    ` For the Docker API, set DOCKER_HOST to this gate: ${gate.records[0]?.address}.`,
  );
  expect(message).not.toMatch(/add [a-z,:/.]*bind/u);
});
