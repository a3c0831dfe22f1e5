import { describe, expect, test } from "vitest";
import { readGoldenFiles } from "../golden/golden-file.ts";
import { linesOf, quaygate } from "./quaygate-command.ts";

const CHOSEN: ReadonlySet<string> = new Set(["defaults", "dashboard", "looks-on", "nothing"]);
const files = readGoldenFiles("report").filter(({ name }) => CHOSEN.has(name));

describe("explain prints the report of what is open", () => {
  test.each(files.map((file) => [file.name, file] as const))("with the settings: %s", async (_, file) => {
    const { code, stdout, stderr } = await quaygate(["explain"], file.environment);
    expect([code, stderr]).toEqual([0, ""]);
    expect(file.render(linesOf(stdout))).toBe(file.text);
  });

  test("with as many settings as were chosen", () => {
    expect(files.length).toBe(CHOSEN.size);
  });
});

test("explain warns of a switch that looks on and is off", async () => {
  const { stdout } = await quaygate(["explain"], { CONTAINERS: "true" });
  expect(linesOf(stdout)).toContain(
    "warning: CONTAINERS=true is off: a switch is on when it is CONTAINERS=1",
  );
  expect(stdout).not.toContain("CONTAINERS=1:");
});

test("explain warns of a switch that is misspelt", async () => {
  const { stdout } = await quaygate(["explain"], { CONTAINER: "1" });
  expect(linesOf(stdout)).toContain("warning: CONTAINER is no setting; did you mean CONTAINERS?");
});

describe("a DOCKER_HOST that is for the clients of a person's shell", () => {
  const SHARED: readonly (readonly [what: string, address: string, why: string])[] = [
    [
      "the gate itself",
      "tcp://127.0.0.1:2375",
      "tcp://127.0.0.1:2375 is where the gate itself listens; set QUAYGATE_ENGINE to where the engine is",
    ],
    [
      "what only they can reach",
      "ssh://root@host",
      '"ssh://root@host" is none of /path/to/docker.sock, unix:///path and tcp://host:port',
    ],
  ];

  describe.each(SHARED)("%s", (_, address, why) => {
    const told = `warning: DOCKER_HOST stops a gate's start, and nothing else: ${why}`;
    const environment = { CONTAINERS: "1", DOCKER_HOST: address };

    test("is no more than a warning of explain", async () => {
      const { code, stdout, stderr } = await quaygate(["explain"], environment);
      expect([code, stderr]).toEqual([0, ""]);
      expect(linesOf(stdout)).toContain(told);
    });

    test("is no more than a warning of check, which answers", async () => {
      const { code, stdout, stderr } = await quaygate(["check", "GET", "/containers/json"], environment);
      expect([code, stderr]).toEqual([0, `${told}\n`]);
      expect(linesOf(stdout)[0]).toMatch(/^allowed: ContainerList /u);
    });

    test("keeps a gate from starting", async () => {
      const { code, stdout, stderr } = await quaygate(["run"], environment);
      expect([code, stdout, stderr]).toEqual([2, "", `quaygate: DOCKER_HOST: ${why}\n`]);
    });
  });

  test("stops explain where it is the gate's own setting", async () => {
    const { code } = await quaygate(["explain"], { QUAYGATE_ENGINE: "tcp://127.0.0.1:2375" });
    expect(code).toBe(2);
  });
});
