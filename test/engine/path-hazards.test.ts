import { beforeAll, describe, expect, test } from "vitest";
import type { SocketAddress } from "../../src/kernel/address.ts";
import { hasEngine, useOwnEngine } from "../support/engine-gate.ts";
import { converse, EngineWitness } from "../support/engine-witness.ts";
import { type Message, refusalOf, statusOf, valuesOf } from "../support/raw-peer.ts";

interface Row {
  readonly name: string;
  /** Method and target, one character a byte. */
  readonly line: string;
  /** Further field lines. */
  readonly fields?: string;
  /** What dockerd answers to these very bytes: the status, and where it redirects to or what it says. */
  readonly engine: string | RegExp;
  /** What dockerd is called for behind the gate, or the status and the code that the gate refuses with. */
  readonly gate: string;
}

const NO_PAGE = "404 page not found";

function noContainer(name: string): string {
  return `404 No such container: ${name}`;
}

/** One spelling after another that dockerd reads as a path, and the one spelling that leaves the gate. */
const decodedOnce: readonly Row[] = [
  ["an escaped separator", "GET /containers%2fjson", "200", "GET /containers/json"],
  [
    "an escaped separator behind a name",
    "GET /containers/e1%2Fjson",
    noContainer("e1"),
    "GET /containers/e1/json",
  ],
  ["an escaped letter", "GET /%5fping", "200", "GET /_ping"],
  ["an escaped digit of the version", "GET /v%31.41/_ping", "200", "GET /v1.41/_ping"],
  ["an escaped separator behind the version", "GET /v1.41%2f_ping", "200", "GET /v1.41/_ping"],
  ["an escaped v", "GET /%761.41/_ping", "200", "GET /v1.41/_ping"],
  [
    "an escape of an escape",
    "GET /containers/%252fjson/json",
    noContainer("%2fjson"),
    "GET /containers/%252fjson/json",
  ],
  ["an escaped space", "GET /containers/a%20b/json", noContainer("a b"), "GET /containers/a%20b/json"],
  [
    "an escaped question mark",
    "GET /containers/a%3fb/json",
    noContainer("a?b"),
    "GET /containers/a%3Fb/json",
  ],
  ["an escaped number sign", "GET /containers/a%23b/json", noContainer("a#b"), "GET /containers/a%23b/json"],
  ["a plus", "GET /containers/a+b/json", noContainer("a+b"), "GET /containers/a+b/json"],
  ["a semicolon in the path", "GET /containers/a;b/json", noContainer("a;b"), "GET /containers/a;b/json"],
  ["an escaped semicolon", "GET /containers/a%3Bb/json", noContainer("a;b"), "GET /containers/a;b/json"],
  [
    "a letter beyond ASCII",
    "GET /containers/%c3%a9/json",
    /^404 No such container: \u00e9$/u,
    "GET /containers/%C3%A9/json",
  ],
  [
    "signs that no URL may hold",
    'GET /containers/<"|>/json',
    noContainer('<"|>'),
    "GET /containers/%3C%22%7C%3E/json",
  ],
  ["the slash behind the networks", "GET /networks/", "200", "GET /networks/"],
].map(([name = "", line = "", engine = "", gate = ""]): Row => ({
  name: String(name),
  line: String(line),
  engine,
  gate: String(gate),
}));

const redirected: readonly Row[] = (
  [
    ["two slashes at the start", "GET //_ping", "/_ping", "400 bad_target"],
    ["a dot segment", "GET /./_ping", "/_ping", "400 bad_path"],
    ["two dots", "GET /x/../_ping", "/_ping", "400 bad_path"],
    ["two dots on a POST", "POST /x/../containers/create", "/containers/create", "400 bad_path"],
    ["two dots before a version", "GET /x/../v1.41/info", "/v1.41/info", "400 bad_path"],
    ["an escaped second slash", "GET /%2f_ping", "/_ping", "400 bad_path"],
    ["dots between escaped slashes", "GET /x%2f..%2f_ping", "/_ping", "400 bad_path"],
    ["escaped dots", "GET /x/%2e%2e/_ping", "/_ping", "400 bad_path"],
    ["two slashes behind the version", "GET /v1.41//_ping", "/v1.41/_ping", "GET /v1.41/_ping"],
    ["two slashes inside", "GET /containers//json", "/containers/json", "GET /containers/json"],
    ["a name as lists give it", "GET /containers//e1/json", "/containers/e1/json", "GET /containers/e1/json"],
    [
      "a name as lists give it, on a POST",
      "POST /containers//e1/stop",
      "/containers/e1/stop",
      "POST /containers/e1/stop",
    ],
    [
      "a name as lists give it, escaped",
      "GET /containers/%2Fe1/json",
      "/containers/e1/json",
      "GET /containers/e1/json",
    ],
    ["CONNECT to an authority", "CONNECT x:80", "//x:80/", "400 unsupported_method"],
  ] as const
).map(([name, line, location, gate]) => ({ name, line, engine: `301 ${location}`, gate }));

const withoutPage: readonly Row[] = (
  [
    ["a slash behind the ping", "GET /_ping/", "403 unknown_operation"],
    ["a slash behind a list", "GET /containers/json/", "403 unknown_operation"],
    ["another case", "GET /_PING", "403 unknown_operation"],
    ["another case of the version", "GET /V1.41/_ping", "403 unknown_operation"],
    ["a second version", "GET /v1.41/v1.41/_ping", "403 unknown_operation"],
    ["no route, whatever the version", "GET /v1.99/nothing", "403 unknown_operation"],
    ["a method in lower case", "get /_ping", "400 unsupported_method"],
    ["the wrong method", "POST /containers/json", "403 unknown_operation"],
    ["HEAD on a list", "HEAD /containers/json", "403 unknown_operation"],
    ["TRACE", "TRACE /_ping", "400 unsupported_method"],
    ["PATCH", "PATCH /_ping", "400 unsupported_method"],
    ["CONNECT with a path", "CONNECT /_ping", "400 unsupported_method"],
    ["an escaped line end", "GET /containers/a%0ab/json", "400 bad_path"],
    ["a fragment", "GET /_ping#x", "400 bad_target"],
  ] as const
).map(([name, line, gate]) => ({ name, line, engine: line.startsWith("HEAD") ? "404" : NO_PAGE, gate }));

const override = "X-HTTP-Method-Override: GET\r\nX-Method-Override: GET\r\n";

const served: readonly Row[] = [
  {
    name: "a method that a field would override",
    line: "POST /containers/json",
    fields: override,
    engine: NO_PAGE,
    gate: "403 unknown_operation",
  },
  {
    name: "a method that the query would override",
    line: "POST /containers/json?_method=GET",
    engine: NO_PAGE,
    gate: "403 unknown_operation",
  },
  { name: "OPTIONS on any path", line: "OPTIONS /nothing", engine: "200", gate: "403 operation_denied" },
  {
    name: "the slash behind the profiles",
    line: "GET /debug/pprof/",
    engine: "200",
    gate: "403 operation_denied",
  },
  { name: "OPTIONS on the server", line: "OPTIONS *", engine: "200", gate: "400 bad_target" },
  {
    name: "a volume without a name",
    line: "GET /volumes/",
    engine: /no such volume|volume name/u,
    gate: "403 unknown_operation",
  },
  {
    name: "a name that crosses slashes",
    line: "POST /containers/web/stop/exec",
    engine: /^40[04] /u,
    gate: "403 unknown_operation",
  },
  {
    name: "an escaped NUL",
    line: "GET /containers/a%00b/json",
    engine: noContainer("a\0b"),
    gate: "400 bad_path",
  },
  {
    name: "a byte that is not UTF-8",
    line: "GET /containers/%ff/json",
    engine: noContainer("\ufffd"),
    gate: "400 bad_path",
  },
  {
    name: "a bare byte beyond ASCII",
    line: "GET /containers/\u00ff/json",
    engine: noContainer("\ufffd"),
    gate: "400 bad_target",
  },
  {
    name: "a number sign in a name",
    line: "GET /containers/a#/json",
    engine: noContainer("a#"),
    gate: "400 bad_target",
  },
  {
    name: "a backslash",
    line: "GET /containers/a\\b/json",
    engine: noContainer("a\\b"),
    gate: "400 bad_target",
  },
  {
    name: "an escaped backslash",
    line: "GET /containers/a%5cb/json",
    engine: noContainer("a\\b"),
    gate: "400 bad_path",
  },
  { name: "an absolute form", line: "GET http://evil/_ping", engine: "200", gate: "400 bad_target" },
  {
    name: "an absolute form in upper case",
    line: "GET HTTP://evil/_ping",
    engine: "200",
    gate: "400 bad_target",
  },
  { name: "an absolute form of a socket", line: "GET unix:///_ping", engine: "200", gate: "400 bad_target" },
  { name: "a bad escape in the path", line: "GET /containers/%zz/json", engine: "400", gate: "400 bad_path" },
  {
    name: "a version beyond the engine's",
    line: "GET /v1.999/_ping",
    engine: /^400 client version 1\.999 is too new/u,
    gate: "GET /v1.999/_ping",
  },
  { name: "a version spelled loosely", line: "GET /v1.041/_ping", engine: "200", gate: "400 bad_version" },
  {
    name: "a version spelled loosely by an escape",
    line: "GET /v1%2e041/_ping",
    engine: "200",
    gate: "400 bad_version",
  },
];

const badFilter = /^(?:400|500) .*invalid/u;

const queries: readonly Row[] = [
  {
    name: "an escaped key",
    line: "GET /containers/json?%66ilters=x",
    engine: badFilter,
    gate: "GET /containers/json?%66ilters=x",
  },
  {
    name: "a key in another case",
    line: "GET /containers/json?Filters=x",
    engine: "200",
    gate: "GET /containers/json?Filters=x",
  },
  {
    name: "a key twice, of which the first counts",
    line: "GET /containers/json?filters=&filters=x",
    engine: "200",
    gate: "GET /containers/json?filters=&filters=x",
  },
  {
    name: "a key twice, the bad one first",
    line: "GET /containers/json?filters=x&filters=",
    engine: badFilter,
    gate: "GET /containers/json?filters=x&filters=",
  },
  {
    name: "a plus, which is a space",
    line: "GET /containers/json?filters=%7B+%7D",
    engine: "200",
    gate: "GET /containers/json?filters=%7B+%7D",
  },
  {
    name: "a semicolon in the query",
    line: "GET /containers/json?all=1;filters=x",
    engine: /^400 .*semicolon/u,
    gate: "400 bad_target",
  },
  {
    name: "a bad escape in the query",
    line: "GET /containers/json?all=%zz",
    engine: /^400 .*escape/u,
    gate: "400 bad_target",
  },
  {
    name: "a second question mark",
    line: "GET /containers/none/json?size=1?x",
    engine: noContainer("none"),
    gate: "GET /containers/none/json?size=1?x",
  },
  { name: "an empty query", line: "GET /_ping?", engine: "200", gate: "GET /_ping?" },
];

describe.runIf(hasEngine)("a path", () => {
  const own = useOwnEngine({ daemonArguments: ["--debug"], empty: true });
  let witness: EngineWitness;
  let engineAddress: SocketAddress;
  let gateAddress: SocketAddress;

  beforeAll(() => {
    const { engine, gate } = own();
    witness = new EngineWitness(engine.logPath);
    engineAddress = { kind: "unix", path: engine.socketPath };
    gateAddress = { kind: "tcp", host: "127.0.0.1", port: gate.port };
  });

  async function ask(address: SocketAddress, { line, fields = "" }: Row): Promise<Message> {
    const bytes = Buffer.from(`${line} HTTP/1.1\r\nHost: docker\r\n${fields}\r\n`, "latin1");
    const { answers } = await converse(address, bytes, [{ method: line.slice(0, line.indexOf(" ")) }]);
    const [answer] = answers;
    if (answer === undefined) {
      throw new Error(`no answer to ${line}`);
    }
    return answer;
  }

  async function check(row: Row): Promise<void> {
    const straight = describeAnswer(await ask(engineAddress, row));
    if (typeof row.engine === "string") {
      expect(straight).toBe(row.engine);
    } else {
      expect(straight).toMatch(row.engine);
    }
    witness.forget();
    const answer = await ask(gateAddress, row);
    const calls = witness.calls().map(({ method, target }) => `${method} ${target}`);
    const [code] = valuesOf(answer, "x-quaygate-code");
    if (code === undefined) {
      expect(calls).toEqual([row.gate]);
      // Where the engine only redirects, the client gets what is there.
      const there = straight.startsWith("301 ") ? { ...row, line: row.gate } : row;
      expect(describeAnswer(answer)).toBe(describeAnswer(await ask(engineAddress, there)));
    } else {
      expect(calls).toEqual([]);
      expect(`${statusOf(answer)} ${code}`).toBe(row.gate);
    }
  }

  test.each(decodedOnce)("is decoded once and leaves the gate in one spelling: $name, $line", check);

  test.each(redirected)("that dockerd would redirect passes only as one that it serves: $name, $line", check);

  test.each(withoutPage)("that dockerd has no page for does not pass: $name, $line", check);

  test.each(served)(
    "that dockerd reads in its own way passes only if there is one reading: $name, $line",
    check,
  );

  test.each(queries)("keeps its query byte for byte: $name, $line", check);
});

/** The status, and where the answer redirects to or what it says. */
function describeAnswer(answer: Message): string {
  const [location] = valuesOf(answer, "location");
  const isMessage = answer.body.length > 0 && answer.body.includes('"message"');
  const words = location ?? (isMessage ? refusalOf(answer).message : "");
  return `${statusOf(answer)} ${words}`.trimEnd();
}
