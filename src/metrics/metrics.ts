import type { AuditListener, AuditRecord } from "../audit/record.ts";
import { measureEventLoopLag } from "./event-loop-lag.ts";
import type { Exposition, Expositions } from "./exposition.ts";
import type { MetricSources, Standings } from "./sources.ts";
import { Tally } from "./tally.ts";

/** The metrics of one gate: it counts what is recorded, and looks at all else when somebody asks. */
export class Metrics {
  readonly #tally: Tally = new Tally();
  readonly #look: () => Promise<Standings>;
  readonly #underWay: Expositions = new Map();

  /** @param look tells how things stand */
  constructor(look: () => Promise<Standings>) {
    this.#look = look;
  }

  /** Hears what the listener hears, before it. */
  before(audit: AuditListener): AuditListener {
    return (record: AuditRecord) => {
      this.#tally.count(record);
      audit(record);
    };
  }

  /** Takes these for the clients that there are. */
  keepClients(names: Iterable<string>): void {
    this.#tally.keepClients(names);
  }

  /** Writes them in the form that an `Accept` field asks for. What does that is loaded for the first who asks. */
  async write(accept: string | undefined): Promise<Exposition> {
    const { expose } = await import("./exposition.ts");
    return expose(() => this.#lookAtAll(), accept, this.#underWay);
  }

  async #lookAtAll(): Promise<MetricSources> {
    const [standings, eventLoopLag] = await Promise.all([this.#look(), measureEventLoopLag()]);
    return { tally: this.#tally, eventLoopLag, ...standings };
  }
}
