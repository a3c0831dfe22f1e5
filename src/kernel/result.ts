/** Either a value or the error that stands in its place; expected failures travel this way, never as exceptions. */
export type Result<T, E> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly error: E };
