import { READ_ONLY, READ_ONLY_TOP } from "../../docker/powers/read-only-bind.ts";
import { asSeen, type Candidate, type Generaliser, groupBy } from "./candidate.ts";

/** So many parts a folder's path has at least, for all that is in it to be given. */
const LEAST_DEPTH = 2;

/** The same below folders of the system and of people, which hold what belongs to many. */
const LEAST_DEPTH_IN: ReadonlyMap<string, number> = new Map([
  ["home", 3],
  ["Users", 3],
  ["var", 3],
  ["etc", 3],
  ["usr", 4],
  ["tmp", 3],
]);

/** Below these each path is of its own kind. */
const NEVER: ReadonlySet<string> = new Set(
  "bin boot dev lib lib32 lib64 libx32 proc root run sbin sys".split(" "),
);

/** The same: `/var/run` is `/run` on nearly every Linux, and in hidden folders are keys, logins and the sockets of engines. */
const NEVER_IN = /^\/var\/(?:run|lock)\/|\/\./u;

/** Several paths of one folder, with the same mode, are all that is in it; never of a folder as high as `/srv` or `/var/lib`. */
export const generalisePaths: Generaliser = (values) =>
  [...groupBy(values, (value) => modeOf(value))].flatMap(([mode, ofMode]) => {
    const paths = ofMode.map((value) => value.slice(0, value.length - mode.length));
    const parents = new Set(paths.map(parentOf));
    const byFolder = groupBy(paths, (path) => folderFor(path, parents));
    return [...byFolder].flatMap(([folder, inside]): readonly Candidate[] => {
      const seen = inside.map((path) => `${path}${mode}`);
      return folder === undefined || inside.length < 2
        ? asSeen(seen)
        : [{ pattern: `${folder}/**${mode}`, values: seen }];
    });
  });

function modeOf(value: string): string {
  return [READ_ONLY_TOP, READ_ONLY].find((mode) => value.endsWith(mode)) ?? "";
}

/** The folder whose contents may be given; where the path itself is one of which contents were seen, that one. */
function folderFor(path: string, parents: ReadonlySet<string>): string | undefined {
  const folder = parents.has(path) ? path : parentOf(path);
  const [first = "", ...others] = folder.slice(1).split("/");
  const isDeep = 1 + others.length >= (LEAST_DEPTH_IN.get(first) ?? LEAST_DEPTH);
  return isDeep && !NEVER.has(first) && !NEVER_IN.test(folder) ? folder : undefined;
}

function parentOf(path: string): string {
  return path.slice(0, path.lastIndexOf("/"));
}
