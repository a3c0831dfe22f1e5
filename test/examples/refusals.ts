import type { DeniedCall } from "./calls.ts";

/**
 * One call for each thing that no deployment but a trusted one should do, without what it needs: each table of a
 * deployment takes the ones that its settings keep closed, and says what would open them.
 */
const CALLS = {
  archive: [
    "GET /containers/{web}/archive?path=/etc/passwd",
    "ContainerArchive (GET /containers/{id}/archive)",
  ],
  auth: ["POST /auth", "SystemAuth (POST /auth)"],
  build: ["POST /build?remote=http://127.0.0.1:9/", "ImageBuild (POST /build)"],
  commit: ["POST /commit?container={web}", "ImageCommit (POST /commit)"],
  configs: ["GET /configs", "ConfigList (GET /configs)"],
  create: ["POST /containers/create", "ContainerCreate (POST /containers/create)"],
  distribution: ["GET /distribution/busybox/json", "DistributionInspect (GET /distribution/{name}/json)"],
  exec: ["POST /containers/{web}/exec", "ContainerExec (POST /containers/{id}/exec)"],
  execInspect: ["GET /exec/0123456789abcdef/json", "ExecInspect (GET /exec/{id}/json)"],
  execStart: ["POST /exec/0123456789abcdef/start", "ExecStart (POST /exec/{id}/start)"],
  images: ["GET /images/json", "ImageList (GET /images/json)"],
  info: ["GET /info", "SystemInfo (GET /info)"],
  kill: ["POST /containers/{web}/kill?signal=KILL", "ContainerKill (POST /containers/{id}/kill)"],
  logs: ["GET /containers/{web}/logs?stdout=1", "ContainerLogs (GET /containers/{id}/logs)"],
  networkConnect: ["POST /networks/bridge/connect", "NetworkConnect (POST /networks/{id}/connect)"],
  networkCreate: ["POST /networks/create", "NetworkCreate (POST /networks/create)"],
  networks: ["GET /networks", "NetworkList (GET /networks)"],
  nodes: ["GET /nodes", "NodeList (GET /nodes)"],
  plugins: ["GET /plugins", "PluginList (GET /plugins)"],
  pluginPull: ["POST /plugins/pull?remote=evil", "PluginPull (POST /plugins/pull)"],
  remove: ["DELETE /containers/{web}?force=1", "ContainerDelete (DELETE /containers/{id})"],
  restart: ["POST /containers/{web}/restart", "ContainerRestart (POST /containers/{id}/restart)"],
  secrets: ["GET /secrets", "SecretList (GET /secrets)"],
  secretCreate: ["POST /secrets/create", "SecretCreate (POST /secrets/create)"],
  serviceUpdate: ["POST /services/web/update?version=1", "ServiceUpdate (POST /services/{id}/update)"],
  services: ["GET /services", "ServiceList (GET /services)"],
  start: ["POST /containers/{web}/start", "ContainerStart (POST /containers/{id}/start)"],
  stop: ["POST /containers/{web}/stop", "ContainerStop (POST /containers/{id}/stop)"],
  swarm: ["GET /swarm", "SwarmInspect (GET /swarm)"],
  swarmLeave: ["POST /swarm/leave?force=1", "SwarmLeave (POST /swarm/leave)"],
  systemDf: ["GET /system/df", "SystemDataUsage (GET /system/df)"],
  tasks: ["GET /tasks", "TaskList (GET /tasks)"],
  volumeCreate: ["POST /volumes/create", "VolumeCreate (POST /volumes/create)"],
  volumes: ["GET /volumes", "VolumeList (GET /volumes)"],
} as const satisfies Readonly<Record<string, readonly [call: string, operation: string]>>;

/** Returns the refusals of these things, each with what it needs there. */
export function refusals(needs: Partial<Record<keyof typeof CALLS, string>>): readonly DeniedCall[] {
  return Object.entries(CALLS).flatMap(([thing, [call, operation]]) => {
    const need = new Map(Object.entries(needs)).get(thing);
    return need === undefined ? [] : [{ call, operation, needs: need }];
  });
}
