import { EngineError, readFilters, readFlag, readTarget } from "./call.ts";
import type { Call, UnreadCall } from "./call.ts";
import { identify, images, networks, volumes } from "./catalogue.ts";
import type { SampleContainer } from "./catalogue.ts";
import * as describe from "./descriptions.ts";
import { createExec, startExec } from "./exec.ts";
import { minorOf, release } from "./release.ts";
import { sendEvents, sendLogs, sendStats } from "./streams.ts";

/** Gives back the body (text or something for JSON), or undefined when it answers by itself. */
type Handler = (call: Call) => unknown;

const routes: readonly (readonly [RegExp, Handler])[] = [
  [/^(GET|HEAD) \/_ping$/, () => "OK"],
  [/^GET \/version$/, () => describe.describeVersion()],
  [/^GET \/info$/, ({ world }) => describe.describeInfo(world)],
  [/^GET \/events$/, sendEvents],
  [/^GET \/containers\/json$/, listContainers],
  [
    /^GET \/containers\/(?<name>[^/]+)\/json$/,
    onContainer((_call, found) => describe.inspectContainer(found)),
  ],
  [/^GET \/containers\/(?<name>[^/]+)\/logs$/, onContainer(sendLogs)],
  [/^GET \/containers\/(?<name>[^/]+)\/stats$/, onContainer(sendStats)],
  [/^GET \/containers\/(?<name>[^/]+)\/top$/, onContainer(listProcesses)],
  [
    /^POST \/containers\/(?<name>[^/]+)\/(?<verb>start|stop|restart|kill|(un)?pause)$/,
    onContainer(changeContainer),
  ],
  [/^POST \/containers\/(?<name>[^/]+)\/exec$/, onContainer(createExec)],
  [/^POST \/exec\/(?<name>[^/]+)\/start$/, startExec],
  [/^POST \/exec\/[^/]+\/resize$/, () => ""],
  [/^GET \/exec\/(?<name>[^/]+)\/json$/, inspectExec],
  [/^GET \/images\/json$/, () => images.map(describe.describeImage)],
  [/^GET \/images\/(?<name>.+)\/json$/, inspectImage],
  [/^GET \/networks$/, () => networks.map(describe.describeNetwork)],
  [/^GET \/networks\/(?<name>[^/]+)$/, inspectNetwork],
  [/^GET \/volumes$/, () => ({ Volumes: volumes.map(describe.describeVolume), Warnings: null })],
  [/^GET \/volumes\/(?<name>[^/]+)$/, inspectVolume],
];

/** Hands the request to its route; throws what dockerd answers for what the sample does not know. */
export function answerCall(call: UnreadCall): unknown {
  const { path, ...target } = readTarget(call);
  const { api, oldestApi } = release;
  if (target.minor > minorOf(api))
    throw unspoken(target.minor, `new. Maximum supported API version is ${api}`);
  if (target.minor < minorOf(oldestApi))
    throw unspoken(target.minor, `old. Minimum supported API version is ${oldestApi}`);
  for (const [pattern, handle] of routes) {
    const match = pattern.exec(`${call.request.method ?? ""} ${path}`);
    const { name = "", verb = "" } = match?.groups ?? {};
    if (match !== null) return handle({ ...call, ...target, name, verb });
  }
  throw new EngineError(404, "page not found");
}

function unspoken(minor: number, rest: string): EngineError {
  return new EngineError(400, `client version 1.${minor} is too ${rest}`);
}

function onContainer(handle: (call: Call, container: SampleContainer) => unknown): Handler {
  return (call) => {
    const { containers } = call.world;
    const found =
      containers.find(({ name, id }) => name === call.name || id === call.name) ??
      containers.find(({ id }) => id.startsWith(call.name));
    if (found === undefined) throw new EngineError(404, `No such container: ${call.name}`);
    return handle(call, found);
  };
}

function listContainers(call: Call): unknown {
  const { name: names, id: ids, label: labels, status: statuses } = readFilters(call);
  const wanted = call.world.containers.filter(
    (container) =>
      (readFlag(call, "all") || statuses !== undefined || container.status !== "exited") &&
      (statuses?.includes(container.status) ?? true) &&
      (names?.some((name) => container.name.includes(name.replace(/^\//, ""))) ?? true) &&
      (ids?.some((id) => container.id.startsWith(id)) ?? true) &&
      (labels ?? []).every((label) => {
        const [key = "", ...value] = label.split("=");
        return value.length === 0 ? key in container.labels : container.labels[key] === value.join("=");
      }),
  );
  return wanted.map(describe.describeContainer);
}

function listProcesses(call: Call, container: SampleContainer): unknown {
  if (container.status === "exited") throw new EngineError(409, `Container ${call.name} is not running`);
  return describe.describeProcesses(container);
}

function changeContainer(call: Call, container: SampleContainer): unknown {
  const status = call.world.changeContainer(container, call.verb, call.query.get("signal") ?? "KILL");
  if (status === 409)
    throw new EngineError(409, `Cannot ${call.verb} container ${call.name}: it is ${container.status}`);
  call.response.statusCode = status;
  return "";
}

function inspectExec({ world, name }: Call): unknown {
  const exec = world.execs.get(name);
  if (exec === undefined) throw new EngineError(404, `No such exec instance: ${name}`);
  return describe.describeExec(exec);
}

function inspectImage({ name }: Call): unknown {
  const image = images.find(
    ({ tag }) =>
      tag === name || describe.identifyImage(tag).startsWith(`sha256:${name.replace("sha256:", "")}`),
  );
  if (image === undefined) throw new EngineError(404, `No such image: ${name}`);
  return describe.inspectImage(image);
}

function inspectNetwork({ name }: Call): unknown {
  const network = networks.find(
    (one) => one.name === name || identify(`network ${one.name}`).startsWith(name),
  );
  if (network === undefined) throw new EngineError(404, `network ${name} not found`);
  return describe.describeNetwork(network);
}

function inspectVolume({ name }: Call): unknown {
  const volume = volumes.find((one) => one === name);
  if (volume === undefined) throw new EngineError(404, `get ${name}: no such volume`);
  return describe.describeVolume(volume);
}
