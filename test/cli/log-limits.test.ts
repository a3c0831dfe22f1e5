import { expect, test } from "vitest";
import { decodeLine } from "../../src/journal/journal-line.ts";
import type { JournalRecord } from "../../src/journal/journal-record.ts";
import { parseSeries, sumOf } from "../metrics/scrape.ts";
import { statusOf } from "../support/raw-peer.ts";
import { get, openEngine } from "./engine.ts";
import { withPolicy } from "./policy-file.ts";
import { linesOf, startGate } from "./quaygate-command.ts";

/** Little enough that no other request comes in time. */
const POLICY =
  "clients: { ci: { from: 127.0.0.1, allow: [ContainerInspect], limits: { requests: 0.001, burst: 1 } } }\n";

const EACH = 200;

function recordsOf(stdout: string): readonly JournalRecord[] {
  return linesOf(stdout).flatMap((text) => {
    const line = decodeLine(text);
    return line.kind === "record" ? [line.record] : [];
  });
}

test("who is beyond a limit and varies its paths gets few lines, and all of it is counted", async () => {
  const policy = withPolicy(POLICY);
  const gate = await startGate({
    QUAYGATE_ENGINE: await openEngine(),
    QUAYGATE_POLICY: policy.file,
    QUAYGATE_ADMIN: "tcp://127.0.0.1:0",
  });
  await gate.untilOutput("/health");
  const peer = await gate.connect();
  for (let at = 0; at < EACH; at += 1) {
    for (const target of [`/containers/c${at}/json`, `/secrets/s${at}`, `/nothing/${at}`]) {
      await peer.send(get(target));
      expect(statusOf(await peer.next())).toBe(at === 0 && target.endsWith("json") ? 200 : 429);
    }
  }
  const [place = ""] = /http:\/\/127\.0\.0\.1:\d+\/metrics/u.exec(gate.stdout()) ?? [];
  const series = parseSeries(await (await fetch(place)).text());
  expect(sumOf(series, "quaygate_limit_hits_total", { client: "ci", limit: "requests" })).toBe(3 * EACH - 1);
  gate.signal("SIGTERM");
  const { stdout } = await gate.result;
  const told = recordsOf(stdout).map(({ verdict, operation, path, repeated }) => ({
    told: [verdict, operation, path, repeated].join(" "),
  }));
  expect(told.map(({ told: text }) => text)).toEqual([
    "allow ContainerInspect /containers/c0/json 1",
    "deny SecretInspect /secrets/s0 1",
    "refuse  /nothing/0 1",
    "allow ContainerInspect /containers/c1/json 1",
    `deny SecretInspect /secrets/s1 ${EACH - 1}`,
    `refuse  /nothing/1 ${EACH - 1}`,
    `allow ContainerInspect /containers/c2/json ${EACH - 2}`,
  ]);
  const replayed = await policy.run(["replay", "--policy", policy.file, "--json"], stdout);
  expect(JSON.parse(replayed.stdout)).toMatchObject({ judged: 1, limited: 3 * EACH - 1, malformed: 0 });
  const learnt = await policy.run(["learn"], stdout);
  expect(learnt.stdout).toMatch(new RegExp(`SecretInspect, ${EACH} times`, "u"));
});
