import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { dialects } from "../../src/config/dialects.ts";
import type { Environment } from "../../src/config/environment.ts";
import { readSettings } from "../../src/config/read-settings.ts";
import { warningsOfVariables } from "../../src/config/warnings.ts";

function warningsOf(environment: Environment): readonly string[] {
  const settings = readSettings(environment, { terminal: false });
  return settings.ok ? settings.value.warnings.map(({ message }) => message) : ["not settings at all"];
}

const managed = { POST: "1", CONTAINERS: "1" };
const linuxserver = { QUAYGATE_COMPAT: "linuxserver" };

describe("a variable that nobody reads is told with what was meant", () => {
  test.each([
    ["EVNETS", "0", "EVENTS"],
    ["PIGN", "0", "PING"],
    ["containers", "1", "CONTAINERS"],
    ["Post", "1", "POST"],
    ["post", "false", "POST"],
    ["EVENT", '"0"', "EVENTS"],
    ["CONTIANER", "1", "CONTAINERS"],
    ["ALLOW_STRAT", "1", "ALLOW_START"],
    ["allow-stop", "0", "ALLOW_STOP"],
    ["START", "1", "ALLOW_START"],
    ["RESTART", "1", "ALLOW_RESTARTS"],
    ["ALLOW_NETWORKS", "0", "NETWORKS"],
    ["DISABLE_NETWORKS", "1", "NETWORKS"],
    ["LOGS", "0", "ALLOW_LOGS of the linuxserver dialect"],
    ["BIND_CONFG", "127.0.0.1:2375", "BIND_CONFIG"],
    ["socket_path", "/run/a.sock", "SOCKET_PATH"],
  ])("%s=%s", (name, value, meant) => {
    expect(warningsOf({ [name]: value })).toEqual([`${name} is no setting; did you mean ${meant}?`]);
  });
});

describe("a name of a method or an operation is told with what is open of it", () => {
  test.each<[name: string, environment: Environment, says: string]>([
    ["DELETE", {}, "nothing of it is open"],
    ["PATCH", managed, "nothing of it is open"],
    ["PUT", managed, "PutContainerArchive is open by POST=1 and CONTAINERS=1"],
    [
      "DELETE",
      managed,
      "ContainerDelete, ContainerLinkDelete and CheckpointDelete are open by POST=1 and CONTAINERS=1",
    ],
    ["ALLOW_KILL", managed, "ContainerKill is open by POST=1 and CONTAINERS=1"],
    ["ALLOW_KILL", {}, "ContainerKill is closed: needs POST=1 and one of ALLOW_RESTARTS=1, CONTAINERS=1"],
    ["ALLOW_EXEC", managed, "ContainerExec is open by POST=1 and CONTAINERS=1"],
    ["CONTAINERS_CREATE", managed, "ContainerCreate is open by POST=1 and CONTAINERS=1"],
    ["CONTAINERS_REMOVE", {}, "nothing of it is open"],
    ["VOLUME_REMOVE", {}, "VolumeDelete is closed: needs POST=1 and VOLUMES=1"],
    ["READ_ONLY", {}, "nothing is open but GET and HEAD"],
    [
      "READ_ONLY",
      { ...linuxserver, CONTAINERS: "1", ALLOW_PAUSE: "1" },
      "ContainerPause, ContainerPauseLibpod and PodPauseLibpod are open by ALLOW_PAUSE=1",
    ],
  ])("%s beside %j", (name, environment, says) => {
    expect(warningsOf({ ...environment, [name]: "0" })).toEqual([`${name} is no setting: ${says}`]);
  });

  test("and a permission of no known name is told as well", () => {
    expect(warningsOf({ ALLOW_POWER: "0" })).toEqual([
      "ALLOW_POWER is no setting, here or in the other dialect",
    ]);
  });
});

describe("another proxy's setting is told with what says the same here, and without its value", () => {
  test.each([
    ["SP_ALLOWFROM", /whoever is on its networks reaches it/u],
    ["SP_ALLOW_GET", /must become switches$/u],
    ["SP_ALLOW_POST_2", /must become switches$/u],
    ["SP_ALLOWBINDMOUNTFROM", /QUAYGATE_POWERS/u],
    ["SP_LISTENIP", /must become QUAYGATE_LISTEN$/u],
    ["CETUSGUARD_RULES", /must become switches$/u],
    ["CETUSGUARD_FRONTEND_TLS_CACERT", /no TLS is spoken here/u],
    ["SOCKET_PROXY_VOLUME", /QUAYGATE_LISTEN/u],
    ["SOCKGUARD_LISTEN_SOCKET", /QUAYGATE_LISTEN$/u],
    ["DKRPRX__VOLUMES__DENIED_PATHS", /QUAYGATE_POWERS/u],
    ["NC_HAPROXY_PASSWORD", /is not asked for/u],
    ["ALLOWED_PATHS", /said by switches alone$/u],
  ])("%s", (name, says) => {
    const warnings = warningsOf({ [name]: "hunter2" });
    expect(warnings).toEqual([expect.stringMatching(says)]);
    expect(warnings.join("")).toMatch(new RegExp(`^${name} `, "u"));
    expect(warnings.join("")).not.toContain("hunter2");
  });

  test("unless the gate's own setting says it already", () => {
    expect(warningsOf({ SP_LISTENIP: "0.0.0.0", QUAYGATE_LISTEN: "tcp://0.0.0.0:2375" })).toEqual([]);
  });
});

describe("a switch that does not do what it says is told with what is open", () => {
  test.each<[environment: Environment, says: string]>([
    [{ ALLOW_STOP: "1" }, "ALLOW_STOP opens nothing: it needs POST=1"],
    [{ AUTH: "1" }, "AUTH opens nothing: it needs POST=1"],
    [{ POST: "1" }, "POST opens nothing: it only adds to other switches, and none of those is on"],
    [
      { ...linuxserver, ALLOW_LOGS: "1" },
      "ALLOW_LOGS opens nothing: it needs one of CONTAINERS=1, LIBPOD_CONTAINERS=1",
    ],
    [
      { ...managed, ALLOW_STOP: "0" },
      "ALLOW_STOP is off, and yet ContainerStop is open by POST=1 and CONTAINERS=1",
    ],
    [
      { POST: "1", ALLOW_RESTARTS: "1", ALLOW_STOP: "0" },
      "ALLOW_STOP is off, and yet ContainerStop is open by POST=1 and ALLOW_RESTARTS=1",
    ],
    [
      { POST: "1", EXEC: "1" },
      "EXEC opens ExecStart, but ContainerExec, which creates what it starts, is closed: needs CONTAINERS=1",
    ],
    [
      { POST: "1", GRPC: "1" },
      "GRPC opens Grpc, but Session, without which BuildKit builds nothing, is closed: needs SESSION=1",
    ],
    [
      { POST: "1", SESSION: "1" },
      "SESSION opens Session, but Grpc, without which docker build since version 23 fails, is closed: needs GRPC=1",
    ],
    [
      { POST: "1", GRPC: "1", SESSION: "1", BUILD: "0" },
      "BUILD is off, and yet Grpc (POST=1 and GRPC=1) and Session (POST=1 and SESSION=1) build as well, with BuildKit",
    ],
    [
      { ...linuxserver, CONTAINERS: "1", ALLOW_LOGS: "0" },
      "ALLOW_LOGS is off, and yet ContainerAttachWebsocket (CONTAINERS=1) tells the logs as well",
    ],
    [
      { ...linuxserver, CONTAINERS: "1", ALLOW_EXPORT: "0", ALLOW_ARCHIVE: "1" },
      "ALLOW_EXPORT is off, and yet ContainerArchive (ALLOW_ARCHIVE=1 and CONTAINERS=1) reads the files as well",
    ],
  ])("%j", (environment, says) => {
    expect(warningsOf(environment)).toEqual([says]);
  });
});

describe("nothing is told of", () => {
  test.each<[name: string, environment: Environment]>([
    [
      "what a system, a container and a shell set",
      {
        PATH: "/bin",
        HOME: "/",
        HOSTNAME: "a",
        PORT: "0",
        HOST: "0",
        USER: "1",
        TZ: "UTC",
        PUID: "0",
        PGID: "0",
        UMASK: "022",
        SHLVL: "1",
        TERM: "dumb",
        LANG: "C",
        PWD: "/",
        _: "1",
      },
    ],
    [
      "what programs and pipelines set",
      {
        CI: "true",
        DEBUG: "1",
        VERBOSE: "yes",
        NO_COLOR: "1",
        FORCE_COLOR: "1",
        NODE_ENV: "production",
        BUILD_NUMBER: "1",
        DOCKER_BUILDKIT: "0",
        COMPOSE_BAKE: "true",
        UPDATE: "1",
        http_proxy: "off",
        NO_PROXY: "none",
        container: "oci",
      },
    ],
    [
      "what Kubernetes sets for a Service",
      {
        SOCKET_PROXY_SERVICE_HOST: "10.0.0.1",
        SOCKET_PROXY_PORT: "tcp://10.0.0.1:2375",
        SOCKGUARD_SERVICE_HOST: "10.0.0.2",
        SOCKGUARD_PORT_2375_TCP_PORT: "2375",
        CETUSGUARD_SERVICE_HOST: "10.0.0.2",
        CETUSGUARD_SERVICE_PORT: "1",
      },
    ],
    [
      "switches that open and close what they say",
      { ...managed, EVENTS: "0", EXEC: "0", BUILD: "0", IMAGES: "1" },
    ],
    [
      "lifecycle that is open without POST",
      { ...linuxserver, POST: "0", CONTAINERS: "0", ALLOW_RESTARTS: "1" },
    ],
    ["BuildKit, whole", { POST: "1", GRPC: "1", SESSION: "1" }],
    [
      "BUILD that is off where BuildKit is held to powers",
      { POST: "1", GRPC: "1", SESSION: "1", BUILD: "0", QUAYGATE_POWERS: "default" },
    ],
    ["a switch without a value", { ALLOW_STOP: "", DELETE: "", SP_ALLOWFROM: " " }],
  ])("%s", (_, environment) => {
    expect(warningsOf(environment)).toEqual([]);
  });
});

describe.each(dialects)("in the $name dialect", (dialect) => {
  const names = [...dialect.switches.keys()];
  const settings = fc.dictionary(fc.constantFrom(...names), fc.constantFrom("0", "1"));

  test("a switch that is on is told to open nothing just where no operation is opened with it", () => {
    fc.assert(
      fc.property(settings, fc.constantFrom(...names), (given, name) => {
        const environment = { ...given, [name]: "1" };
        const isOn = (other: string): boolean =>
          environment[other] === "1" ||
          (environment[other] === undefined && dialect.switches.get(other) === true);
        const isOf = dialect.operations.some((operation) =>
          dialect.requirementOf(operation).some((way) => way.includes(name) && way.every(isOn)),
        );
        const told = warningsOfVariables(environment, dialect).filter(
          ({ setting, message }) => setting === name && message.includes("opens nothing"),
        );
        expect(told.length).toBe(isOf ? 0 : 1);
      }),
      { numRuns: 60 },
    );
  });

  test("every switch is recognised with two letters swapped, in small letters and without one letter", () => {
    const others = new Set(dialects.flatMap(({ switches }) => [...switches.keys()]));
    const known = names.filter((name) => new Set(name.slice(-2)).size === 2);
    for (const name of known) {
      const swapped = `${name.slice(0, -2)}${name.slice(-1)}${name.slice(-2, -1)}`;
      for (const wrong of [swapped, name.toLowerCase(), name.slice(0, -1)].filter(
        (each) => !others.has(each),
      )) {
        const told = warningsOfVariables({ [wrong]: "0" }, dialect).map(({ setting }) => setting);
        expect(told).toContain(wrong);
      }
    }
  });
});
