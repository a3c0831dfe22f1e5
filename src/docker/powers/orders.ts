/**
 * Environment variables that an OCI runtime, a hook of one or a tool with the Docker API takes for orders. The set
 * `default` takes them away; with a minus in front is what is taken, without one what only the program in the container
 * reads.
 */
export const orderVariables: readonly string[] = [
  // Devices, by every maker's runtime or hook: NVIDIA_ (NVIDIA Container Toolkit, Environment variables), AMD_ (AMD
  // Container Toolkit), HABANA_ (Habana Container Runtime), ASCEND_ (Ascend Docker Runtime), MTHREADS_ (Moore Threads),
  // AWS_NEURON_ (Neuron OCI Hook Setup), and those of tomorrow.
  "-*_VISIBLE_DEVICES",
  "CUDA_VISIBLE_DEVICES",
  "HIP_VISIBLE_DEVICES",
  "ROCR_VISIBLE_DEVICES",
  "ASCEND_RT_VISIBLE_DEVICES",
  "MUSA_VISIBLE_DEVICES",
  "-NVIDIA_*",
  // Without NVIDIA_REQUIRE_CUDA it makes an image a legacy one, which gets all devices (NVIDIA Container Toolkit).
  "-CUDA_VERSION",
  // NVIDIA's and AMD's runtimes, where they are set up for a swarm's generic resources (swarm-resource).
  "-DOCKER_RESOURCE_*",
  // Which files of the host are mounted besides, and virtual devices (Ascend Docker Runtime, Usage on the Docker Client).
  "-ASCEND_RUNTIME_*",
  "-ASCEND_VNPU_SPECS",
  "-ASCEND_ALLOW_LINK",
  // What sysbox-runc isolates (Sysbox User Guide, Configuration).
  "-SYSBOX_*",
  // Commands that run beside the Docker socket (nginx-proxy/acme-companion, Pre-Hooks and Post-Hooks).
  "-ACME_PRE_HOOK",
  "-ACME_POST_HOOK",
];

/**
 * Labels by which widely used tools that hold the Docker API, or the host's rights, run commands, open the API, pass
 * traffic on to any host, or read files of the host. The set `default` takes them away.
 */
export const orderLabels: readonly string[] = [
  // Commands: Ofelia, Chadburn, deck-chores (Documentation, labels).
  "-ofelia.*",
  "-chadburn.*",
  "-deck-chores.*",
  // Watchtower, Lifecycle hooks.
  "-com.centurylinklabs.watchtower.lifecycle.*",
  // offen/docker-volume-backup, Run custom commands during the backup lifecycle.
  "-docker-volume-backup.*-pre",
  "-docker-volume-backup.*-post",
  // Nautical Backup, Labels: exec and curl run in the tool's own container.
  "-nautical-backup.*",
  // docker-rollout, Container draining.
  "-docker-rollout.pre-stop-hook",
  // What's Up Docker and Drydock: hooks, and which Compose file is rewritten and run.
  "-wud.compose.*",
  "-wud.hook.*",
  "-dd.compose.*",
  "-dd.hook.*",
  // Gantry: options for `docker service update`, such as mounts.
  "-gantry.*.options",
  // podman-auto-update(1): which unit of the host is started again, and a file of the host with logins.
  "-io.containers.autoupdate*",
  "-PODMAN_SYSTEMD_UNIT",
  // Which requests other proxies of the Docker socket let through: wollomatic/socket-proxy, CodesWhat/sockguard.
  "-socket-proxy.*",
  "-com.sockguard.*",
  // Directives of the server: files, sockets and any upstream. Caddy-Docker-Proxy (Labels to Caddyfile conversion),
  // BunkerWeb (Custom configurations), SWAG's auto-proxy.
  "-caddy*",
  "-bunkerweb.*",
  "-swag_address",
  "-swag_*_custom_directive",
  // Any address as a target: Pangolin's Newt (Blueprints), DockFlare (Labels).
  "-pangolin.*",
  "-dockflare.*",
  "-cloudflare.tunnel.*",
  // Files that an agent reads, and checks that it runs: Filebeat (Hints based autodiscover), Datadog (Autodiscovery).
  "-co.elastic.*",
  "-com.datadoghq.ad.*",
];
