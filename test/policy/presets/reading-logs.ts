import { type Call, NEGOTIATION, type PresetCalls } from "./calls.ts";

const FOLLOW = "logs?follow=1&stdout=1&stderr=1&tail=100";

const DOZZLE: readonly Call[] = [
  ...NEGOTIATION,
  "GET /v1.41/info",
  "GET /v1.41/version",
  "GET /v1.41/containers/json",
  "GET /v1.41/containers/web/json",
  `GET /v1.41/containers/web/${FOLLOW}&timestamps=1`,
  "GET /v1.41/containers/web/stats",
  "GET /v1.41/events",
];

const CROWDSEC: readonly Call[] = [
  ...NEGOTIATION,
  "GET /v1.44/info",
  "GET /v1.44/containers/json",
  "GET /v1.44/containers/web/json",
  `GET /v1.44/containers/web/${FOLLOW}`,
  "GET /v1.44/events",
];

/** What programs ask that show or collect logs. */
export const readingLogs: Readonly<Record<string, PresetCalls>> = {
  dozzle: {
    passes: DOZZLE,
    refused: [
      "POST /v1.41/containers/web/stop",
      "POST /v1.41/images/create?fromImage=nginx",
      "GET /v1.41/volumes",
    ],
  },
  "dozzle-actions": {
    passes: [
      ...DOZZLE,
      "POST /v1.41/containers/web/stop",
      "POST /v1.41/containers/web/start",
      "POST /v1.41/containers/web/restart",
    ],
    refused: [
      "DELETE /v1.41/containers/web",
      "POST /v1.41/containers/create",
      "POST /v1.41/images/create?fromImage=nginx",
      "POST /v1.41/containers/web/kill",
    ],
  },
  alloy: {
    passes: [
      ...NEGOTIATION,
      "GET /v1.44/containers/json",
      "GET /v1.44/networks",
      "GET /v1.44/containers/web/json",
      `GET /v1.44/containers/web/${FOLLOW}&timestamps=1&since=0`,
    ],
    refused: ["GET /v1.44/info", "GET /v1.44/events", "GET /v1.44/services/shop_web/logs"],
  },
  vector: {
    passes: [
      'GET /events?filters={"event":["start","unpause","die","pause"],"type":["container"]}',
      'GET /containers/json?filters={"status":["running"]}',
      "GET /containers/web/json",
      "GET /containers/web/logs?follow=true&stdout=true&stderr=true&timestamps=true&tail=all",
    ],
    refused: ["GET /info", "GET /images/json", "POST /containers/web/stop"],
  },
  crowdsec: {
    passes: CROWDSEC,
    refused: ["GET /v1.44/services", "GET /v1.44/services/shop_web/logs", "POST /v1.44/containers/web/stop"],
  },
  "crowdsec-swarm": {
    passes: [
      ...CROWDSEC,
      "GET /v1.44/services",
      "GET /v1.44/services/shop_web",
      `GET /v1.44/services/shop_web/${FOLLOW}`,
    ],
    refused: ["GET /v1.44/tasks", "GET /v1.44/nodes", "POST /v1.44/services/shop_web/update"],
  },
  beszel: {
    passes: [
      "GET /version",
      "GET /info",
      "GET /containers/json",
      "GET /containers/web/stats?stream=0&one-shot=1",
      "GET /containers/web/json",
      "GET /containers/web/logs?stdout=1&stderr=1&tail=200",
    ],
    refused: ["GET /events", "GET /images/json", "POST /containers/web/restart"],
  },
};
