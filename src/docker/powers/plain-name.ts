/** Names that can stand in a path without being taken for anything else. Behind a colon Podman reads options. No file is called longer. */
export const PLAIN_NAME: RegExp = /^[0-9A-Za-z][0-9A-Za-z_.-]{0,254}$/u;

/** The same of a network, whose name dockerd takes with slashes too: no path of its own stands below one. */
export const PLAIN_NETWORK: RegExp =
  /^[0-9A-Za-z][0-9A-Za-z_.-]{0,254}(?:\/[0-9A-Za-z][0-9A-Za-z_.-]{0,254}){0,15}$/u;
