/** A clock that never runs backwards. Tests give one of their own. */
export interface Clock {
  /** Milliseconds since some fixed moment. */
  now(): number;
}
