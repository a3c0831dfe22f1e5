/** What may be the beginning of an id, or of several. */
const ID_START = /^(?:sha256:)?[0-9a-f]{1,63}$/u;

/**
 * Tells whether an engine's status says that a word is for no one object. Of what begins the ids of several, engines say 400,
 * or 500 (dockerd 20.10): whoever is not told so learns of no id by trying.
 */
export function saysNone(status: number, word: string): boolean {
  return status === 404 || status === 400 || (status === 500 && ID_START.test(word));
}
