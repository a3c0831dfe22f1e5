/** What a failed system call tells. */
export interface SystemFailure {
  /** The error's name in the C library, such as "EACCES"; empty for other errors. */
  readonly code: string;
  readonly message: string;
}

/** Reads a caught value as the failure of a system call. */
export function systemFailure(error: unknown): SystemFailure {
  if (!(error instanceof Error)) {
    return { code: "", message: String(error) };
  }
  const code = "code" in error && typeof error.code === "string" ? error.code : "";
  return { code, message: error.message };
}
