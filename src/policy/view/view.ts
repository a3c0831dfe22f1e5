import type { Content } from "../../docker/answers/content.ts";

/** What of answers a client may read. */
export interface View {
  readonly hides: (content: Content) => boolean;
  readonly hidesLabel: (key: string) => boolean;
  /** Whether what no table knows is hidden too. */
  readonly isStrict: boolean;
  /** The same as a sentence without an end: `hidden from it: env, mounts`. */
  readonly text: string;
}
