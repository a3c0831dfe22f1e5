import type { ListenAddress, SocketAddress } from "../../kernel/address.ts";
import type { PowerSet } from "../../policy/power-set.ts";
import type { Networks } from "../settings.ts";
import type { ClientDefinition } from "./client-definition.ts";
import type { FilePath, FileProblem } from "./file-problem.ts";
import type { TlsDefinition } from "./listener-definition.ts";

/** Which text of `from` is looked at: one that stands alone, or the key of its mapping. */
export type SourceKind =
  | "plain"
  | "address"
  | "name"
  | "label"
  | "subject"
  | "san"
  | "fingerprint"
  | "spiffe"
  | "token";

/** What other parts of the gate know of a file's texts. Each gives what is wrong with one, or nothing. */
export interface PolicySeams {
  /** Of a word in `allow` or `deny`. */
  readonly checkWord: (word: string) => string | undefined;
  /** Of a word in `within`. */
  readonly checkWithin: (word: string) => string | undefined;
  /** Of a name in `use`. */
  readonly checkPreset: (name: string) => string | undefined;
  /** Of a text in `from`. */
  readonly checkSource: (kind: SourceKind, text: string) => string | undefined;
}

/** A place to listen at. */
export interface FileListener {
  readonly address: ListenAddress;
  readonly tls: TlsDefinition | undefined;
  /** The client that every caller is. */
  readonly client: string | undefined;
  /** By which networks its callers may come, where the file says it. */
  readonly networks: Networks | undefined;
}

/** A client of the file. */
export interface FileClient extends Omit<ClientDefinition, "powers"> {
  /** Undefined where the file says nothing: a preset's, or else `default`. */
  readonly powers: PowerSet | undefined;
}

/** A policy file that was understood. */
export interface PolicyFile {
  /** Undefined where the environment says it. */
  readonly engine: SocketAddress | undefined;
  /** Undefined where the environment says it. */
  readonly listen: readonly FileListener[] | undefined;
  readonly revoke: boolean;
  /** In the order of the file, which decides. */
  readonly clients: readonly FileClient[];
  /** A problem that is found later, in the same shape; its way is one of the file: `["clients", "ci", "allow", 2]`. */
  readonly problemAt: (path: FilePath, message: string) => FileProblem;
}

/** Collects what is wrong. A problem of a key stands where the key does. */
export interface Reporter {
  readonly report: (path: FilePath, message: string | undefined, of?: "key" | "value") => void;
  /** The keys that the file has there, be what stands behind them wrong: that is told already, and nothing is missing. */
  readonly keysAt: (path: FilePath) => readonly string[];
}
