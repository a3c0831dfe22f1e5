import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parse, parseDocument } from "yaml";
import { entriesOf } from "./example.ts";

/** Where a test calls from that says nothing else. */
const USUAL = "127.0.0.1";

/** The names of a policy's clients, in the file's order. */
export function clientsOf(policy: string): readonly string[] {
  const parsed: unknown = parse(readFileSync(policy, "utf8"));
  return [...entriesOf(entriesOf(parsed).get("clients")).keys()];
}

/** The address of this machine that stands for a client where its policy is tried on loopback. */
export function loopbackOf(policy: string, client: string): string {
  const index = clientsOf(policy).indexOf(client);
  if (index === -1) throw new Error(`${policy} has no client ${client}`);
  return `127.0.1.${index + 1}`;
}

/**
 * Writes a policy as it stands, but for who its clients are: each is whoever calls from its own address of this machine, and
 * one of them is also who calls from the usual one. What each may do stays as it was. Returns the copy's path.
 */
export function writeLoopbackPolicy(policy: string, folder: string, usual: string | undefined): string {
  const document = parseDocument(readFileSync(policy, "utf8"));
  for (const client of clientsOf(policy)) {
    const addresses = [loopbackOf(policy, client), ...(client === usual ? [USUAL] : [])];
    document.setIn(["clients", client, "from"], addresses);
  }
  const copy = join(folder, "policy.yaml");
  writeFileSync(copy, document.toString());
  return copy;
}
