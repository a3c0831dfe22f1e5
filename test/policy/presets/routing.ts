import { NEGOTIATION, type PresetCalls } from "./calls.ts";

/** What programs ask that find out where to send traffic, or what to scrape. */
export const routing: Readonly<Record<string, PresetCalls>> = {
  traefik: {
    passes: [
      ...NEGOTIATION,
      "GET /v1.41/version",
      "GET /v1.41/containers/json?limit=0",
      "GET /v1.41/containers/web/json",
      'GET /v1.41/events?filters={"type":{"container":true}}',
    ],
    refused: ["POST /v1.41/containers/traefik/kill?signal=USR1", "GET /v1.41/info", "GET /v1.41/services"],
  },
  "traefik-swarm": {
    passes: [
      ...NEGOTIATION,
      "GET /v1.41/version",
      "GET /v1.41/services",
      'GET /v1.41/networks?filters={"scope":{"swarm":true}}',
      'GET /v1.41/tasks?filters={"desired-state":{"running":true},"service":{"shop_web":true}}',
      "GET /v1.41/nodes/{node}",
    ],
    refused: ["GET /v1.41/nodes", "GET /v1.41/containers/json", "GET /v1.41/configs", "GET /v1.41/swarm"],
  },
  "caddy-docker-proxy": {
    passes: [
      ...NEGOTIATION,
      "GET /v1.44/info",
      "GET /v1.44/containers/json",
      "GET /v1.44/containers/web/json",
      "GET /v1.44/networks",
      "GET /v1.44/networks/shop",
      'GET /v1.44/events?filters={"scope":{"local":true,"swarm":true},"type":{"container":true}}',
    ],
    refused: ["GET /v1.44/configs", "GET /v1.44/services", "POST /v1.44/networks/shop/connect"],
  },
  "caddy-docker-proxy-swarm": {
    passes: [
      ...NEGOTIATION,
      "GET /v1.44/info",
      "GET /v1.44/containers/json",
      "GET /v1.44/containers/web/json",
      "GET /v1.44/networks",
      "GET /v1.44/networks/shop",
      'GET /v1.44/events?filters={"scope":{"local":true,"swarm":true},"type":{"service":true}}',
      "GET /v1.44/services",
      "GET /v1.44/tasks",
      'GET /v1.44/configs?filters={"label":{"caddy":true}}',
      "GET /v1.44/configs/{config}",
    ],
    refused: ["GET /v1.44/secrets", "POST /v1.44/configs/create", "GET /v1.44/swarm"],
  },
  "nginx-proxy": {
    passes: [
      "GET /_ping",
      "GET /version",
      "GET /containers/json?all=false",
      "GET /networks",
      "GET /containers/web/json",
      "GET /events",
    ],
    refused: ["GET /info", "POST /containers/nginx/kill?signal=HUP", "POST /containers/nginx/exec"],
  },
  prometheus: {
    passes: [...NEGOTIATION, "GET /v1.44/containers/json", "GET /v1.44/networks"],
    refused: ["GET /v1.44/containers/web/json", "GET /v1.44/tasks", "GET /v1.44/info"],
  },
  "prometheus-swarm": {
    passes: [
      ...NEGOTIATION,
      "GET /v1.44/services",
      "GET /v1.44/tasks",
      "GET /v1.44/nodes",
      "GET /v1.44/networks",
    ],
    refused: ["GET /v1.44/containers/json", "GET /v1.44/configs", "GET /v1.44/nodes/{node}"],
  },
};
