/**
 * What a client may be called. The letter in front keeps a name apart from a number, and JavaScript from moving it before the
 * others. What an unknown caller and the one client of the environment are called is taken.
 */
export const CLIENT_NAME: RegExp =
  /^(?!(?:[Nn][Oo]|[Ee][Vv][Ee][Rr][Yy])[Bb][Oo][Dd][Yy]$)[A-Za-z][\w.-]{0,62}$/u;
