import fc from "fast-check";
import {
  type BodyPlan,
  mutate,
  mutation,
  type RequestPlan,
  requestPlan,
  writeRequest,
} from "./request-arbitrary.ts";

/** Where dockerd has a handler for every name, and what of a planned path is that name. */
const ROUTES: ReadonlyMap<string, (name: string) => string> = new Map([
  ["GET", (name) => `/containers/${name}/json`],
  ["HEAD", (name) => `/containers/${name}/archive`],
  ["POST", (name) => `/containers/${name}/exec`],
  ["PUT", (name) => `/containers/${name}/archive`],
  ["DELETE", (name) => `/containers/${name}`],
]);

/**
 * Aims a planned request at a handler that tells what it was called for and does nothing: there is no container. Names
 * of several segments are for dockerd alone; the gate takes names of one.
 */
function aim(plan: RequestPlan, joined: boolean): RequestPlan {
  const [path = "", query] = plan.target.split(/\?(.*)/su);
  const name = joined ? path.replaceAll("/", "") : path.slice(1);
  const route = ROUTES.get(plan.method);
  const target = route === undefined || name === "" ? path : route(name);
  const isJson = plan.method === "POST" && plan.body.kind !== "none";
  const fields = plan.fields.filter(([fieldName]) => fieldName !== "Content-Type");
  return {
    ...plan,
    target: query === undefined ? target : `${target}?${query}`,
    fields: isJson ? [...fields, ["Content-Type", "application/json"]] : fields,
    body: isJson ? jsonBody(plan.body) : plan.body,
  };
}

/** The same content inside of JSON, which a dockerd in debug mode tells of; as many chunks as were planned. */
function jsonBody(body: BodyPlan): BodyPlan {
  switch (body.kind) {
    case "none":
      return body;
    case "length":
      return { kind: "length", data: jsonOf(body.data) };
    case "chunked": {
      const text = jsonOf(body.chunks.map(({ data }) => data).join(""));
      const size = Math.ceil(text.length / Math.max(1, body.chunks.length));
      const chunks = body.chunks.map(({ extension }, at) => ({
        data: text.slice(at * size, (at + 1) * size),
        extension,
      }));
      return { ...body, chunks: chunks.filter(({ data }) => data !== "") };
    }
  }
}

/** JSON in ASCII with the text in it, and with line ends around that look like framing. */
function jsonOf(text: string): string {
  const escaped = JSON.stringify(text).replaceAll(
    /[\u007f-\u00ff]/gu,
    (character) => `\\u00${character.charCodeAt(0).toString(16)}`,
  );
  return `{\r\n"Text":${escaped}\r\n}\r\n`;
}

const plan = fc.oneof(
  { weight: 4, arbitrary: requestPlan.map((planned) => aim(planned, true)) },
  requestPlan.map((planned) => aim(planned, false)),
  requestPlan,
);

/** The bytes of one to three requests on one connection, most of them for dockerd's handlers, often changed somewhere. */
export const engineConnectionBytes: fc.Arbitrary<Buffer> = fc
  .tuple(
    fc.array(plan, { minLength: 1, maxLength: 3 }),
    fc.oneof({ weight: 2, arbitrary: fc.constant([]) }, fc.array(mutation, { maxLength: 2 })),
  )
  .map(([plans, changes]) => Buffer.from(changes.reduce(mutate, plans.map(writeRequest).join("")), "latin1"));

/** An archive of nothing. */
export const EMPTY_ARCHIVE: string = "\0".repeat(1024);

/** A body of any bytes behind an empty archive: what a dockerd imports it as has the digest of all of it. */
export const importBody: fc.Arbitrary<BodyPlan> = requestPlan
  .map((planned) => planned.body)
  .filter((body) => body.kind !== "none")
  .map((body) =>
    body.kind === "length"
      ? { kind: "length", data: EMPTY_ARCHIVE + body.data }
      : { ...body, chunks: [{ data: EMPTY_ARCHIVE, extension: "" }, ...body.chunks] },
  );

/** Writes a request to import a body under a tag. */
export function writeImport(tag: string, body: BodyPlan): Buffer {
  const target = `/images/create?fromSrc=-&repo=wire&tag=${tag}`;
  const text = writeRequest({ method: "POST", target, version: "1.1", fields: [["Host", "docker"]], body });
  return Buffer.from(text, "latin1");
}
