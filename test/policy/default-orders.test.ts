import { describe, expect, test } from "vitest";
import { labelsField } from "../../src/docker/powers/identity.ts";
import { orderLabels, orderVariables } from "../../src/docker/powers/orders.ts";
import { askedBy } from "../docker/powers/asked.ts";
import { holds } from "./powers.ts";

describe("the set default takes away what others take for orders", () => {
  test.each([
    ...["caddy", "caddy.reverse_proxy", "caddy_1", "caddy_1.handle.root", "CADDY.import"],
    ...["com.centurylinklabs.watchtower.lifecycle.pre-check", "docker-rollout.pre-stop-hook"],
    ...[
      "docker-volume-backup.archive-pre",
      "docker-volume-backup.copy-post",
      "docker-volume-backup.exec-pre",
    ],
    ...["deck-chores.dump.command", "nautical-backup.exec.before", "ofelia.job-exec.a.command"],
    ...["wud.compose.file", "wud.hook.pre", "dd.compose.file", "dd.hook.post", "gantry.update.options"],
    ...["io.containers.autoupdate", "io.containers.autoupdate.authfile", "PODMAN_SYSTEMD_UNIT"],
    ...["com.sockguard.allow.get", "socket-proxy.allow.get", "bunkerweb.CUSTOM_CONF_SERVER_HTTP_a"],
    ...["swag_address", "swag_server_custom_directive", "pangolin.proxy-resources.a.targets[0].hostname"],
    ...["dockflare.service", "dockflare.0.service", "cloudflare.tunnel.service"],
    ...["co.elastic.logs/raw", "co.elastic.metrics/hosts", "com.datadoghq.ad.logs"],
  ])("the label %s", (label) => {
    const { powers } = askedBy(labelsField, { [label]: "x" });
    expect(powers.filter((power) => holds("default", power))).toEqual([]);
    // Podman parts a key at its first equals sign.
    const parted = askedBy(labelsField, { [`${label}=x`]: "y" }).powers;
    expect(parted.every((power) => holds("default", power))).toBe(false);
  });

  test.each([
    ...["com.docker.compose.project", "com.docker.compose.service", "com.docker.stack.namespace"],
    ...[
      "traefik.enable",
      "traefik.http.routers.a.rule",
      "homepage.group",
      "homepage.widget.url",
      "glance.name",
    ],
    ...[
      "com.centurylinklabs.watchtower.enable",
      "docker-volume-backup.stop-during-backup",
      "wud.tag.include",
    ],
    ...["com.datadoghq.tags.service", "diun.enable", "autoheal", "swag", "swag_url", "swag_port", "app"],
    ...[
      "org.opencontainers.image.title",
      "org.testcontainers",
      "io.podman.compose.project",
      "swarm.cronjob.enable",
    ],
  ])("but not the label %s", (label) => {
    expect(holds("default", `label:${label}`)).toBe(true);
  });

  test.each([
    ...[
      "NVIDIA_VISIBLE_DEVICES",
      "NVIDIA_DRIVER_CAPABILITIES",
      "AMD_VISIBLE_DEVICES",
      "HABANA_VISIBLE_DEVICES",
    ],
    ...["ASCEND_VISIBLE_DEVICES", "ASCEND_RUNTIME_MOUNTS", "ASCEND_RUNTIME_OPTIONS", "ASCEND_VNPU_SPECS"],
    ...["MTHREADS_VISIBLE_DEVICES", "AWS_NEURON_VISIBLE_DEVICES", "NEWMAKER_VISIBLE_DEVICES", "CUDA_VERSION"],
    ...["DOCKER_RESOURCE_GPU", "SYSBOX_SKIP_UID_SHIFT", "ACME_POST_HOOK"],
  ])("the variable %s", (variable) => {
    expect(holds("default", `env:${variable}`)).toBe(false);
  });

  test.each([
    ...["CUDA_VISIBLE_DEVICES", "HIP_VISIBLE_DEVICES", "ROCR_VISIBLE_DEVICES", "ASCEND_RT_VISIBLE_DEVICES"],
    ...[
      "PATH",
      "TZ",
      "VIRTUAL_HOST",
      "LETSENCRYPT_HOST",
      "VISIBLE_DEVICES",
      "DOCKER_HOST",
      "POSTGRES_PASSWORD",
    ],
  ])("but not the variable %s", (variable) => {
    expect(holds("default", `env:${variable}`)).toBe(true);
  });

  test("each once", () => {
    for (const list of [orderLabels, orderVariables]) expect(new Set(list).size).toBe(list.length);
  });
});
