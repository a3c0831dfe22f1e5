import type { OperationName } from "../operations.ts";

/**
 * Reading operations whose answers no view has a word for: they are empty, or what a container, an archive or an image
 * itself holds, which only the operation gives or denies.
 */
export const plainAnswers: ReadonlySet<OperationName> = new Set<OperationName>([
  ...(["SystemPing", "SystemPingHead", "SystemPingLibpod", "RouteOptions"] as const),
  ...(["ContainerLogs", "ServiceLogs", "TaskLogs", "ContainerLogsLibpod"] as const),
  ...(["ContainerArchive", "ContainerArchiveInfo", "ContainerArchiveLibpod", "ContainerCopy"] as const),
  ...(["ContainerExport", "ContainerExportLibpod", "VolumeExportLibpod"] as const),
  ...(["ImageGet", "ImageGetAll", "ImageGetLibpod", "ImageExportLibpod"] as const),
  ...(["ContainerExistsLibpod", "ImageExistsLibpod", "ManifestExistsLibpod", "NetworkExistsLibpod"] as const),
  ...(["PodExistsLibpod", "SecretExistsLibpod", "VolumeExistsLibpod"] as const),
  // How it ended is what the operation is for.
  ...(["ContainerWait", "ContainerWaitLibpod"] as const),
]);
