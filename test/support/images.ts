import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { request } from "node:http";

/** One file, folder (no content, name ends with "/") or symbolic link of an archive. */
export interface ArchiveEntry {
  readonly name: string;
  readonly content?: string | Buffer;
  readonly link?: string;
  readonly mode?: number;
}

const blockBytes = 512;

/** Returns a tar archive (ustar) with these entries; names are at most 100 bytes long. */
export function serializeArchive(entries: readonly ArchiveEntry[]): Buffer {
  const parts: Buffer[] = [];
  for (const entry of entries) {
    const content = Buffer.from(entry.content ?? "");
    parts.push(serializeArchiveHead(entry, content.length), content);
    parts.push(Buffer.alloc((blockBytes - (content.length % blockBytes)) % blockBytes));
  }
  parts.push(Buffer.alloc(2 * blockBytes));
  return Buffer.concat(parts);
}

/** Returns one archive with the entries of all these, each of which ends by itself; another one can follow. */
export function joinArchives(archives: readonly Buffer[]): Buffer {
  return Buffer.concat(archives.map((archive) => archive.subarray(0, -2 * blockBytes)));
}

function serializeArchiveHead(entry: ArchiveEntry, size: number): Buffer {
  const head = Buffer.alloc(blockBytes);
  const folder = entry.name.endsWith("/");
  head.write(entry.name, 0, 100);
  head.write(octal(entry.mode ?? (folder ? 0o755 : 0o644), 7), 100);
  head.write(octal(0, 7), 108);
  head.write(octal(0, 7), 116);
  head.write(octal(size, 11), 124);
  head.write(octal(1_700_000_000, 11), 136);
  head.write(" ".repeat(8), 148);
  head.write(entry.link !== undefined ? "2" : folder ? "5" : "0", 156);
  head.write(entry.link ?? "", 157, 100);
  head.write("ustar\0" + "00", 257);
  const sum = head.reduce((total, byte) => total + byte, 0);
  head.write(`${octal(sum, 6)}\0 `, 148);
  return head;
}

function octal(value: number, digits: number): string {
  return value.toString(8).padStart(digits, "0");
}

const busyboxPath = ["/bin/busybox", "/usr/bin/busybox"].find((path) => existsSync(path)) ?? "busybox";

/** Whether this machine's busybox runs alone in an image: its program headers name no interpreter. */
export function busyboxIsStatic(): boolean {
  const interpreterHeader = 3;
  const program = readFileSync(busyboxPath);
  const offset = Number(program.readBigUInt64LE(32));
  const size = program.readUInt16LE(54);
  return Array.from({ length: program.readUInt16LE(56) }, (_, index) => offset + index * size).every(
    (header) => program.readUInt32LE(header) !== interpreterHeader,
  );
}

/** Returns the root file system of `busybox:test`: the static busybox and its links. */
export function busyboxArchive(): Buffer {
  const applets = execFileSync(busyboxPath, ["--list"], { encoding: "utf8" }).trim().split("\n");
  return serializeArchive([
    { name: "bin/" },
    { name: "bin/busybox", content: readFileSync(busyboxPath), mode: 0o755 },
    ...applets
      .filter((applet) => applet !== "busybox")
      .map((applet) => ({ name: `bin/${applet}`, link: "busybox" })),
    { name: "etc/" },
    { name: "etc/passwd", content: "root:x:0:0:root:/:/bin/sh\n" },
    { name: "etc/group", content: "root:x:0:\n" },
    { name: "tmp/", mode: 0o777 },
  ]);
}

/** Returns an archive with one file `/ballast` of that many MiB, cheap to make and different in every MiB. */
export function ballastArchive(mebibytes: number): Buffer {
  const content = Buffer.alloc(mebibytes * 1024 * 1024, "quaygate ballast ");
  for (let index = 0; index < mebibytes; index += 1) content.writeUInt32BE(index, index * 1024 * 1024);
  return serializeArchive([{ name: "ballast", content }]);
}

/** Makes an image from the archive of its root file system, straight on the engine's socket, as `docker import` does. */
export async function importArchive(socketPath: string, reference: string, archive: Buffer): Promise<void> {
  try {
    await sendArchive(socketPath, reference, archive);
  } catch (error) {
    // dockerd may answer and close before the last of an archive's padding is written; the answer is lost then.
    if (!(error instanceof Error && "code" in error && error.code === "EPIPE")) throw error;
    await sendArchive(socketPath, reference, archive);
  }
}

function sendArchive(socketPath: string, reference: string, archive: Buffer): Promise<void> {
  const [repository = reference, tag = "latest"] = reference.split(":");
  const query = new URLSearchParams({ fromSrc: "-", repo: repository, tag, changes: 'CMD ["sh"]' });
  const path = `/images/create?${query.toString()}`;
  return new Promise((resolve, reject) => {
    const outgoing = request({ socketPath, method: "POST", path, agent: false }, (response) => {
      let reply = "";
      response.setEncoding("utf8");
      response.on("data", (text: string) => (reply += text));
      response.once("end", () => {
        if (response.statusCode === 200 && !reply.includes('"error"')) resolve();
        else reject(new Error(`import of ${reference} failed: ${String(response.statusCode)} ${reply}`));
      });
    });
    outgoing.once("error", reject);
    outgoing.end(archive);
  });
}
