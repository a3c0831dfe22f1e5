import { describe } from "vitest";
import { expectSameOf, type Run } from "../support/both-engines.ts";
import { hasEngine } from "../support/engine-gate.ts";

const Dockerfile = "FROM busybox:test\nLABEL a=b\n";
const built = JSON.stringify({
  services: { web: { image: "shop:1", build: ".", command: ["sleep", "60"], volumes: ["/srv:/srv:ro"] } },
});

const runs: Readonly<Record<string, Run>> = {
  "docker build": { lines: ["DOCKER_BUILDKIT=1 docker build --tag=app:6 ."], files: { Dockerfile } },
  "docker buildx": {
    lines: [
      "docker buildx build --load --tag=app:7 .",
      "docker buildx ls",
      "docker buildx du",
      "docker buildx prune --force",
    ],
    files: { Dockerfile },
  },
  "docker compose up --build": {
    lines: [
      "DOCKER_BUILDKIT=1 docker compose --project-name=shop up --build --detach",
      "docker compose --project-name=shop down --timeout=0",
    ],
    files: { "compose.yaml": built, Dockerfile },
  },
};

describe.runIf(hasEngine)(
  "the pretended engine has BuildKit's client ask for just what it asks a real engine for:",
  () => {
    expectSameOf(runs);
  },
);
