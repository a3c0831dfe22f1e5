import { expect, test } from "vitest";
import { statusOf } from "../../support/raw-peer.ts";
import { answerEach } from "../../support/scripted-engine.ts";
import { jsonAnswer } from "../reviewed-gate.ts";
import { openPolicyScene, type PolicyScene } from "./policy-scene.ts";

const POLICY = "clients: { web: { from: { label: role=web }, allow: [ping] } }\n";
const PING = "GET /_ping HTTP/1.1\r\nHost: x\r\n\r\n";
const [NETWORK, CONTAINER] = ["a1".repeat(32), "b2".repeat(32)] as const;
const IPAM = { Config: [{ Subnet: "127.0.0.0/8", Gateway: "127.0.0.1" }] };

/** What the engine says where another network has labels of so many bytes. */
function answersWith(length: number): Readonly<Record<string, object>> {
  return {
    "/networks": [
      { Name: "long", Id: "c3".repeat(32), IPAM: { Config: [] }, Labels: { text: "x".repeat(length) } },
      ...Array.from({ length: 30 }, () => ({ Id: "d4".repeat(32), Labels: { text: "x".repeat(200_000) } })),
      { Name: "front", Id: NETWORK, IPAM },
    ],
    [`/networks/${NETWORK}`]: {
      Id: NETWORK,
      IPAM,
      Containers: { [CONTAINER]: { IPv4Address: "127.0.0.2/8" } },
    },
    [`/containers/${CONTAINER}/json`]: {
      Config: { Labels: { role: "web" } },
      NetworkSettings: { Networks: {} },
    },
  };
}

async function openScene(length: number): Promise<PolicyScene> {
  const answers = answersWith(length);
  const script = answerEach(({ startLine }) =>
    jsonAnswer(JSON.stringify(answers[startLine.split(" ")[1] ?? ""] ?? "OK")),
  );
  return openPolicyScene(POLICY, script);
}

test("a caller is known by its labels however long the labels of others' networks are", async () => {
  const { connect } = await openScene(5_000_000);
  const [web, stranger] = [await connect("127.0.0.2"), await connect("127.0.0.3")];
  await web.send(PING);
  await stranger.send(PING);
  expect(statusOf(await web.next())).toBe(200);
  expect(statusOf(await stranger.next())).toBe(403);
});

test("nobody is known where a network can't be read, in which the caller may be as well", async () => {
  const { connect } = await openScene(33 * 1024 * 1024);
  const web = await connect("127.0.0.2");
  await web.send(PING);
  expect(statusOf(await web.next())).toBe(403);
});
