import { describe } from "vitest";
import { expectSameOf, type Run } from "../support/both-engines.ts";
import { hasEngine } from "../support/engine-gate.ts";

const image = "busybox:test";
const running = `docker run --detach --name=web ${image} sleep 60`;
const made = `docker create --name=web ${image}`;

function run(...lines: readonly string[]): Run {
  return { lines };
}

const containers: Readonly<Record<string, Run>> = {
  "a run": run(`docker run --rm ${image} true`),
  "a run with what people give": run(
    `docker run --detach --name=web --publish=18497:80 --volume=data:/data --env=A=b --restart=always ${image} sleep 60`,
  ),
  "a run with a terminal": run(`script -qec 'docker run -it --rm ${image} true' /dev/null`),
  "a run on the host's network": run(`docker run --rm --network=host ${image} true`),
  "all rights and the host's files": run(`docker create --privileged --volume=/srv:/host ${image} true`),
  "limits, rights and names": run(
    `docker create --memory=64m --cpus=0.5 --cap-add=NET_ADMIN --tmpfs=/x --user=1000 --hostname=x --dns=9.9.9.9 --label=a=b ${image}`,
  ),
  "a network that was made": run(
    "docker network create apps",
    `docker run --rm --network=apps --network-alias=db ${image} true`,
  ),
  "a volume that is a path of the host": run(
    "docker volume create --opt=type=none --opt=o=bind --opt=device=/srv data",
    `docker run --rm --volume=data:/data ${image} true`,
  ),
  "mounts in the long form": run(
    "docker volume create data",
    `docker run --rm --mount=type=bind,source=/etc,target=/e,readonly --mount=type=volume,source=data,target=/v ${image} true`,
  ),
  "another container's volumes": run(
    `docker create --name=data --volume=/x ${image}`,
    `docker run --rm --volumes-from=data ${image} true`,
  ),
  "another container's network and processes": run(
    running,
    `docker run --rm --network=container:web --pid=container:web ${image} true`,
  ),
  "a link": run(running, `docker run --rm --link=web:db ${image} true`),
  GPUs: { ...run(`docker run --rm --gpus=all ${image} true`), mayFail: true },
  "start, pause, unpause, restart and stop": run(
    `docker create --name=web ${image} sleep 60`,
    "docker start web",
    "docker pause web",
    "docker unpause web",
    "docker restart --time=0 web",
    "docker stop --time=0 web",
  ),
  "kill, wait and rm": run(running, "docker kill web", "docker wait web", "docker rm --volumes web"),
  rename: run(made, "docker rename web old"),
  update: run(running, "docker update --memory=32m --memory-swap=64m --restart=always web"),
  exec: run(running, "docker exec --user=0 --env=A=b web true", "docker exec --detach web true"),
  "a privileged exec": { ...run(running, "docker exec --privileged web true"), mayFail: true },
  attach: run(`docker run --detach --name=web ${image} sleep 1`, "docker attach web"),
  "cp into a folder and out": {
    lines: [made, "docker cp note web:/tmp/", "docker cp web:/etc/passwd -"],
    files: { note: "x" },
  },
  "what looks at a container": run(
    running,
    "docker logs web",
    "docker top web",
    "docker stats --no-stream web",
    "docker diff web",
    "docker port web",
    "docker inspect web",
    "docker ps --all --size",
    "docker export --output=web.tar web",
  ),
};

const images: Readonly<Record<string, Run>> = {
  "what looks at images": run(
    "docker images --all",
    `docker history ${image}`,
    `docker image inspect ${image}`,
  ),
  pull: { ...run("docker pull alpine:3"), mayFail: true },
  push: {
    ...run(`docker tag ${image} localhost:1/app:3`, "docker push localhost:1/app:3"),
    mayFail: true,
  },
  search: { ...run("docker search nginx"), mayFail: true },
  "tag and rmi": run(`docker tag ${image} app:1`, "docker rmi app:1"),
  commit: run(made, "docker commit web app:2"),
  "save and load": run(`docker save --output=app.tar ${image}`, "docker load --input=app.tar"),
  import: run("tar -cf files.tar .", "docker import files.tar app:4"),
  "image prune": run("docker image prune --force", "docker image prune --all --force --filter=until=1h"),
  "the classic builder": {
    lines: ["DOCKER_BUILDKIT=0 docker build --tag=app:5 --build-arg=A=b --label=c=d ."],
    files: { Dockerfile: `FROM ${image}\nLABEL a=b\n` },
  },
};

const others: Readonly<Record<string, Run>> = {
  "networks from their making to their end": run(
    "docker network create --label=a=b apps",
    made,
    "docker network connect --alias=db apps web",
    "docker network disconnect apps web",
    "docker network ls",
    "docker network inspect apps",
    "docker network rm apps",
  ),
  "a network with addresses": run(
    "docker network create --subnet=10.213.9.0/24 --gateway=10.213.9.1 --internal apps",
  ),
  "a network of another driver": {
    ...run("docker network create --driver=macvlan --opt=parent=eth0 apps"),
    mayFail: true,
  },
  "volumes from their making to their end": run(
    "docker volume create --label=a=b data",
    "docker volume create",
    "docker volume ls",
    "docker volume inspect data",
    "docker volume rm data",
  ),
  "what prunes": run(
    "docker container prune --force",
    "docker network prune --force",
    "docker volume prune --force",
    "docker system prune --force",
  ),
  "what looks at the engine": run(
    "docker version",
    "docker info",
    "docker system df --verbose",
    "docker events --since=1m --until=0s",
    "docker plugin ls",
  ),
};

describe.runIf(hasEngine)(
  "the pretended engine has docker ask for just what it asks a real engine for:",
  () => {
    expectSameOf({ ...containers, ...images, ...others });
  },
);
