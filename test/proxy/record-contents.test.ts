import { describe, expect, test } from "vitest";
import { formatAddress } from "../../src/kernel/address.ts";
import { eventually, RawPeer } from "../support/raw-peer.ts";
import { answerEach, answerOf } from "../support/scripted-engine.ts";
import { recordOfRefusedBytes } from "../../src/proxy/exchange-record.ts";
import { JUDGED, withLength } from "./judged-requests.ts";
import { OPEN, openRig } from "./rig.ts";

const DONE = answerEach(answerOf("done"));
const GET = "GET /containers/json HTTP/1.1\r\nHost: x\r\n\r\n";

describe("the address in a record is", () => {
  test.each([
    {
      name: "that of a client on IPv4",
      listen: "tcp://127.0.0.1:0",
      from: "127.0.0.1",
      address: "127.0.0.1",
    },
    { name: "that of a client on IPv6", listen: "tcp://[::1]:0", from: "::1", address: "::1" },
    {
      name: "that of a client on IPv4 where both are listened on",
      listen: "tcp://[::]:0",
      from: "127.0.0.1",
      address: "127.0.0.1",
    },
  ])("$name", async ({ listen, from, address }) => {
    const { gate, untilRecords } = await openRig({ env: { QUAYGATE_LISTEN: listen } });
    const client = await RawPeer.connect({ kind: "tcp", host: from, port: gate.port });
    await client.send("GET /info HTTP/1.1\r\nHost: x\r\n\r\nnonsense\r\n\r\n");
    await client.until(`is not allowed for ${address}: `);
    await untilRecords(2);
    client.socket.destroy();
    expect(gate.records.map((record) => record.address)).toStrictEqual([address, address]);
  });

  test("the path of the socket where that is all there is", async () => {
    const { ask, gate, address } = await openRig({ client: "unix", env: {} });
    const answer = await ask("GET /info HTTP/1.1\r\nHost: x\r\n\r\n");
    expect(answer.body.toString()).toContain(`is not allowed for ${formatAddress(address)}: needs INFO=1`);
    expect(gate.records.map((record) => record.address)).toStrictEqual([formatAddress(address)]);
  });
});

test("the time of a record is that of the request's arrival, the duration what it took since", async () => {
  let now = 5000;
  const { connect, engine, gate, untilRecords } = await openRig({ clock: { now: () => now } });
  const client = await connect();
  const before = Date.now();
  await client.send(GET);
  const connection = await engine.connection();
  await connection.next();
  const after = Date.now();
  now = 6234.5678;
  await connection.send(answerOf("done"));
  await untilRecords(1);
  const [record] = gate.records;
  expect(record?.duration).toBe(1234.568);
  expect(record?.time).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/u);
  const time = Date.parse(record?.time ?? "");
  expect(time).toBeGreaterThanOrEqual(before);
  expect(time).toBeLessThanOrEqual(after);
});

test("a record keeps no more than 1024 characters of a path", async () => {
  const { ask, gate } = await openRig({ script: DONE });
  await ask(`GET /containers/${"a".repeat(5000)}/json HTTP/1.1\r\nHost: x\r\n\r\n`);
  expect(gate.records[0]?.path).toBe(`/containers/${"a".repeat(1012)}`);
});

test("a record keeps no more than 512 characters of a reason", () => {
  const { reason } = recordOfRefusedBytes("everybody", "127.0.0.1", "bad_target", "a".repeat(5000));
  expect(reason).toBe("a".repeat(512));
});

test("a reason names a field that a client made up in printable ASCII", async () => {
  const { ask, gate } = await openRig({ env: JUDGED, script: DONE });
  const EndpointsConfig = { [`k\u001b\u202e${"a".repeat(5000)}`]: { Aliases: 1 } };
  await ask(withLength(JSON.stringify({ Image: "alpine", NetworkingConfig: { EndpointsConfig } })));
  expect(gate.records).toMatchObject([{ code: "bad_body", status: 400 }]);
  expect(gate.records[0]?.reason).toMatch(
    /^NetworkingConfig\.EndpointsConfig\.k\?\??[ -~]{1,300} must be a list$/u,
  );
});

test("nothing of a query, a field, a body, an answer or bad bytes is in any record", async () => {
  const { connect, gate } = await openRig({
    env: { ...OPEN, SECRETS: "0" },
    script: answerEach(answerOf("secret-answer", "200 secret-reason")),
  });
  const fields =
    "Host: secret-host\r\nX-Registry-Auth: secret-auth\r\nX-Registry-Config: secret-config\r\n" +
    "Authorization: secret-login\r\nUser-Agent: secret-agent\r\nContent-Length: 11\r\n\r\nsecret-body";
  const sent = [
    `POST /images/create?fromImage=secret-image HTTP/1.1\r\n${fields}`,
    `POST /auth HTTP/1.1\r\n${fields}`,
    `POST /secrets/create?a=secret-query HTTP/1.1\r\n${fields}`,
    `POST /nothing/at/all?a=secret-query HTTP/1.1\r\n${fields}`,
    `POST /a/../path?a=secret-query HTTP/1.1\r\n${fields}`,
    `POST /build?a=secret-query HTTP/1.1\r\nContent-Type: multipart/secret-type\r\n${fields}`,
    "GET /path?secret-query HTTP/1.1\r\nsecret-name\r\n\r\n",
  ];
  const client = await connect();
  for (const request of sent) {
    await client.send(request);
    await client.next();
  }
  await client.untilOver();
  const tunnel = await connect();
  await tunnel.send("secret-method /version HTTP/1.1\r\nHost: x\r\n\r\n");
  await tunnel.untilOver();
  await eventually(
    () => gate.records.length === sent.length + 1,
    () => `a record of each; there are ${gate.records.length}`,
  );
  expect(JSON.stringify(gate.records)).not.toMatch(/secret-/iu);
});
