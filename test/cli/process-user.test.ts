import { spawnSync } from "node:child_process";
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import { statusOf } from "../support/raw-peer.ts";
import { get, openEngine } from "./engine.ts";
import { type GateRun, startGate, startQuaygate, testFolder, textsOf } from "./quaygate-command.ts";

const isRoot = process.getuid?.() === 0;
const hasSetpriv = spawnSync("setpriv", ["--version"]).status === 0;
const USER = 65_532;
const GROUP = 4711;
/** A root as `cap_drop: [ALL]` leaves it. */
const WITHOUT_CAPABILITIES = ["setpriv", "--bounding-set=-all", "--inh-caps=-all"];

/** An engine whose socket belongs to a group, in a folder that all may enter. */
async function openGroupEngine(mode = 0o660, group = GROUP): Promise<string> {
  const path = await openEngine();
  chmodSync(dirname(path), 0o755);
  chmodSync(path, mode);
  chownSync(path, 0, group);
  return path;
}

/** What the kernel says of each thread of a process: lines of its status by name. */
function threadsOf({ pid }: GateRun): readonly ReadonlyMap<string, string>[] {
  const folder = `/proc/${pid}/task`;
  return readdirSync(folder).map((thread) => {
    const lines = readFileSync(join(folder, thread, "status"), "utf8").split("\n");
    return new Map(
      lines.map((line) => {
        const [name = "", value = ""] = line.split(/:\s*/u);
        return [name, value.trim()] as const;
      }),
    );
  });
}

const ping = async (gate: GateRun): Promise<number> => {
  const peer = await gate.connect();
  await peer.send(get("/_ping"));
  return statusOf(await peer.next());
};

describe.runIf(isRoot && hasSetpriv)("a gate that is started as root with QUAYGATE_USER", () => {
  const zero = "0".repeat(16);

  test.each([
    { setting: "65532", group: 65_532 },
    { setting: "65532:4000", group: 4000 },
  ])(
    "$setting serves as that user with the group of the socket, in every thread",
    async ({ setting, group }) => {
      const gate = await startGate({
        QUAYGATE_USER: setting,
        QUAYGATE_ENGINE: await openGroupEngine(),
      });
      expect(await ping(gate)).toBe(200);
      const threads = threadsOf(gate);
      expect(threads.length).toBeGreaterThan(1);
      for (const thread of threads) {
        expect(Object.fromEntries(thread)).toMatchObject({
          Uid: `${USER}\t${USER}\t${USER}\t${USER}`,
          Gid: `${group}\t${group}\t${group}\t${group}`,
          CapPrm: zero,
          CapEff: zero,
          CapAmb: zero,
        });
      }
      await gate.untilOutput(`runs as user ${USER} with group ${GROUP}, and can't become root again`);
    },
  );

  test("keeps the groups that it was given, and not root's", async () => {
    const gate = await startGate({ QUAYGATE_USER: "65532", QUAYGATE_ENGINE: await openGroupEngine() }, [
      "setpriv",
      "--groups=0,4712",
    ]);
    expect(await ping(gate)).toBe(200);
    expect(threadsOf(gate)[0]?.get("Groups")).toBe(`${GROUP} 4712`);
  });

  test("takes root's group where the socket belongs to it, as in rootless Docker and Podman", async () => {
    const gate = await startGate({
      QUAYGATE_USER: "65532",
      QUAYGATE_ENGINE: await openGroupEngine(0o660, 0),
    });
    expect(await ping(gate)).toBe(200);
    expect(threadsOf(gate)[0]?.get("Groups")).toBe("0");
  });

  test("makes its own socket where only root may, before it gives that up", async () => {
    const folder = join(testFolder(), "of-root");
    mkdirSync(folder, { mode: 0o700 });
    const path = join(folder, "gate.sock");
    const gate = await startGate({
      QUAYGATE_USER: "65532",
      QUAYGATE_ENGINE: await openGroupEngine(),
      QUAYGATE_LISTEN: `tcp://127.0.0.1:0,unix://${path}?mode=0666`,
    });
    expect(existsSync(path)).toBe(true);
    expect(threadsOf(gate)[0]?.get("Uid")).toContain(String(USER));
  });

  test("makes its own socket where only that user may, when its root has no power over files", async () => {
    const folder = testFolder();
    chownSync(folder, USER, USER);
    const path = join(folder, "gate.sock");
    await startGate(
      {
        QUAYGATE_USER: "65532",
        QUAYGATE_ENGINE: await openGroupEngine(),
        QUAYGATE_LISTEN: `tcp://127.0.0.1:0,unix://${path}?mode=0666`,
      },
      ["setpriv", "--bounding-set=-all,+setuid,+setgid", "--inh-caps=-all"],
    );
    expect(statSync(path)).toMatchObject({ uid: USER });
  });

  test.each([
    {
      name: "has no capability to change",
      engine: () => openGroupEngine(0o660, 0),
      wrapper: WITHOUT_CAPABILITIES,
      says: 'it lacks the capabilities to become another user: add cap_add: [SETUID, SETGID], or user: \\"65532:0\\"',
    },
    {
      name: "finds a socket that lets in its owner only",
      engine: () => openGroupEngine(0o600),
      wrapper: [],
      says: "the engine's socket lets in nobody but its owner (mode 0600)",
    },
  ])("stays root and warns where it $name, and serves", async ({ engine, wrapper, says }) => {
    const gate = await startGate({ QUAYGATE_USER: "65532", QUAYGATE_ENGINE: await engine() }, wrapper);
    expect(await ping(gate)).toBe(200);
    await gate.untilOutput(`runs as root: ${says}`);
    expect(threadsOf(gate)[0]?.get("Uid")).toBe("0\t0\t0\t0");
  });

  test.each([
    { place: "/nonexistent/docker.sock", why: "no socket is there yet" },
    { place: "/etc/passwd/docker.sock", why: "its folder is none" },
  ])("gives up root as well where $why", async ({ place }) => {
    const gate = await startGate({ QUAYGATE_USER: "65532", QUAYGATE_ENGINE: place });
    await gate.untilOutput(`runs as user ${USER}, and can't become root again`);
    expect(threadsOf(gate)[0]?.get("Uid")).toContain(String(USER));
  });

  test.each([
    { whose: "root's alone", mode: 0o600, isRead: false },
    { whose: "everybody's", mode: 0o644, isRead: true },
  ])("reads the certificates for traces as that user: $whose, $isRead", async ({ mode, isRead }) => {
    const folder = testFolder();
    chmodSync(folder, 0o755);
    const file = join(folder, "authority.pem");
    writeFileSync(file, "", { mode });
    const gate = await startGate({
      QUAYGATE_USER: "65532",
      QUAYGATE_ENGINE: await openGroupEngine(),
      OTEL_EXPORTER_OTLP_ENDPOINT: "https://127.0.0.1:4318",
      OTEL_EXPORTER_OTLP_CERTIFICATE: file,
    });
    await gate.untilOutput("can't become root again");
    const told = textsOf(gate.stdout(), "msg").filter((line) => line.startsWith("traces: "));
    expect(told).toEqual(isRead ? [] : ["traces: Failed to read root certificate file"]);
  });

  test("says nothing where it was started as somebody else, who it stays", async () => {
    const gate = await startGate({ QUAYGATE_USER: "65532", QUAYGATE_ENGINE: await openGroupEngine(0o666) }, [
      "setpriv",
      "--reuid=1234",
      "--regid=1234",
      "--clear-groups",
    ]);
    await gate.untilOutput("the engine answers");
    expect(textsOf(gate.stdout(), "msg").filter((line) => line.startsWith("runs as"))).toEqual([]);
    expect(threadsOf(gate)[0]?.get("Uid")).toBe("1234\t1234\t1234\t1234");
  });
});

test.runIf(isRoot)(
  "a gate that is started as root without QUAYGATE_USER stays root and says so",
  async () => {
    const gate = await startGate({ QUAYGATE_ENGINE: await openEngine() });
    await gate.untilOutput("runs as root: set QUAYGATE_USER=65532, and it gives that up");
  },
);

test.each(["root", "0", "65532:0", "-1", "65532:docker", "1000:1000:1000", "65532 "])(
  "QUAYGATE_USER=%s is refused unless it is a user that is not root",
  async (value) => {
    const run = startQuaygate(["explain"], { QUAYGATE_USER: value });
    const { code, stderr } = await run.result;
    const isFine = value.trim() === "65532";
    expect(code).toBe(isFine ? 0 : 2);
    expect(stderr).toBe(
      isFine
        ? ""
        : `quaygate: QUAYGATE_USER: "${value}" is not the number of a user that is not root, such as 65532 or 65532:65532\n`,
    );
  },
);
