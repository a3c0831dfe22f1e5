/** The most clients of which something is kept. A policy that people wrote has a tenth of it. */
export const MOST_CLIENTS = 200;

/** The most values of one power that are kept of one client: far more than a list that somebody reads. */
export const MOST_VALUES = 400;

/** The most addresses that are kept of one client. */
export const MOST_ADDRESSES = 64;

/** The most things that are kept of one client which were denied, refused or not understood. */
export const MOST_TROUBLES = 200;

/** The most distinct things that are kept of all clients together, in some 40 MB. */
export const MOST_KEPT = 100_000;

/** The most characters of one of them, and of a client's name: what a gate records is shorter. */
export const LONGEST_KEPT = 256;

/** The most labels of one object that may be what all of them share. */
export const MOST_LABELS = 64;

/** The most projects whose objects one client acts on for its scope to name them. */
export const MOST_PROJECTS = 5;

/** With more values than this, a list tells a person nothing. */
export const MOST_LISTED = 24;

/** How many values or names a comment has. */
export const MOST_SHOWN = 3;

/** The most characters of a text of the log that a comment has. */
export const LONGEST_SHOWN = 160;
