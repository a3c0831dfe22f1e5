import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { formatRecordAsJson } from "../../src/audit/json.ts";
import { type AuditRecord, levelOf } from "../../src/audit/record.ts";
import { ALLOWED, DENIED, NOT_UNDERSTOOD } from "../audit/records.ts";
import { linesOf, quaygate, type QuaygateResult, testFolder } from "./quaygate-command.ts";

const POLICY = `
clients:
  traefik: { from: 10.0.0.1, allow: [ContainerList, ContainerInspect] }
  ci: { from: 10.0.0.2, allow: [ContainerCreate, ContainerStart], powers: [default, "bind:/srv/**"] }
  trial: { from: 10.0.0.3, allow: [ContainerList], mode: warn }
  tenant: { from: 10.0.0.4, allow: ["Container*"], powers: all, scope: [{ name: shop-* }] }
`;

const TRAEFIK: AuditRecord = { ...ALLOWED, client: "traefik", address: "10.0.0.1", rule: "ContainerInspect" };
const STARTED: AuditRecord = {
  ...TRAEFIK,
  method: "POST",
  path: "/v1.41/containers/web/start",
  operation: "ContainerStart",
};
const CREATED: AuditRecord = {
  ...ALLOWED,
  client: "ci",
  method: "POST",
  path: "/containers/create",
  operation: "ContainerCreate",
  powers: ["image:docker.io/library/nginx:latest", "bind:/srv/x"],
};

/** Denied for a power, before all that it asked for was known. */
const EARLY = { verdict: "deny", code: "power_denied", powers: undefined, status: 403 } as const;

function logOf(records: readonly AuditRecord[]): string {
  return records.map((record) => formatRecordAsJson(levelOf(record), record)).join("");
}

interface Replayed extends QuaygateResult {
  readonly lines: readonly string[];
}

/** Replays records by {@link POLICY}; the name of its file in what is printed is POLICY. */
async function replay(records: readonly AuditRecord[], ...words: readonly string[]): Promise<Replayed> {
  const folder = testFolder();
  const [policy, log] = [join(folder, "policy.yaml"), join(folder, "gate.log")];
  writeFileSync(policy, POLICY);
  writeFileSync(log, logOf(records));
  const { code, stdout, stderr } = await quaygate(["replay", log, "--policy", policy, ...words]);
  const said = stdout.replaceAll(policy, "POLICY");
  return { code, stdout: said, stderr: stderr.replaceAll(policy, "POLICY"), lines: linesOf(said) };
}

const NOT_JUDGED =
  "not judged: who each caller is (from), limits, what answers show, what a request names beside the object in its path, names that were not looked up";

describe("replay tells what a policy would change in a log:", () => {
  test("nothing, where all is as before", async () => {
    const { code, lines, stderr } = await replay([TRAEFIK, { ...TRAEFIK, repeated: 29 }, CREATED]);
    expect([code, stderr]).toEqual([0, ""]);
    expect(lines).toEqual([
      "judged 31 exchanges by POLICY: 31 as before, 0 would be refused now, 0 would be allowed now",
      NOT_JUDGED,
    ]);
  });

  test("what passed and would be refused, by client, operation and what is missing, the most first", async () => {
    const bound: AuditRecord = { ...CREATED, powers: ["bind:/etc:ro", "bind:/srv/x"] };
    const { code, lines } = await replay([
      bound,
      STARTED,
      { ...STARTED, path: "/v1.41/containers/db/start", time: "2026-11-24T15:04:06.000Z" },
      STARTED,
      { ...TRAEFIK, client: "trial", repeated: 2 },
      TRAEFIK,
    ]);
    expect(code).toBe(1);
    expect(lines.slice(0, -1)).toEqual([
      "judged 7 exchanges by POLICY: 1 as before, 6 would be refused now, 0 would be allowed now",
      "would be refused now:",
      "  3 x traefik ContainerStart: needs ContainerStart (or containers:lifecycle) in clients.traefik.allow",
      "      2026-11-24T15:04:05.123Z POST /v1.41/containers/web/start",
      "      2026-11-24T15:04:06.000Z POST /v1.41/containers/db/start",
      "  2 x trial ContainerInspect: needs ContainerInspect (or containers:read) in clients.trial.allow",
      "      2026-11-24T15:04:05.123Z GET /v1.41/containers/web/json",
      "  1 x ci ContainerCreate: needs bind:/etc:ro in clients.ci.powers",
      "      2026-11-24T15:04:05.123Z POST /containers/create",
    ]);
  });

  test("what was refused and would be allowed, which is no failure", async () => {
    const denied: AuditRecord = { ...DENIED, client: "traefik", method: "GET", path: "/containers/web/json" };
    const { code, lines } = await replay([denied, { ...DENIED, client: "traefik" }]);
    expect(code).toBe(0);
    expect(lines.slice(0, -1)).toEqual([
      "judged 2 exchanges by POLICY: 1 as before, 0 would be refused now, 1 would be allowed now",
      "would be allowed now:",
      "  1 x traefik ContainerStop: lacked POST=1, ALLOW_STOP=1|ALLOW_RESTARTS=1|CONTAINERS=1 then",
      "      2026-11-24T15:04:05.123Z GET /containers/web/json",
    ]);
  });

  test("that what was denied early may lack more, and where it still lacks that, it is as before", async () => {
    const lacking = { ...CREATED, ...EARLY, missing: ["bind:/srv/x"] };
    const { lines } = await replay([lacking, { ...lacking, missing: ["bind:/etc"] }]);
    expect(lines.slice(0, -1)).toEqual([
      "judged 2 exchanges by POLICY: 1 as before, 0 would be refused now, 0 would be allowed now, 1 can't be told (0 of them passed)",
      "can't be told:",
      "  1 x ci ContainerCreate: which powers it asked for is not recorded",
      "      2026-11-24T15:04:05.123Z POST /containers/create",
    ]);
  });

  test("what can't be told, because it was not recorded", async () => {
    const { code, lines } = await replay([
      { ...CREATED, powers: undefined },
      { ...TRAEFIK, client: "tenant", path: "/containers/beef/json" },
      { ...TRAEFIK, client: "tenant", path: "/containers/shop-web/json" },
      { ...TRAEFIK, path: `/containers/${"x".repeat(1012)}` },
    ]);
    expect(code).toBe(0);
    expect(lines.slice(0, -1)).toEqual([
      "judged 4 exchanges by POLICY: 1 as before, 0 would be refused now, 0 would be allowed now, 3 can't be told (3 of them passed)",
      "can't be told:",
      "  1 x ci ContainerCreate: which powers it asked for is not recorded",
      "      2026-11-24T15:04:05.123Z POST /containers/create",
      "  1 x tenant ContainerInspect: which container it acted on is not recorded",
      "      2026-11-24T15:04:05.123Z GET /containers/beef/json",
      "  1 x traefik ContainerInspect: its path is not recorded to its end",
      `      2026-11-24T15:04:05.123Z GET /containers/${"x".repeat(1012)}`,
      "exit code: 3 that passed and can't be told do not count; with --strict they count as refused",
    ]);
  });

  test("and with --strict ends with 1 where it can't be told of what passed, and only there", async () => {
    const unrecorded: AuditRecord = { ...CREATED, powers: undefined };
    const { code, lines } = await replay([TRAEFIK, unrecorded], "--strict");
    expect([code, lines]).toEqual([
      1,
      expect.arrayContaining(["exit code: 1 that passed and can't be told count as refused (--strict)"]),
    ]);
    const denied: AuditRecord = { ...unrecorded, verdict: "deny", code: "power_denied", status: 403 };
    expect((await replay([TRAEFIK, denied], "--strict")).code).toBe(0);
  });

  test("what was out of scope and would be in it, and the other way round", async () => {
    const object = { kind: "container", id: "0f", name: "shop-web" } as const;
    const tenant: AuditRecord = { ...TRAEFIK, client: "tenant", path: "/containers/beef/json", object };
    const hidden: AuditRecord = { ...tenant, scope: "out", code: "no_such_object", status: 404 };
    const { code, lines } = await replay([hidden, { ...tenant, object: { ...object, name: "db" } }]);
    expect(code).toBe(1);
    expect(lines).toContain("  1 x tenant ContainerInspect: container db is out of its scope");
    expect(lines).toContain("  1 x tenant ContainerInspect: was refused then: no_such_object");
  });

  test("who is no client of it, unless it is told who that is now", async () => {
    const old: AuditRecord = { ...TRAEFIK, client: "proxy" };
    const { code, lines } = await replay([old]);
    expect(code).toBe(1);
    expect(lines).toContain("  1 x proxy ContainerInspect: the policy has no client proxy");
    expect(lines).toContain("POLICY has no client proxy; --as proxy=NAME says who that is now");
    expect((await replay([old], "--as", "proxy=traefik")).code).toBe(0);
    // Who was no client is refused as before.
    expect((await replay([{ ...DENIED, client: "nobody" }])).code).toBe(0);
  });

  test("for one client alone", async () => {
    const { code, lines } = await replay([STARTED, CREATED, { ...CREATED, repeated: 3 }], "--client", "ci");
    expect(code).toBe(0);
    expect(lines[0]).toMatch(/^judged 4 exchanges by POLICY: 4 as before/u);
    expect(lines).toContain("left as they are: 1 of other clients");
  });

  test("and leaves out what no rights decided", async () => {
    const limited: AuditRecord = {
      ...TRAEFIK,
      code: "too_many_requests",
      status: 429,
      engineTime: undefined,
    };
    const { code, lines } = await replay([TRAEFIK, { ...NOT_UNDERSTOOD, client: "traefik" }, limited]);
    expect(code).toBe(0);
    expect(lines).toContain(
      "left as they are: 1 that were refused for what they said, 1 that were beyond a limit",
    );
  });

  test("with nothing that draws on a terminal", async () => {
    const { stdout } = await replay([
      { ...STARTED, client: "\u001b[2Jx\n\u202e", path: "/containers/web/start" },
    ]);
    expect(stdout).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u202e]/u);
    expect(stdout).toContain("1 x ?[2Jx | ? ContainerStart");
  });
});

describe("replay", () => {
  test("gives a program one document, with the same order whatever that of the log is", async () => {
    const records = [STARTED, CREATED, { ...TRAEFIK, client: "trial" }, TRAEFIK];
    const [one, other] = [await replay(records, "--json"), await replay(records.toReversed(), "--json")];
    expect(one.stdout).toBe(other.stdout);
    expect(one.code).toBe(1);
    const report: unknown = JSON.parse(one.stdout);
    expect(report).toMatchObject({
      policy: { file: "POLICY", hash: expect.stringMatching(/^[0-9a-f]{12}$/u) },
      judged: 4,
      unchanged: 2,
      refused: {
        count: 2,
        ungrouped: 0,
        groups: [
          {
            client: "traefik",
            operation: "ContainerStart",
            missing: ["ContainerStart"],
            count: 1,
            first: "2026-11-24T15:04:05.123Z",
            last: "2026-11-24T15:04:05.123Z",
            examples: [
              { time: "2026-11-24T15:04:05.123Z", method: "POST", path: "/v1.41/containers/web/start" },
            ],
          },
          { client: "trial", operation: "ContainerInspect" },
        ],
      },
      allowed: { count: 0, groups: [] },
      unknown: { count: 0, groups: [] },
      read: { records: 4, notes: 0, skipped: {}, broken: [] },
    });
  });

  test("judges by the environment where no policy is named, whoever called", async () => {
    const log = `gate-1  | ${logOf([STARTED, TRAEFIK]).trimEnd().replace("\n", "\ngate-1  | ")}\nhello\n`;
    const { code, stdout } = await quaygate(["replay"], { CONTAINERS: "1" }, log);
    expect(code).toBe(1);
    expect(linesOf(stdout)).toEqual([
      "judged 2 exchanges by the environment: 1 as before, 1 would be refused now, 0 would be allowed now",
      "would be refused now:",
      expect.stringMatching(/^ {2}1 x traefik ContainerStart: needs POST=1/u),
      "      2026-11-24T15:04:05.123Z POST /v1.41/containers/web/start",
      NOT_JUDGED,
      "left out: 1 line of another program",
    ]);
  });

  test("takes a policy for all, whatever the environment says of a gate here", async () => {
    const folder = testFolder();
    const [policy, log] = [join(folder, "policy.yaml"), join(folder, "gate.log.1.gz")];
    writeFileSync(policy, POLICY);
    writeFileSync(log, gzipSync(logOf([TRAEFIK])));
    const environment = { POST: "1", QUAYGATE_POWERS: "all", QUAYGATE_POLICY: "/nonexistent" };
    expect((await quaygate(["replay", `--policy=${policy}`, log], environment)).code).toBe(0);
  });

  test("ends with 2 where not all could be read, and says so", async () => {
    const folder = testFolder();
    const log = join(folder, "gate.log.gz");
    writeFileSync(log, gzipSync(logOf([TRAEFIK, TRAEFIK])).subarray(0, -10));
    const { code, stderr } = await quaygate(["replay", log], { CONTAINERS: "1" });
    expect([code, stderr]).toEqual([2, `quaygate: ${log}: its compressed data breaks off\n`]);
  });

  test.each([
    { words: [], input: "", says: "there is no record of an exchange in what was read" },
    { words: ["/nonexistent/gate.log"], says: "/nonexistent/gate.log: there is no such file" },
    { words: ["--polcy", "x"], says: "replay has no option --polcy; did you mean --policy?" },
    { words: ["--policy"], says: "replay --policy wants a policy file" },
    { words: ["--as", "x"], says: "replay --as wants OLD=NEW, and got x" },
    { words: ["--as", "x=y", "--as", "x=z"], says: "replay --as says twice who x is" },
    { words: ["--json=1"], says: "replay --json takes no value" },
    { words: ["--json", "--json"], says: "replay takes --json once" },
    {
      words: ["--as", "x=y"],
      says: "replay --as wants a policy file (QUAYGATE_POLICY): without one there is one client, whoever calls",
    },
  ])("ends with 2 and says what is wrong with $words", async ({ words, says }) => {
    const { code, stderr } = await quaygate(["replay", ...words], { CONTAINERS: "1" });
    expect([code, stderr]).toEqual([2, `quaygate: ${says}\n`]);
  });

  test("ends with 2 for a client that the policy does not have", async () => {
    const { code, stderr } = await replay([TRAEFIK], "--client", "traefk");
    expect([code, stderr]).toEqual([
      2,
      "quaygate: there is no client traefk in POLICY; did you mean traefik?\n",
    ]);
  });

  test("ends with 2 where nothing was judged: that is not the same as that all is well", async () => {
    const { code, lines, stderr } = await replay([{ ...CREATED, client: "everybody" }], "--client", "ci");
    expect([code, stderr]).toEqual([2, "quaygate: there is nothing to judge in what was read\n"]);
    expect(lines).toContain("left as they are: 1 of other clients");
  });
});
