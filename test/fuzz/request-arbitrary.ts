import fc from "fast-check";

/** A request as a client would build it, apart from its bytes. */
export interface RequestPlan {
  readonly method: string;
  readonly target: string;
  readonly version: string;
  readonly fields: readonly (readonly [name: string, value: string])[];
  readonly body: BodyPlan;
}

/** How a planned body travels. */
export type BodyPlan =
  | { readonly kind: "none" }
  | { readonly kind: "length"; readonly data: string }
  | { readonly kind: "chunked"; readonly chunks: readonly ChunkPlan[]; readonly trailers: readonly string[] };

/** One chunk: its content, and what stands behind its size. */
export interface ChunkPlan {
  readonly data: string;
  readonly extension: string;
}

/** Text of one character a byte out of the given characters. */
export function textOf(
  characters: string,
  size: { minLength?: number; maxLength?: number },
): fc.Arbitrary<string> {
  return fc.string({ unit: fc.constantFrom(...characters), ...size });
}

/** Every byte. */
export const ALL_BYTES: string = range(0, 255);

/** Every character of a token. */
const TOKEN_CHARACTERS = "!#$%&'*+-.^_`|~0123456789ABCDEFXYZabcdefxyz";

/** Every character of a field value. */
export const VALUE_CHARACTERS: string = `\t${range(0x20, 0x7e)}${range(0x80, 0xff)}`;

function range(first: number, last: number): string {
  return String.fromCodePoint(...Array.from({ length: last - first + 1 }, (_, at) => first + at));
}

const content = fc.oneof(
  textOf(ALL_BYTES, { maxLength: 40 }),
  fc.constantFrom("{}", "GET /secrets HTTP/1.1\r\nHost: d\r\n\r\n", "0\r\n\r\n", "\r\n", "\n"),
);

const path = fc.oneof(
  fc.constantFrom("/_ping", "/v1.41/containers/json", "/containers/a%2Fb/json", "/"),
  fc
    .array(textOf("abcXYZ09-._~!$&'()*+,=:@;|^`{}[]\"<>", { minLength: 1, maxLength: 6 }), { maxLength: 4 })
    .map((segments) => `/${segments.join("/")}`),
);

const query = textOf('ab=&19%2FfA+-._~?/{}"[]:,|', { maxLength: 16 }).map((text) =>
  text.replace(/%(?![0-9A-Fa-f]{2})/gu, "%25"),
);

const field = fc.oneof(
  fc.tuple(
    fc.constantFrom("X-Registry-Auth", "User-Agent", "Accept", "X-Meta-A", "Api-Version"),
    textOf(VALUE_CHARACTERS, { maxLength: 12 }),
  ),
  fc.tuple(
    textOf(TOKEN_CHARACTERS, { minLength: 1, maxLength: 6 }).map((name) => `X-${name}`),
    textOf(VALUE_CHARACTERS, { maxLength: 12 }),
  ),
  fc.constantFrom<[string, string]>(
    ["Content-Type", "application/json"],
    ["Connection", "keep-alive"],
    ["Connection", "close"],
    ["TE", "trailers"],
    ["Content-Encoding", "gzip"],
    ["Keep-Alive", "timeout=5"],
  ),
);

const chunk: fc.Arbitrary<ChunkPlan> = fc.record({
  data: textOf(ALL_BYTES, { minLength: 1, maxLength: 20 }),
  extension: fc.oneof(
    { weight: 8, arbitrary: fc.constantFrom("", "", ";a=b") },
    fc.constantFrom(";a", ";a=b", ';a="b c"', ";a;b=c", ';a="\\""', ";a=", "; a", ";"),
    textOf(';="\\ \taB1\u00ff', { maxLength: 6 }).map((text) => `;${text}`),
  ),
});

const body: fc.Arbitrary<BodyPlan> = fc.oneof(
  fc.constant<BodyPlan>({ kind: "none" }),
  content.map((data): BodyPlan => ({ kind: "length", data })),
  fc
    .tuple(
      fc.array(chunk, { maxLength: 4 }),
      fc.array(
        fc.constantFrom(
          "X-Sum: 1",
          "X-Sum:",
          "B: c d",
          "Content-Length: 3",
          "Host: b",
          "Connection: close",
          "Upgrade: x",
          "Transfer-Encoding: x",
          "A:",
        ),
        {
          maxLength: 2,
        },
      ),
    )
    .map(([chunks, trailers]): BodyPlan => ({ kind: "chunked", chunks, trailers })),
);

/** Requests that are mostly what we accept. */
export const requestPlan: fc.Arbitrary<RequestPlan> = fc
  .record({
    method: fc.constantFrom("GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "POST"),
    target: fc.oneof(
      path,
      fc.tuple(path, query).map(([before, after]) => `${before}?${after}`),
    ),
    version: fc.oneof({ weight: 9, arbitrary: fc.constant("1.1") }, fc.constant("1.0")),
    fields: fc
      .tuple(
        fc.constantFrom<[string, string]>(["Host", "docker"], ["Host", ""], ["host", "[::1]:2375"]),
        fc.array(field, { maxLength: 5 }),
      )
      .map(([host, fields]) => [host, ...fields]),
    body,
  })
  .map((plan) =>
    plan.body.kind === "chunked" &&
    (plan.version === "1.0" || (plan.method !== "POST" && plan.method !== "PUT"))
      ? { ...plan, body: { kind: "none" } }
      : plan,
  );

/** Writes a plan as bytes, one character a byte. */
export function writeRequest(plan: RequestPlan): string {
  const head = [
    `${plan.method} ${plan.target} HTTP/${plan.version}`,
    ...plan.fields.map(([name, value]) => `${name}: ${value}`),
  ];
  switch (plan.body.kind) {
    case "none":
      return [...head, "", ""].join("\r\n");
    case "length":
      return [...head, `Content-Length: ${plan.body.data.length}`, "", plan.body.data].join("\r\n");
    case "chunked":
      return [...head, "Transfer-Encoding: chunked", "", writeChunks(plan.body)].join("\r\n");
  }
}

function writeChunks({ chunks, trailers }: Extract<BodyPlan, { readonly kind: "chunked" }>): string {
  const written = chunks.map(
    ({ data, extension }) => `${data.length.toString(16)}${extension}\r\n${data}\r\n`,
  );
  return [...written, "0\r\n", ...trailers.map((trailer) => `${trailer}\r\n`), "\r\n"].join("");
}

/** A change to bytes, at places given as fractions of their length. */
export type Mutation =
  | { readonly kind: "insert"; readonly at: number; readonly text: string }
  | { readonly kind: "replace"; readonly at: number; readonly text: string }
  | { readonly kind: "delete"; readonly at: number; readonly length: number }
  | { readonly kind: "repeat-line"; readonly at: number }
  | { readonly kind: "insert-line"; readonly at: number; readonly text: string };

// A whole number, since generated fractions lie mostly near zero.
const at = fc.noBias(fc.integer({ min: 0, max: 9999 })).map((tenThousandths) => tenThousandths / 10_000);

const HAZARDS = [
  ...'\r\n\t \0:;,"\\#%/=+-_\u000b\u000c\u001b\u007f\u0080\u0085\u00a0\u00ad\u00ff',
  "\r\n",
  "\n\n",
  "\r\n\r\n",
  "\r\r\n",
  " \r\n",
  "//",
  "http://",
  "0",
  "chunked",
  "\u00c2\u00a0",
];

const HAZARDOUS_LINES = [
  "Content-Length: 5",
  "Content-Length: 0",
  "content-length: 05",
  "Content-Length : 5",
  "Content-Length: 5, 5",
  "Content-Length:",
  "Content-Length: 5\t",
  "Content-Length:\t5 ",
  "Transfer-Encoding: chunked",
  "Transfer-Encoding: gzip, chunked",
  "Transfer-Encoding: identity",
  "Transfer-Encoding:",
  "transfer-encoding: Chunked ",
  "Transfer-Encoding\t: chunked",
  "Transfer-Encoding: chunked\t",
  "Host: other",
  " folded: line",
  "\tfolded",
  "Connection: close, TE",
  "Connection: close\t",
  "Connection: keep-alive \t ",
  "Connection: content-length",
  "Connection: close\u00a0",
  "Connection: , ,keep-alive,",
  "Proxy-Connection: close",
  "Trailer: X-Sum",
  "Upgrade: tcp",
  "Keep-Alive: timeout=0",
  ": empty",
  "no colon",
  "X\u00e9: y",
  "",
];

/** The changes that smugglers make. */
export const mutation: fc.Arbitrary<Mutation> = fc.oneof(
  fc.record({ kind: fc.constant("insert"), at, text: fc.constantFrom(...HAZARDS) }),
  fc.record({ kind: fc.constant("replace"), at, text: fc.constantFrom(...HAZARDS) }),
  fc.record({ kind: fc.constant("delete"), at, length: fc.integer({ min: 1, max: 4 }) }),
  fc.record({ kind: fc.constant("repeat-line"), at }),
  fc.record({ kind: fc.constant("insert-line"), at, text: fc.constantFrom(...HAZARDOUS_LINES) }),
);

/** Applies a change. */
export function mutate(text: string, change: Mutation): string {
  const place = Math.floor(change.at * (text.length + 1));
  switch (change.kind) {
    case "insert":
      return text.slice(0, place) + change.text + text.slice(place);
    case "replace":
      return text.slice(0, place) + change.text + text.slice(place + 1);
    case "delete":
      return text.slice(0, place) + text.slice(place + change.length);
    case "repeat-line":
    case "insert-line": {
      const lines = text.split("\r\n");
      const index = Math.floor(change.at * lines.length);
      lines.splice(index, 0, change.kind === "insert-line" ? change.text : (lines[index] ?? ""));
      return lines.join("\r\n");
    }
  }
}

/** The bytes of one to three requests on one connection, often changed in one or two places. */
export const connectionBytes: fc.Arbitrary<Buffer> = fc
  .tuple(fc.array(requestPlan, { minLength: 1, maxLength: 3 }), fc.array(mutation, { maxLength: 2 }))
  .map(([plans, changes]) => Buffer.from(changes.reduce(mutate, plans.map(writeRequest).join("")), "latin1"));

/** Cuts bytes into chunks at places given as fractions of their length. */
export function cut(bytes: Buffer, places: readonly number[]): readonly Buffer[] {
  const ends = places
    .map((place) => Math.floor(place * (bytes.length + 1)))
    .toSorted((left, right) => left - right);
  return [...ends, bytes.length].map((end, index) => bytes.subarray(index === 0 ? 0 : ends[index - 1], end));
}

/** Places to cut at. */
export const places: fc.Arbitrary<number[]> = fc.array(at, { maxLength: 6 });
