import { findWithinFault } from "../../policy/learn/within.ts";
import type { PowerSet } from "../../policy/power-set.ts";
import { defaultDialect, dialects } from "../dialects.ts";
import { nearestName } from "../nearest.ts";
import { readPowers } from "../powers.ts";
import { checkScope } from "./check-scope.ts";
import type { FileClient, PolicySeams, Reporter } from "./policy-file.ts";
import type { ClientDefinition } from "./client-definition.ts";
import type { FilePath } from "./file-problem.ts";
import type { SourceDefinition } from "./source-definition.ts";

/** Understands one client; `isListened` says that a listener names it. What is wrong is reported. */
export function checkClient(
  client: ClientDefinition,
  isListened: boolean,
  seams: PolicySeams,
  reporter: Reporter,
): FileClient {
  const { report, keysAt } = reporter;
  const path = ["clients", client.name];
  const keys = new Set(keysAt(path));
  checkGrant(keys, client.mode, path, reporter);
  checkWithin(client, path, seams, reporter);
  checkSwitches(client, path, reporter);
  if (!keys.has("from") && !isListened) {
    report(path, "nobody can be this client: it needs a from, or a listener with its name", "key");
  }
  checkSources(client.from ?? [], [...path, "from"], seams, reporter);
  for (const key of ["allow", "deny"] as const) {
    for (const [index, word] of (client[key] ?? []).entries()) {
      report([...path, key, index], seams.checkWord(word));
    }
  }
  for (const [index, name] of (client.use ?? []).entries()) {
    report([...path, "use", index], seams.checkPreset(name));
  }
  checkScope(client, path, reporter);
  const limits = keysAt([...path, "limits"]);
  if (limits.includes("burst") && !limits.includes("requests")) {
    report([...path, "limits", "burst"], "a burst needs requests, the rate at which it fills again", "key");
  }
  return { ...client, powers: checkPowers(client.powers, [...path, "powers"], reporter) };
}

/** `use` and `allow` add up; switches stand for all that is open. */
function checkGrant(
  keys: ReadonlySet<string>,
  mode: ClientDefinition["mode"],
  path: FilePath,
  { report }: Reporter,
): void {
  const other = ["use", "allow"].find((key) => keys.has(key));
  // Of one that learns nothing need be known yet.
  if (other === undefined && !keys.has("switches") && mode !== "learn") {
    report(path, "nothing says what it may do: it needs use, allow or switches", "key");
  }
  if (other !== undefined && keys.has("switches")) {
    report(
      [...path, "switches"],
      `switches stand without ${other}: give it a client of its own, or words`,
      "key",
    );
  }
  if (keys.has("compat") && !keys.has("switches")) {
    report([...path, "compat"], "says whose switches they are, and there are none", "key");
  }
}

function checkWithin(
  { within, mode }: ClientDefinition,
  path: FilePath,
  seams: PolicySeams,
  { report }: Reporter,
): void {
  if (within === undefined) return;
  if (mode !== "learn") {
    report(
      [...path, "within"],
      "says what passes besides while it learns, and it does not: set mode: learn",
      "key",
    );
  }
  for (const [index, word] of within.entries()) {
    report([...path, "within", index], seams.checkWithin(word));
  }
  report([...path, "within"], findWithinFault(within));
}

function checkSwitches(
  { switches = {}, compat }: ClientDefinition,
  path: FilePath,
  { report }: Reporter,
): void {
  const spoken = dialects.find(({ name }) => name === compat) ?? defaultDialect;
  for (const name of Object.keys(switches).filter((each) => !spoken.switches.has(each))) {
    const other = dialects.find((dialect) => dialect.switches.has(name));
    const nearest = nearestName(name, [...spoken.switches.keys()]);
    const meant = nearest === undefined ? "" : `; did you mean ${nearest}?`;
    const message =
      other === undefined
        ? `${spoken.name} has no such switch${meant}`
        : `is a switch of ${other.name}: set compat: ${other.name}`;
    report([...path, "switches", name], message, "key");
  }
}

function checkSources(
  from: readonly SourceDefinition[],
  path: FilePath,
  { checkSource }: PolicySeams,
  { report }: Reporter,
): void {
  for (const [index, source] of from.entries()) {
    const place = [...path, index];
    if (typeof source === "string") {
      report(place, checkSource("plain", source));
      continue;
    }
    const { certificate = {}, token } = source;
    for (const kind of ["address", "name", "label"] as const) {
      for (const [at, text] of (source[kind] ?? []).entries())
        report([...place, kind, at], checkSource(kind, text));
    }
    if (token !== undefined) report([...place, "token"], checkSource("token", token));
    for (const kind of ["subject", "san", "fingerprint", "spiffe"] as const) {
      const text = certificate[kind];
      if (text !== undefined) report([...place, "certificate", kind], checkSource(kind, text));
    }
  }
}

/** The set, or nothing where none is told or what is told was reported. */
function checkPowers(
  powers: ClientDefinition["powers"],
  path: FilePath,
  { report }: Reporter,
): PowerSet | undefined {
  if (powers === undefined) return undefined;
  const read = readPowers(typeof powers === "string" ? powers : powers.join(","));
  if (read.ok) return read.value;
  if (typeof powers === "string") {
    report(path, read.error.join("; "));
    return undefined;
  }
  for (const [index, entry] of powers.entries()) {
    // An entry behind the first one is one in a list that has begun.
    const alone = readPowers(index === 0 ? entry : `none,${entry}`);
    if (!alone.ok) report([...path, index], alone.error.join("; "));
  }
  return undefined;
}
