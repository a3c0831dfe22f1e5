import { type Call, EngineError, outputType } from "../call.ts";
import type { Description } from "../descriptions.ts";

/** Gives back the body (text or something for JSON), or undefined when it answers by itself. */
export type Handler = (call: Call) => unknown;

/** A pattern for a method and a path, in which `name` and `verb` stand for what is asked about, and who answers. */
export type Route = readonly [pattern: RegExp, handle: Handler];

/** Far more than a client sends to make something; a build's files are not kept. */
const longestBody = 8 * 1024 * 1024;

/** Reads a JSON object from the request's body; none is an empty one. */
export async function readMembers({ request }: Call): Promise<Description> {
  let text = "";
  for await (const chunk of request.setEncoding("utf8")) {
    text += String(chunk);
    if (text.length > longestBody) throw new EngineError(413, "the body is too long");
  }
  return recordOf(JSON.parse(text || "{}"));
}

/** The members of what should be an object; none of anything else. */
export function recordOf(value: unknown): Description {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? { ...value } : {};
}

/** What should be a text; "" where it is none. */
export function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}

/** The texts of what should be a list of texts. */
export function textsOf(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.map(String) : [];
}

/** The values of one filter, in either of its spellings. */
export function filtered(query: URLSearchParams, key: string): readonly string[] {
  const values = recordOf(JSON.parse(query.get("filters") || "{}"))[key];
  return Array.isArray(values) ? values.map(String) : Object.keys(recordOf(values));
}

/** Done, and nothing to be said. */
export function nothing({ request, response }: Call): undefined {
  request.resume();
  response.writeHead(204).end();
  return undefined;
}

/** Answers a creation: engines spell an id in two ways. */
export function created({ response }: Call, id: string): Description {
  response.statusCode = 201;
  return { Id: id, ID: id, Warnings: [] };
}

/** A stream of JSON objects, all at once. */
export function progress(...lines: readonly Description[]): string {
  return lines.map((line) => `${JSON.stringify(line)}\n`).join("");
}

const archive = "application/x-tar";
/** The end of a tar archive, and here all of it. */
const emptyArchive = Buffer.alloc(1024);

/** An archive with nothing in it. */
export function sendArchive({ response }: Call, fields: Readonly<Record<string, string>> = {}): undefined {
  response.writeHead(200, { ...fields, "content-type": archive }).end(emptyArchive);
  return undefined;
}

/** A command that says nothing and has ended: through a tunnel where the client asked to upgrade. */
export function endStream(call: Call): undefined {
  const { response, tunnel } = call;
  const type = outputType(call);
  if (tunnel === undefined) {
    response.writeHead(200, { "content-type": type }).end();
    return undefined;
  }
  response.detachSocket(tunnel);
  tunnel.resume().end(upgraded("tcp", type));
  return undefined;
}

/** The head that agrees to another protocol. */
export function upgraded(protocol: string, contentType?: string): string {
  const type = contentType === undefined ? "" : `Content-Type: ${contentType}\r\n`;
  return `HTTP/1.1 101 UPGRADED\r\n${type}Connection: Upgrade\r\nUpgrade: ${protocol}\r\n\r\n`;
}
