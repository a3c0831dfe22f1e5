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
    case "EEXIST":
      return "is there already; move it away first";
    default:
      return message;
  }
}
