/** What was started and has to be stopped. */
export interface Started {
  stop(): Promise<void>;
}

/** Keeps what is handed to it until the end. */
export type Keep = <Kept extends Started>(started: Kept) => Kept;

/** Runs `use`, and then stops all that it kept, the last one first, however it ended. */
export async function whileOpen<Outcome>(use: (keep: Keep) => Promise<Outcome>): Promise<Outcome> {
  const open: Started[] = [];
  try {
    return await use((started) => {
      open.push(started);
      return started;
    });
  } finally {
    for (const started of open.toReversed()) {
      await started.stop();
    }
  }
}
