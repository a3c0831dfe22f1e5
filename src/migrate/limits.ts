/** The longest file that is read, in bytes; a long stack file has some ten thousand. */
export const FILE_LIMIT: number = 1024 * 1024;

/** How many nodes aliases may repeat, one in the other: far more than a file of services has, far less than a bomb. */
export const ALIAS_LIMIT = 10_000;
