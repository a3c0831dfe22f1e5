import { isMap, isSeq, type YAMLMap } from "yaml";
import { findKey, readText, textIn } from "./service-settings.ts";
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

/** Folders of a host that have the socket in them. */
const FOLDERS: ReadonlySet<string> = new Set(["/", "/var", "/var/run", "/run"]);

/** Finds the mounts of a service that give it the socket. */
export function findSocketMounts(draft: Draft, service: YAMLMap | undefined): readonly SocketMount[] {
  const volumes = findKey(draft, service, "volumes")?.node;
  const items = isSeq(volumes) ? volumes.items.map((item) => resolveNode(draft, item)) : [];
  return items.flatMap((item, index): readonly SocketMount[] => {
    const [source, target] = isMap(item)
      ? [readText(draft, item, "source") ?? readText(draft, item, "src"), targetOf(draft, item)]
      : splitShortMount(textIn(item) ?? "");
    if (source === undefined || target === undefined) {
      return [];
    }
    const path = withDefaults(source).replace(/^\/{2,}/u, "/");
    const isFile = /^[/.~$]/u.test(path); // else it is the name of a volume
    if (/(?:^|\/)(?:docker|podman)\.sock$/u.test(path) || (isFile && target.endsWith("/docker.sock"))) {
      return [{ kind: "socket", index, source, target }];
    }
    return FOLDERS.has(path.replace(/(?<=.)\/+$/u, "")) ? [{ kind: "folder", index, source, target }] : [];
  });
}

/** The socket of the host that a source names; `/run` and `/var/run` are the same folder. */
export function socketOf(source: string): string {
  return source.replace(/^\/{2,}/u, "/").replace(/^\/run\/docker\.sock$/u, DEFAULT_SOCKET);
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

/** What `${NAME:-default}` is when nothing is set. */
function withDefaults(text: string): string {
  return text.replaceAll(/\$\{\w+:?-([^}]*)\}/gu, "$1");
}
