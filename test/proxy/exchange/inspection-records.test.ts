import { describe, expect, test } from "vitest";
import { refusalOf, statusOf } from "../../support/raw-peer.ts";
import { answerEach, answerOf } from "../../support/scripted-engine.ts";
import { DANGEROUS, HARMLESS, inChunks, JUDGED, WITH_VOLUME, withLength } from "../judged-requests.ts";
import { openRig } from "../rig.ts";

const script = answerEach(({ startLine }) =>
  answerOf(
    startLine.startsWith("GET ")
      ? '{"Driver":"local","Options":{"type":"nfs","o":"x","device":"y"}}'
      : "done",
  ),
);
/** What every such body asks for beside; of a command only that there is one. */
const ALWAYS = ["user:(image)", "entrypoint", "command", "network:bridge"];
const SPACED = `  ${HARMLESS}\n\n`;

describe("the record of a judged request", () => {
  test.each([
    {
      name: "that was let through",
      request: withLength(SPACED, { target: "/containers/create?name=web" }),
      record: {
        verdict: "allow",
        code: undefined,
        rule: "POST=1 and CONTAINERS=1",
        missing: [],
        powers: ["name:web", "image:docker.io/library/alpine:latest", ...ALWAYS],
        status: 200,
        bytesIn: SPACED.length,
        bytesOut: 4,
      },
    },
    {
      name: "that was refused by its body",
      request: inChunks(DANGEROUS, 6, { target: "/containers/create?name=web" }),
      record: {
        verdict: "deny",
        code: "power_denied",
        rule: "default",
        missing: ["bind:/etc"],
        powers: ["name:web", "image:docker.io/library/alpine:latest", "bind:/etc", ...ALWAYS],
        status: 403,
        bytesIn: DANGEROUS.length,
        bytesOut: 0,
      },
    },
    {
      name: "that was refused by its query",
      request: withLength(HARMLESS, { target: "/containers/create?name=web&new=1" }),
      record: {
        verdict: "deny",
        code: "power_denied",
        rule: "default",
        missing: ["field:?new"],
        // Nobody read the body, which may ask for more.
        powers: undefined,
        status: 403,
        bytesIn: HARMLESS.length,
      },
    },
    {
      name: "that was refused by what the engine said",
      request: withLength(WITH_VOLUME),
      record: {
        verdict: "deny",
        code: "power_denied",
        missing: ["mount:nfs"],
        powers: ["image:docker.io/library/alpine:latest", ...ALWAYS, "volume:data", "mount:nfs"],
        status: 403,
        bytesIn: WITH_VOLUME.length,
      },
    },
    {
      name: "that was not understood",
      request: withLength(`${HARMLESS},`),
      record: {
        verdict: "refuse",
        code: "bad_body",
        reason: "the body can't be judged: something follows the JSON value",
        rule: undefined,
        missing: [],
        powers: undefined,
        status: 400,
        bytesIn: HARMLESS.length + 1,
      },
    },
    {
      name: "that was too long",
      request: "POST /containers/create HTTP/1.1\r\nHost: x\r\nContent-Length: 4194305\r\n\r\n",
      record: {
        code: "body_too_large",
        reason: "the body is longer than the 4194304 bytes that can be judged",
        powers: undefined,
        missing: [],
        status: 413,
        bytesIn: 0,
        end: "client",
      },
    },
  ])("$name tells so", async ({ request, record }) => {
    const { ask, gate, untilRecords } = await openRig({ env: JUDGED, script });
    await ask(request);
    await untilRecords(1);
    expect(gate.records).toMatchObject([{ operation: "ContainerCreate", end: "complete", ...record }]);
    expect(gate.records).toHaveLength(1);
  });

  test("names the entries that decided as they were written", async () => {
    const env = { ...JUDGED, QUAYGATE_POWERS: "default, -image ,image:texlive/*" };
    const { ask, gate } = await openRig({ env, script });
    expect(refusalOf(await ask(withLength(HARMLESS))).message).toContain(
      "asks for the power image:docker.io/library/alpine:latest (Image = alpine), which",
    );
    expect(gate.records[0]?.rule).toMatch(/^default, -image, image:/u);
  });
});

test("nothing of a command, a variable, a label, an option or a login is in any record", async () => {
  const { connect, gate, untilRecords } = await openRig({ env: JUDGED, script });
  const secrets = {
    Image: "alpine",
    Cmd: ["mysql", "-psecret-password"],
    Entrypoint: "secret-program",
    Shell: ["secret-shell"],
    Healthcheck: { Test: ["CMD", "curl", "secret-check"] },
    Env: ["PASSWORD=secret-variable", "NVIDIA_VISIBLE=secret-gpu"],
    Labels: { key: "secret-label", "ofelia.job": "secret-order" },
    HostConfig: {
      Annotations: { note: "secret-note" },
      Sysctls: { "kernel.x": "secret-kernel" },
      LogConfig: { Type: "syslog", Config: { "syslog-address": "tcp://secret-host" } },
      NewField: { password: "secret-field" },
      Mounts: [
        {
          Type: "volume",
          Target: "/x",
          VolumeOptions: {
            DriverConfig: { Options: { type: "cifs", o: "password=secret-share", device: "//secret/x" } },
          },
        },
      ],
    },
  };
  const fields = ["X-Registry-Auth: secret-login"];
  const client = await connect();
  await client.send(withLength(JSON.stringify(secrets), { fields }));
  const refused = await client.next();
  expect(statusOf(refused)).toBe(403);
  const { HostConfig: _, ...allowed } = {
    ...secrets,
    Env: ["PASSWORD=secret-variable"],
    Labels: { key: "secret-label" },
  };
  await client.send(
    withLength(JSON.stringify(allowed), { fields, target: "/containers/create?Env=PASSWORD%3Dsecret-query" }),
  );
  expect(statusOf(await client.next())).toBe(200);
  const [, exec] = [
    0,
    JSON.stringify({ Cmd: ["secret-exec"], Env: ["A=secret-variable"], Privileged: true }),
  ];
  await client.send(withLength(exec, { target: "/containers/web/exec" }));
  const denied = await client.next();
  expect(statusOf(denied)).toBe(403);
  await untilRecords(3);
  expect(gate.records[0]?.missing).toStrictEqual(
    expect.arrayContaining(["mount:cifs", "annotation:note", "env:NVIDIA_VISIBLE", "label:ofelia.job"]),
  );
  expect(gate.records[0]?.powers).toContain("command");
  expect(JSON.stringify(gate.records)).not.toMatch(/secret/iu);
  const sentences = refusalOf(refused).message + refusalOf(denied).message;
  expect(sentences).not.toMatch(/secret-(?:variable|gpu|label|order|password|program|exec|login)/u);
});

test("a value can't forge a line or a field of a record or of the sentence", async () => {
  const { ask, gate } = await openRig({ env: JUDGED, script });
  const forged = '/x\r\n{"verdict":"allow"}\u00e2\u0080\u00ae\u001b[2J"';
  const body = JSON.stringify({
    Image: "a",
    HostConfig: { Binds: [`${forged.replaceAll(":", "")}:/y`], [`k${forged}`]: 1 },
  });
  const answer = await ask(withLength(body));
  const { message } = refusalOf(answer);
  expect(message).toMatch(/^quaygate: ContainerCreate asks for the powers [ -~]+$/u);
  expect(answer.body.toString("latin1")).toMatch(/^[ -~]+\n?$/u);
  for (const power of gate.records[0]?.missing ?? []) expect(power).toMatch(/^[ -~]+$/u);
  expect(gate.records[0]?.missing).toHaveLength(2);
});
