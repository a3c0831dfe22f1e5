import { describe, expect, test } from "vitest";
import { containerSpec } from "../../../src/docker/powers/service-container.ts";
import { askedBy, type AskedTexts } from "./asked.ts";

/** What every container asks for that names nothing. */
const PLAIN = ["entrypoint:(image)", "command:(image)", "user:(image)"];

type Spec = Readonly<Record<string, unknown>>;

function askedOf(spec: Spec): AskedTexts {
  const asked = askedBy(containerSpec, spec);
  return { ...asked, powers: asked.powers.filter((power) => !PLAIN.includes(power)) };
}

function bind(Source: string, more: Spec = {}): Spec {
  return { Mounts: [{ Type: "bind", Source, Target: "/x", ...more }] };
}

function volumeWith(Options: Spec, more: Spec = {}): Spec {
  const VolumeOptions = { DriverConfig: { Name: "local", Options } };
  return { Mounts: [{ Type: "volume", Source: "data", Target: "/x", VolumeOptions, ...more }] };
}

const shallow = bind("/etc", { ReadOnly: true, BindOptions: { ReadOnlyNonRecursive: true } });

test("of a read-only bind the engine is asked what it makes of it", () => {
  expect(askedOf(bind("/var/run/docker.sock", { ReadOnly: true }))).toMatchObject({
    powers: [],
    lookups: ["read-only service:/var/run/docker.sock"],
  });
});

describe("the containers of a service ask for", () => {
  test.each<[name: string, spec: Spec, powers: readonly string[]]>([
    ["an image", { Image: "evil.example/x:1" }, ["image:evil.example/x:1"]],
    ["a program", { Command: ["sh", "-c"], Args: ["id"] }, ["command:id", "entrypoint:sh -c"]],
    ["the image's program, by an empty list", { Command: [], Args: [] }, []],
    ["a user and a group", { User: "root:0" }, ["user:0", "group:0"]],
    ["groups", { Groups: ["docker", "root"] }, ["group:docker", "group:0"]],
    [
      "variables by name",
      { Env: ["NVIDIA_VISIBLE_DEVICES=all", "A=secret"] },
      ["env:NVIDIA_VISIBLE_DEVICES", "env:A"],
    ],
    ["labels", { Labels: { "ofelia.enabled": "true" } }, ["label:ofelia.enabled"]],
    ["a folder of the host", bind("/etc"), ["bind:/etc"]],
    ["a folder of which only the top is read-only", shallow, ["bind:/etc:ro-nonrecursive"]],
    ["a bind inside a volume", volumeWith({ type: "none", device: "/", o: "bind" }), ["bind:/"]],
    [
      "an overlay inside a volume",
      volumeWith({ type: "overlay", device: "overlay", o: "lowerdir=/etc:/usr" }),
      ["mount:overlay"],
    ],
    ["a cluster's volume", { Mounts: [{ Type: "cluster", Source: "x", Target: "/x" }] }, ["mount:cluster"]],
    ["a pipe of Windows", { Mounts: [{ Type: "npipe", Source: "x", Target: "/x" }] }, ["mount:npipe"]],
    ["no seccomp", { Privileges: { Seccomp: { Mode: "unconfined" } } }, ["security-opt:seccomp=unconfined"]],
    [
      "seccomp of its own",
      { Privileges: { Seccomp: { Mode: "custom", Profile: "e30=" } } },
      ["security-opt:seccomp=(inline)"],
    ],
    [
      "a profile behind the default",
      { Privileges: { Seccomp: { Mode: "default", Profile: "e30=" } } },
      ["security-opt:seccomp=(inline)"],
    ],
    [
      "a mode that is not known",
      { Privileges: { Seccomp: { Mode: "Default" } } },
      ["security-opt:seccomp=Default"],
    ],
    ["no AppArmor", { Privileges: { AppArmor: { Mode: "disabled" } } }, ["security-opt:apparmor=unconfined"]],
    ["no SELinux", { Privileges: { SELinuxContext: { Disable: true } } }, ["security-opt:label=disable"]],
    [
      "another label of SELinux",
      { Privileges: { SELinuxContext: { User: "u", Role: "r", Type: "spc_t", Level: "s0" } } },
      [
        "security-opt:label=user:u",
        "security-opt:label=role:r",
        "security-opt:label=type:spc_t",
        "security-opt:label=level:s0",
      ],
    ],
    ["no new privileges", { Privileges: { NoNewPrivileges: true } }, ["security-opt:no-new-privileges"]],
    [
      "a Windows account",
      { Privileges: { CredentialSpec: { Config: "c", File: "f", Registry: "r" } } },
      [
        "security-opt:credentialspec=config://c",
        "security-opt:credentialspec=file://f",
        "security-opt:credentialspec=registry://r",
      ],
    ],
    [
      "nothing for the defaults",
      {
        Privileges: {
          CredentialSpec: null,
          SELinuxContext: null,
          NoNewPrivileges: false,
          Seccomp: { Mode: "default" },
          AppArmor: { Mode: "default" },
        },
      },
      [],
    ],
    ["a privilege that is not known", { Privileges: { Landlock: {} } }, ["field:Privileges.Landlock"]],
    [
      "capabilities",
      { CapabilityAdd: ["cap_sys_admin", "ALL"], CapabilityDrop: ["ALL"] },
      ["cap:SYS_ADMIN", "cap:ALL"],
    ],
    ["kernel parameters", { Sysctls: { "kernel.core_pattern": "|/x" } }, ["sysctl:kernel.core_pattern"]],
    [
      "more than is usual",
      { Ulimits: [{ Name: "nofile" }], OomScoreAdj: -1000 },
      ["resource:Ulimits", "resource:OomScoreAdj"],
    ],
    ["nothing for no more than is usual", { Ulimits: [], OomScoreAdj: 0 }, []],
    [
      "hosts",
      { Hosts: ["1.2.3.4 a b", " ::1\tc ", "x"] },
      ["extra-host:a=1.2.3.4", "extra-host:b=1.2.3.4", "extra-host:c=::1", "extra-host:x"],
    ],
    [
      "name servers",
      { DNSConfig: { Nameservers: ["9.9.9.9"], Search: ["x"], Options: ["y"] } },
      ["dns:9.9.9.9"],
    ],
    [
      "a secret by id and name",
      {
        Secrets: [{ SecretID: "abc", SecretName: "db", File: { Name: "x", UID: "0", GID: "0", Mode: 292 } }],
      },
      ["secret:db"],
    ],
    [
      "a configuration by id and name",
      { Configs: [{ ConfigID: "abc", ConfigName: "app", Runtime: {} }] },
      ["config:app"],
    ],
    [
      "a secret in a form that is not known",
      { Secrets: [{ SecretID: "abc", Runtime: {} }] },
      ["field:Secrets.Runtime"],
    ],
    [
      "a health check",
      { Healthcheck: { Test: ["CMD-SHELL", "id"], Interval: 1 } },
      ["command:/bin/sh -c id"],
    ],
    [
      "a health check in Docker's documentation's letters",
      { HealthCheck: { Test: ["CMD", "id"] } },
      ["command:id"],
    ],
    [
      "nothing for what is harmless",
      {
        Dir: "/",
        TTY: true,
        OpenStdin: true,
        ReadOnly: true,
        Init: true,
        StopSignal: "HUP",
        StopGracePeriod: 1,
        Isolation: "default",
      },
      [],
    ],
    ["a host name", { Hostname: "db" }, ["alias:db"]],
    ["a host name by a template", { Hostname: "{{.Node.Hostname}}" }, ["alias:(template)"]],
    ["what is not known", { Devices: ["/dev/sda"] }, ["field:Devices"]],
  ])("%s", (_name, spec, powers) => {
    expect(askedOf(spec)).toMatchObject({ powers, fault: undefined });
  });

  test("the image's user, unless they name one", () => {
    expect(askedBy(containerSpec, {}).powers.toSorted()).toEqual(PLAIN.toSorted());
    expect(askedBy(containerSpec, { User: "" }).powers).toContain("user:(image)");
    expect(askedBy(containerSpec, { User: "1000" }).powers).not.toContain("user:(image)");
  });

  test("what a volume by name is", () => {
    const mounts = { Mounts: [{ Type: "volume", Source: "data", Target: "/x" }] };
    expect(askedOf(mounts)).toMatchObject({ powers: [], lookups: ["volume:data"], fault: undefined });
  });

  test("nothing that shows a variable's value", () => {
    expect(JSON.stringify(askedOf({ Env: ["A=secret"] }))).not.toContain("secret");
  });
});

describe("a template can become any path and any type", () => {
  const anything = expect.arrayContaining(["bind:/", "mount:(template)"]);

  test.each<[name: string, spec: Spec]>([
    ["in a bind's source", bind('/srv/{{index .Service.Labels "up"}}')],
    ["in the whole of a bind's source", bind("/{{.Node.Hostname}}")],
    ["in a volume's device", volumeWith({ type: "none", o: "bind", device: "/srv/{{.Task.Name}}" })],
    ["in a volume's flags", volumeWith({ type: "nfs", device: "/etc", o: '{{print "bind"}}' })],
    ["in a key of a volume's options", volumeWith({ "{{.Task.Name}}": "x" })],
    ["in a type", { Mounts: [{ Type: "{{.Task.Name}}", Source: "x", Target: "/x" }] }],
    ["in the source of a mount in memory", { Mounts: [{ Type: "tmpfs", Source: "{{.Task.Name}}" }] }],
  ])("%s", (_name, spec) => {
    expect(askedOf(spec).powers).toEqual(anything);
  });

  test("but not in the container, nor in a volume's name, which is looked up", () => {
    const source = "data-{{.Task.Slot}}";
    const spec = { Mounts: [{ Type: "volume", Source: source, Target: "/{{.Task.Slot}}" }] };
    expect(askedOf(spec)).toMatchObject({ powers: [], lookups: [`volume:${source}`], fault: undefined });
  });
});

describe("the containers of a service are refused with", () => {
  test.each<[name: string, spec: Spec]>([
    [
      "two health checks, of which engines make one",
      { Healthcheck: { Test: ["NONE"] }, HealthCheck: { Test: ["CMD", "id"] } },
    ],
    ["a relative path", bind("etc")],
    ["a path that goes up", bind("/srv/../etc")],
    ["an image that is none", { Image: "A" }],
    ["capabilities that are an object", { CapabilityAdd: { SYS_ADMIN: true } }],
    ["a secret that is a text", { Secrets: ["db"] }],
    ["a secret's id that is no string", { Secrets: [{ SecretID: 1 }] }],
    ["mounts that are an object", { Mounts: { Type: "bind", Source: "/etc" } }],
  ])("%s", (_name, spec) => {
    expect(askedOf(spec).fault).toMatch(/must (?:be|have)/u);
  });
});

describe("a mount of a service, whose words are read in any letters,", () => {
  test.each(["BIND", "Bind", "b\u0131nd", ""])("is a bind where its type is %j", (Type) => {
    const asked = askedBy(containerSpec, { Image: "a", Mounts: [{ Type, Source: "/etc", Target: "/x" }] });
    expect(asked.powers).toContain("bind:/etc");
  });

  test("is looked up where its type is VOLUME", () => {
    const asked = askedBy(containerSpec, { Mounts: [{ Type: "VOLUME", Source: "planted", Target: "/x" }] });
    expect(asked.lookups).toContain("volume:planted");
  });

  test.each(["RSHARED", "r\u017fhared"])("asks for its propagation %j in one spelling", (Propagation) => {
    const BindOptions = { Propagation };
    const Mounts = [{ Type: "bind", Source: "/srv", Target: "/x", BindOptions }];
    expect(askedBy(containerSpec, { Mounts }).powers).toContain("propagation:rshared");
  });
});
