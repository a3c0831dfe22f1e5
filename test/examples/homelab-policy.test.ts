import { describe, expect, test } from "vitest";
import { readSettings } from "../../src/config/read-settings.ts";
import { loadSettings } from "../../src/config/load-settings.ts";
import type { Grant } from "../../src/policy/grant.ts";
import { openIn, verdictOn } from "./decided.ts";
import { settingsOf } from "./example.ts";

const MANAGEMENT = "CONTAINERS SERVICES TASKS NETWORKS VOLUMES IMAGES INFO EVENTS POST PING";
const VIEWERS = "CONTAINERS IMAGES INFO EVENTS PING VERSION";

/** What the least of a read-only proxy opens besides what the programs here ask for. */
const READS = "ContainerArchive ContainerArchiveInfo ContainerAttachWebsocket ContainerExport CheckpointList";
const IMAGE_READS = "ImageAttestations ImageGet ImageGetAll ImageSearch";
const WRITES = `ContainerAttach ContainerCopy ContainerExec ContainerLinkDelete ContainerPrune ContainerResize ContainerWait
  CheckpointCreate CheckpointDelete PutContainerArchive ImageLoad ImagePrune ImagePush ImageTag`;
const MANAGED = `NetworkPrune VolumePrune VolumeUpdate ServiceCreate ServiceDelete ServiceInspect ServiceList ServiceLogs
  ServiceUpdate TaskInspect TaskList TaskLogs`;

/**
 * Each program of homelab.yaml with the switches of the proxy of Tecnativa's that people gave it, what these open and its preset
 * does not, and what it was seen to call (`GET /_ping` where `HEAD` fails).
 */
const PROGRAMS = [
  {
    client: "traefik",
    switches: "CONTAINERS SERVICES NETWORKS INFO EVENTS",
    closed: `${READS} ContainerChanges ContainerLogs ContainerStats ContainerTop NetworkInspect NetworkList ServiceInspect
      ServiceList ServiceLogs SystemInfo`,
    calls: [
      "HEAD /_ping",
      "GET /_ping",
      "GET /v1.41/version",
      "GET /v1.41/containers/json",
      "GET /v1.41/containers/web/json",
      "GET /v1.41/events",
    ],
  },
  {
    client: "portainer",
    switches: MANAGEMENT,
    closed: `${READS} ${IMAGE_READS} ${WRITES} ${MANAGED}`,
    calls: [
      "HEAD /_ping",
      "GET /_ping",
      "GET /version",
      "GET /info",
      "GET /events",
      "GET /containers/json",
      "GET /containers/web/json",
      "GET /containers/web/top",
      "GET /containers/web/logs",
      "GET /containers/web/stats",
      "GET /containers/web/changes",
      "POST /containers/create",
      "POST /containers/web/start",
      "POST /containers/web/stop",
      "POST /containers/web/restart",
      "POST /containers/web/kill",
      "POST /containers/web/pause",
      "POST /containers/web/unpause",
      "POST /containers/web/rename",
      "POST /containers/web/update",
      "DELETE /containers/web",
      "GET /images/json",
      "GET /images/nginx/json",
      "GET /images/nginx/history",
      "POST /images/create",
      "DELETE /images/nginx",
      "GET /networks",
      "GET /networks/front",
      "POST /networks/create",
      "POST /networks/front/connect",
      "POST /networks/front/disconnect",
      "DELETE /networks/front",
      "GET /volumes",
      "GET /volumes/data",
      "POST /volumes/create",
      "DELETE /volumes/data",
    ],
  },
  {
    client: "dockge",
    switches: MANAGEMENT,
    closed: `${READS} ${IMAGE_READS} ${WRITES} ${MANAGED} ContainerChanges ContainerPause ContainerTop ContainerUnpause
      ContainerUpdate ImageDelete ImageHistory`,
    calls: [
      "HEAD /_ping",
      "GET /_ping",
      "GET /v1.41/version",
      "GET /v1.41/info",
      "GET /v1.41/events",
      "GET /v1.41/networks",
      "GET /v1.41/networks/front",
      "POST /v1.41/networks/create",
      "POST /v1.41/networks/front/connect",
      "POST /v1.41/networks/front/disconnect",
      "DELETE /v1.41/networks/front",
      "GET /v1.41/volumes",
      "GET /v1.41/volumes/data",
      "POST /v1.41/volumes/create",
      "DELETE /v1.41/volumes/data",
      "GET /v1.41/images/nginx/json",
      "GET /v1.41/images/json",
      "POST /v1.41/images/create",
      "GET /v1.41/containers/json",
      "GET /v1.41/containers/web/json",
      "GET /v1.41/containers/web/logs",
      "GET /v1.41/containers/web/stats",
      "POST /v1.41/containers/create",
      "POST /v1.41/containers/web/start",
      "POST /v1.41/containers/web/stop",
      "POST /v1.41/containers/web/restart",
      "POST /v1.41/containers/web/kill",
      "POST /v1.41/containers/web/rename",
      "DELETE /v1.41/containers/web",
    ],
  },
  {
    client: "watchtower",
    // Without NETWORKS a container on two networks is deleted and not made again.
    switches: "CONTAINERS IMAGES INFO NETWORKS POST",
    // It asks for SystemInfo once, and goes on without.
    closed: `${READS} ${IMAGE_READS} ${WRITES} ContainerChanges ContainerLogs ContainerPause ContainerRestart ContainerStats
      ContainerTop ContainerUnpause ContainerUpdate ImageHistory ImageList NetworkCreate NetworkDelete NetworkInspect NetworkList
      NetworkPrune SystemEvents SystemInfo SystemVersion`,
    calls: [
      "HEAD /_ping",
      "GET /_ping",
      "GET /v1.25/containers/json",
      "GET /v1.25/containers/web/json",
      "GET /v1.25/images/nginx/json",
      "POST /v1.25/images/create",
      "DELETE /v1.25/images/nginx",
      "POST /v1.25/containers/web/kill",
      "POST /v1.25/containers/web/stop",
      "DELETE /v1.25/containers/web",
      "POST /v1.25/containers/create",
      "POST /v1.25/containers/web/rename",
      "POST /v1.25/networks/front/disconnect",
      "POST /v1.25/networks/front/connect",
      "POST /v1.25/containers/web/start",
    ],
  },
  {
    client: "glances",
    switches: VIEWERS,
    closed: `${READS} ${IMAGE_READS} ContainerChanges ContainerLogs ContainerTop ImageHistory ImageList SystemEvents
      SystemInfo SystemPing SystemPingHead`,
    calls: [
      "GET /version",
      "GET /v1.41/containers/json",
      "GET /v1.41/containers/web/json",
      "GET /v1.41/containers/web/stats",
      "GET /v1.41/images/nginx/json",
    ],
  },
  {
    client: "dozzle",
    switches: VIEWERS,
    closed: `${READS} ${IMAGE_READS} ContainerChanges ContainerTop ImageHistory ImageInspect ImageList`,
    calls: [
      "HEAD /_ping",
      "GET /_ping",
      "GET /v1.41/info",
      "GET /v1.41/version",
      "GET /v1.41/containers/json",
      "GET /v1.41/containers/web/json",
      "GET /v1.41/events",
      "GET /v1.41/containers/web/stats",
      "GET /v1.41/containers/web/logs",
    ],
  },
] as const;

/** What a client of homelab.yaml holds. */
async function grantOf(client: string): Promise<Grant> {
  const settings = await loadSettings(settingsOf("homelab.yaml"), { terminal: false });
  const found = settings.ok ? settings.value.clients.find(({ name }) => name === client) : undefined;
  if (found === undefined) throw new Error(`homelab.yaml has no client ${client}`);
  return found.grant;
}

function grantBefore(switches: string): Grant {
  const settings = readSettings(Object.fromEntries(switches.split(" ").map((name) => [name, "1"])), {
    terminal: false,
  });
  if (!settings.ok) throw new Error("these switches are not taken");
  return settings.value.clients[0].grant;
}

/** The operation that a call is, where it is open. */
function openedBy(grant: Grant, call: string): string | undefined {
  const verdict = verdictOn(grant, call);
  return verdict.kind === "allow" ? verdict.operation.name : undefined;
}

describe.each(PROGRAMS)("$client in homelab.yaml", ({ client, switches, closed, calls }) => {
  test("loses just what is listed of what its proxy opened before, and gains nothing", async () => {
    const before = openIn(grantBefore(switches));
    const now = openIn(await grantOf(client));
    expect(before.filter((name) => !now.includes(name)).toSorted()).toEqual(closed.split(/\s+/u).toSorted());
    expect(now.filter((name) => !before.includes(name))).toEqual([]);
  });

  test("may send all that the program was seen to send, and holds nothing else", async () => {
    const grant = await grantOf(client);
    expect(calls.filter((call) => openedBy(grant, call) === undefined)).toEqual([]);
    const asked = new Set(calls.map((call) => openedBy(grant, call)));
    expect(openIn(grant).filter((name) => !asked.has(name))).toEqual([]);
  });
});
