import { longestName } from "../limits.ts";

/** Options of a file system in memory that change nothing but itself. */
const PLAIN =
  /^(?:(?:size|nr_inodes|nr_blocks|mode|uid|gid)=[0-9a-zA-Z%.]+|ro|rw|(?:no)?(?:exec|suid|dev|atime|diratime)|(?:rel|strict|lazy)atime|(?:a|dir)?sync|huge=[a-z_]+|inode(?:32|64))$/u;

/**
 * Tells whether a comma list holds nothing but options that are a tmpfs's own: no bind, no propagation, no remount. One
 * longer than the page that Linux takes of them (mount(2)) is not read.
 */
export function isPlainTmpfs(options: string): boolean {
  if (options === "") return true;
  return options.length <= longestName && options.split(",").every((word) => PLAIN.test(word));
}
