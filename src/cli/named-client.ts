import { nearestName, slipsBetween } from "../config/nearest.ts";
import { POLICY_SETTING } from "../config/read-settings.ts";
import type { ClientSettings, PolicySettings, Settings } from "../config/settings.ts";
import type { Result } from "../kernel/result.ts";

/** What a policy file says, and who its clients are. */
export interface KnownClients {
  readonly policy: PolicySettings;
  readonly clients: Settings["clients"];
}

/** The clients of the policy file, or why there are none for an option to choose from. */
export function clientsOfFile({ policy, clients }: Settings, option: string): Result<KnownClients, string> {
  return policy === undefined
    ? {
        ok: false,
        error: `${option} wants a policy file (${POLICY_SETTING}): without one there is one client, whoever calls`,
      }
    : { ok: true, value: { policy, clients } };
}

/** The client of that name, or which ones there are. */
export function clientNamed({ policy, clients }: KnownClients, name: string): Result<ClientSettings, string> {
  const found = clients.find((client) => client.name === name);
  if (found !== undefined) return { ok: true, value: found };
  const nearest = nearestName(
    name,
    clients.map((client) => client.name),
  );
  // A letter or two away from a name as short as that is everything.
  const isNear = nearest !== undefined && slipsBetween(name, nearest) < Math.min(name.length, nearest.length);
  const hint = !isNear ? `; ${listClients({ policy, clients })}` : `; did you mean ${nearest}?`;
  return { ok: false, error: `there is no client ${name} in ${policy.file}${hint}` };
}

/** Says which clients there are, as a sentence of its own. */
export function listClients({ policy, clients }: KnownClients): string {
  return `the clients of ${policy.file} are ${clients.map(({ name }) => name).join(", ")}`;
}
