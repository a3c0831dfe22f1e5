import { isMap, isSeq, type YAMLMap } from "yaml";
import { withDefaults } from "./filled-in.ts";
import { findKey, readEnvironmentOf, readText, textIn } from "./service-settings.ts";
import { type Draft, resolveNode } from "./source.ts";

/** A mount that gives a service the socket itself, or a folder with the socket in it. */
export interface SocketMount {
  readonly kind: "socket" | "folder";
  /** Its place in the list of volumes. */
  readonly index: number;
  /** What is mounted, as it is written. */
  readonly source: string;
  readonly target: string;
}

/** Where the socket stands on the host when nothing else is said. */
export const DEFAULT_SOCKET = "/var/run/docker.sock";

const SOCKET = /(?:^|\/)(?:docker|podman)\.sock$/u;

/** Folders of a host that have the socket in them. */
const FOLDERS: ReadonlySet<string> = new Set(["/", "/var", "/var/run", "/run"]);

/** A user's folder, which has the socket of an engine without root in it if there is one. */
const USER_FOLDER = /^(?:\/var)?\/run\/user\/[^/]+\/?$/u;

/** Finds the mounts of a service that give it the socket. */
export function findSocketMounts(draft: Draft, service: YAMLMap | undefined): readonly SocketMount[] {
  const volumes = findKey(draft, service, "volumes")?.node;
  const items = isSeq(volumes) ? volumes.items.map((item) => resolveNode(draft, item)) : [];
  const addresses = [...readEnvironmentOf(draft, service).values()];
  return items.flatMap((item, index): readonly SocketMount[] => {
    const [source, target] = splitMount(draft, item);
    if (source === undefined || target === undefined) {
      return [];
    }
    const path = withDefaults(source).replace(/^\/{2,}/u, "/");
    const isFile = /^[/.~$]/u.test(path); // else it is the name of a volume
    if (SOCKET.test(path) || (isFile && target.endsWith("/docker.sock"))) {
      return [{ kind: "socket", index, source, target }];
    }
    const isUsed =
      USER_FOLDER.test(path) && addresses.some((address) => address.startsWith(`unix://${target}/`));
    return isUsed || FOLDERS.has(path.replace(/(?<=.)\/+$/u, ""))
      ? [{ kind: "folder", index, source, target }]
      : [];
  });
}

/** A named volume that is the socket of the host, or a folder with it. */
export interface SocketVolume {
  readonly name: string;
  readonly device: string;
}

/** Finds the named volumes of a service that the file makes of the socket. */
export function findSocketVolumes(draft: Draft, service: YAMLMap | undefined): readonly SocketVolume[] {
  const root = draft.document.contents;
  const volumes = isMap(root) ? findKey(draft, root, "volumes")?.node : undefined;
  const mounts = findKey(draft, service, "volumes")?.node;
  const items = isSeq(mounts) ? mounts.items.map((item) => resolveNode(draft, item)) : [];
  return items.flatMap((item): readonly SocketVolume[] => {
    const [name] = splitMount(draft, item);
    const volume = isMap(volumes) && name !== undefined ? findKey(draft, volumes, name)?.node : undefined;
    const options = isMap(volume) ? findKey(draft, volume, "driver_opts")?.node : undefined;
    const device = isMap(options) ? readText(draft, options, "device") : undefined;
    return name !== undefined && device !== undefined && holdsSocket(withDefaults(device))
      ? [{ name, device }]
      : [];
  });
}

function holdsSocket(path: string): boolean {
  return SOCKET.test(path) || FOLDERS.has(path.replace(/(?<=.)\/+$/u, ""));
}

/** The socket of the host that a source names; `/run` and `/var/run` are the same folder. */
export function socketOf(source: string): string {
  return source.replace(/^\/{2,}/u, "/").replace(/^\/run\/docker\.sock$/u, DEFAULT_SOCKET);
}

/** What is mounted and where, from either syntax. */
function splitMount(
  draft: Draft,
  item: unknown,
): readonly [source: string | undefined, target: string | undefined] {
  return isMap(item)
    ? [readText(draft, item, "source") ?? readText(draft, item, "src"), targetOf(draft, item)]
    : splitShortMount(textIn(item) ?? "");
}

function targetOf(draft: Draft, mount: YAMLMap): string | undefined {
  return (
    readText(draft, mount, "target") ?? readText(draft, mount, "destination") ?? readText(draft, mount, "dst")
  );
}

/** Splits `source:target:mode` at the colons that stand outside of `${...}`. */
function splitShortMount(text: string): readonly [string | undefined, string | undefined] {
  const [source, target] = text.match(/(?:\$\{[^}]*\}|[^:])+/gu) ?? [];
  return [source, target];
}
