import { withDefaults } from "./filled-in.ts";

/** What a converted file runs. The one place where the name stands. */
export const QUAYGATE_IMAGE = "quaygate/quaygate:latest";

/** The port on which the gate's image listens, and the originals' images. */
export const GATE_PORT = 2375;

/** The proxies that are known by their image. */
export type KnownProxy = "tecnativa" | "linuxserver" | "wollomatic";

const PROXIES: ReadonlyMap<string, KnownProxy> = new Map([
  ["tecnativa/docker-socket-proxy", "tecnativa"],
  ["ghcr.io/tecnativa/docker-socket-proxy", "tecnativa"],
  ["linuxserver/socket-proxy", "linuxserver"],
  ["lscr.io/linuxserver/socket-proxy", "linuxserver"],
  ["ghcr.io/linuxserver/socket-proxy", "linuxserver"],
  ["wollomatic/socket-proxy", "wollomatic"],
  ["ghcr.io/wollomatic/socket-proxy", "wollomatic"],
]);

/** The repository of an image reference: without tag, digest and the names of Docker's own registry. */
export function repositoryOf(image: string): string {
  const [reference = ""] = image.trim().split("@", 1);
  const lastSegment = reference.lastIndexOf("/") + 1;
  const colon = reference.indexOf(":", lastSegment);
  const repository = colon === -1 ? reference : reference.slice(0, colon);
  return repository
    .toLowerCase()
    .replace(/^(?:docker\.io|index\.docker\.io|registry-1\.docker\.io)\//u, "")
    .replace(/^library\//u, "");
}

/** Tells which proxy an image is, if it is one. */
export function matchProxy(image: string): KnownProxy | undefined {
  const repository = repositoryOf(withDefaults(image));
  return [...PROXIES].find(([name]) => repository === name || repository.endsWith(`/${name}`))?.[1];
}

/** Whether an image is this gate, wherever it was pushed to. */
export function isQuaygate(image: string): boolean {
  return /(?:^|\/)quaygate$/u.test(repositoryOf(image));
}
