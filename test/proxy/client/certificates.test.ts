import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { TLSSocket } from "node:tls";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import type { TlsFiles } from "../../../src/kernel/address.ts";
import { CERTIFICATE_FILE_LIMIT, CERTIFICATE_LOOK_INTERVAL } from "../../../src/proxy/limits.ts";
import { Authority, type Certificate } from "../../support/certificates.ts";
import { openTestGate, type TestGate } from "../../support/gate.ts";
import { eventually, RawPeer, statusOf } from "../../support/raw-peer.ts";
import { answerEach, answerOf, ScriptedEngine } from "../../support/scripted-engine.ts";

const GET = "GET /containers/json HTTP/1.1\r\nHost: x\r\n\r\n";

async function openGate(tls: TlsFiles, beforeServing?: () => void): Promise<TestGate> {
  const engine = await ScriptedEngine.open("unix", answerEach(answerOf("done")));
  onTestFinished(() => engine.close());
  const gate = await openTestGate({
    env: { CONTAINERS: "1" },
    engineSocket: engine.address,
    tls,
    ...(beforeServing === undefined ? {} : { beforeServing }),
  });
  onTestFinished(() => gate.close());
  return gate;
}

function testFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "quaygate-certificates-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Writes a file of a test's own. */
function write(name: string, text: string): string {
  const path = join(testFolder(), name);
  writeFileSync(path, text);
  return path;
}

describe("a gate does not start, and names the file,", () => {
  const CASES: readonly {
    readonly name: string;
    readonly make: (files: Certificate, authority: Authority) => Partial<TlsFiles>;
    readonly says: (files: TlsFiles) => string;
  }[] = [
    {
      name: "without the certificate",
      make: () => ({ certificate: "/nonexistent/gate.pem" }),
      says: () => "the certificate /nonexistent/gate.pem: there is no such file",
    },
    {
      name: "without the key",
      make: () => ({ key: "/nonexistent/gate.key" }),
      says: () => "the key /nonexistent/gate.key: there is no such file",
    },
    {
      name: "without the authorities",
      make: () => ({ clients: "/nonexistent/ca.pem" }),
      says: () => "the authorities of clients /nonexistent/ca.pem: there is no such file",
    },
    {
      name: "with the key of another certificate",
      make: (_files, authority) => ({ key: authority.certify("other").key }),
      says: ({ key, certificate }) => `the key ${key} does not match the certificate ${certificate}`,
    },
    {
      name: "with a certificate that is not PEM",
      make: () => ({ certificate: write("gate.der", "\u00300\u0082") }),
      says: ({ certificate }) =>
        `the certificate ${certificate}: it is not PEM: no line says BEGIN CERTIFICATE`,
    },
    {
      name: "with a broken certificate",
      make: () => ({
        certificate: write("gate.pem", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"),
      }),
      says: ({ certificate }) => `the certificate ${certificate}: a certificate in it is broken`,
    },
    {
      name: "with a key that is not PEM",
      make: ({ certificate }) => ({ key: certificate }),
      says: ({ key }) => `the key ${key}: it is not PEM: no line says BEGIN PRIVATE KEY`,
    },
    {
      name: "with a key that wants a password",
      make: () => ({
        key: write(
          "gate.key",
          "-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----\n",
        ),
      }),
      says: ({ key }) => `the key ${key}: it is encrypted`,
    },
    {
      name: "with authorities of which there are none",
      make: () => ({ clients: write("ca.pem", "") }),
      says: ({ clients }) =>
        `the authorities of clients ${String(clients)}: it is not PEM: no line says BEGIN CERTIFICATE`,
    },
    {
      name: "with a folder for a file",
      make: () => ({ certificate: testFolder() }),
      says: ({ certificate }) => `the certificate ${certificate}: it is no file`,
    },
    {
      name: "with a file that is far too long",
      make: () => ({ certificate: write("gate.pem", "x".repeat(CERTIFICATE_FILE_LIMIT + 1)) }),
      says: ({ certificate }) => `the certificate ${certificate}: it is longer than`,
    },
  ];

  test.each(CASES)("$name", async ({ make, says }) => {
    const authority = Authority.make();
    const files = authority.certify("gate");
    const tls = { ...files, ...make(files, authority) };
    await expect(openGate(tls)).rejects.toThrow(`can't listen on tcp://127.0.0.1:0: ${says(tls)}`);
  });
});

test("a certificate that has expired is used, with a warning", async () => {
  const authority = Authority.make();
  const files = authority.certify("gate", { days: -1 });
  const { notes } = await openGate({ ...files, clients: authority.path });
  expect(notes).toEqual([
    expect.stringMatching(/^warning: tcp:\/\/127\.0\.0\.1:0: the certificate .*gate\.pem has expired on /u),
  ]);
});

test("files are read once root is given up, as the user that reads them anew", async () => {
  const { certificate, key } = Authority.make().certify("gate");
  const tls = { certificate, key: `${key}.later` };
  const gate = await openGate(tls, () => renameSync(key, tls.key));
  expect(await shown(gate)).toBe("CN=gate");
});

/** Whose certificate new connections are shown. */
async function shown(gate: TestGate): Promise<string | undefined> {
  const { peer, name } = await connect(gate);
  peer.socket.destroy();
  return name;
}

async function connect(
  gate: TestGate,
): Promise<{ readonly peer: RawPeer; readonly name: string | undefined }> {
  const address = { kind: "tcp", host: "127.0.0.1", port: gate.port } as const;
  const peer = await RawPeer.connectTls(address, { rejectUnauthorized: false });
  onTestFinished(() => {
    peer.socket.destroy();
  });
  const { socket } = peer;
  const name = socket instanceof TLSSocket ? socket.getPeerX509Certificate()?.subject : undefined;
  return { peer, name };
}

describe("while the gate runs", () => {
  /** A gate whose files stand in a folder of their own, as those of another certificate do. */
  async function openReloading(): Promise<{
    readonly folder: string;
    readonly gate: TestGate;
    readonly next: Certificate;
    readonly first: Certificate;
  }> {
    const authority = Authority.make();
    const [first, next] = [authority.certify("first"), authority.certify("next")];
    const folder = testFolder();
    mkdirSync(join(folder, "..data-1"));
    fill(join(folder, "..data-1"), first);
    symlinkSync("..data-1", join(folder, "..data"));
    symlinkSync("..data/tls.crt", join(folder, "tls.crt"));
    symlinkSync("..data/tls.key", join(folder, "tls.key"));
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    onTestFinished(() => {
      vi.useRealTimers();
    });
    const gate = await openGate({ certificate: join(folder, "tls.crt"), key: join(folder, "tls.key") });
    return { folder, gate, next, first };
  }

  function fill(folder: string, { certificate, key }: Certificate): void {
    copyFileSync(certificate, join(folder, "tls.crt"));
    copyFileSync(key, join(folder, "tls.key"));
  }

  /** Has the gate look at its files, to the end: then it waits for the next look. */
  async function look(): Promise<void> {
    const waits = (): boolean => vi.getTimerCount() === 1;
    await eventually(waits, "no handshake is under way");
    vi.advanceTimersByTime(CERTIFICATE_LOOK_INTERVAL);
    await eventually(waits, "the look is over");
  }

  test("a certificate whose folder is swapped as Kubernetes does it is shown to new clients, and old ones go on", async () => {
    const { folder, gate, next } = await openReloading();
    const { peer, name } = await connect(gate);
    expect(name).toBe("CN=first");
    mkdirSync(join(folder, "..data-2"));
    fill(join(folder, "..data-2"), next);
    symlinkSync("..data-2", join(folder, "..data.new"));
    renameSync(join(folder, "..data.new"), join(folder, "..data"));
    await look();
    expect(await shown(gate)).toBe("CN=next");
    expect(gate.notes).toEqual([
      `notice: tcp://127.0.0.1:0 has a new certificate, from ${join(folder, "tls.crt")}`,
    ]);
    await peer.send(GET);
    expect(statusOf(await peer.next())).toBe(200);
  });

  test("a certificate whose files are written anew in their place is shown", async () => {
    const { folder, gate, next } = await openReloading();
    fill(folder, next);
    await look();
    expect(await shown(gate)).toBe("CN=next");
  });

  test("files that do not fit together change nothing, and are told once if they stay so", async () => {
    const { folder, gate, next } = await openReloading();
    copyFileSync(next.certificate, join(folder, "tls.crt"));
    await look();
    // The key may be on its way.
    expect(gate.notes).toEqual([]);
    await look();
    await look();
    const told = `does not match the certificate ${join(folder, "tls.crt")}`;
    expect(gate.notes).toEqual([
      expect.stringMatching(
        /^err: tcp:\/\/127\.0\.0\.1:0 goes on with the certificate that it has: the key /u,
      ),
    ]);
    expect(gate.notes[0]).toContain(told);
    expect(await shown(gate)).toBe("CN=first");
    copyFileSync(next.key, join(folder, "tls.key"));
    await look();
    expect(await shown(gate)).toBe("CN=next");
  });

  test("files that are gone change nothing, and are told once", async () => {
    const { folder, gate } = await openReloading();
    rmSync(join(folder, "..data"));
    await look();
    await look();
    await look();
    expect(gate.notes).toEqual([expect.stringContaining("tls.crt: there is no such file")]);
    expect(await shown(gate)).toBe("CN=first");
  });

  test("files that only look new say nothing", async () => {
    const { folder, gate, first } = await openReloading();
    fill(folder, first);
    writeFileSync(join(folder, "tls.crt"), `a comment\n${readFileSync(first.certificate, "utf8")}`);
    await look();
    expect(gate.notes).toEqual([]);
    expect(await shown(gate)).toBe("CN=first");
  });
});
