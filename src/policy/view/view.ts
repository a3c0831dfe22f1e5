import type { Content } from "../../docker/answers/content.ts";

/** What of answers a client may read. */
export interface View {
  readonly hides: (content: Content) => boolean;
  readonly hidesLabel: (key: string) => boolean;
  /** Whether what no table knows is hidden too. */
  readonly isStrict: boolean;
  /** As the policy file has it, for reports: `hide env, mounts`. */
  readonly text: string;
}
