/** The most bytes of a file. The largest policy that a person wrote has a hundredth of it. */
export const MOST_BYTES: number = 1024 * 1024;

/** The most bytes of a token's file: with one that is longer, each request would have a large head. */
export const MOST_TOKEN_BYTES: number = 16 * 1024;

/** How many tokens of the YAML parser may be open: two for each list or mapping in another, of which a policy needs six. */
export const MOST_OPEN = 64;

/** How many problems of a file are told: more of them than anybody reads, and few enough for a log. */
export const MOST_PROBLEMS = 100;

/** As much of a wrong value is repeated in a problem. */
export const LONGEST_QUOTE = 60;

/** Numbers of more characters would be rounded. */
export const LONGEST_NUMBER = 15;

/** The most of a rate or a count. */
export const MOST_COUNTED = 1_000_000;
