import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { createServer, Server, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { formatAddress, type ListeningAddress, type SocketAddress } from "../../../src/kernel/address.ts";
import { ListenError } from "../../../src/proxy/client/listen-error.ts";
import { type Listener, openListener } from "../../../src/proxy/client/listener.ts";
import { removeAbandoned } from "../../../src/proxy/client/socket-file.ts";
import { openTestGate } from "../../support/gate.ts";
import { RawPeer } from "../../support/raw-peer.ts";

const PERMISSIONS = 0o7777;

/** A listener that tells each client at which place it came in. */
async function open(address: ListeningAddress): Promise<Listener> {
  const listener = await openListener(address, (socket: Socket, place: string) => {
    socket.on("error", () => undefined);
    socket.end(place);
  });
  onTestFinished(() => listener.close());
  return listener;
}

/** What a client hears. */
async function ask(address: SocketAddress): Promise<string> {
  const peer = await RawPeer.connect(address);
  await peer.untilOver();
  peer.socket.destroy();
  return peer.text;
}

function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "quaygate-listener-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

function unixAddress(mode = 0o600): { readonly kind: "unix"; readonly path: string; readonly mode: number } {
  return { kind: "unix", path: join(temporaryFolder(), "gate.sock"), mode };
}

/** Leaves a socket that nobody listens on, as a process does that was killed. */
async function abandon(path: string): Promise<void> {
  const server = createServer();
  await new Promise<void>((resolve) => {
    server.listen({ path: `${path}.new` }, resolve);
  });
  // Closing removes the socket by the name that it had at first.
  renameSync(`${path}.new`, path);
  server.close();
}

/** Has the next attempt to listen fail. */
function failNextListen(code: string): void {
  vi.spyOn(Server.prototype, "listen").mockImplementationOnce(function fail(this: Server) {
    process.nextTick(() => this.emit("error", Object.assign(new Error(`listen ${code}`), { code })));
    return this;
  });
  onTestFinished(() => {
    vi.restoreAllMocks();
  });
}

describe("a unix socket", () => {
  test.each([
    { name: "0600", mode: 0o600 },
    { name: "0660", mode: 0o660 },
    { name: "0666", mode: 0o666 },
    { name: "0000", mode: 0o000 },
  ])("gets the permissions $name, and no more before it is ready", async ({ mode }) => {
    const address = unixAddress(mode);
    const opening = open(address);
    expect(statSync(address.path).mode & PERMISSIONS & ~0o600).toBe(0);
    await opening;
    expect(statSync(address.path).mode & PERMISSIONS).toBe(mode);
    expect(await ask(address)).toBe(`unix://${address.path}`);
  });

  test("leaves the permissions of files that are made afterwards alone", async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, "before"), "");
    const opening = open(unixAddress());
    writeFileSync(join(folder, "during"), "");
    await opening;
    writeFileSync(join(folder, "after"), "");
    const modes = ["before", "during", "after"].map((name) => statSync(join(folder, name)).mode);
    expect(new Set(modes).size).toBe(1);
  });

  test.each([
    { name: "QUAYGATE_LISTEN without a mode", setting: "QUAYGATE_LISTEN", value: "unix://PATH", mode: 0o600 },
    { name: "QUAYGATE_LISTEN", setting: "QUAYGATE_LISTEN", value: "unix://PATH?mode=0666", mode: 0o666 },
    { name: "BIND_CONFIG", setting: "BIND_CONFIG", value: "PATH mode 640", mode: 0o640 },
  ])("has the permissions that $name tells", async ({ setting, value, mode }) => {
    const { path } = unixAddress();
    const gate = await openTestGate({
      env: { QUAYGATE_LISTEN: "", [setting]: value.replace("PATH", path) },
      engineSocket: "/nonexistent/engine.sock",
    });
    onTestFinished(() => gate.close());
    expect(statSync(path).mode & PERMISSIONS).toBe(mode);
  });

  test.runIf(process.getuid?.() === 0).each([
    { name: "a number and a name", owner: "1234", group: "daemon", ids: [1234, 1] },
    { name: "a group alone", group: "4321", ids: [0, 4321] },
    { name: "nobody", ids: [0, 0] },
  ])("belongs to $name", async ({ owner, group, ids }) => {
    const address = { ...unixAddress(0o660), owner, group };
    await open(address);
    const { uid, gid, mode } = statSync(address.path);
    expect([uid, gid]).toStrictEqual(ids);
    expect(mode & PERMISSIONS).toBe(0o660);
  });

  test("for a user that nobody knows is not listened on, and the message says what to write", async () => {
    const address = { ...unixAddress(), owner: "no-such-user" };
    await expect(open(address)).rejects.toThrow(
      new ListenError(
        `can't listen on unix://${address.path}: there is no user no-such-user in /etc/passwd: write its number`,
      ),
    );
    expect(existsSync(address.path)).toBe(false);
  });

  test("is removed when it is closed", async () => {
    const address = unixAddress();
    const listener = await open(address);
    listener.close();
    expect(existsSync(address.path)).toBe(false);
    listener.close();
  });

  test("that nobody listens on any more is replaced", async () => {
    const address = unixAddress(0o660);
    await abandon(address.path);
    expect(lstatSync(address.path).isSocket()).toBe(true);
    await open(address);
    expect(statSync(address.path).mode & PERMISSIONS).toBe(0o660);
    expect(await ask(address)).toBe(`unix://${address.path}`);
  });

  test("that nobody listens on any more is replaced by one of two that come at the same time", async () => {
    const address = unixAddress();
    await abandon(address.path);
    const outcomes = await Promise.allSettled([open(address), open(address), open(address)]);
    expect(outcomes.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    expect(outcomes.filter(({ status }) => status === "rejected")).toEqual([
      { status: "rejected", reason: expect.any(ListenError) },
      { status: "rejected", reason: expect.any(ListenError) },
    ]);
    expect(await ask(address)).toBe(`unix://${address.path}`);
    expect(readdirSync(dirname(address.path))).toEqual(["gate.sock"]);
  });

  test("that is made while it is looked whether the old one is dead is put back", async () => {
    const address = unixAddress();
    await abandon(address.path);
    const removing = removeAbandoned(address.path);
    rmSync(address.path);
    await open(address);
    expect(await removing).toBe(false);
    expect(await ask(address)).toBe(`unix://${address.path}`);
    expect(readdirSync(dirname(address.path))).toEqual(["gate.sock"]);
  });

  test("that another process made in its place stays when it is closed", async () => {
    const address = unixAddress();
    const old = await open(address);
    rmSync(address.path);
    await open(address);
    old.close();
    expect(await ask(address)).toBe(`unix://${address.path}`);
    old.close();
    expect(await ask(address)).toBe(`unix://${address.path}`);
  });

  test("that somebody listens on is left alone, and the message says so", async () => {
    const address = unixAddress();
    await open(address);
    const { ino } = statSync(address.path);
    await expect(open(address)).rejects.toThrow(
      new ListenError(
        `can't listen on unix://${address.path}: it is in use; ` +
          "stop who listens there, or set QUAYGATE_LISTEN to another address",
      ),
    );
    expect(statSync(address.path).ino).toBe(ino);
    expect(await ask(address)).toBe(`unix://${address.path}`);
  });

  test.each([
    { name: "a file", make: (path: string) => writeFileSync(path, "precious") },
    { name: "an empty file", make: (path: string) => writeFileSync(path, "") },
    { name: "a folder", make: (path: string) => mkdirSync(path) },
    { name: "a link to nothing", make: (path: string) => symlinkSync(`${path}.missing`, path) },
    { name: "a link to a file", make: (path: string) => symlinkSync("/etc/hostname", path) },
  ])("never takes the place of $name", async ({ make }) => {
    const address = unixAddress();
    make(address.path);
    const before = lstatSync(address.path);
    await expect(open(address)).rejects.toThrow(
      "something else than a socket is there; remove it, or set QUAYGATE_LISTEN",
    );
    const after = lstatSync(address.path);
    expect([after.ino, after.mode, after.size]).toStrictEqual([before.ino, before.mode, before.size]);
    if (before.isFile() && before.size > 0) {
      expect(readFileSync(address.path, "utf8")).toBe("precious");
    }
  });

  test("behind a link is not removed even if nobody listens on it", async () => {
    const address = unixAddress();
    await abandon(`${address.path}.old`);
    symlinkSync(`${address.path}.old`, address.path);
    await expect(open(address)).rejects.toThrow(ListenError);
    expect(lstatSync(address.path).isSymbolicLink()).toBe(true);
    expect(lstatSync(`${address.path}.old`).isSocket()).toBe(true);
  });

  test("in a folder that is missing is not listened on, and the message says so", async () => {
    const path = join(temporaryFolder(), "missing", "gate.sock");
    await expect(open({ kind: "unix", path, mode: 0o600 })).rejects.toThrow(
      new ListenError(`can't listen on unix://${path}: there is no such folder`),
    );
  });

  test("in a folder that may not be written is not listened on, and the message says so", async () => {
    const address = unixAddress();
    failNextListen("EACCES");
    await expect(open(address)).rejects.toThrow(
      new ListenError(
        `can't listen on unix://${address.path}: no permission to make the socket in that folder`,
      ),
    );
  });
});

describe("a TCP port", () => {
  test("that is free is told", async () => {
    const { address } = await open({ kind: "tcp", host: "127.0.0.1", port: 0 });
    expect(address).toMatchObject({ kind: "tcp", host: "127.0.0.1" });
    expect(formatAddress(address)).toMatch(/^tcp:\/\/127\.0\.0\.1:[1-9]\d+$/u);
    expect(await ask(address)).toBe("tcp://127.0.0.1:0");
  });

  test("that is in use is not taken, and the message says what helps", async () => {
    const { address } = await open({ kind: "tcp", host: "127.0.0.1", port: 0 });
    await expect(open(address)).rejects.toThrow(
      new ListenError(
        `can't listen on ${formatAddress(address)}: it is in use; ` +
          "stop who listens there, or set QUAYGATE_LISTEN to another address",
      ),
    );
  });

  test("at an address of another host is not listened on, and the message says so", async () => {
    await expect(open({ kind: "tcp", host: "192.0.2.1", port: 2375 })).rejects.toThrow(
      new ListenError("can't listen on tcp://192.0.2.1:2375: this host has no such address"),
    );
  });

  test("below 1024 without the permission is not listened on, and the message says so", async () => {
    failNextListen("EACCES");
    await expect(open({ kind: "tcp", host: "127.0.0.1", port: 80 })).rejects.toThrow(
      new ListenError("can't listen on tcp://127.0.0.1:80: no permission for a port below 1024"),
    );
  });

  test("that fails in another way passes the reason on", async () => {
    failNextListen("ENOBUFS");
    await expect(open({ kind: "tcp", host: "127.0.0.1", port: 0 })).rejects.toThrow(
      new ListenError("can't listen on tcp://127.0.0.1:0: listen ENOBUFS"),
    );
  });

  test("on [::] takes IPv6 and IPv4", async () => {
    const { address } = await open({ kind: "tcp", host: "::", port: 0 });
    const port = address.kind === "tcp" ? address.port : 0;
    expect(formatAddress(address)).toBe(`tcp://[::]:${port}`);
    expect(await ask({ kind: "tcp", host: "::1", port })).toBe("tcp://[::]:0");
    expect(await ask({ kind: "tcp", host: "127.0.0.1", port })).toBe("tcp://[::]:0");
  });

  test.each(["EAFNOSUPPORT", "EADDRNOTAVAIL"])(
    "on [::] falls back to IPv4 where there is no IPv6 (%s)",
    async (code) => {
      failNextListen(code);
      const { address } = await open({ kind: "tcp", host: "::", port: 0 });
      expect(address).toMatchObject({ kind: "tcp", host: "0.0.0.0" });
      const port = address.kind === "tcp" ? address.port : 0;
      expect(await ask({ kind: "tcp", host: "127.0.0.1", port })).toBe("tcp://[::]:0");
      await expect(RawPeer.connect({ kind: "tcp", host: "::1", port })).rejects.toThrow("ECONNREFUSED");
    },
  );

  test("on one IPv6 address does not fall back to all of IPv4", async () => {
    failNextListen("EAFNOSUPPORT");
    await expect(open({ kind: "tcp", host: "::1", port: 0 })).rejects.toThrow(ListenError);
  });
});

test("a gate that can't listen everywhere listens nowhere", async () => {
  const taken = await open({ kind: "tcp", host: "127.0.0.1", port: 0 });
  const first = unixAddress();
  const listen = `unix://${first.path},${formatAddress(taken.address)}`;
  await expect(
    openTestGate({ env: { QUAYGATE_LISTEN: listen }, engineSocket: "/nonexistent/engine.sock" }),
  ).rejects.toThrow("it is in use");
  expect(existsSync(first.path)).toBe(false);
});

test("a gate whose address for health is in use listens nowhere, and says what helps", async () => {
  const taken = await open({ kind: "tcp", host: "127.0.0.1", port: 0 });
  const first = unixAddress();
  const admin = formatAddress(taken.address);
  await expect(
    openTestGate({
      env: { QUAYGATE_LISTEN: `unix://${first.path}`, QUAYGATE_ADMIN: admin },
      engineSocket: "/nonexistent/engine.sock",
    }),
  ).rejects.toThrow(
    new ListenError(
      `can't serve health on ${admin}: it is in use; set QUAYGATE_ADMIN to another address, or to off`,
    ),
  );
  expect(existsSync(first.path)).toBe(false);
});

test("a gate whose address for health is another host's says so", async () => {
  const env = { QUAYGATE_LISTEN: `unix://${unixAddress().path}`, QUAYGATE_ADMIN: "tcp://192.0.2.1:9375" };
  await expect(openTestGate({ env, engineSocket: "/nonexistent/engine.sock" })).rejects.toThrow(
    "can't serve health on tcp://192.0.2.1:9375: this host has no such address; set QUAYGATE_ADMIN to one that it has, or to off",
  );
});

test("a connection that could not be taken, for too many open files, ends nothing", async () => {
  const listen = vi.spyOn(Server.prototype, "listen");
  onTestFinished(() => listen.mockRestore());
  const { address } = await open({ kind: "tcp", host: "127.0.0.1", port: 0 });
  const servers = listen.mock.contexts.filter((server) => server instanceof Server);
  expect(servers).toHaveLength(1);
  servers[0]?.emit("error", Object.assign(new Error("accept EMFILE"), { code: "EMFILE" }));
  expect(await ask(address)).toBe("tcp://127.0.0.1:0");
});
