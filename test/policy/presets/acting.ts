import { serializeArchive } from "../../support/images.ts";
import { type Call, IDLE, NEGOTIATION, type PresetCalls, pull } from "./calls.ts";

const WATCHTOWER_OF_CONTAINRRR: readonly Call[] = [
  'GET /v1.25/containers/json?filters={"status":{"running":true}}',
  "GET /v1.25/containers/web/json",
  "GET /v1.25/images/{image}/json",
  pull("POST /v1.25/images/create?fromImage=nginx&tag=latest"),
  "GET /v1.25/images/nginx/json",
  "POST /v1.25/containers/web/kill?signal=SIGTERM",
  "DELETE /v1.25/containers/web?force=1",
  { call: "GET /v1.25/containers/web/json", fails: [404, "it asks until the container is gone"] },
  { call: "POST /v1.25/containers/create?name=%2Fweb", body: "as inspected" },
  { call: "POST /v1.25/networks/shop/disconnect", body: { Container: "{container}", Force: true } },
  { call: "POST /v1.25/networks/shop/connect", body: { Container: "{container}" } },
  { call: "POST /v1.25/networks/shop_back/connect", body: { Container: "{container}" } },
  "POST /v1.25/containers/{container}/start",
];

const WATCHTOWER_OF_NICHOLAS_FEDOR: readonly Call[] = [
  ...NEGOTIATION,
  "GET /v1.41/containers/json",
  "GET /v1.41/containers/web/json",
  "GET /v1.41/images/{image}/json",
  pull("POST /v1.41/images/create?fromImage=nginx&tag=latest"),
  "GET /v1.41/images/nginx/json",
  "POST /v1.41/containers/web/stop",
  "DELETE /v1.41/containers/web?force=1&v=1",
  { call: "POST /v1.41/containers/create?name=web-new", body: "as inspected" },
  "POST /v1.41/containers/{container}/rename?name=web",
  { call: "POST /v1.41/networks/shop_back/connect", body: { Container: "{container}" } },
  "POST /v1.41/containers/{container}/start",
  "DELETE /v1.41/images/nginx",
];

const JOB = { Image: "alpine", Cmd: IDLE, OpenStdin: true, StdinOnce: true, AttachStdin: true };

const RENDERS = { Image: "texlive/texlive:latest", Cmd: ["true"], HostConfig: { NetworkMode: "none" } };

/** What programs ask that act by themselves, or start containers for work. */
export const acting: Readonly<Record<string, PresetCalls>> = {
  autoheal: {
    passes: [
      'GET /containers/json?filters={"health":["unhealthy"],"label":["autoheal=true"]}',
      "POST /containers/web/restart?t=10",
    ],
    refused: ["GET /containers/web/json", "POST /containers/web/stop", "POST /containers/web/kill"],
  },
  watchtower: {
    passes: [...WATCHTOWER_OF_CONTAINRRR, ...WATCHTOWER_OF_NICHOLAS_FEDOR],
    refused: [
      "GET /v1.41/info",
      "POST /v1.25/containers/prune",
      "POST /v1.25/images/prune",
      "POST /v1.25/networks/create",
      "GET /v1.25/containers/web/logs",
    ],
  },
  ofelia: {
    passes: [
      "GET /version",
      "GET /info",
      'GET /containers/json?filters={"label":["ofelia.enabled=true"]}',
      "GET /containers/web/json",
      {
        call: "POST /containers/web/exec",
        body: { AttachStdout: true, AttachStderr: true, Cmd: ["true"], User: "root" },
      },
      { call: "POST /exec/{exec}/start", body: { Detach: false, Tty: false }, upgrades: true },
      "GET /exec/{exec}/json",
    ],
    refused: [
      "POST /containers/create",
      "POST /images/create?fromImage=nginx",
      "POST /containers/web/attach",
      "POST /exec/{exec}/resize",
      "POST /services/create",
    ],
  },
  "gitlab-runner": {
    passes: [
      ...NEGOTIATION,
      "GET /v1.44/info",
      "GET /v1.44/version",
      "GET /v1.44/images/alpine/json",
      pull("POST /v1.44/images/create?fromImage=postgres&tag=16"),
      { call: "POST /v1.44/networks/create", body: { Name: "runner-net", Labels: { runner: "1" } } },
      'GET /v1.44/networks?filters={"name":{"runner-net":true}}',
      "GET /v1.44/networks/runner-net",
      { call: "POST /v1.44/volumes/create", body: { Name: "runner-cache", Labels: { runner: "1" } } },
      "GET /v1.44/volumes",
      "GET /v1.44/volumes/runner-cache",
      "GET /v1.44/containers/json?all=1",
      {
        call: "POST /v1.44/containers/create?name=runner-1",
        body: { ...JOB, HostConfig: { Binds: ["runner-cache:/cache"], NetworkMode: "runner-net" } },
      },
      "GET /v1.44/containers/{container}/json",
      {
        call: "POST /v1.44/containers/{container}/attach?stdin=1&stdout=1&stderr=1&stream=1",
        upgrades: true,
      },
      "POST /v1.44/containers/{container}/start",
      "POST /v1.44/containers/{container}/wait?condition=not-running",
      "GET /v1.44/containers/{container}/logs?stdout=1&stderr=1",
      "POST /v1.44/containers/{container}/stop?t=1",
      "POST /v1.44/containers/{container}/start",
      "POST /v1.44/containers/{container}/kill?signal=SIGKILL",
      { call: "POST /v1.44/networks/runner-net/disconnect", body: { Container: "{container}", Force: true } },
      "DELETE /v1.44/containers/{container}?v=1&force=1",
      "DELETE /v1.44/networks/runner-net",
      "DELETE /v1.44/volumes/runner-cache?force=1",
    ],
    refused: [
      "POST /v1.44/images/load",
      "POST /v1.44/images/alpine/tag?repo=a",
      "GET /v1.44/containers/runner-1/attach/ws",
      "POST /v1.44/containers/prune",
      "GET /v1.44/events",
    ],
  },
  testcontainers: {
    passes: [
      ...NEGOTIATION,
      "GET /info",
      "GET /version",
      "GET /images/json",
      "GET /images/postgres:16/json",
      pull("POST /images/create?fromImage=redis&tag=7"),
      'GET /containers/json?all=true&filters={"label":["org.testcontainers=true"]}',
      { call: "POST /networks/create", body: { Name: "tests", Driver: "bridge", CheckDuplicate: true } },
      "GET /networks",
      "GET /networks/{network}",
      {
        call: "POST /containers/create",
        body: { Image: "postgres:16", Cmd: IDLE, Labels: { "org.testcontainers": "true" }, HostConfig: {} },
      },
      { call: "POST /networks/{network}/connect", body: { Container: "{container}" } },
      {
        call: "PUT /containers/{container}/archive?path=/",
        body: serializeArchive([{ name: "start.sh", content: "#!/bin/sh\n", mode: 0o755 }]),
      },
      "POST /containers/{container}/start",
      "GET /containers/{container}/json",
      "GET /containers/{container}/logs?follow=true&stdout=true&stderr=true",
      {
        call: "POST /containers/{container}/exec",
        body: { AttachStdout: true, AttachStderr: true, Cmd: ["true"] },
      },
      { call: "POST /exec/{exec}/start", body: { Detach: false, Tty: false } },
      "GET /exec/{exec}/json",
      "POST /containers/{container}/restart?t=1",
      { call: "POST /containers/{container}/stop", body: { t: 1 } },
      "POST /containers/{container}/start",
      "POST /v1.32/containers/{container}/kill",
      "DELETE /containers/{container}?v=true&force=true",
      "DELETE /networks/{network}",
    ],
    refused: [
      "GET /containers/web/archive?path=/",
      "POST /networks/prune",
      "POST /volumes/prune",
      "POST /images/prune",
      "POST /volumes/create",
    ],
    tooMuch: [
      {
        call: "POST /containers/create",
        body: { Image: "ryuk", HostConfig: { Binds: ["/var/run/docker.sock:/var/run/docker.sock"] } },
      },
    ],
  },
  "pdf-backend": {
    passes: [
      "GET /images/docker.io/texlive/texlive:latest/json",
      pull("POST /images/create?fromImage=texlive/texlive&tag=latest"),
      { call: "POST /containers/create", body: RENDERS },
      "POST /containers/{container}/start",
      "POST /containers/{container}/wait",
      "GET /containers/{container}/logs?stdout=true&stderr=true",
      "GET /containers/{container}/json",
      "DELETE /containers/{container}?v=true&force=true",
    ],
    refused: [
      "GET /containers/json",
      "GET /_ping",
      "GET /info",
      "POST /networks/create",
      "POST /volumes/create",
      "GET /secrets",
      "DELETE /images/texlive",
    ],
    tooMuch: [
      { call: "POST /containers/create", body: { ...RENDERS, Image: "nginx" } },
      { call: "POST /containers/create", body: { ...RENDERS, HostConfig: { NetworkMode: "bridge" } } },
      {
        call: "POST /containers/create",
        body: { ...RENDERS, HostConfig: { NetworkMode: "none", Binds: ["shop_data:/data"] } },
      },
      { call: "POST /images/create?fromImage=nginx" },
    ],
  },
};
