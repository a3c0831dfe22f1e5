/** Below API 1.24 a start takes a whole HostConfig and a copy reads files by POST: dockerd up to 24 still serves both. */
export const oldestMinorVersion = 24;

/** Three digits reach far beyond any engine, and keep the number exact. */
export const longestMinorVersion = 3;
