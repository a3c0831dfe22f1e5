/** What waits for one place, in bytes: some ten thousand lines. What comes then is dropped: the gate must not run out of memory. */
export const WAITING_LIMIT: number = 8 * 1024 * 1024;

/** The same for standard output: its reader is the usual one, and restarts. */
export const OUTPUT_WAITING_LIMIT: number = 32 * 1024 * 1024;

/** How long a full pipe is left alone before it is asked again, in milliseconds: of one that does not block nobody tells when it has room. */
export const FULL_PAUSE = 10;

/** The pause after a first failure, in milliseconds; it doubles with each further one. */
export const FIRST_PAUSE = 500;

/** The longest pause between two attempts, in milliseconds: a receiver that is started again has its lines soon. */
export const LONGEST_PAUSE = 15_000;

/**
 * How long it must go well after a failure until that is told, in milliseconds: what takes a connection and drops it, as some
 * forwarders do, must not fill the log with news of itself.
 */
export const SETTLING_TIME = 1_000;

/** How long a connection to a receiver may take, in milliseconds: the kernel itself would wait for two minutes. */
export const CONNECT_DEADLINE = 5_000;

/** How long the address of a receiver's name is used, in milliseconds: nobody tells a sender of datagrams that it has moved. */
export const ADDRESS_AGE = 60_000;

/**
 * The most bytes of a syslog message: what rsyslog, and all that reads with the OpenTelemetry collector's parser, take by
 * default. RFC 5424 §6.1 wants 480 of every receiver and recommends 2048.
 */
export const LONGEST_MESSAGE = 8_192;
