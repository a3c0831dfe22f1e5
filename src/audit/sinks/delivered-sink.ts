import type { LogLevel } from "../../kernel/log-words.ts";
import { GatheredLines } from "../gathered-lines.ts";
import { explainDropped, explainStalled, type Sink, type SinkListener } from "../sink.ts";
import { Delivery, DELIVERY_BOUNDS, type DeliveryBounds, type Target } from "./delivery.ts";

/** How a sink takes lines. */
export interface DeliveredForm {
  /** A line as it goes out. */
  readonly format: (level: LogLevel, time: string, line: string) => string;
  /** Whether several go out in one piece; else each is a piece of its own. */
  readonly isGathered: boolean;
}

/** A place that the log is delivered to. */
export class DeliveredSink implements Sink {
  readonly name: string;
  readonly #delivery: Delivery;
  readonly #form: DeliveredForm;
  readonly #gathered: GatheredLines;
  readonly #reopen: (() => void) | undefined;
  #listener: SinkListener = () => undefined;

  /** `reopen` has the target opened anew, where it is a file. */
  constructor(
    name: string,
    target: Target,
    form: DeliveredForm,
    reopen?: () => void,
    bounds: DeliveryBounds = DELIVERY_BOUNDS,
  ) {
    this.name = name;
    this.#form = form;
    this.#reopen = reopen;
    const waiting = `at most ${bounds.waiting / 1024 / 1024} MiB wait for it, and what is beyond is dropped`;
    const news = {
      onFailure: (reason: string) =>
        this.#listener("err", `the log can't be written to ${name}: ${reason}; ${waiting}`),
      onRecovery: (dropped: number) => {
        this.#listener("notice", `the log is written to ${name} again`);
        if (dropped > 0) news.onDropped(dropped);
      },
      onStall: () => this.#listener("warning", explainStalled(name)),
      onDropped: (dropped: number) => this.#listener("warning", explainDropped(name, dropped)),
    };
    this.#delivery = new Delivery(target, news, bounds);
    this.#gathered = new GatheredLines((lines, count) => this.#delivery.add(lines, count));
    this.#delivery.begin();
  }

  get droppedLines(): number {
    return this.#delivery.droppedLines;
  }

  take(level: LogLevel, time: string, line: string): void {
    const text = this.#form.format(level, time, line);
    if (this.#form.isGathered) {
      this.#gathered.add(text);
    } else {
      this.#delivery.add(text, 1);
    }
  }

  hear(listener: SinkListener): void {
    this.#listener = listener;
  }

  /** Tells what its target has to say. */
  tell(...[level, message]: Parameters<SinkListener>): void {
    this.#listener(level, message);
  }

  reopen(): boolean {
    this.#reopen?.();
    return this.#reopen !== undefined;
  }

  drain(deadline: number): Promise<void> {
    this.#gathered.end();
    return this.#delivery.drain(deadline);
  }

  close(deadline: number): Promise<void> {
    this.#gathered.end();
    return this.#delivery.end(deadline);
  }
}
