import { describe, expect, test } from "vitest";
import { docker, dockerOutput, spawnDocker } from "../support/docker-cli.ts";
import { hasEngine, idleContainer, useGate } from "../support/engine-gate.ts";

describe.runIf(hasEngine)("docker exec", () => {
  const gate = useGate();

  test("gives the command's output, each stream as itself, and its exit code", async () => {
    const name = await idleContainer();
    expect(await docker(gate().host, ["exec", name, "sh", "-c", "echo out; echo err >&2; exit 3"])).toEqual({
      code: 3,
      stdout: "out\n",
      stderr: "err\n",
    });
  });

  test("gives every byte of a long output", async () => {
    const name = await idleContainer();
    const { code, stdout } = await docker(gate().host, ["exec", name, "seq", "1", "200000"]);
    expect({ code, length: stdout.length }).toEqual({ code: 0, length: 1_288_895 });
  });

  test("-i passes standard input to its end", async () => {
    const name = await idleContainer();
    expect(await docker(gate().host, ["exec", "-i", name, "cat"], { input: "one\ntwo\n" })).toEqual({
      code: 0,
      stdout: "one\ntwo\n",
      stderr: "",
    });
  });

  test("-i keeps the output open after standard input has ended", async () => {
    const name = await idleContainer();
    const script = "cat >/dev/null; sleep 1; echo after the end; exit 8";
    expect(await docker(gate().host, ["exec", "-i", name, "sh", "-c", script], { input: "x" })).toEqual({
      code: 8,
      stdout: "after the end\n",
      stderr: "",
    });
  });

  test("-i passes 8 MiB both ways at once", async () => {
    const name = await idleContainer();
    const input = "0123456789abcde\n".repeat(512 * 1024);
    const { code, stdout } = await docker(gate().host, ["exec", "-i", name, "cat"], { input });
    expect({ code, same: stdout === input }).toEqual({ code: 0, same: true });
  });

  test("-it is a shell that one can type into", async () => {
    const name = await idleContainer();
    const run = spawnDocker(gate().host, ["exec", "-it", name, "sh"], { terminal: true });
    await run.untilOutput("# ");
    run.stdin.write("echo $((6 * 7))\n");
    await run.untilOutput("42\r\n");
    run.stdin.write("exit 5\n");
    expect((await run.result).code).toBe(5);
  });

  test("-d returns at once and the command runs", async () => {
    const name = await idleContainer();
    const { host } = gate();
    expect(await docker(host, ["exec", "-d", name, "sh", "-c", "echo done > /result"])).toEqual({
      code: 0,
      stdout: "",
      stderr: "",
    });
    await expect
      .poll(async () => (await docker(host, ["exec", name, "cat", "/result"])).stdout)
      .toBe("done\n");
  });

  test("passes user, folder and environment on", async () => {
    const name = await idleContainer();
    expect(
      await dockerOutput(gate().host, [
        ...["exec", "--user=65532", "--workdir=/tmp", "--env=COLOUR=blue", name],
        ...["sh", "-c", "id -u; pwd; echo $COLOUR"],
      ]),
    ).toBe("65532\n/tmp\nblue");
  });

  test("in a container that does not run fails with the engine's own sentence", async () => {
    const name = await idleContainer();
    await dockerOutput(gate().host, ["stop", name]);
    const { code, stderr } = await docker(gate().host, ["exec", name, "true"]);
    expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining("is not running") });
  });

  test("twenty at once each get their own answer", async () => {
    const name = await idleContainer();
    const numbers = Array.from({ length: 20 }, (_, index) => String(index));
    const answers = await Promise.all(
      numbers.map((number) =>
        dockerOutput(gate().host, ["exec", "-i", name, "cat"], { input: `${number}\n` }),
      ),
    );
    expect(answers).toEqual(numbers);
  });
});
