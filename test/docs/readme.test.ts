import { spawnSync } from "node:child_process";
import { describe, expect, test } from "vitest";
import { openEngine } from "../cli/engine.ts";
import { verdictOn } from "../examples/decided.ts";
import { openGate } from "../proxy/rig.ts";
import { docker } from "../support/docker-cli.ts";
import { refusalOf } from "../support/raw-peer.ts";
import { readDocument } from "./document.ts";
import { settingsWith } from "./policy-settings.ts";

const readme = readDocument("README.md");
describe("the refusal in the README", () => {
  const [, typed = "", printed = ""] =
    /\$ docker -H tcp:\/\/127\.0\.0\.1:2375 (.*)\n\s*(docker: .*)\n/u.exec(readme) ?? [];
  test("is what the gate answers", async () => {
    const { ask } = await openGate("tcp", { CONTAINERS: "1" }, await openEngine());
    const answer = await ask(
      "POST /v1.41/containers/create HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n",
    );
    const { status, code, message } = refusalOf(answer);
    expect([status, code]).toEqual([403, "operation_denied"]);
    expect(printed).toBe(`docker: Error response from daemon: ${message}`);
  });

  test.runIf(spawnSync("docker", ["--version"]).status === 0)("is what docker prints", async () => {
    const { gate } = await openGate("tcp", { CONTAINERS: "1" }, await openEngine());
    const { code, stderr } = await docker(gate.host, typed.split(" "));
    expect([code, stderr.split("\n")[0]]).toEqual([125, printed]);
  });
});

describe("the policy in the README", () => {
  const [policy = ""] = /```yaml\n([^`]*^clients:[^`]*)```/mu.exec(readme)?.slice(1) ?? [];

  test.each([
    ["traefik", "GET /events", true],
    ["traefik", "GET /containers/web/logs", false],
    ["dashboard", "GET /images/web/json", true],
    ["dashboard", "GET /containers/web/json", true],
    ["dashboard", "GET /containers/web/stats", false],
    ["deploy", "POST /containers/create", true],
    ["deploy", "GET /secrets", false],
  ] as const)("gives %s for %s: %s", async (client, request, allowed) => {
    const { clients } = await settingsWith(policy);
    const grant = clients.find(({ name }) => name === client)?.grant;
    if (grant === undefined) throw new Error(`the README has no client ${client}`);
    expect(verdictOn(grant, request).kind === "allow").toBe(allowed);
  });
});
