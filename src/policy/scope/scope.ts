import type { Identity } from "../../docker/objects/identity.ts";

/** One way to be in scope, as the policy file has it: all of its keys match, and of the values of one any. */
export interface ScopeEntry {
  /** What the client made itself. */
  readonly own?: true | undefined;
  /** `key` or `key=value`. */
  readonly label?: readonly string[] | undefined;
  readonly name?: readonly string[] | undefined;
  /** Compose projects and stacks. */
  readonly project?: readonly string[] | undefined;
  /** Patterns of images' names, as the power `image:` takes them; it stands alone. */
  readonly image?: readonly string[] | undefined;
}

/** Which objects a client may touch and know of. */
export interface Scope {
  /** Whose it is: what this client made is its own. */
  readonly client: string;
  readonly entries: readonly ScopeEntry[];
  /** Whether an object is in scope. Never so for an exec instance or a task itself: ask about its container or service. */
  readonly sees: (object: Identity) => boolean;
}
