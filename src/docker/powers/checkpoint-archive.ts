import type { OperationName } from "../operations.ts";
import { archiveContent } from "./compression.ts";
import { cleanHostPath } from "./host-path.ts";
import { harmless, leftOut, type Meaning, struct, text } from "./meaning.ts";
import type { Noun } from "./nouns.ts";
import { type OperationPowers, query, type QueryMeaning } from "./operation-powers.ts";
import { encodePath, encodeValue } from "./power.ts";

/** A path, which the engine takes from `/` where it is relative. One that goes up may be any. */
function pathOf(noun: Noun): Meaning {
  return text([noun], (path, asking) => asking.ask(noun, encodePath(cleanHostPath(`/${path}`) ?? "/"), path));
}

/** A path of a container. A relative one Docker takes from `/`, and Podman from where the container works. */
function archivePath(noun: Noun): Meaning {
  return text([noun], (path, asking) => asking.ask(noun, encodePath(cleanHostPath(path) ?? "/"), path));
}

/** A folder of checkpoints. Without one they are kept where the engine keeps the container. */
export const checkpointFolder: Meaning = pathOf("checkpoint");

/** A name, of which older engines make a path unchecked, so that it can lead out of its folder. */
export const checkpointName: Meaning = text(["checkpoint"], (name, asking) => {
  if (!/^[0-9A-Za-z][0-9A-Za-z_.-]*$/u.test(name)) asking.ask("checkpoint", "/", name);
});

const COLUMN =
  "(?:p|pp|pg|s|e?u|e?g)id|r?user|r?group|[p%](?:cpu|mem)|vsz|rss|nlwp|pri|ni|stat|s|tty|etimes?|(?:cpu)?time";
/** Options by which each line has as many words before its last column as the title. */
const PLAIN_PS_OPTIONS = new RegExp(
  `^(?:-ef|-?auxw*|-?(?:e|ax)?o (?:${COLUMN})(?:,(?:${COLUMN}))*(?:,(?:comm|args|cmd|command))?)$`,
  "u",
);

/**
 * What `ps` shows. The engine picks a container's lines by the place of a title, so a column of two words, one without a
 * title or one by another title makes it show processes of the host.
 */
const psOptions: Meaning = text(["ps-options"], (options, asking) => {
  if (!PLAIN_PS_OPTIONS.test(options)) asking.ask("ps-options", encodeValue(options), options);
});

/** Podman compares with another container or image, which `parent` names in any letters: Docker reads no query here. */
export const changesQuery: QueryMeaning = query({ keys: { diffType: harmless } });

const reading = query({ keys: { path: archivePath("read-file") } });

/** What the operations on a container's files, states and processes may ask for. */
export const containerFilePowers: Partial<Record<OperationName, OperationPowers>> = {
  CheckpointCreate: {
    body: struct({ CheckpointID: checkpointName, CheckpointDir: checkpointFolder, Exit: harmless }),
  },
  CheckpointList: { query: query({ keys: { dir: checkpointFolder } }) },
  CheckpointDelete: { query: query({ keys: { dir: checkpointFolder } }) },
  PutContainerArchive: {
    query: query({
      keys: { path: archivePath("write-file"), noOverwriteDirNonDir: harmless, copyUIDGID: harmless },
    }),
    content: archiveContent,
  },
  ContainerArchive: { query: reading },
  ContainerArchiveInfo: { query: reading },
  // What the archive's head tells of one path, these tell of all that were changed.
  ContainerChanges: { itself: [{ noun: "read-file", value: "/" }], query: changesQuery },
  ContainerExport: { itself: [{ noun: "read-file", value: "/" }] },
  // docker-java repeats the path.
  ContainerCopy: {
    body: struct({ Resource: pathOf("read-file"), HostPath: harmless, containerId: leftOut }),
  },
  ContainerTop: {
    query: query({
      keys: {
        ps_args: psOptions,
      },
    }),
  },
};
