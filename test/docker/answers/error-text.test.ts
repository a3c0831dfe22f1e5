import { describe, expect, test } from "vitest";
import {
  errorWithoutOthers,
  progressWithoutOthers,
  withoutOthers,
} from "../../../src/docker/answers/error-text.ts";
import { parseJson } from "../../../src/docker/json/parse.ts";
import type { JsonValue } from "../../../src/docker/json/value.ts";
import { serializeJson } from "../../../src/docker/json/write.ts";

const LONG = "b93e91489fc5cb224445fdec73705349b6f95596dc0a0e4c02568b6b904d3a60";
const SHORT = "b93e91489fc5";
const SWARM = "mmhbcv86n5ys674n63c8jcanj";

/** As dockerd 20.10 and 28.5 wrote them when they were asked, and Podman 4. */
const OF_OTHERS: readonly (readonly [said: string, told: string])[] = [
  [
    "port '8088' is already in use by service 'bport' (i55vmffiayplys4u60ndr66c4) as an ingress port",
    "port '8088' is already in use by another service as an ingress port",
  ],
  [
    `Conflict. The container name "/web" is already in use by container "${LONG}". You have to remove (or rename) that container to be able to reuse that name.`,
    'Conflict. The container name "/web" is already in use by another container. You have to remove (or rename) that container to be able to reuse that name.',
  ],
  [
    `Error when allocating new name: Conflict. The container name "/web" is already in use by container ${LONG}.`,
    'Error when allocating new name: Conflict. The container name "/web" is already in use by another container.',
  ],
  [`remove web: volume is in use - [${LONG}]`, "remove web: volume is in use"],
  [`remove web: volume is in use - [${LONG}, ${LONG}]`, "remove web: volume is in use"],
  [
    `volume web is being used by the following container(s): ${LONG}, ${LONG}: volume is being used`,
    "volume web is being used by a container: volume is being used",
  ],
  [
    `error while removing network: network web id ${LONG} has active endpoints`,
    "error while removing network: network web id (hidden) has active endpoints",
  ],
  [
    `error while removing network: network web has active endpoints (name:"db" id:"${SHORT}", name:"a (b)" id:"${SHORT}")`,
    "error while removing network: network web has active endpoints",
  ],
  [
    `conflict: unable to remove repository reference "web" (must force) - container ${SHORT} is using its referenced image ${SHORT}`,
    'conflict: unable to remove repository reference "web" (must force) - a container is using its image',
  ],
  [
    `conflict: unable to delete web (cannot be forced) - image is being used by running container ${SHORT}`,
    "conflict: unable to delete web (cannot be forced) - image is being used by a running container",
  ],
  [
    `conflict: unable to delete ${SHORT} (must be forced) - image is being used by stopped container ${SHORT}`,
    "conflict: unable to delete (hidden) (must be forced) - image is being used by a stopped container",
  ],
  [
    `image used by ${LONG}: image is in use by a container: consider removing it`,
    "image is in use by a container: consider removing it",
  ],
  [
    `cannot create network ${LONG} (brx): conflicts with network ${LONG} (brx): networks have same bridge name`,
    "cannot create network (hidden) (brx): conflicts with another network: networks have same bridge name",
  ],
  [
    "rpc error: code = InvalidArgument desc = secret 'web' is in use by the following service: shop_db",
    "rpc error: code = InvalidArgument desc = secret 'web' is in use by a service",
  ],
  [
    "rpc error: code = InvalidArgument desc = config 'web' is in use by the following services: shop_db, shop_web",
    "rpc error: code = InvalidArgument desc = config 'web' is in use by a service",
  ],
  [
    `rpc error: code = FailedPrecondition desc = network ${SWARM} is in use by service e9gsvxq55c45x41lito52v31b`,
    "rpc error: code = FailedPrecondition desc = network (hidden) is in use by a service",
  ],
  [
    "network web is ambiguous (2 matches found on name)",
    "network web is ambiguous (several matches found on name)",
  ],
  // What nobody has thought of.
  [`something is wrong with ${LONG}`, "something is wrong with (hidden)"],
  ["something is wrong with sha256:" + LONG, "something is wrong with sha256:(hidden)"],
  [
    "the pod \"shop\" and the thing 'db' are in the way",
    "the pod \"(hidden)\" and the thing '(hidden)' are in the way",
  ],
];

const HARMLESS: readonly string[] = [
  'cannot remove container "/web": container is running: stop the container before removing or force remove',
  "Pool overlaps with other one on this address space",
  "network with name other already exists",
  "driver failed programming external connectivity on endpoint web: Bind for 0.0.0.0:18080 failed: port is already allocated",
  "The command '/bin/sh -c exit 1' returned a non-zero code: 1",
  'Get "https://registry-1.docker.io/v2/": dial tcp: lookup registry-1.docker.io: no such host',
  'failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: exec: "nothere": executable file not found in $PATH: unknown',
  "rpc error: code = Unknown desc = update out of sequence",
  'invalid mount config for type "bind": bind source path does not exist: /srv',
  "authentication required - email must be verified before using account",
];

const wasSaid = (word: string): boolean => word === "web" || word === "/web";

describe("an engine's sentence", () => {
  test.each(OF_OTHERS)("%s", (said, told) => {
    expect(withoutOthers(said, wasSaid)).toBe(told);
  });

  test.each(HARMLESS)("stays as it is where it names nobody: %s", (said) => {
    expect(withoutOthers(said, wasSaid)).toBe(said);
  });

  test("keeps what the request itself had, also an id", () => {
    const said = `No such thing: ${SHORT} "mine"`;
    expect(withoutOthers(said, (word) => word === SHORT || word === "mine")).toBe(said);
  });

  test("keeps what stands in quotes where it is sure to be the request's", () => {
    const said = `plugin "nope" not found, nor ${SHORT}`;
    expect(withoutOthers(said, wasSaid, true)).toBe('plugin "nope" not found, nor (hidden)');
  });

  test("comes to an end, however long it is", () => {
    for (const piece of [
      '"',
      "a",
      "0",
      'has active endpoints (name:"',
      "1 ",
      " is in use by container ",
      "image ",
    ]) {
      const long = piece.repeat(Math.ceil(60_000 / piece.length));
      expect(withoutOthers(long, wasSaid).length).toBeLessThanOrEqual(long.length);
    }
  });
});

function parse(text: string): JsonValue {
  const parsed = parseJson(Buffer.from(text));
  return parsed.ok ? parsed.value : null;
}

describe("an error", () => {
  test("keeps its sentences and Podman's number, and nothing else", () => {
    const error = parse('{"cause":"a","message":"b","response":409,"more":{"id":"c"},"list":["d"]}');
    const told = errorWithoutOthers(error, (sentence) => `${sentence}!`);
    expect(serializeJson(told ?? null)).toBe('{"cause":"a!","message":"b!","response":409}');
  });

  test("is one only where it is an object", () => {
    expect(errorWithoutOthers(["a"], (sentence) => sentence)).toBeUndefined();
  });
});

describe("a report of a pull, a push or a build", () => {
  test("passes as it is while it goes well", () => {
    const report = parse(`{"status":"Pulling from other","id":"${SHORT}","aux":{"ID":"sha256:${LONG}"}}`);
    expect(progressWithoutOthers(report, wasSaid)).toBe(report);
  });

  test("tells why it failed without others", () => {
    const report = parse(`{"errorDetail":{"code":7,"message":"used by ${LONG}"},"error":"used by ${LONG}"}`);
    expect(serializeJson(progressWithoutOthers(report, wasSaid))).toBe(
      '{"errorDetail":{"code":7,"message":"used by (hidden)"},"error":"used by (hidden)"}',
    );
  });
});
