import { describe, expect, test } from "vitest";
import { docker, dockerOutput, spawnDocker } from "../support/docker-cli.ts";
import { containerName, engineHost, hasEngine, useGate } from "../support/engine-gate.ts";

const quick = ["run", "--rm", "--network=none"];

describe.runIf(hasEngine)("docker run", () => {
  const gate = useGate();

  test("gives the container's output, each stream as itself, and its exit code", async () => {
    expect(
      await docker(gate().host, [...quick, "busybox:test", "sh", "-c", "echo out; echo err >&2; exit 42"]),
    ).toEqual({ code: 42, stdout: "out\n", stderr: "err\n" });
  });

  test("gives every byte of a long output", async () => {
    const { code, stdout } = await docker(gate().host, [...quick, "busybox:test", "seq", "1", "200000"]);
    expect({ code, length: stdout.length, end: stdout.slice(-7) }).toEqual({
      code: 0,
      length: 1_288_895,
      end: "200000\n",
    });
  });

  test("-i passes standard input to its end", async () => {
    expect(
      await docker(gate().host, [...quick, "-i", "busybox:test", "cat"], { input: "one\ntwo\n" }),
    ).toEqual({
      code: 0,
      stdout: "one\ntwo\n",
      stderr: "",
    });
  });

  test("-i with nothing on standard input ends a command that reads it", async () => {
    expect(await docker(gate().host, [...quick, "-i", "busybox:test", "wc", "-c"])).toEqual({
      code: 0,
      stdout: "0\n",
      stderr: "",
    });
  });

  test("-i keeps the output open after standard input has ended", async () => {
    const script = "cat >/dev/null; sleep 1; echo after the end";
    expect(
      await docker(gate().host, [...quick, "-i", "busybox:test", "sh", "-c", script], { input: "x" }),
    ).toEqual({
      code: 0,
      stdout: "after the end\n",
      stderr: "",
    });
  });

  test("-i passes 8 MiB both ways at once", async () => {
    const input = "0123456789abcde\n".repeat(512 * 1024);
    const { code, stdout } = await docker(gate().host, [...quick, "-i", "busybox:test", "cat"], { input });
    expect({ code, same: stdout === input }).toEqual({ code: 0, same: true });
  });

  test("-t gives the container a terminal", async () => {
    const { code, stdout } = await docker(
      gate().host,
      [...quick, "-t", "busybox:test", "sh", "-c", "test -t 1 && echo terminal; exit 3"],
      { terminal: true },
    );
    expect({ code, stdout: stdout.trimEnd() }).toEqual({ code: 3, stdout: "terminal" });
  });

  test("-it is a shell that one can type into", async () => {
    const run = spawnDocker(gate().host, [...quick, "-it", "busybox:test", "sh"], { terminal: true });
    await run.untilOutput("# ");
    run.stdin.write("echo $((6 * 7))\n");
    await run.untilOutput("42\r\n");
    run.stdin.write("exit 5\n");
    expect((await run.result).code).toBe(5);
  });

  test("-d returns at once, wait gives the exit code, rm removes", async () => {
    const name = containerName();
    const { host } = gate();
    const id = await dockerOutput(host, [
      ...["run", "-d", "--network=none", `--name=${name}`],
      ...["busybox:test", "sh", "-c", "sleep 1; exit 9"],
    ]);
    expect(id).toMatch(/^[0-9a-f]{64}$/);
    expect(await dockerOutput(host, ["wait", name])).toBe("9");
    expect(await dockerOutput(host, ["rm", name])).toBe(name);
  });

  test("a command that is not there fails with the engine's own sentence", async () => {
    const { code, stderr } = await docker(gate().host, [...quick, "busybox:test", "/no/such/command"]);
    expect({ code, stderr }).toEqual({ code: 127, stderr: expect.stringContaining("/no/such/command") });
  });

  test("an interrupt reaches the container", async () => {
    const run = spawnDocker(gate().host, [
      ...quick,
      ...[
        "busybox:test",
        "sh",
        "-c",
        "trap 'echo interrupted; exit 4' INT; echo ready; while :; do sleep 1; done",
      ],
    ]);
    await run.untilOutput("ready");
    process.kill(run.pid, "SIGINT");
    expect(await run.result).toMatchObject({ code: 4, stdout: "ready\ninterrupted\n" });
  });
});

describe.runIf(hasEngine)("docker attach", () => {
  const gate = useGate();

  test("shows what a running container says and ends with its exit code", async () => {
    const name = containerName();
    const script = "read line; echo got $line; exit 6";
    await dockerOutput(engineHost, [
      ...["run", "-d", "-i", "--network=none", `--name=${name}`],
      ...["busybox:test", "sh", "-c", script],
    ]);
    // Standard input stays open: at its end the engine lets go of a container that was not started by `run -i`.
    const run = spawnDocker(gate().host, ["attach", name]);
    run.stdin.write("hello\n");
    expect(await run.result).toMatchObject({ code: 6, stdout: "got hello\n" });
  });

  test("works on a terminal", async () => {
    const name = containerName();
    await dockerOutput(engineHost, [
      "run",
      "-d",
      "-it",
      "--network=none",
      `--name=${name}`,
      "busybox:test",
      "sh",
    ]);
    const run = spawnDocker(gate().host, ["attach", name], { terminal: true });
    run.stdin.write("echo $((40 + 2))\n");
    await run.untilOutput("42\r\n");
    run.stdin.write("exit 0\n");
    expect((await run.result).code).toBe(0);
  });

  test("--no-stdin only listens, and the container goes on when it is left", async () => {
    const name = containerName();
    await dockerOutput(engineHost, [
      ...["run", "-d", "--network=none", `--name=${name}`],
      ...["busybox:test", "sh", "-c", "while :; do echo tick; sleep 0.2; done"],
    ]);
    const run = spawnDocker(gate().host, ["attach", "--no-stdin", "--sig-proxy=false", name]);
    await run.untilOutput("tick\ntick\n");
    await run.kill();
    expect(await dockerOutput(engineHost, ["inspect", "--format", "{{.State.Running}}", name])).toBe("true");
  });
});
