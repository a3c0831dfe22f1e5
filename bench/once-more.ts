/** What is measured, and another one in the place of a first that failed: a busy machine may have been the reason. */
export async function onceMore<Measured>(
  abort: AbortSignal,
  measure: () => Promise<Measured>,
): Promise<Measured> {
  try {
    return await measure();
  } catch (error) {
    abort.throwIfAborted();
    console.error(`measured again, because ${error instanceof Error ? error.message : String(error)}`);
    return measure();
  }
}
