/** A setting that can't be used: where it stands, and what is wrong and would be right. */
export interface Problem {
  /** The variable or option. */
  readonly setting: string;
  readonly message: string;
}
