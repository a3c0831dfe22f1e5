import type { Environment } from "./environment.ts";

/** `X_SERVICE_HOST`, `X_PORT`, `X_PORT_2375_TCP_ADDR` and the like, of a Service called x. */
const SERVICE_VARIABLE =
  /^([A-Z][A-Z0-9_]*?)_(?:SERVICE_HOST|SERVICE_PORT(?:_[A-Z0-9_]+)?|PORT(?:_[0-9]+_(?:TCP|UDP|SCTP)(?:_(?:PROTO|PORT|ADDR))?)?)$/u;

/**
 * Tells whether Kubernetes put the variable there: it tells every container of each Service of its namespace, and for
 * one that is called quaygate, or socket-proxy, in names that begin like a proxy's own settings.
 */
export function tellsOfService(name: string, environment: Environment): boolean {
  const service = SERVICE_VARIABLE.exec(name)?.[1];
  return service !== undefined && environment[`${service}_SERVICE_HOST`] !== undefined;
}
