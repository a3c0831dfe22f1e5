import { CLIENT_NAME } from "../config/file/client-name.ts";
import { EVERYBODY } from "../kernel/log-words.ts";
import type { ObservedClient } from "./observed-client.ts";

/** What whoever calls is called where the log had no names for them. */
const UNNAMED = "program";

/** What a policy can call each client: what the log calls it, as far as that is a name. */
export function nameClients(clients: readonly ObservedClient[]): ReadonlyMap<ObservedClient, string> {
  const names = new Map<ObservedClient, string>();
  const taken = new Set(clients.map(({ name }) => name));
  for (const client of clients) {
    if (CLIENT_NAME.test(client.name)) {
      names.set(client, client.name);
      continue;
    }
    const letters = client.name
      .replaceAll(/[^\w.-]/gu, "-")
      .replace(/^[^A-Za-z]+/u, "")
      .slice(0, 50);
    const wanted = client.name === EVERYBODY || letters === "" ? UNNAMED : letters;
    const name = [wanted, ...Array.from(clients, (_, index) => `${wanted}-${index + 2}`)].find(
      (each) => !taken.has(each) && CLIENT_NAME.test(each),
    );
    if (name === undefined) continue;
    taken.add(name);
    names.set(client, name);
  }
  return names;
}
