import { describe, expect, test } from "vitest";
import { buildPowers } from "../../../src/docker/powers/build.ts";
import { askedByRequest, type AskedTexts } from "./asked.ts";

const ALWAYS = ["build", "image:(any)"];
const BRIDGE = "network:bridge";

function askedOf(query: string): AskedTexts {
  return askedByRequest(buildPowers.ImageBuild ?? {}, { query });
}

function encoded(key: string, value: unknown): string {
  return `${key}=${encodeURIComponent(typeof value === "string" ? value : JSON.stringify(value))}`;
}

describe("a build asks for itself and for any image, and", () => {
  test.each<[name: string, query: string, powers: readonly string[]]>([
    ["the default network", "", [BRIDGE]],
    [
      "each tag",
      "t=traefik&t=x:1",
      ["tag:docker.io/library/traefik:latest", "tag:docker.io/library/x:1", BRIDGE],
    ],
    [
      "a URL that it fetches",
      encoded("remote", "https://evil.example/x.git#main"),
      ["fetch:https://evil.example/x.git#main", BRIDGE],
    ],
    ["an address that it fetches", "remote=git@host:x.git", ["fetch:git@host:x.git", BRIDGE]],
    ["BuildKit for files of the client", "remote=client-session", ["buildkit", BRIDGE]],
    ["BuildKit by its version", "version=2", ["buildkit", BRIDGE]],
    ["BuildKit by a version that nobody knows", "version=3", ["buildkit", BRIDGE]],
    ["BuildKit by a session", "session=abc", ["buildkit", BRIDGE]],
    ["nothing for the classic builder", "version=1&session=", [BRIDGE]],
    ["the host's network", "networkmode=host", ["host:network"]],
    ["no network", "networkmode=none", ["network:none"]],
    ["the default network by name", "networkmode=default", [BRIDGE]],
    ["a control group", "cgroupparent=/system.slice", ["cgroup-parent:/system.slice", BRIDGE]],
    ["hosts", "extrahosts=a:1.2.3.4&extrahosts=b=::1", ["extra-host:a=1.2.3.4", "extra-host:b=::1", BRIDGE]],
    [
      "security options",
      "securityopt=seccomp=unconfined&securityopt=label:disable",
      ["security-opt:seccomp=unconfined", "security-opt:label=disable", BRIDGE],
    ],
    ["limits of processes", encoded("ulimits", [{ Name: "nofile" }]), ["resource:Ulimits", BRIDGE]],
    ["shared memory", "shmsize=1099511627776", ["resource:ShmSize", BRIDGE]],
    ["labels", encoded("labels", { "ofelia.enabled": "true" }), ["label:ofelia.enabled", BRIDGE]],
    [
      "images that it takes layers from",
      encoded("cachefrom", ["evil.example/x", "y:1"]),
      ["image:evil.example/x:latest", "image:docker.io/library/y:1", BRIDGE],
    ],
    ["BuildKit's exporters", encoded("outputs", [{ Type: "local" }]), ["field:?outputs", BRIDGE]],
    [
      "nothing for what Docker's command always sends",
      "buildargs=%7B%7D&cachefrom=%5B%5D&labels=%7B%7D&ulimits=null&shmsize=0&outputs=null",
      [BRIDGE],
    ],
    [
      "nothing for limits of its own",
      "memory=1&memswap=-1&cpushares=1&cpuperiod=1&cpuquota=1&cpusetcpus=0&cpusetmems=0",
      [BRIDGE],
    ],
    [
      "a Dockerfile that is fetched",
      "dockerfile=https://evil.example/D",
      ["fetch:https://evil.example/D", BRIDGE],
    ],
    ["a Dockerfile outside of its files", "dockerfile=a/../../etc/x", ["field:?dockerfile", BRIDGE]],
    ["a list of Dockerfiles with one outside", "dockerfile=%5B%22../x%22%5D", ["field:?dockerfile", BRIDGE]],
    ["nothing for a Dockerfile with dots", "dockerfile=/a/..b/x..", [BRIDGE]],
    ["another way to isolate", "isolation=chroot", ["field:?isolation", BRIDGE]],
    [
      "nothing for how it is done",
      "dockerfile=D&target=t&platform=p&pull=1&nocache=1&rm=1&forcerm=1&q=1&squash=1&compress=1&buildid=b&isolation=default",
      [BRIDGE],
    ],
    ["a key that is not known", "entitlements=security.insecure", ["field:?entitlements", BRIDGE]],
    ["a key in other letters, which no engine reads", "NetworkMode=host", ["field:?NetworkMode", BRIDGE]],
  ])("%s", (_name, query, powers) => {
    expect(askedOf(query)).toMatchObject({ powers: [...ALWAYS, ...powers], fault: undefined });
  });

  test("asks the engine for a network by name", () => {
    expect(askedOf("networkmode=lan")).toMatchObject({ powers: ALWAYS, lookups: ["network:lan"] });
  });

  test("asks the engine for another container's network", () => {
    const lookups = ["container:web for join:network:"];
    expect(askedOf("networkmode=container:web")).toMatchObject({ powers: ALWAYS, lookups });
  });

  test("never shows the value of a label", () => {
    expect(JSON.stringify(askedOf(encoded("labels", { a: "secret" })))).not.toContain("secret");
  });

  test.each([
    ["labels that are no JSON", "labels=a"],
    ["labels with a key twice", "labels=%7B%22a%22:%22b%22,%22a%22:%22c%22%7D"],
    ["a label's list", encoded("labels", ["a"])],
    ["a source of layers that is no image", encoded("cachefrom", ["type=local,src=/etc"])],
    ["something behind the JSON", "cachefrom=%5B%5D%5B%5D"],
    ["a tag that is none", "t=A"],
    ["a URL that goes up", "remote=https://host/../x"],
  ])("is refused with %s", (_name, query) => {
    expect(askedOf(query).fault).toMatch(/ must (?:be|have)/u);
  });
});

describe("BuildKit's own doors", () => {
  test.each(["Grpc", "Session"] as const)("%s asks for BuildKit", (operation) => {
    expect(askedByRequest(buildPowers[operation] ?? {}, {}).powers).toEqual(["buildkit"]);
  });

  test("to cancel or to clear asks for nothing", () => {
    expect(Object.keys(buildPowers).toSorted()).toEqual(["Grpc", "ImageBuild", "Session"]);
  });
});
