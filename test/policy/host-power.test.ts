import { describe, expect, test } from "vitest";
import { hostValues } from "../../src/docker/powers/host-values.ts";
import { powersOfAbsent } from "../../src/docker/powers/lookup.ts";
import { explainVerdict } from "../../src/policy/explain.ts";
import { explainHostPowersIn } from "../../src/policy/host-power.ts";
import { decidePowers, judgeBody } from "../../src/policy/judge.ts";
import { grantWith, restricted } from "./judging.ts";
import { hostPowerOfText, powerSet } from "./powers.ts";

describe("a power that is the host itself", () => {
  test.each([
    ...["bind:/", "bind:/:ro", "bind:/run", "bind:/run:ro", "bind:/var", "bind:/var/run", "bind:/var/run:ro"],
    ...["bind:/run/docker.sock", "bind:/var/run/docker.sock:ro", "bind:/srv/docker.sock"],
    ...["bind:/run/podman", "bind:/run/podman/podman.sock", "bind:/run/user/1000/podman/podman.sock"],
    ...["bind:/run/user", "bind:/run/user/1000", "bind:/run/user/1000/docker.sock"],
    ...["bind:/run/containerd", "bind:/run/containerd/containerd.sock:ro", "bind:/run/docker"],
    ...["bind:/home/me/.docker/run/docker.sock", "bind:/run/k3s/containerd", "bind:/run/crio/crio.sock:ro"],
  ])("is a way to an engine: %s", (text) => {
    expect(hostPowerOfText(text)).toEqual({ means: hostValues.bind?.means, isEngine: true });
  });

  test.each([
    ...["privileged", "bind:/etc", "bind:/root", "bind:/usr/bin", "bind:/boot", "bind:/var/lib/docker"],
    ...["bind:/proc", "bind:/proc/1/root", "bind:/proc/1/root/srv:ro", "bind:/sys", "bind:/run/systemd:ro"],
    ...["bind:/root/.ssh/authorized_keys", "bind:/etc/systemd/system/app.service", "bind:/usr/local/bin/app"],
    ...["bind:/etc/modprobe.d/x.conf", "bind:/etc/modules-load.d", "bind:/etc/kubernetes/manifests/x.yaml"],
    ...["bind:/etc/ld.so.conf.d", "bind:/etc/ld.so.preload", "bind:/usr/lib/x.so", "bind:/lib/modules"],
    ...[
      "bind:/etc/rc.local",
      "bind:/etc/rc3.d",
      "bind:/etc/rc.d/rc.local",
      "bind:/etc/inittab",
      "bind:/etc/local.d",
    ],
    ...["bind:/etc/apt/apt.conf.d/99x", "bind:/etc/yum.repos.d", "bind:/etc/apk", "bind:/var/lib/dpkg/info"],
    ...["bind:/etc/NetworkManager/dispatcher.d/x", "bind:/etc/network/if-up.d", "bind:/etc/logrotate.d/x"],
    ...[
      "bind:/etc/tmpfiles.d",
      "bind:/etc/sysctl.d",
      "bind:/etc/polkit-1/rules.d",
      "bind:/etc/dbus-1/system.d",
    ],
    ...[
      "bind:/etc/containerd/config.toml",
      "bind:/etc/containers",
      "bind:/etc/cni/net.d",
      "bind:/etc/docker",
    ],
    ...["bind:/etc/group", "bind:/etc/sudo.conf", "bind:/etc/cron.d/x", "bind:/var/spool/cron/crontabs/root"],
    ...["bind:/run/udev", "bind:/var/run/udev/rules.d", "bind:/run/systemd/generator.late/x.service"],
    ...["bind:/root/.bashrc", "bind:/etc/default/ssh", "bind:/etc/ssl", "bind:/usr/share", "bind:/var/lib"],
    ...["cap:SYS_ADMIN", "cap:SYS_MODULE", "cap:DAC_READ_SEARCH", "cap:ALL"],
    ...["device:/dev", "device:/dev/sda", "device:/dev/sda1", "device:/dev/nvme0n1p1", "device:/dev/mem"],
    ...[
      "device:/dev/mapper/root",
      "device:/dev/disk/by-id/x",
      "device-rule:a %2A:%2A rwm",
      "device-rule:b 8:0 r",
    ],
    ...["host:pid", "host:network", "host:ipc", "host:userns", "unmask", "mount:overlay", "mount:ext4"],
    ...["plugin:install", "plugin:set", "swarm:init", "swarm:tokens", "podman:ContainerCreateLibpod"],
  ])("is %s, and no way to an engine", (text) => {
    expect(hostPowerOfText(text)).toMatchObject({ isEngine: false });
  });

  test.each([
    ...[
      "bind:/srv",
      "bind:/srv/media:ro",
      "bind:/etc:ro",
      "bind:/etc:ro-nonrecursive",
      "bind:/etc/nginx",
      "bind:/etc/localtime:ro",
    ],
    ...[
      "bind:/proc:ro",
      "bind:/sys:ro",
      "bind:/usr:ro",
      "bind:/var/lib/app",
      "bind:/var/lib/docker/volumes/app/_data",
      "bind:/var/log:ro",
      "bind:/tmp",
    ],
    ...["bind:/opt", "bind:/opt/stacks", "bind:/home", "bind:/usr/share/nginx/html", "bind:/etc/letsencrypt"],
    ...["bind:/etc/ssl/certs", "bind:/etc/docker/certs.d", "bind:/run/udev:ro", "bind:/lib/modules:ro"],
    ...[
      "bind:/etc/hosts",
      "bind:/etc/timezone",
      "bind:/etc/prometheus",
      "bind:/root/data",
      "bind:/var/spool/mail",
    ],
    ...["bind:/run/app", "bind:/run/app/app.sock", "bind:/home/me", "bind:/dev/shm"],
    ...["cap:NET_ADMIN", "cap:SYS_TIME", "cap:CHOWN", "device:/dev/dri/card0", "device:/dev/ttyUSB0"],
    ...["device:/dev/null", "device-rule:c 189:%2A rwm", "device-request:gpu", "host:uts", "host:cgroupns"],
    ...["mount:nfs", "mount:cifs", "mount:tmpfs", "swarm:leave", "plugin:disable", "podman:ImagePullLibpod"],
    ...["security-opt:seccomp=unconfined", "volumes-from:web", "join:pid:web", "buildkit", "build"],
  ])("is not %s", (text) => {
    expect(hostPowerOfText(text)).toBeUndefined();
  });

  test("says of each what it means, as the rest of a sentence", () => {
    for (const { means } of Object.values(hostValues)) {
      expect(means).toMatch(/^[a-z].*[a-z]$/u);
    }
  });
});

function sentenceOn(hostConfig: object, gate?: string): string {
  const grant = grantWith("default");
  const verdict = restricted(grant);
  const judged = judgeBody(
    grant,
    verdict,
    Buffer.from(JSON.stringify({ Image: "a", HostConfig: hostConfig })),
  );
  if (!judged.ok) return explainVerdict(judged.error, "POST", "172.18.0.5", { gate });
  const { powers, lookups } = judged.value;
  const usual = lookups.flatMap((lookup) => powersOfAbsent(lookup));
  const decided = decidePowers(grant, verdict, [...powers, ...usual]);
  return decided.kind === "allow" ? "allowed" : explainVerdict(decided, "POST", "172.18.0.5", { gate });
}

const SOCKET = "/var/run/docker.sock";
const GATE = "tcp://172.18.0.2:2375";
const INSTEAD = "For the Docker API, set DOCKER_HOST to this gate: tcp://172.18.0.2:2375.";

describe("a refusal of the host itself", () => {
  test.each([
    { how: "Binds", config: { Binds: [`${SOCKET}:${SOCKET}`] }, power: `bind:${SOCKET}` },
    { how: "Binds to read", config: { Binds: [`${SOCKET}:${SOCKET}:ro`] }, power: `bind:${SOCKET}:ro` },
    { how: "Binds of a folder", config: { Binds: ["/run/:/host"] }, power: "bind:/run" },
    { how: "Binds of all", config: { Binds: ["/:/host:ro"] }, power: "bind:/:ro" },
    {
      how: "Mounts",
      config: { Mounts: [{ Type: "bind", Source: SOCKET, Target: SOCKET }] },
      power: `bind:${SOCKET}`,
    },
    {
      how: "a volume that is made for it",
      config: {
        Mounts: [
          {
            Type: "volume",
            Target: "/x",
            VolumeOptions: { DriverConfig: { Options: { type: "none", o: "bind", device: "/run" } } },
          },
        ],
      },
      power: "bind:/run",
    },
    {
      how: "the socket of Podman",
      config: { Binds: ["/run/podman/podman.sock:/s"] },
      power: "bind:/run/podman/podman.sock",
    },
    {
      how: "the socket of containerd",
      config: { Binds: ["/run/containerd/containerd.sock:/s"] },
      power: "bind:/run/containerd/containerd.sock",
    },
  ])("says what the engine's socket means, and the gate's own address, by $how", ({ config, power }) => {
    const sentence = sentenceOn(config, GATE);
    expect(sentence).toContain(
      `, which 172.18.0.5 does not hold. ${power} is root on the host, past this gate. ${INSTEAD}`,
    );
    expect(sentence).not.toContain("To allow");
    expect(sentence).not.toMatch(/\badd\b/u);
  });

  test("does not say an address where none is known", () => {
    expect(sentenceOn({ Binds: ["/run:/run"] })).toMatch(
      / bind:\/run is root on the host, past this gate\. For the Docker API, set DOCKER_HOST to this gate\.$/u,
    );
  });

  test("says of several what each means, once", () => {
    expect(sentenceOn({ Privileged: true, PidMode: "host", CapAdd: ["SYS_ADMIN"] })).toMatch(
      new RegExp(
        " does not hold\\. Each of privileged, cap:SYS_ADMIN is root on the host, past this gate\\. " +
          "host:pid takes away the wall between the container and what runs on the host\\.$",
        "u",
      ),
    );
  });

  test("advises to add only the rest", () => {
    expect(sentenceOn({ Privileged: true, Binds: ["/srv:/srv", `${SOCKET}:${SOCKET}`] }, GATE)).toMatch(
      new RegExp(
        ` Each of privileged, bind:${SOCKET} is root on the host, past this gate\\. ${INSTEAD.replaceAll(".", "\\.")} ` +
          "To allow the rest, add bind:/srv to its powers \\(QUAYGATE_POWERS\\)\\.$",
        "u",
      ),
    );
  });

  test("stays short, whatever is asked for", () => {
    const Binds = Array.from({ length: 500 }, (_, at) => `/srv/${at}${"x".repeat(300)}/docker.sock:/s`);
    expect(sentenceOn({ Binds }, GATE).length).toBeLessThan(3_000);
    expect(sentenceOn({ Binds }, GATE)).toContain(" and 496 more is root on the host");
  });
});

describe("a list of powers is told by those that are the host itself", () => {
  test.each([
    ["none", []],
    ["default", []],
    ["default,bind:/srv/**,cap:NET_ADMIN,host:uts,device:/dev/dri/*,mount:nfs", []],
    ["default,bind:/etc:ro", []],
    ["default,privileged", ["privileged is root on the host, past this gate"]],
    ["default,bind:/run/docker.sock:ro", ["bind:/run/docker.sock:ro is root on the host, past this gate"]],
    ["default,bind:/run/docker.sock", ["bind:/run/docker.sock is root on the host, past this gate"]],
    [
      "default,bind,cap:SYS_ADMIN,host:pid",
      [
        "Each of bind, cap:SYS_ADMIN is root on the host, past this gate",
        "host:pid takes away the wall between the container and what runs on the host",
      ],
    ],
    ["default,bind:/**", ["bind:/ is root on the host, past this gate"]],
    ["default,device:/dev/sd*", ["device:/dev/sdx is root on the host, past this gate"]],
    ["default,device:/dev/sda", ["device:/dev/sda is root on the host, past this gate"]],
    ["default,bind:/etc/sudoers", ["bind:/etc/sudoers is root on the host, past this gate"]],
    ["default,bind:/etc/cron.d/*", ["bind:/etc/cron.d/x is root on the host, past this gate"]],
    ["default,bind:/etc/sudoers,-bind:/etc/sudoers", []],
    ["default,bind,-bind:/", []],
  ])("%s", (list, sentences) => {
    expect(explainHostPowersIn(powerSet(list))).toEqual(sentences);
  });
});
