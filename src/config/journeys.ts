import type { OperationName } from "../docker/operations.ts";

/** An operation that is of no use without one of others. */
export interface Companion {
  readonly operation: OperationName;
  readonly needs: readonly OperationName[];
  /** What the missing one is to it. */
  readonly because: string;
}

/** An operation for which others do as well: to close it alone closes nothing. */
export interface Substitute {
  readonly operation: OperationName;
  /** All of these together. */
  readonly by: readonly OperationName[];
  /** What they do, as the end of a sentence. */
  readonly does: string;
}

/** What programs do in more than one operation. */
export const companions: readonly Companion[] = [
  {
    operation: "ExecStart",
    needs: ["ContainerExec", "ContainerExecLibpod"],
    because: "which creates what it starts",
  },
  {
    operation: "ExecStartLibpod",
    needs: ["ContainerExecLibpod", "ContainerExec"],
    because: "which creates what it starts",
  },
  // BuildKit's client calls the engine over /grpc, and is called back over /session.
  { operation: "Grpc", needs: ["Session"], because: "without which BuildKit builds nothing" },
  { operation: "Session", needs: ["Grpc"], because: "without which docker build since version 23 fails" },
];

/** What can be done in another way than by the operation whose name says it. */
export const substitutes: readonly Substitute[] = [
  { operation: "ImageBuild", by: ["Grpc", "Session"], does: "build as well, with BuildKit" },
  // The engine's attach takes `logs=1`, which sends all that was logged before.
  { operation: "ContainerLogs", by: ["ContainerAttachWebsocket"], does: "tells the logs as well" },
  { operation: "ContainerExport", by: ["ContainerArchive"], does: "reads the files as well" },
  { operation: "ContainerArchive", by: ["ContainerExport"], does: "reads the files as well" },
];
