import type { Observation } from "./observation.ts";
import { explainCount, formatCount } from "./seen.ts";
import { shown } from "./shown.ts";

/** Why a log has nothing to learn from, and what to do about it. */
export function explainNothing({ span, strangers, beyond }: Observation): string {
  if (span === undefined) return `there is no record of an exchange in what was read, so ${NOTHING}`;
  const { count } = span;
  const [stranger] = strangers.entries();
  const byNobody = strangers.entries().reduce((sum, each) => sum + each.count, strangers.beyond);
  if (stranger !== undefined && byNobody === count) {
    const whence = `from ${shown(stranger.key)} (${explainCount(stranger.count)})`;
    return `who called is no client of the policy, as ${whence}, so ${NOTHING}; a client's from says who it is`;
  }
  return beyond > 0
    ? `nothing that was used is told of, so ${NOTHING}`
    : `of ${formatCount(count)} exchanges none was let through, so ${NOTHING}; with mode: learn (QUAYGATE_MODE=learn) a program gets further`;
}

const NOTHING = "there is nothing to learn";
