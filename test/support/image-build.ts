import { execFileSync, spawn } from "node:child_process";
import { createReadStream, existsSync, realpathSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { pipeline } from "node:stream/promises";
import { createGzip } from "node:zlib";
import { node24, testsOnNode24 } from "../../scripts/node-24.mjs";
import { root } from "../../scripts/set-up.mjs";
import { dockerOutput, spawnDocker, temporaryFolder } from "./docker-cli.ts";
import { busyboxArchive, joinArchives, serializeArchive } from "./images.ts";

/** Longer than this machine needs to compile and to copy a few hundred MB, with others at work. */
const BUILD_DEADLINE = 240_000;

/** A file or folder of this machine and its place in an image, both absolute. */
interface Part {
  readonly from: string;
  readonly to: string;
}

/** The Node of the image: the one that the public image brings, where tests run on it, else this machine's. */
export const imageNode: string = testsOnNode24() ? node24 : process.execPath;

/**
 * Makes what stands in for the public Node image where none can be pulled: a Node, this machine's npm, a shell, and this
 * checkout's packages, which the build takes when they are those of package-lock.json.
 */
export async function importNodeImage(host: string, reference: string): Promise<void> {
  const run = spawnDocker(host, ["import", "-", reference], { timeout: BUILD_DEADLINE });
  run.stdin.write(systemArchive());
  const archiver = spawn("tar", archiveArguments(nodeImageParts()), { stdio: ["ignore", "pipe", "inherit"] });
  // A command that takes no more says why when it ends.
  await pipeline(archiver.stdout, run.stdin).catch(() => {});
  const { code, stderr } = await run.result;
  if (code !== 0) throw new Error(`the Node image can't be imported: ${stderr}`);
}

/** Builds the image as a release does, from this checkout, and returns what the builder said. */
export function buildGateImage(
  host: string,
  reference: string,
  nodeImage: string,
  buildArguments: readonly string[] = [],
): Promise<string> {
  return dockerOutput(
    host,
    [
      "build",
      "--network=none",
      `--file=${join(root, "deploy", "Dockerfile")}`,
      `--build-arg=BUILD_IMAGE=${nodeImage}`,
      `--build-arg=NODE_IMAGE=${nodeImage}`,
      ...buildArguments.map((argument) => `--build-arg=${argument}`),
      `--tag=${reference}`,
      root,
    ],
    { timeout: BUILD_DEADLINE },
  );
}

function nodeImageParts(): readonly Part[] {
  const libraries = sharedObjects().map((path) => ({ from: path, to: path }));
  return [
    { from: imageNode, to: "/usr/local/bin/node" },
    ...libraries,
    { from: npmFolder(), to: "/usr/local/lib/node_modules/npm" },
    { from: join(root, "node_modules"), to: "/build/node_modules" },
  ];
}

/** The shell and what finds a program, as the public Node image has them. */
function systemArchive(): Buffer {
  const links = serializeArchive([
    { name: "usr/bin/env", link: "/bin/busybox" },
    { name: "usr/local/bin/npm", link: "../lib/node_modules/npm/bin/npm-cli.js" },
  ]);
  return joinArchives([busyboxArchive(), links]);
}

/** Each part under the name it shall have; a library's link becomes the file itself. */
function archiveArguments(parts: readonly Part[]): readonly string[] {
  const files = parts.map(({ from, to }) => ({ from: realpathSync(from).slice(1), to: to.slice(1) }));
  return [
    "--create",
    "--directory=/",
    "--owner=0",
    "--group=0",
    "--numeric-owner",
    // Of names and of hard links, not of what symbolic links say.
    ...files.map(({ from, to }) => `--transform=flags=rhS;s|^${quotePattern(from)}|${to}|`),
    ...files.map(({ from }) => from),
  ];
}

function quotePattern(text: string): string {
  return text.replaceAll(/[.*[\]^$\\|]/gu, "\\$&");
}

function sharedObjects(): readonly string[] {
  const script = 'process.report.getReport().sharedObjects.join("\\n")';
  return execFileSync(imageNode, ["--print", script], { encoding: "utf8" })
    .split("\n")
    .filter((path) => path.startsWith("/"));
}

/** npm with all that it needs, which is one folder as Node's own releases bring it. */
function npmFolder(): string {
  const program = (process.env["PATH"] ?? "")
    .split(delimiter)
    .map((folder) => join(folder, "npm"))
    .find((path) => existsSync(path));
  if (program === undefined) throw new Error("npm is not on the path");
  return dirname(dirname(realpathSync(program)));
}

/** One entry of an image's file system. */
export interface ImageFile {
  /** As `ls -l` shows it: `-rwxr-xr-x`. */
  readonly mode: string;
  /** Numbers, as `65532/65532`. */
  readonly owner: string;
  /** Without a leading slash; a folder ends with one. */
  readonly path: string;
}

/** Lists what is in an image, with the few empty places that the engine itself puts into each container. */
export async function listImageFiles(host: string, image: string): Promise<readonly ImageFile[]> {
  const { path, remove } = temporaryFolder();
  const archive = join(path, "container.tar");
  const container = await dockerOutput(host, ["create", "--network=none", image]);
  try {
    await dockerOutput(host, ["export", `--output=${archive}`, container]);
    const listing = execFileSync("tar", ["--list", "--verbose", "--numeric-owner", `--file=${archive}`], {
      encoding: "utf8",
    });
    return listing
      .trimEnd()
      .split("\n")
      .map((line) => {
        const [mode = "", owner = "", , , , place = ""] = line.split(/\s+/u);
        return { mode, owner, path: place };
      });
  } finally {
    await dockerOutput(host, ["rm", container]);
    remove();
  }
}

/** The size of an image in bytes: unpacked, and as it travels, compressed by gzip. */
export async function measureImage(
  host: string,
  image: string,
): Promise<{ readonly unpacked: number; readonly compressed: number }> {
  const { path, remove } = temporaryFolder();
  const archive = join(path, "image.tar");
  try {
    await dockerOutput(host, ["save", `--output=${archive}`, image]);
    let compressed = 0;
    await pipeline(createReadStream(archive), createGzip(), async (parts: AsyncIterable<Buffer>) => {
      for await (const part of parts) compressed += part.length;
    });
    const unpacked = Number(await dockerOutput(host, ["image", "inspect", "--format={{.Size}}", image]));
    return { unpacked, compressed };
  } finally {
    remove();
  }
}
