import { gzipSync } from "node:zlib";
import { hostname } from "node:os";
import { describe, expect, onTestFinished, test } from "vitest";
import { docker, dockerOutput } from "../support/docker-cli.ts";
import { hasDockerPy, runPython } from "../support/docker-py.ts";
import { containerName, engineHost, engineSocket, hasEngine, useGate } from "../support/engine-gate.ts";
import { everySwitch } from "../support/engine-switches.ts";
import { openTestGate } from "../support/gate.ts";
import { serializeArchive } from "../support/images.ts";
import { dockerodeFor } from "../support/portrait.ts";

const PLAIN = serializeArchive([{ name: "PLAIN", content: "brought in\n" }]);
/** What engines take for xz; nothing but what runs for it looks any further. */
const XZ = Buffer.concat([Buffer.from("fd377a585a000004", "hex"), Buffer.alloc(1024)]);
/** Notes on which host it runs: in the container that would be the container's own name. */
const OWN_XZ = "#!/bin/busybox sh\n/bin/busybox hostname > /ran\n/bin/busybox cat > /rest\n";

/** A container that is not started, and has an `xz` of its own. */
async function containerWithXz(): Promise<string> {
  const name = containerName();
  await dockerOutput(engineHost, ["create", "--name", name, "--hostname=inside", "busybox:test", "true"]);
  const archive = serializeArchive([{ name: "xz", content: OWN_XZ, mode: 0o755 }]);
  await dockerOutput(engineHost, ["cp", "-", `${name}:/bin`], { input: archive });
  return name;
}

/** What the container's own `xz` noted, if anything ran it. */
async function noteOf(name: string): Promise<string | undefined> {
  const { code, stdout } = await docker(engineHost, ["cp", `${name}:/ran`, "-"]);
  return code === 0 ? /^[\w.-]+/u.exec(stdout.slice(512))?.[0] : undefined;
}

async function put(host: string, name: string, archive: Buffer): Promise<unknown> {
  try {
    await dockerodeFor(host).getContainer(name).putArchive(archive, { path: "/" });
    return "put";
  } catch (error) {
    return error;
  }
}

describe.runIf(hasEngine)("an archive for a container", () => {
  const gate = useGate({ ...everySwitch, QUAYGATE_POWERS: "default" });

  test("that is xz is refused by the default powers, and the container's own xz does not run", async () => {
    const name = await containerWithXz();
    expect(await put(gate().host, name, XZ)).toMatchObject({
      statusCode: 403,
      json: { message: expect.stringContaining("asks for the power decompress:xz") },
    });
    expect(await noteOf(name)).toBeUndefined();
    // An engine of 24 to 29.5.0 without the fix runs it, and not in the container but on the host.
    await put(engineHost, name, XZ);
    expect([undefined, hostname()]).toContain(await noteOf(name));
  });

  test("that is gzip is refused by the default powers, whoever sends it, with what would allow it", async () => {
    const name = await containerWithXz();
    const { code, stderr } = await docker(gate().host, ["cp", "-", `${name}:/`], { input: gzipSync(PLAIN) });
    expect([code, stderr]).toEqual([
      1,
      expect.stringContaining("add decompress:gzip to its powers (QUAYGATE_POWERS)"),
    ]);
    expect(await put(gate().host, name, gzipSync(PLAIN))).toMatchObject({ statusCode: 403 });
  });

  test("that is gzip is served where that power is held, and one that is xz is not", async () => {
    const env = { ...everySwitch, QUAYGATE_POWERS: "default,decompress:gzip" };
    const own = await openTestGate({ env, engineSocket });
    onTestFinished(() => own.close());
    const name = await containerWithXz();
    expect(await put(own.host, name, gzipSync(PLAIN))).toBe("put");
    expect((await docker(engineHost, ["cp", `${name}:/PLAIN`, "-"])).stdout).toContain("brought in\n");
    expect(await put(own.host, name, XZ)).toMatchObject({ statusCode: 403 });
  });

  test("that is plain is served by the default powers", async () => {
    const name = await containerWithXz();
    await dockerOutput(gate().host, ["cp", "-", `${name}:/tmp`], { input: PLAIN });
    expect(await put(gate().host, name, PLAIN)).toBe("put");
    for (const path of ["/tmp/PLAIN", "/PLAIN"]) {
      expect((await docker(engineHost, ["cp", `${name}:${path}`, "-"])).stdout).toContain("brought in\n");
    }
  });

  test.runIf(hasDockerPy)("is served plain and refused compressed, sent by docker-py", async () => {
    const name = await containerWithXz();
    const program = `
import docker, gzip, json, sys
container = docker.from_env(version="auto").containers.get(sys.argv[1])
plain = bytes.fromhex("${PLAIN.toString("hex")}")
done = container.put_archive("/", plain)
try:
    container.put_archive("/", gzip.compress(plain))
except docker.errors.APIError as error:
    print(json.dumps({"plain": done, "status": error.response.status_code, "explanation": error.explanation}))
`;
    expect(await runPython(gate().host, program, [name])).toEqual({
      plain: true,
      status: 403,
      explanation: expect.stringContaining("asks for the power decompress:gzip"),
    });
  });
});
