import {
  chmodSync,
  chownSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { connectError } from "../../src/engine/connect-error.ts";
import type { SocketAddress } from "../../src/kernel/address.ts";
import { openGate, READ_CONTAINERS } from "../proxy/rig.ts";
import { refusalOf, valuesOf } from "../support/raw-peer.ts";
import { answerEach, answerOf, ScriptedEngine } from "../support/scripted-engine.ts";

const GET = "GET /containers/json HTTP/1.1\r\nHost: x\r\n\r\n";

function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "quaygate-missing-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Leaves a socket that nobody listens on, as an engine does that was killed. */
async function abandon(path: string): Promise<void> {
  const server = createServer();
  await new Promise<void>((resolve) => {
    server.listen({ path: `${path}.new` }, resolve);
  });
  renameSync(`${path}.new`, path);
  server.close();
}

/** A port on which nobody listens: one that was free a moment ago may be another test's by now. */
const NOBODYS_PORT = 1;

interface Unreachable {
  readonly name: string;
  readonly prepare: (path: string) => void | Promise<void>;
  readonly reason: string;
}

const UNREACHABLE: readonly Unreachable[] = [
  {
    name: "a socket that is missing",
    prepare: () => undefined,
    reason: "there is no such socket; is the engine running, and is its socket mounted here?",
  },
  {
    name: "a socket that nobody listens on",
    prepare: abandon,
    reason:
      "nobody answers on the socket; the engine is stopped, or was restarted and this is the socket of before " +
      "(a mounted socket file does not follow: mount its folder, or restart this container)",
  },
  {
    name: "a folder in the place of a socket",
    prepare: (path) => mkdirSync(path),
    reason: "that is not a socket; Docker makes an empty folder where a mounted file was missing",
  },
  {
    name: "a file in the place of a socket",
    prepare: (path) => writeFileSync(path, ""),
    reason: "that is not a socket; Docker makes an empty folder where a mounted file was missing",
  },
];

describe.each(["tcp", "unix"] as const)("to a client on %s", (client) => {
  test.each(UNREACHABLE)("$name is a 502 with its own sentence", async ({ prepare, reason }) => {
    const path = join(temporaryFolder(), "engine.sock");
    await prepare(path);
    const { connect, gate, untilRecords } = await openGate(client, READ_CONTAINERS, path);
    const peer = await connect();
    await peer.send(GET);
    const answer = await peer.next();
    expect(refusalOf(answer)).toStrictEqual({
      status: 502,
      code: "engine_unreachable",
      message: `quaygate: the Docker engine at unix://${path} can't be reached: ${reason}`,
    });
    expect(valuesOf(answer, "connection")).toStrictEqual(["close"]);
    await peer.untilOver();
    await untilRecords(1);
    expect(gate.records).toMatchObject([
      { verdict: "allow", code: "engine_unreachable", status: 502, end: "engine" },
    ]);
  });

  test("a port that nobody listens on is a 502 with its own sentence", async () => {
    const { ask } = await openGate(client, READ_CONTAINERS, `tcp://127.0.0.1:${NOBODYS_PORT}`);
    expect(refusalOf(await ask(GET))).toStrictEqual({
      status: 502,
      code: "engine_unreachable",
      message: `quaygate: the Docker engine at tcp://127.0.0.1:${NOBODYS_PORT} can't be reached: nobody listens on that port`,
    });
  });
});

test.each([
  { name: "a HEAD", request: "HEAD /_ping HTTP/1.1\r\nHost: x\r\n\r\n", toHead: true },
  {
    name: "an upload",
    request: "POST /build HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\nhello",
    toHead: false,
  },
  {
    name: "an upgrade",
    request: "POST /containers/web/attach HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n",
    toHead: false,
  },
])("$name to an engine that is missing is a 502 as well", async ({ request, toHead }) => {
  const path = join(temporaryFolder(), "engine.sock");
  const { connect } = await openGate("tcp", { CONTAINERS: "1", POST: "1", BUILD: "1" }, path);
  const peer = await connect();
  await peer.send(request);
  const answer = await peer.next({ toHead });
  expect(answer.startLine).toBe("HTTP/1.1 502 Bad Gateway");
  expect(valuesOf(answer, "x-quaygate-code")).toStrictEqual(["engine_unreachable"]);
  await peer.untilOver();
  expect(peer.unread).toBe("");
});

test("a denied request is denied even if the engine is missing", async () => {
  const { ask } = await openGate("tcp", READ_CONTAINERS, join(temporaryFolder(), "engine.sock"));
  expect(refusalOf(await ask("GET /info HTTP/1.1\r\nHost: x\r\n\r\n"))).toMatchObject({ status: 403 });
});

test("an engine that comes later, at the same path, is found", async () => {
  const folder = temporaryFolder();
  const path = join(folder, "engine.sock");
  const { ask } = await openGate("tcp", READ_CONTAINERS, path);
  expect(refusalOf(await ask(GET))).toMatchObject({ status: 502 });
  const engine = await ScriptedEngine.open("unix", answerEach(answerOf("here I am")));
  onTestFinished(() => engine.close());
  renameSync(engine.address, path);
  const answer = await ask(GET);
  expect(answer.body.toString()).toBe("here I am");
});

/** A failure as Node tells it. */
function failure(code: string): NodeJS.ErrnoException {
  return Object.assign(new Error(`connect ${code} somewhere`), { code });
}

describe("without the permission", () => {
  const stranger = { user: 65_532, groups: [65_532] };
  const owned = async (mode: number, user: number, group: number): Promise<string> => {
    const path = join(temporaryFolder(), "engine.sock");
    await abandon(path);
    chmodSync(path, mode);
    chownSync(path, user, group);
    return path;
  };
  const messageFor = (path: string, holder = stranger): string =>
    connectError({ kind: "unix", path }, failure("EACCES"), holder).message.split("can't be reached: ")[1] ??
    "";

  test("on the socket, the message tells the group to run with", async () => {
    const path = await owned(0o660, -1, process.getuid?.() === 0 ? 4711 : -1);
    const { gid } = statSync(path);
    expect(messageFor(path)).toBe(
      `no permission on the socket, which belongs to group ${gid}; run with that group ` +
        `(Compose: group_add: ["${gid}"]; docker run: --group-add ${gid})`,
    );
  });

  test("although the mode lets it in, the message names the host's security modules", async () => {
    const path = await owned(0o660, -1, -1);
    const { gid } = statSync(path);
    expect(messageFor(path, { user: 65_532, groups: [gid] })).toContain("(SELinux, AppArmor)");
    expect(messageFor(path, { user: 65_532, groups: [gid] })).toContain('security_opt: ["label=disable"]');
  });

  test.runIf(process.getuid?.() === 0)(
    "on a socket whose owner another user namespace has, the message says how to leave it",
    async () => {
      const nobody = Number(readFileSync("/proc/sys/kernel/overflowuid", "utf8"));
      const path = await owned(0o660, nobody, nobody);
      expect(messageFor(path)).toContain('(userns-remap): Compose: userns_mode: "host"');
      // Also where the process has taken the group that is shown, as the image does.
      expect(messageFor(path, { user: 65_532, groups: [nobody] })).toContain("(userns-remap)");
    },
  );

  test("on its folder, the message says so", () => {
    const path = join(temporaryFolder(), "hidden", "engine.sock");
    const error = connectError({ kind: "unix", path }, failure("EACCES"));
    expect(error.message).toBe(
      `the Docker engine at unix://${path} can't be reached: no permission on the folder that holds the socket`,
    );
  });
});

const PLACE: SocketAddress = { kind: "tcp", host: "engine", port: 2375 };

test.each([
  { code: "ECONNREFUSED", reason: "nobody listens on that port" },
  { code: "ENOTFOUND", reason: "there is no host of that name" },
  { code: "EHOSTUNREACH", reason: "connect EHOSTUNREACH somewhere" },
])("an engine on TCP that fails with $code has its own sentence", ({ code, reason }) => {
  const cause = failure(code);
  const error = connectError(PLACE, cause);
  expect(error.message).toBe(`the Docker engine at tcp://engine:2375 can't be reached: ${reason}`);
  expect([error.code, error.source, error.cause]).toStrictEqual(["engine_unreachable", "engine", cause]);
});

test("another failure on a unix socket is passed on as it is", () => {
  const error = connectError({ kind: "unix", path: "/run/engine.sock" }, failure("EMFILE"));
  expect(error.message).toBe(
    "the Docker engine at unix:///run/engine.sock can't be reached: connect EMFILE somewhere",
  );
});
