import { execFile } from "node:child_process";
import { promisify } from "node:util";

/** Where an engine is reached: bare, or through a proxy. */
export type Place = { readonly port: number } | { readonly socketPath: string };

/** One long request: what is sent from a file, or an answer that is thrown away. */
export interface Transfer {
  readonly path: string;
  /** The file that is uploaded with PUT or POST; a download has none. */
  readonly upload?: { readonly method: "PUT" | "POST"; readonly file: string };
  /** Fewer bytes mean that something else was measured. */
  readonly leastBytes: number;
  readonly abort: AbortSignal;
}

const run = promisify(execFile);
/** A gigabyte takes some seconds; more than this means that nothing moves. */
const DEADLINE = 2 * 60;

/** Runs curl once and resolves to the bytes a second; rejects when the answer is not 200 or less was transferred. */
export async function measureTransfer(
  place: Place,
  { path, upload, leastBytes, abort }: Transfer,
): Promise<number> {
  const [host, ...way] =
    "port" in place ? [`127.0.0.1:${place.port}`] : ["d", "--unix-socket", place.socketPath];
  // As `docker cp` and `docker load` do: a chunked body, sent without asking first.
  const asDocker = ["--header", "Transfer-Encoding: chunked", "--header", "Expect:"];
  const body =
    upload === undefined ? [] : ["--request", upload.method, "--upload-file", upload.file, ...asDocker];
  const report = "%{http_code} %{time_total} %{size_upload} %{size_download}";
  const words = ["--silent", "--show-error", "--max-time", String(DEADLINE), "--output", "/dev/null"];
  const url = `http://${host ?? ""}${path}`;
  const { stdout } = await run("curl", [...words, "--write-out", report, ...way, ...body, url], {
    signal: abort,
  });
  const [status = 0, seconds = 0, sent = 0, received = 0] = stdout.split(" ").map(Number);
  const transferred = upload === undefined ? received : sent;
  if (status !== 200 || transferred < leastBytes) {
    throw new Error(`${path} was answered with ${status}, and ${transferred} bytes were transferred`);
  }
  return transferred / seconds;
}
