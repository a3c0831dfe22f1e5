import { ForksPoolWorker, type PoolOptions, type PoolWorker } from "vitest/node";
import { node24 } from "../../scripts/node-24.mjs";

/** Runs test files as Vitest does by default, each in a process of its own, and that process on Node 24. */
export const node24Pool: {
  readonly name: string;
  readonly createPoolWorker: (options: PoolOptions) => PoolWorker;
} = {
  name: "node-24",
  createPoolWorker: (options) => {
    const worker = new ForksPoolWorker(options);
    const start = worker.start.bind(worker);
    worker.start = () => startedBy(node24, start);
    return worker;
  },
};

/** Vitest forks before it first waits, and `fork` starts the program that this process says it is. */
function startedBy(program: string, start: () => Promise<void>): Promise<void> {
  const own = process.execPath;
  process.execPath = program;
  try {
    return start();
  } finally {
    process.execPath = own;
  }
}
