/** The same paths, and those of `/run` by the name that they also have: `/var/run` is `/run` on nearly every Linux. */
export function underBothNames(paths: readonly string[]): readonly string[] {
  return paths.flatMap((path) => (path.startsWith("/run/") ? [path, `/var${path}`] : [path]));
}

/** The paths, and each folder above one: it shows all that is in it. */
export function atOrAbove(paths: readonly string[]): readonly string[] {
  const found = new Set<string>();
  for (const path of paths) {
    const segments = path.split("/").slice(1);
    for (let length = 0; length <= segments.length; length += 1) {
      found.add(`/${segments.slice(0, length).join("/")}`);
    }
  }
  return [...found];
}

/** The folders above them alone. */
export function above(paths: readonly string[]): readonly string[] {
  return atOrAbove(paths.map((path) => path.slice(0, path.lastIndexOf("/"))));
}
