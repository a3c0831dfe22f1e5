import { decide } from "../../src/policy/decide.ts";
import type { Grant } from "../../src/policy/grant.ts";
import { isRestricted, type Restricted } from "../../src/policy/judge.ts";
import type { Allow } from "../../src/policy/verdict.ts";
import { readSettings } from "../../src/config/read-settings.ts";

/** The grant of everything but powers that a list does not give. */
export function grantWith(powers: string): Grant {
  const settings = readSettings(
    { POST: "1", CONTAINERS: "1", NETWORKS: "1", SESSION: "1", GRPC: "1", QUAYGATE_POWERS: powers },
    { terminal: false },
  );
  if (!settings.ok) {
    throw new Error(JSON.stringify(settings.error));
  }
  return settings.value.clients[0].grant;
}

/** The verdict about a POST before anybody has looked at what it asks for, which must be "allow". */
export function allowed(grant: Grant, path = "/v1.44/containers/create"): Allow {
  const verdict = decide(grant, { method: "POST", path, hasBody: true, contentTypes: ["application/json"] });
  if (verdict.kind !== "allow") {
    throw new Error(`${path} is not allowed`);
  }
  return verdict;
}

/** The same where it has yet to be judged. */
export function restricted(grant: Grant, path?: string): Restricted {
  const verdict = allowed(grant, path);
  if (!isRestricted(verdict)) {
    throw new Error(`${verdict.operation.name} is not judged`);
  }
  return verdict;
}
