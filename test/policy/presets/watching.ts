import { NEGOTIATION, type PresetCalls } from "./calls.ts";

/** What programs ask that only look at containers: the calls that they were seen to make, or that their sources make. */
export const watching: Readonly<Record<string, PresetCalls>> = {
  homepage: {
    passes: [
      "GET /containers/json?all=true",
      "GET /containers/web/json",
      "GET /containers/web/stats?stream=false",
    ],
    refused: ["POST /containers/web/restart", "GET /containers/web/logs", "GET /services", "GET /info"],
  },
  "homepage-swarm": {
    passes: [
      "GET /containers/json?all=true",
      "GET /containers/web/json",
      "GET /containers/web/stats?stream=false",
      "GET /services?all=true",
      "GET /services/shop_web",
      'GET /tasks?filters={"service":["shop_web"],"desired-state":["running"]}',
    ],
    refused: ["POST /services/shop_web/update", "GET /services/shop_web/logs", "GET /nodes", "GET /swarm"],
  },
  glance: {
    passes: ["GET /containers/json?all=true", "GET /containers/json?all=false"],
    refused: ["GET /containers/web/json", "GET /_ping", "GET /info"],
  },
  glances: {
    passes: [
      "GET /version",
      "GET /v1.41/containers/json?limit=-1&all=0&size=0&trunc_cmd=0",
      "GET /v1.41/containers/web/json",
      "GET /v1.41/containers/web/stats?stream=True",
      "GET /v1.41/images/docker.io/library/nginx:1/json",
    ],
    refused: [
      "GET /v1.41/images/json",
      "GET /v1.41/events",
      "GET /v1.41/info",
      "POST /v1.41/containers/web/stop",
    ],
  },
  "uptime-kuma": {
    passes: ["GET /containers/json?all=true", "GET /containers/web/json"],
    refused: ["POST /containers/web/restart", "GET /info", "GET /containers/web/logs"],
  },
  netdata: {
    passes: [
      ...NEGOTIATION,
      "GET /v1.44/info",
      "GET /v1.44/containers/json",
      "GET /v1.44/images/json",
      "GET /containers/web/json",
    ],
    refused: ["GET /v1.44/containers/web/stats", "GET /v1.44/images/nginx/json", "GET /v1.44/volumes"],
  },
  cadvisor: {
    passes: [
      ...NEGOTIATION,
      "GET /v1.44/info",
      "GET /v1.44/version",
      "GET /v1.44/images/json",
      "GET /v1.44/containers/web/json",
    ],
    refused: ["GET /v1.44/containers/json", "GET /v1.44/images/nginx/json", "GET /v1.44/events"],
  },
  telegraf: {
    passes: [
      ...NEGOTIATION,
      "GET /v1.44/info",
      'GET /v1.44/containers/json?all=1&filters={"status":["running"]}',
      "GET /v1.44/containers/web/stats?stream=0",
      "GET /v1.44/containers/web/json",
    ],
    refused: ["GET /v1.44/containers/web/logs", "GET /v1.44/services", "GET /v1.44/system/df"],
  },
  "telegraf-swarm": {
    passes: [
      ...NEGOTIATION,
      "GET /v1.44/info",
      'GET /v1.44/containers/json?all=1&filters={"status":["running"]}',
      "GET /v1.44/containers/web/stats?stream=0",
      "GET /v1.44/containers/web/json",
      "GET /v1.44/services",
      "GET /v1.44/tasks",
    ],
    refused: ["GET /v1.44/nodes", "GET /v1.44/services/shop_web/logs", "GET /v1.44/swarm"],
  },
  wud: {
    passes: [
      "GET /containers/json",
      "GET /containers/web/json",
      "GET /images/docker.io/library/nginx:1/json",
      'GET /events?filters={"type":["container"],"event":["create","destroy","start","stop"]}',
    ],
    refused: ["POST /images/create?fromImage=nginx", "GET /images/json", "POST /containers/web/stop"],
  },
  diun: {
    passes: [
      ...NEGOTIATION,
      "GET /v1.41/version",
      'GET /v1.41/containers/json?filters={"status":{"running":true}}',
      "GET /v1.41/images/docker.io/library/nginx:1/json",
    ],
    refused: [
      "GET /v1.41/containers/web/json",
      "GET /v1.41/services",
      "POST /v1.41/images/create?fromImage=nginx",
    ],
  },
  "diun-swarm": {
    passes: [...NEGOTIATION, "GET /v1.41/version", "GET /v1.41/services?filters={}"],
    refused: ["GET /v1.41/containers/json", "GET /v1.41/services/shop_web", "GET /v1.41/tasks"],
  },
};
