import { statSync } from "node:fs";
import { fileSystem } from "../kernel/late-modules.ts";
import { systemFailure } from "../kernel/system-error.ts";

/** How often it is looked, in milliseconds: a change is taken after two looks that agree. */
const INTERVAL = 1_000;

/**
 * Notices that a path leads to another file, or to the same with something else in it. It looks at the file's status again
 * and again, because inotify(7), and so `fs.watch`, hears of the file that the path led to: not of a link before it that is
 * turned (`..data` of a Kubernetes volume), nor of a file that takes its place by a rename. A change counts when two looks
 * agree, so that a file is not read while it is half written.
 */
export class FileWatch {
  readonly #path: string;
  #last: string;
  #taken: string;

  /** Holds what is there now for known. */
  constructor(path: string) {
    this.#path = path;
    this.#last = this.#taken = this.#identityNow();
  }

  /** Holds what is there now for known: to be called before it is read. */
  take(): void {
    this.#last = this.#taken = this.#identityNow();
  }

  /** Looks once, and tells whether there is something new. */
  async look(): Promise<boolean> {
    const before = this.#last;
    this.#last = await identityOf(this.#path);
    return this.#last === before && this.#last !== this.#taken;
  }

  /** Calls from now on whenever there is something new, until what it calls {@link take}s it. Keeps no process from its end. */
  start(onNew: () => void): void {
    const timer = setTimeout(() => {
      void this.look().then((isNew) => {
        if (isNew) onNew();
        this.start(onNew);
      });
    }, INTERVAL);
    timer.unref();
  }

  #identityNow(): string {
    try {
      return textOf(statSync(this.#path, { bigint: true }));
    } catch (error) {
      return systemFailure(error).code;
    }
  }
}

async function identityOf(path: string): Promise<string> {
  try {
    return textOf(await fileSystem().stat(path, { bigint: true }));
  } catch (error) {
    return systemFailure(error).code;
  }
}

/** A change of the owner or the mode is one too: the file may be readable now. */
function textOf({ dev, ino, size, mtimeNs, ctimeNs }: Identity): string {
  return [dev, ino, size, mtimeNs, ctimeNs].join(":");
}

type Identity = Readonly<Record<"dev" | "ino" | "size" | "mtimeNs" | "ctimeNs", bigint>>;
