/**
 * How late the event loop is, in seconds: what is to be done at once waits so long behind what is being done. Measured when somebody
 * asks, because to watch it all the time takes a timer that wakes an idle process.
 */
export function measureEventLoopLag(): Promise<number> {
  const asked = performance.now();
  return new Promise((resolve) => {
    setImmediate(() => resolve((performance.now() - asked) / MILLI));
  });
}

const MILLI = 1e3;
