import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { temporaryFolder } from "../../support/docker-cli.ts";
import { statusOf } from "../../support/raw-peer.ts";
import { answerEach, answerOf } from "../../support/scripted-engine.ts";
import { JUDGED, withLength } from "../judged-requests.ts";
import { OPEN, openRig } from "../rig.ts";

const script = answerEach(({ startLine }) =>
  answerOf(
    startLine.startsWith("GET /v1.43/volumes/")
      ? '{"Driver":"local","Options":{"type":"nfs","o":"x","device":"y"}}'
      : "done",
  ),
);
/** Asks for what can be known at once, and for what only the engine knows of a volume. */
const BOTH = '{"Image":"alpine","HostConfig":{"Privileged":true,"Binds":["data:/data"]}}';
const GZIP = Buffer.from("1f8b08000000000000030102030405060708", "hex").toString("latin1");
const PUT = `PUT /v1.43/containers/web/archive?path=%2Fdata HTTP/1.1\r\nHost: x\r\nContent-Length: ${GZIP.length}\r\n\r\n${GZIP}`;

test.each([
  {
    name: "was denied by its query, before anybody read the body",
    env: JUDGED,
    request: withLength(BOTH, { target: "/v1.43/containers/create?new=1" }),
    record: { verdict: "deny", missing: ["field:?new"], powers: undefined },
  },
  {
    name: "was denied by its body, before the engine was asked what it names",
    env: JUDGED,
    request: withLength(BOTH),
    record: { verdict: "deny", missing: ["privileged"], powers: undefined },
  },
  {
    name: "was denied by its query, before the first bytes of an archive came",
    env: { ...JUDGED, QUAYGATE_POWERS: "none" },
    request: PUT,
    record: { verdict: "deny", missing: ["write-file:/data"], powers: undefined },
  },
  {
    name: "passed with an archive that may be compressed as it likes",
    env: { ...JUDGED, QUAYGATE_POWERS: "none,write-file:/data,decompress" },
    request: PUT,
    record: { verdict: "allow", missing: [], powers: undefined },
  },
])("a record says nothing of what a request asked for that $name", async ({ env, request, record }) => {
  const { ask, gate, untilRecords } = await openRig({ env, script });
  await ask(request);
  await untilRecords(1);
  expect(gate.records).toMatchObject([record]);
});

test("a record has the names in a request also where the engine is not asked what they stand for", async () => {
  const env = { ...JUDGED, QUAYGATE_POWERS: "all,-privileged" };
  const { ask, gate, engine, untilRecords } = await openRig({ env, script });
  const hex = '{"Image":"alpine","HostConfig":{"Binds":["data:/data"],"NetworkMode":"beef"}}';
  expect(statusOf(await ask(withLength(hex)))).toBe(200);
  await untilRecords(1);
  expect(gate.records[0]?.powers).toContain("volume:data");
  expect(gate.records[0]?.powers?.join()).not.toContain("network:");
  expect(engine.connections).toHaveLength(1);
});

test("of a client that learns the record says how an archive was compressed, also where every way is held", async () => {
  const env = { ...OPEN, QUAYGATE_MODE: "learn", QUAYGATE_POWERS: "none,write-file:/data,decompress" };
  const { ask, gate, untilRecords } = await openRig({ env, script });
  expect(statusOf(await ask(PUT))).toBe(200);
  await untilRecords(1);
  expect(gate.records).toMatchObject([{ verdict: "allow", powers: ["write-file:/data", "decompress:gzip"] }]);
});

test("of a client that is only warned about the record has what the names in a request stand for as well", async () => {
  const folder = temporaryFolder();
  const file = join(folder.path, "policy.yaml");
  writeFileSync(
    file,
    "clients:\n  trial: { from: 127.0.0.1, allow: [ContainerCreate], powers: none, mode: warn }\n",
  );
  try {
    const { ask, gate, untilRecords } = await openRig({ env: { QUAYGATE_POLICY: file }, script });
    expect(statusOf(await ask(withLength(BOTH)))).toBe(200);
    await untilRecords(1);
    expect(gate.records).toMatchObject([
      {
        verdict: "warn",
        powers: expect.arrayContaining(["privileged", "volume:data", "mount:nfs"]),
        missing: expect.arrayContaining(["privileged", "volume:data", "mount:nfs"]),
      },
    ]);
  } finally {
    folder.remove();
  }
});
