import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { parseJson } from "../../../src/docker/json/parse.ts";
import { isJsonObject, type JsonObject } from "../../../src/docker/json/value.ts";
import { serializeJson } from "../../../src/docker/json/write.ts";
import { powersOfAbsent } from "../../../src/docker/powers/lookup.ts";
import { powerText } from "../../../src/docker/powers/power.ts";
import { judgeBody, judgeHead, writeBody } from "../../../src/policy/judge.ts";
import { grantWith, restricted } from "../../policy/judging.ts";

/** What real clients sent, in the client's order: `operation`, `query` and `body`. */
const folder = new URL("bodies/", import.meta.url);
const recorded = readdirSync(folder).filter((name) => name.endsWith(".json"));

const PATHS: ReadonlyMap<string, string> = new Map([
  ["ContainerCreate", "/containers/create"],
  ["ContainerExec", "/containers/web/exec"],
  ["ContainerUpdate", "/containers/web/update"],
  ["NetworkCreate", "/networks/create"],
  ["NetworkConnect", "/networks/web/connect"],
]);

function recordOf(name: string): JsonObject {
  const parsed = parseJson(readFileSync(new URL(name, folder)));
  if (!parsed.ok || !isJsonObject(parsed.value)) throw new Error(`${name} is no JSON object`);
  return parsed.value;
}

function textOf(record: JsonObject, key: string): string {
  const value = record.get(key);
  if (typeof value !== "string") throw new Error(`the record has no text ${key}`);
  return value;
}

/** What one recorded request asks for under a list of powers, with names that stand for nothing yet. */
function judged(
  name: string,
  list: string,
): { asked: string[]; lacking: string[]; query: string | undefined; body: string } {
  const record = recordOf(name);
  const grant = grantWith(list);
  const verdict = restricted(grant, PATHS.get(textOf(record, "operation")));
  const head = judgeHead(grant, verdict, textOf(record, "query"));
  const body = judgeBody(grant, verdict, Buffer.from(serializeJson(record.get("body") ?? null), "utf8"));
  if (!head.ok || !body.ok) throw new Error(JSON.stringify([head, body]));
  const powers = [
    ...head.value.powers,
    ...body.value.powers,
    ...body.value.lookups.flatMap((lookup) => powersOfAbsent(lookup)),
  ];
  return {
    asked: powers.map((power) => powerText(power)),
    lacking: powers.filter((power) => !grant.powers.holds(power)).map((power) => powerText(power)),
    query: head.value.canonical,
    body: writeBody(body.value.canonical).toString(),
  };
}

describe("what a real client sends for usual settings", () => {
  test("is recorded for several clients", () => {
    const clients = [
      "docker-run",
      "docker-create",
      "docker-exec",
      "docker-update",
      "dockerode",
      "docker-java",
      "aiodocker",
      "python-docker",
      "compose",
    ];
    expect(clients.filter((client) => !recorded.some((name) => name.startsWith(client)))).toEqual([]);
  });

  test.each(recorded)("asks for nothing beyond the default powers: %s", (name) => {
    expect(judged(name, "default").lacking).toEqual([]);
  });

  test.each(recorded)("asks for no field that nobody knows: %s", (name) => {
    const { asked } = judged(name, "none");
    expect(asked.filter((power) => power.startsWith("field"))).toEqual([]);
  });

  test("asks for what it says", () => {
    const { asked } = judged("docker-run-usual.json", "none");
    expect(asked).toEqual([
      ...[
        "name:web",
        "alias:web",
        "user:1000",
        "group:1000",
        "env:TZ",
        "env:A",
        'command:nginx -g "daemon off;"',
      ],
      ...[
        'command:/bin/sh -c "curl -f localhost"',
        "image:docker.io/library/nginx:1.27",
        "label:traefik.enable",
      ],
      ...[
        "log-driver:json-file",
        "port:127.0.0.1:8443/tcp",
        "port:0.0.0.0:8080/tcp",
        "restart:unless-stopped",
      ],
      ...["cap:NET_BIND_SERVICE", "dns:1.1.1.1", "extra-host:host.docker.internal=host-gateway", "group:101"],
      ...[
        "security-opt:no-new-privileges",
        "resource:ShmSize",
        "sysctl:net.core.somaxconn",
        "resource:Ulimits",
      ],
      ...["address:172.30.0.5", "alias:www", "address:02:42:ac:11:00:05", "entrypoint:(image)"],
      ...["volume:data", "network:web", "volume:more"],
    ]);
  });

  test("is stopped by one power that is taken away", () => {
    expect(judged("docker-run-usual.json", "default,-port:8443").lacking).toEqual([
      "port:127.0.0.1:8443/tcp",
    ]);
    expect(judged("compose-1-web.json", "default,-restart").lacking).toEqual(["restart:unless-stopped"]);
    expect(judged("docker-exec.json", "default,-user:1000").lacking).toEqual(["user:1000"]);
  });

  test.each([
    ["docker-java-network.json", '"EnableIPv6":true', /enableIPv6/u],
    ["docker-java-network-plain.json", '"EnableIPv6":null', /enableIPv6/u],
    ["docker-java-exec.json", '"AttachStdout":true', /containerId/u],
    ["docker-java-create.json", '"User":"1000"', /password|aliases|ipv4/u],
    ["docker-java-connect.json", '"EndpointConfig":', /containerConfig/u],
    ["aiodocker-exec.json", '"DetachKeys":""', /detachKeys/u],
  ])("goes on without what no engine reads, and in Docker's letters: %s", (name, kept, gone) => {
    const { body } = judged(name, "default");
    expect(body).toContain(kept);
    expect(body).not.toMatch(gone);
  });

  test("goes on without the body that dockerode repeats in the query", () => {
    expect(textOf(recordOf("dockerode-usual.json"), "query")).toContain("HostConfig=");
    expect(judged("dockerode-usual.json", "default").query).toBe("name=web");
  });
});
