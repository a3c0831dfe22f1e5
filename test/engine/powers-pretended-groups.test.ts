import { describe } from "vitest";
import { expectSameOf, type Run } from "../support/both-engines.ts";
import { hasProgram } from "../support/docker-cli.ts";
import { hasEngine } from "../support/engine-gate.ts";

const image = "busybox:test";
const compose = "docker-compose --project-name=shop";
const quietly = "docker service create --quiet --detach --no-resolve-image --name=web";
const service = `${quietly} --mount=type=bind,source=/etc,target=/e ${image} sleep 60`;

const common = { image, command: ["sleep", "60"], stop_grace_period: "0s" };
const shop = JSON.stringify({
  services: {
    web: {
      ...common,
      ports: ["18499:80"],
      volumes: ["data:/data", "/srv:/srv:ro"],
      depends_on: { db: { condition: "service_healthy" } },
    },
    db: { ...common, environment: { A: "b" }, healthcheck: { test: ["CMD", "true"], interval: "1s" } },
  },
  volumes: { data: {} },
});
const jobs = JSON.stringify({
  services: { one: { image, command: ["true"] }, other: { image, command: ["true"], cap_add: ["SYS_TIME"] } },
});
const options = JSON.stringify({
  services: {
    web: {
      ...common,
      networks: { front: { aliases: ["www"] }, back: {} },
      volumes: ["bound:/b"],
      cap_add: ["NET_ADMIN"],
    },
  },
  networks: {
    front: { internal: true },
    back: {
      driver: "bridge",
      driver_opts: { "com.docker.network.bridge.name": "quaygate0" },
      ipam: { config: [{ subnet: "10.213.11.0/24" }] },
    },
  },
  volumes: { bound: { driver_opts: { type: "none", o: "bind", device: "/srv" } } },
});
const built = JSON.stringify({
  services: { web: { ...common, image: "shop:1", build: ".", volumes: ["/srv:/srv:ro"] } },
});
const Dockerfile = `FROM ${image}\nLABEL a=b\n`;

const stack = JSON.stringify({
  version: "3.8",
  services: {
    web: {
      ...{ image, command: ["sleep", "60"], secrets: ["word"], configs: ["settings"] },
      ...{ ports: ["18498:80"], volumes: ["data:/data"], deploy: { replicas: 1 } },
    },
  },
  secrets: { word: { file: "./word" } },
  configs: { settings: { file: "./settings" } },
  volumes: { data: {} },
});
const stackFiles = { "stack.json": stack, word: "a secret", settings: "a setting" };
// A swarm takes a stack's network away some time after the stack: each has a name of its own.
const deploy = "docker stack deploy --compose-file=stack.json";

function up(file: string, ...lines: readonly string[]): Run {
  return { lines: [`${compose} up --detach`, ...lines], files: { "docker-compose.yml": file, Dockerfile } };
}

const composed: Readonly<Record<string, Run>> = {
  "up and down": up(shop, `${compose} down --volumes --timeout=0`),
  "networks and volumes with options": up(options),
  "up until all has ended": { lines: [`${compose} up`], files: { "docker-compose.yml": jobs } },
  create: { lines: [`${compose} up --no-start`], files: { "docker-compose.yml": shop } },
  "up again, with every container made anew": up(shop, `${compose} up --detach --force-recreate --timeout=0`),
  "up again, with one that was changed": up(
    shop,
    "sed -i s/18499/18500/ docker-compose.yml",
    `${compose} up --detach --timeout=0`,
  ),
  "what looks at a project": up(
    shop,
    `${compose} config`,
    `${compose} ps`,
    `${compose} logs db`,
    `${compose} top`,
    `${compose} port web 80`,
    `${compose} images`,
  ),
  "exec and run": up(shop, `${compose} exec -T web true`, `${compose} run --rm --no-deps -T db true`),
  "restart, pause, kill, stop, start and rm": up(
    shop,
    `${compose} restart --timeout=0`,
    `${compose} pause db`,
    `${compose} unpause db`,
    `${compose} kill db`,
    `${compose} start db`,
    `${compose} stop --timeout=0`,
    `${compose} rm --force`,
  ),
  "a second container of a service": up(shop, `${compose} up --detach --scale=db=2`),
  pull: { lines: [`${compose} pull`], files: { "docker-compose.yml": shop }, mayFail: true },
  "a build, and its image's end": {
    lines: [`${compose} up --build --detach`, `${compose} down --rmi=all --timeout=0`],
    files: { "docker-compose.yml": built, Dockerfile },
  },
};

const swarm: Readonly<Record<string, Run>> = {
  "nodes and the swarm": {
    lines: [
      "docker node ls",
      "docker node inspect self",
      "docker node ps",
      "docker node update --label-add=a=b $(docker node ls --quiet)",
      "docker swarm join-token worker",
      "docker swarm update --task-history-limit=4",
    ],
  },
  "a service that is waited for": {
    lines: [`docker service create --quiet --name=web --publish=18496:80 --env=A=b ${image} sleep 60`],
  },
  "a service with the host's files and network": {
    lines: [`${quietly} --mount=type=bind,source=/etc,target=/e,readonly --network=host ${image} sleep 60`],
  },
  "a service on an overlay network": {
    lines: ["docker network create --driver=overlay apps", `${quietly} --network=apps ${image} sleep 60`],
  },
  "a service with a secret and a configuration": {
    lines: [
      "docker secret create word word",
      "docker config create settings settings",
      `${quietly} --secret=word --config=settings ${image} sleep 60`,
      "docker service update --detach --quiet --secret-rm=word --config-rm=settings --no-resolve-image web",
    ],
    files: stackFiles,
  },
  "a service that is changed, scaled and taken back": {
    lines: [
      service,
      "docker service update --detach --quiet --env-add=A=b --no-resolve-image web",
      "docker service scale --detach web=0",
      "docker service rollback --detach --quiet web",
      "docker service rm web",
    ],
  },
  "what looks at services": {
    lines: [
      service,
      "docker service ls",
      "docker service ps web",
      "docker service inspect web",
      "docker service logs web",
    ],
  },
  "secrets and configurations from their making to their end": {
    lines: [
      "docker secret create --label=a=b word word",
      "docker secret ls",
      "docker secret inspect word",
      "docker secret rm word",
      "docker config create --template-driver=golang settings settings",
      "docker config ls",
      "docker config inspect settings",
      "docker config rm settings",
    ],
    files: stackFiles,
  },
  "a stack that is deployed twice": {
    lines: [
      `${deploy} twice`,
      `${deploy} twice`,
      "docker stack ls",
      "docker stack ps twice",
      "docker stack services twice",
    ],
    files: stackFiles,
  },
  "a stack to its end": { lines: [`${deploy} once`, "docker stack rm once"], files: stackFiles },
};

describe.runIf(hasEngine)(
  "the pretended engine has docker ask for just what it asks a real swarm for:",
  () => {
    expectSameOf(swarm);
  },
);

describe.runIf(hasEngine && hasProgram("docker-compose"))(
  "the pretended engine has Compose ask for just what it asks a real engine for:",
  () => {
    expectSameOf(composed);
  },
);
