import { systemFailure } from "./system-error.ts";

/** Why a file could not be read or written, in words that need no manual of errno(3). */
export function explainFileFailure(error: unknown): string {
  const { code, message } = systemFailure(error);
  switch (code) {
    case "ENOENT":
      return "there is no such file";
    case "EISDIR":
      return "is a folder";
    case "EACCES":
      return "permission denied";
    case "EPERM":
      return "that is not permitted";
    case "EROFS":
      return "it can only be read there";
    case "ENOTDIR":
      return "what should be a folder on the way to it is none";
    case "ELOOP":
      return "it is a link that leads in a circle";
    case "ENAMETOOLONG":
      return "its name is too long";
    case "ENXIO":
      return "is a socket, or a pipe or a device with nobody at its other end";
    case "EBADF":
      return "is not open for that";
    case "EIO":
      return "its device fails";
    case "ENOSPC":
      return "no space is left on the disk";
    case "EDQUOT":
      return "there is no more space for this user";
    case "EEXIST":
      return "is there already; move it away first";
    default:
      return message;
  }
}
