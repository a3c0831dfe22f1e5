/**
 * Cleans an absolute path as Go's `path.Clean` does, or returns undefined where it is not absolute. Symbolic links of the
 * host stay what they are: nobody here can see them.
 */
export function cleanHostPath(path: string): string | undefined {
  if (!path.startsWith("/")) return undefined;
  const kept: string[] = [];
  for (const segment of path.split("/")) {
    if (segment === "..") kept.pop();
    else if (segment !== "" && segment !== ".") kept.push(segment);
  }
  return `/${kept.join("/")}`;
}
