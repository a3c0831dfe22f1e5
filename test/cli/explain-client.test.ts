import { describe, expect, test } from "vitest";
import { withPolicy } from "./policy-file.ts";
import { linesOf, quaygate, startQuaygate, textsOf } from "./quaygate-command.ts";

const POLICY = `
listen: ["tcp://127.0.0.1:0"]
clients:
  traefik: { from: traefik, use: traefik }
  trial: { from: 0.0.0.0/0, allow: [SystemPing], mode: warn }
`;

const WARNS =
  'warning: trial ONLY WARNS (clients.trial.mode): what it does not hold is let through, and recorded as "verdict": "warn"';

test("explain begins with the policy, and has a paragraph for each client", async () => {
  const { file, run } = withPolicy(POLICY);
  const { code, stdout } = await run(["explain"]);
  expect(code).toBe(0);
  expect(linesOf(stdout)[0]).toMatch(new RegExp(`^policy ${file} \\([0-9a-f]{12}\\)$`, "u"));
  expect(linesOf(stdout).filter((line) => line.startsWith("client "))).toHaveLength(2);
  expect(linesOf(stdout)).toContain(WARNS);
});

test("explain --client prints the lines about that client and no others", async () => {
  const { run } = withPolicy(POLICY);
  const whole = linesOf((await run(["explain"])).stdout);
  const { code, stdout } = await run(["explain", "--client", "traefik"]);
  expect(code).toBe(0);
  expect(linesOf(stdout)).toEqual(whole.filter((line) => /^(?:client )?traefik\b/u.test(line)));
  expect(linesOf(stdout).length).toBeGreaterThan(2);
});

test("explain --client warns of what is worth a look at that client", async () => {
  const { stdout } = await withPolicy(POLICY).run(["explain", "--client", "trial"]);
  expect(linesOf(stdout)).toEqual([
    "client trial, who calls from 0.0.0.0/0: 1 of 124 operations are open, all others are LET THROUGH, and recorded",
    "trial: SystemPing: that an engine is there, with its API version and swarm role",
    "trial: powers: default: requests that ask for more are recorded",
    "warning: clients.trial is whoever calls from any address",
    WARNS,
  ]);
});

describe("explain ends with 2 and says what is wrong with", () => {
  test.each([
    { words: ["--client"], says: "explain --client wants the name of a client" },
    { words: ["--client", "traefk"], says: "there is no client traefk in FILE; did you mean traefik?" },
    {
      words: ["--client", "x"],
      says: "there is no client x in FILE; the clients of FILE are traefik, trial",
    },
    { words: ["traefik"], says: 'explain takes no argument but --client NAME, and got "traefik"' },
    { words: ["--client", "trial", "x"], says: 'explain takes no argument but --client NAME, and got "x"' },
  ])("$words", async ({ words, says }) => {
    const { file, run } = withPolicy(POLICY);
    expect(await run(["explain", ...words])).toEqual({
      code: 2,
      stdout: "",
      stderr: `quaygate: ${says.replaceAll("FILE", file)}\n`,
    });
  });

  test("--client without a policy file", async () => {
    expect(await quaygate(["explain", "--client", "traefik"])).toEqual({
      code: 2,
      stdout: "",
      stderr:
        "quaygate: explain --client wants a policy file (QUAYGATE_POLICY): without one there is one client, whoever calls\n",
    });
  });
});

test("a gate that starts logs as a warning who is only warned of", async () => {
  const { file } = withPolicy(POLICY);
  const gate = startQuaygate(["run"], { QUAYGATE_POLICY: file, QUAYGATE_ADMIN: "off", LOG_LEVEL: "warning" });
  await gate.untilOutput("ONLY WARNS");
  expect(textsOf(gate.stdout(), "msg")).toContain(WARNS);
});
