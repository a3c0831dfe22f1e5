import { OPEN } from "./rig.ts";

/** Everything is open, and requests are judged by what they ask for. */
export const JUDGED: Readonly<Record<string, string>> = { ...OPEN, QUAYGATE_POWERS: "default" };

/** What can be said of a request beside its body. */
export interface RequestParts {
  readonly target?: string;
  readonly fields?: readonly string[];
}

const CREATE = "/v1.43/containers/create";

/** A request with a JSON body of a known length. */
export function withLength(body: string, { target = CREATE, fields = [] }: RequestParts = {}): string {
  const length = `Content-Length: ${Buffer.byteLength(body, "latin1")}`;
  return `${["POST", target].join(" ")} HTTP/1.1\r\n${["Host: x", ...fields, length].join("\r\n")}\r\n\r\n${body}`;
}

/** The same in chunks, of which each has at most so many bytes. */
export function inChunks(
  body: string,
  size: number,
  { target = CREATE, fields = [] }: RequestParts = {},
): string {
  const head = ["Host: x", ...fields, "Transfer-Encoding: chunked"].join("\r\n");
  return `POST ${target} HTTP/1.1\r\n${head}\r\n\r\n${chunksOf(body, size)}`;
}

/** A body in chunks, with the end. */
export function chunksOf(body: string, size: number): string {
  const chunks = [];
  for (let at = 0; at < body.length; at += size) {
    const part = body.slice(at, at + size);
    chunks.push(`${part.length.toString(16)}\r\n${part}\r\n`);
  }
  return `${chunks.join("")}0\r\n\r\n`;
}

/** What the engine gets for a body that was judged. */
export function received(body: string, { target = CREATE, fields = [] }: RequestParts = {}): string {
  const length = `Content-Length: ${Buffer.byteLength(body, "latin1")}`;
  return `POST ${target} HTTP/1.1\r\n${["Host: docker", ...fields, length].join("\r\n")}\r\n\r\n${body}`;
}

/** A body that asks for nothing that `default` does not give. */
export const HARMLESS = '{"Image":"alpine"}';
/** A body that does. */
export const DANGEROUS = '{"Image":"alpine","HostConfig":{"Binds":["/etc:/host-etc"]}}';
/** A body of so many bytes, all of it harmless. */
export function harmlessOf(bytes: number): string {
  const [start, end] = ['{"Image":"alpine","Labels":{"a":"', '"}}'];
  return `${start}${"x".repeat(bytes - start.length - end.length)}${end}`;
}

/** A body that names a volume, of which the engine has to be asked what it is. */
export const WITH_VOLUME = '{"Image":"alpine","HostConfig":{"Binds":["data:/data"]}}';
/** A body that names a network. */
export const WITH_NETWORK = '{"Image":"alpine","HostConfig":{"NetworkMode":"backend"}}';
