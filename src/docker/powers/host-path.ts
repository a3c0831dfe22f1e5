import { longestName } from "../limits.ts";

/**
 * Cleans an absolute path as Go's `path.Clean` does, or returns undefined where it is not absolute or goes up: what is
 * above a symbolic link of the host nobody here can see. dockerd cleans `/run/../etc` in a bind and leaves it to the
 * kernel elsewhere, and Podman always does. What is longer than any path that Linux takes stays as it is: no pattern
 * stands for it.
 */
export function cleanHostPath(path: string): string | undefined {
  if (!path.startsWith("/")) return undefined;
  if (path.length > longestName) return path;
  const kept: string[] = [];
  for (const segment of path.split("/")) {
    if (segment === "..") return undefined;
    if (segment !== "" && segment !== ".") kept.push(segment);
  }
  return `/${kept.join("/")}`;
}
