import { asSeen, type Candidate, type Generaliser, groupBy } from "./candidate.ts";

/** So many images of one folder are the folder. */
const FOLDER = 5;

/** Docker's own images have nothing in common but that. */
const OFFICIAL = "docker.io/library";

/** Several tags or digests of one name are all of them, and many names of one folder are that folder: `ghcr.io/acme/*`. */
export const generaliseImages: Generaliser = (values) => {
  const byName = groupBy(values, nameOf);
  const byFolder = groupBy(
    [...byName.keys()].filter((name) => name !== undefined),
    folderOf,
  );
  return [...byFolder]
    .flatMap(([folder, names]): readonly Candidate[] => {
      const all = names.flatMap((name) => byName.get(name) ?? []);
      return folder !== OFFICIAL && folder.includes("/") && names.length >= FOLDER
        ? [{ pattern: `${folder}/*`, values: all }]
        : names.flatMap((name) => ofName(name, byName.get(name) ?? []));
    })
    .concat(asSeen(byName.get(undefined) ?? []));
};

function ofName(name: string, values: readonly string[]): readonly Candidate[] {
  return values.length > 1 ? [{ pattern: `${name}:*`, values }] : asSeen(values);
}

/** A reference without its tag or digest; undefined for ids and what is none. */
function nameOf(value: string): string | undefined {
  return /^(?<name>[^@()]*\/[^@():/]+)(?::[^@/()]*|@.*|:\(all\))?$/u.exec(value)?.groups?.["name"];
}

function folderOf(name: string): string {
  return name.slice(0, name.lastIndexOf("/"));
}
