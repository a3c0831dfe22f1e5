import type { OperationName } from "../operations.ts";
import { cleanHostPath } from "./host-path.ts";
import { harmless, type Meaning, named, struct, text } from "./meaning.ts";
import type { Noun } from "./nouns.ts";
import { type OperationPowers, query } from "./operation-powers.ts";
import { encodePath } from "./power.ts";

/** A path, which the engine takes from `/` where it is relative. One that goes up may be any. */
function pathOf(noun: Noun): Meaning {
  return text([noun], (path, asking) => asking.ask(noun, encodePath(cleanHostPath(`/${path}`) ?? "/"), path));
}

/** A folder of checkpoints. Without one they are kept where the engine keeps the container. */
export const checkpointFolder: Meaning = pathOf("checkpoint");

/** A name, of which older engines make a path unchecked, so that it can lead out of its folder. */
export const checkpointName: Meaning = text(["checkpoint"], (name, asking) => {
  if (!/^[0-9A-Za-z][0-9A-Za-z_.-]*$/u.test(name)) asking.ask("checkpoint", "/", name);
});

const reading = query({ keys: { path: pathOf("read-file") } });

/** What the operations on a container's files, states and processes may ask for. Archives are passed on unread. */
export const containerFilePowers: Partial<Record<OperationName, OperationPowers>> = {
  CheckpointCreate: {
    body: struct({ CheckpointID: checkpointName, CheckpointDir: checkpointFolder, Exit: harmless }),
  },
  CheckpointList: { query: query({ keys: { dir: checkpointFolder } }) },
  CheckpointDelete: { query: query({ keys: { dir: checkpointFolder } }) },
  PutContainerArchive: {
    query: query({
      keys: { path: pathOf("write-file"), noOverwriteDirNonDir: harmless, copyUIDGID: harmless },
    }),
  },
  ContainerArchive: { query: reading },
  ContainerArchiveInfo: { query: reading },
  ContainerExport: { itself: [{ noun: "read-file", value: "/" }] },
  ContainerCopy: { body: struct({ Resource: pathOf("read-file"), HostPath: harmless }) },
  ContainerTop: {
    query: query({
      keys: {
        ps_args: named("ps-options"),
      },
    }),
  },
};
