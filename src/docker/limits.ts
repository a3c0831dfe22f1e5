/** Below API 1.24 a start takes a whole HostConfig and a copy reads files by POST: dockerd up to 24 still serves both. */
export const oldestMinorVersion = 24;

/** Three digits reach far beyond any engine, and keep the number exact. */
export const longestMinorVersion = 3;

/** The routes below /libpod that are known here are those of Podman 3 and later. */
export const oldestLibpodMajorVersion = 3;

/** Three digits, as above, in each of the three numbers of a libpod version. */
export const longestLibpodNumber = 3;
