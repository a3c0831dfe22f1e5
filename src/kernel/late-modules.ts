import type * as Crypto from "node:crypto";
import type * as Dgram from "node:dgram";
import type * as Dns from "node:dns/promises";
import type * as FileSystem from "node:fs/promises";
import type * as Os from "node:os";
import type * as Tls from "node:tls";
import type * as Tty from "node:tty";

/*
 * Node's own modules that take up to milliseconds and a megabyte to load, which most gates never need. An import would load them at
 * each start; who uses them asks for them then.
 */

/** What `node:crypto` exports. */
export function crypto(): typeof Crypto {
  return process.getBuiltinModule("node:crypto");
}

/** What `node:dgram` exports. */
export function dgram(): typeof Dgram {
  return process.getBuiltinModule("node:dgram");
}

/** What `node:os` exports. */
export function os(): typeof Os {
  return process.getBuiltinModule("node:os");
}

/** What `node:tls` exports. */
export function tls(): typeof Tls {
  return process.getBuiltinModule("node:tls");
}

/** What `node:tty` exports. */
export function tty(): typeof Tty {
  return process.getBuiltinModule("node:tty");
}

/** What `node:dns/promises` exports. */
export function dns(): typeof Dns {
  return process.getBuiltinModule("node:dns/promises");
}

/** What `node:fs/promises` exports. */
export function fileSystem(): typeof FileSystem {
  return process.getBuiltinModule("node:fs/promises");
}
