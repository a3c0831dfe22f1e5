import { type Call, IDLE, NEGOTIATION, type PresetCalls, pull } from "./calls.ts";
import { composeProject } from "./compose-project.ts";

const PORTAINER_VIEW: readonly Call[] = [
  ...NEGOTIATION,
  "GET /version",
  "GET /info",
  "GET /v1.45/containers/json?all=1",
  "GET /containers/web/json",
  "GET /containers/web/top",
  "GET /containers/web/logs?stdout=1&stderr=1&tail=100",
  "GET /containers/web/stats?stream=false",
  "GET /containers/web/changes",
  "GET /images/json?all=0",
  "GET /images/nginx/json",
  "GET /images/nginx/history",
  "GET /networks",
  "GET /networks/shop",
  "GET /volumes",
  "GET /volumes/shop_data",
  "GET /events?since=1&until=2",
];

const PORTAINER_SWARM: readonly Call[] = [
  "GET /services",
  "GET /services/shop_web",
  "GET /services/shop_web/logs?stdout=1&stderr=1&tail=100",
  "GET /tasks",
  "GET /tasks/{task}",
  "GET /tasks/{task}/logs?stdout=1&stderr=1&tail=100",
  "GET /nodes",
  "GET /nodes/{node}",
  "GET /secrets",
  "GET /secrets/{secret}",
];

/** Its button that makes a container anew from what the engine said of it. */
const PORTAINER_RECREATE: readonly Call[] = [
  "GET /v1.45/containers/web/json",
  "POST /v1.45/containers/web/stop",
  "POST /v1.45/containers/web/rename?name=web-old",
  { call: "POST /v1.45/networks/shop/disconnect", body: { Container: "web-old", Force: true } },
  { call: "POST /v1.45/networks/shop_back/disconnect", body: { Container: "web-old", Force: true } },
  { call: "POST /v1.45/containers/create?name=web", body: "as inspected" },
  { call: "POST /v1.45/networks/shop_back/connect", body: { Container: "{container}" } },
  "POST /v1.45/containers/{container}/start",
  "DELETE /v1.45/containers/web-old?force=1",
];

const PORTAINER: readonly Call[] = [
  ...PORTAINER_VIEW,
  ...PORTAINER_RECREATE,
  { call: "POST /networks/create", body: { Name: "blog_default", Driver: "bridge", CheckDuplicate: true } },
  { call: "POST /volumes/create", body: { Name: "blog_data", Driver: "local", DriverOpts: {} } },
  {
    call: "POST /containers/create?name=blog",
    body: {
      Image: "nginx",
      Cmd: IDLE,
      // Its form names all that every container has.
      HostConfig: {
        NetworkMode: "bridge",
        Binds: ["blog_data:/data"],
        CapAdd: ["AUDIT_WRITE", "CHOWN", "DAC_OVERRIDE", "FOWNER", "FSETID", "KILL", "MKNOD"],
        CapDrop: ["SYS_ADMIN", "NET_ADMIN"],
        RestartPolicy: { Name: "no" },
      },
    },
  },
  { call: "POST /networks/blog_default/connect", body: { Container: "{container}" } },
  { call: "POST /containers/blog/start", body: {} },
  { call: "POST /containers/blog/restart", body: {} },
  { call: "POST /containers/blog/pause", body: {} },
  { call: "POST /containers/blog/unpause", body: {} },
  { call: "POST /containers/blog/update", body: { Memory: 67108864, MemorySwap: 134217728 } },
  { call: "POST /containers/blog/stop", body: {} },
  "POST /containers/blog/rename?name=blog-old",
  { call: "POST /networks/blog_default/disconnect", body: { Container: "blog-old", Force: false } },
  { call: "POST /containers/blog-old/start", body: {} },
  { call: "POST /containers/blog-old/kill", body: {} },
  "DELETE /containers/blog-old?v=0&force=true",
  "DELETE /networks/blog_default",
  "DELETE /volumes/blog_data",
  pull("POST /images/create?fromImage=postgres&tag=16"),
  "DELETE /images/nginx?force=false",
];

const ENOUGH_FOR_A_STACK = { Image: "nginx", HostConfig: { Binds: ["/srv/blog:/data"] } };

/** What programs ask by which people manage an engine. */
export const managing: Readonly<Record<string, PresetCalls>> = {
  "portainer-view": {
    passes: PORTAINER_VIEW,
    refused: [
      "POST /containers/web/start",
      "GET /images/get?names=nginx",
      "GET /images/nginx/get",
      "GET /plugins",
      "GET /services",
      "GET /swarm",
      "GET /secrets",
    ],
  },
  "portainer-view-swarm": {
    passes: [...PORTAINER_VIEW, ...PORTAINER_SWARM],
    refused: ["GET /swarm", "GET /configs", "POST /services/shop_web/update", "GET /swarm/unlockkey"],
  },
  portainer: {
    passes: PORTAINER,
    refused: [
      "POST /images/load",
      "POST /images/nginx/push",
      "POST /containers/prune",
      "POST /services/create",
      "GET /swarm",
      "GET /secrets",
      "GET /configs",
    ],
    tooMuch: [
      { call: "POST /containers/create?name=blog", body: ENOUGH_FOR_A_STACK },
      { call: "POST /containers/web/update", body: { Devices: [{ PathOnHost: "/dev/kmsg" }] } },
    ],
  },
  "portainer-swarm": {
    passes: [
      ...PORTAINER,
      ...PORTAINER_SWARM,
      {
        call: "POST /services/create",
        body: { Name: "blog", TaskTemplate: { ContainerSpec: { Image: "busybox:test", Command: IDLE } } },
      },
      "DELETE /services/{service}",
      "GET /services/shop_web",
      { call: "POST /services/shop_web/update?version={version}", body: "as inspected" },
      { call: "POST /secrets/create", body: { Name: "blog_password", Data: "aHVudGVyMg==" } },
    ],
    refused: [
      "GET /swarm",
      "POST /swarm/leave",
      "GET /configs",
      "POST /nodes/{node}/update",
      "DELETE /nodes/{node}",
    ],
    tooMuch: [
      { call: "POST /containers/create?name=blog", body: ENOUGH_FOR_A_STACK },
      {
        call: "POST /services/create",
        body: {
          Name: "blog",
          TaskTemplate: {
            ContainerSpec: { Image: "nginx", Privileges: { Seccomp: { Mode: "unconfined" } } },
          },
        },
      },
      // Whose list names the secret may.
      { call: "DELETE /secrets/{secret}" },
    ],
  },
  compose: {
    passes: composeProject("blog"),
    refused: [
      "HEAD /v1.41/containers/shop-web-1/archive?path=/",
      "GET /v1.41/events",
      "POST /v1.41/networks/prune",
      "POST /v1.41/volumes/prune",
      "DELETE /v1.41/images/nginx",
      "GET /v1.41/distribution/nginx/json",
    ],
    tooMuch: [{ call: "POST /v1.41/containers/create?name=blog-web-1", body: ENOUGH_FOR_A_STACK }],
  },
  dockge: {
    passes: [
      ...composeProject("wiki"),
      "GET /v1.41/containers/web/stats?stream=0",
      'GET /v1.41/events?filters={"type":{"container":true}}',
    ],
    refused: ["POST /v1.41/containers/prune", "DELETE /v1.41/images/nginx", "GET /v1.41/services"],
    tooMuch: [{ call: "POST /v1.41/containers/create?name=blog-web-1", body: ENOUGH_FOR_A_STACK }],
  },
  komodo: {
    passes: [
      ...composeProject("mail"),
      "GET /containers/web/stats?stream=false",
      "GET /containers/web/top",
      "GET /images/nginx/history",
      "POST /v1.41/containers/web/pause",
      "POST /v1.41/containers/web/unpause",
    ],
    refused: [
      "POST /containers/prune",
      "GET /swarm",
      "GET /secrets/{secret}",
      "GET /system/df",
      "DELETE /images/nginx",
    ],
    tooMuch: [{ call: "POST /v1.41/containers/create?name=blog-web-1", body: ENOUGH_FOR_A_STACK }],
  },
  "docker-cli-read": {
    passes: [...PORTAINER_VIEW, ...PORTAINER_SWARM, "GET /v1.44/system/df"],
    refused: [
      "POST /v1.44/containers/web/stop",
      "GET /v1.44/configs",
      "GET /v1.44/swarm",
      "GET /v1.44/swarm/unlockkey",
      "GET /v1.44/plugins",
      "GET /v1.44/images/search?term=a",
      "GET /v1.44/distribution/nginx/json",
    ],
  },
};
