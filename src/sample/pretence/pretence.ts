import { EngineError, readTarget } from "../call.ts";
import { describeInfo, describeVersion } from "../descriptions.ts";
import type { Answerer } from "../engine.ts";
import { nothing, progress, type Route } from "./answers.ts";
import { buildkitRoutes } from "./buildkit.ts";
import { PretendedContainers } from "./containers.ts";
import { PretendedEvents } from "./events.ts";
import { imagesDue, PretendedImages } from "./images.ts";
import { PretendedNetworks } from "./networks.ts";
import { PretendedSwarm, swarmInfo } from "./swarm.ts";
import { PretendedVolumes } from "./volumes.ts";

const system: readonly Route[] = [
  [/^(?:GET|HEAD) \/_ping$/u, () => "OK"],
  [/^GET \/version$/u, () => describeVersion()],
  [/^GET \/info$/u, ({ world }) => ({ ...describeInfo(world), Swarm: swarmInfo })],
  [/^GET \/system\/df$/u, () => ({ LayersSize: 0, Images: [], Containers: [], Volumes: [], BuildCache: [] })],
  [/^GET \/plugins(?:\/privileges)?$/u, () => []],
  [
    /^POST \/plugins\/pull$/u,
    ({ query, response }) => {
      response.setHeader("Docker-Plugin-Name", query.get("name") ?? query.get("remote") ?? "");
      return progress({ status: "Pull complete" });
    },
  ],
  [/^(?:POST|DELETE) \/plugins\//u, nothing],
];

/**
 * Answers as an engine would on which all goes well: every container and image that is named is there, whatever is made
 * or started is done, and every command ends at once with 0. Nothing happens, so that a client shows what it asks for.
 * A few containers are there, for which there are newer images. It lets nobody log in: a client would keep the password.
 * Tells of each container that is made again after it was deleted.
 */
export function openPretence(onRecreation: (name: string) => void = () => undefined): Answerer {
  const [images, networks, volumes] = [
    new PretendedImages(),
    new PretendedNetworks(),
    new PretendedVolumes(),
  ];
  const events = new PretendedEvents();
  const containers = new PretendedContainers({ images, networks, volumes, events }, onRecreation);
  putContainersThere(containers, networks);
  const parts = [events, images, containers, networks, volumes, new PretendedSwarm()];
  const routes = [...system, ...buildkitRoutes, ...parts.flatMap((part) => part.routes)];
  return (call) => {
    const { path, ...target } = readTarget(call);
    for (const [pattern, handle] of routes) {
      const match = pattern.exec(`${call.request.method ?? ""} ${path}`);
      const { name = "", verb = "" } = match?.groups ?? {};
      if (match !== null) return handle({ ...call, ...target, name, verb });
    }
    throw new EngineError(404, "the engine of `quaygate powers` only pretends, and not this");
  };
}

/** Plain containers as people have them, so that programs which make containers anew show what they send for those. */
function putContainersThere(containers: PretendedContainers, networks: PretendedNetworks): void {
  const [front, back] = ["pretended_front", "pretended_back"];
  for (const network of [front, back]) networks.putThere(network);
  const [web, database] = imagesDue;
  containers.putThere("pretended-web", {
    config: {
      Image: web,
      Env: ["TZ=UTC"],
      Cmd: ["nginx", "-g", "daemon off;"],
      ExposedPorts: { "80/tcp": {} },
      Labels: { "org.example.stage": "test" },
    },
    hostConfig: {
      NetworkMode: front,
      PortBindings: { "80/tcp": [{ HostIp: "", HostPort: "8080" }] },
      RestartPolicy: { Name: "unless-stopped", MaximumRetryCount: 0 },
    },
    networks: Object.fromEntries(
      [front, back].map((name) => [name, { Aliases: ["web"], NetworkID: networks.identify(name) }]),
    ),
  });
  containers.putThere("pretended-db", {
    config: { Image: database, Cmd: ["postgres"], Volumes: { "/var/lib/postgresql/data": {} } },
    hostConfig: { NetworkMode: back, Binds: ["pretended_data:/var/lib/postgresql/data"] },
    networks: { [back]: { Aliases: ["db"], NetworkID: networks.identify(back) } },
  });
}
