import fc from "fast-check";
import { mutate, mutation } from "./request-arbitrary.ts";

/** Keys that mean something, that nearly do, and that no reader should stumble over. */
const key = fc.constantFrom(
  ...[
    '"Image"',
    '"HostConfig"',
    '"hostconfig"',
    '"Ho\u017ftConfig"',
    '"Host\\u0043onfig"',
    '"Binds"',
    '"Mounts"',
  ],
  ...[
    '"Privileged"',
    '"PRIVILEGED"',
    '"\\u212aernelMemory"',
    '"Labels"',
    '"Env"',
    '"Cmd"',
    '"CapAdd"',
    '"User"',
  ],
  ...[
    '"NetworkMode"',
    '"NetworkingConfig"',
    '"EndpointsConfig"',
    '"Type"',
    '"Source"',
    '"Options"',
    '"__proto__"',
  ],
  ...['"constructor"', '"1"', '"0"', '""', '"\\ud800"', '"\\u0000"', '"New"', "Image", "'Image'"],
);

const scalar = fc.constantFrom(
  ...[
    "null",
    "true",
    "false",
    "0",
    "-0",
    "1e400",
    "9007199254740993",
    "01",
    "1.",
    "+1",
    "NaN",
    "Infinity",
    "0x1",
  ],
  ...['"alpine"', '"/etc:/x"', '"v:/x"', '"bind"', '"volume"', '"host"', '"backend"', '"SYS_ADMIN"', '"A=b"'],
  ...[
    '"\\u002fetc:/x"',
    '"\\ud83d\\ude00"',
    '"\\udc00"',
    '"a\\u0000b"',
    '"\u2028"',
    '"\\x41"',
    '"\t"',
    '"',
    "",
    "undefined",
  ],
  ...["/**/1", "[,]", "{,}", "{}}", "[]]", "\ufeff{}", "{} {}", "\u00a01", "\v1"],
);

const space = fc.constantFrom("", "", "", " ", "\n", "\t\r\n", "\f", "//\n");

const { value } = fc.letrec<{ value: string; list: string; object: string }>((tie) => ({
  value: fc.oneof({ depthSize: "small", withCrossShrink: true }, scalar, tie("object"), tie("list")),
  list: fc
    .tuple(space, fc.array(tie("value"), { maxLength: 3 }), fc.constantFrom("", "", "", ","))
    .map(([white, items, end]) => `[${white}${items.join(`,${white}`)}${end}]`),
  object: fc
    .tuple(space, fc.array(fc.tuple(key, tie("value")), { maxLength: 4 }), fc.constantFrom("", "", "", ","))
    .map(([white, members, end]) => {
      const pairs = members.map(([name, member]) => `${name}${white}:${white}${member}`);
      return `{${white}${pairs.join(",")}${white}${end}}`;
    }),
}));

/** A body that is what a client would send, except where it hurts. */
const likely = fc.constantFrom(
  '{"Image":"alpine","Cmd":["sh"],"HostConfig":{"Binds":["v:/x"],"NetworkMode":"backend"}}',
  '{"Image":"alpine","Env":["A=b"],"Labels":{"a":"b"},"HostConfig":{"Memory":9223372036854775807}}',
  '{"Image":"alpine","HostConfig":{"Binds":["/etc:/x:ro"],"Privileged":false,"CapAdd":["CHOWN"]}}',
  '{"Image":"alpine","Hostname":"a","Tty":false,"HostConfig":{"Mounts":[{"Type":"volume","Target":"/x"}]}}',
);

/** JSON, nearly JSON, and bytes that are none. */
export const jsonBytes: fc.Arbitrary<Buffer> = fc.oneof(
  { weight: 2, arbitrary: value.map((text) => Buffer.from(text, "utf8")) },
  {
    weight: 2,
    arbitrary: fc
      .tuple(likely, fc.array(mutation, { maxLength: 2 }))
      .map(([text, changes]) => Buffer.from(changes.reduce(mutate, text), "latin1")),
  },
  { weight: 1, arbitrary: fc.uint8Array({ maxLength: 30 }).map((bytes) => Buffer.from(bytes)) },
);
