import { expect, test } from "vitest";
import { OWNER_LABEL } from "../../../src/docker/objects/owner-label.ts";
import { eventually, refusalOf, settle, statusOf } from "../../support/raw-peer.ts";
import { answerEach } from "../../support/scripted-engine.ts";
import { jsonAnswer } from "../reviewed-gate.ts";
import { openPolicyScene } from "./policy-scene.ts";

const MAY_LIST = "clients: { ci: { from: 127.0.0.1, allow: [ContainerList] } }\n";
const MAY_NOT = "clients: { ci: { from: 127.0.0.1, allow: [ImageList] } }\n";
const SCOPED = "clients: { ci: { from: 127.0.0.1, allow: [ContainerList], scope: { own: true } } }\n";
/** Takes the list away from who calls, and has a scope for somebody else. */
const SCOPED_NOT = `${MAY_NOT.replace(" } }\n", " }, ")}other: { from: 10.0.0.1, allow: [ContainerList], scope: { own: true } } }\n`;

const LIST = "GET /v1.41/containers/json HTTP/1.1\r\nHost: x\r\n\r\n";

function listed(id: string, owner: string): string {
  return JSON.stringify({
    Id: id.repeat(64),
    Names: [`/${owner}`],
    Image: "x",
    Labels: { [OWNER_LABEL]: owner },
  });
}

const both = answerEach(() => jsonAnswer(`[${listed("a", "ci")},${listed("b", "ops")}]`));

// The first of this file, in which what scopes need has not been loaded yet.
test("the last of two policies counts, though the first one has to load what its scope needs", async () => {
  const scene = await openPolicyScene(MAY_NOT, both);
  const [first, last] = [await scene.read(SCOPED), await scene.read(MAY_NOT)];
  const { gate } = scene.gate;
  await Promise.all([gate.takeOver(first), gate.takeOver(last)]);
  expect(gate.policy?.hash).toBe(last.policy?.hash);
  const client = await scene.connect();
  await client.send(LIST);
  expect(refusalOf(await client.next()).code).toBe("operation_denied");
});

test.each([
  { before: [MAY_LIST, MAY_NOT], last: SCOPED, status: 200 },
  { before: [SCOPED, MAY_LIST], last: SCOPED_NOT, status: 403 },
  { before: [SCOPED_NOT, SCOPED], last: MAY_LIST, status: 200 },
])("policies that come at once end with the last one: $last", async ({ before, last, status }) => {
  const scene = await openPolicyScene(MAY_LIST, both);
  const all = [];
  for (const text of [...before, last]) all.push(await scene.read(text));
  await Promise.all(all.map((settings) => scene.gate.gate.takeOver(settings)));
  expect(scene.gate.gate.policy?.generation).toBe(4);
  const client = await scene.connect();
  await client.send(LIST);
  const answer = await client.next();
  expect(statusOf(answer)).toBe(status);
  if (last === SCOPED) expect(answer.body.toString()).not.toContain("ops");
});

test("every list under load is one of a policy that was in force, and none behind a scope tells all", async () => {
  const scene = await openPolicyScene(MAY_LIST, both);
  const { gate } = scene.gate;
  const scoped = await scene.read(SCOPED);
  const clients = await Promise.all(Array.from({ length: 10 }, () => scene.connect()));
  let isScoped = false;
  let after = 0;
  const run = async (client: (typeof clients)[number]): Promise<void> => {
    for (let count = 0; count < 20; count += 1) {
      const isBehind = isScoped;
      await client.send(LIST);
      const { body } = await client.next();
      if (isBehind) {
        after += 1;
        expect(body.toString()).not.toContain("ops");
      }
      expect(body.toString()).toContain('"/ci"');
    }
  };
  const running = clients.map(run);
  await settle(5);
  await gate.takeOver(scoped);
  isScoped = true;
  await Promise.all(running);
  expect(after).toBeGreaterThan(0);
  await eventually(() => scene.gate.records.length === 200, "a record of each");
});

test("a policy that comes while the gate stops, or when it has, brings nobody in", async () => {
  const scene = await openPolicyScene(SCOPED, both);
  const open = await scene.read(MAY_LIST);
  const { gate } = scene.gate;
  const over = gate.drain();
  await gate.takeOver(open);
  await over;
  await gate.takeOver(open);
  await expect(scene.connect()).rejects.toThrow("did not open");
});
