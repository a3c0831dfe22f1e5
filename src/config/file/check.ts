import { parseEngineAddress } from "../address.ts";
import { checkClient } from "./check-client.ts";
import { checkListeners } from "./check-listeners.ts";
import type { PolicyDefinition } from "./definition.ts";
import type { FileDocument } from "./document.ts";
import type { FilePath, FileProblem } from "./file-problem.ts";
import type { PolicyFile, PolicySeams, Reporter } from "./policy-file.ts";

/** Looks at what texts mean and what keys say together, and tells all that is wrong. */
export function checkPolicy(
  definition: PolicyDefinition,
  document: FileDocument,
  wayBack: (path: FilePath) => FilePath,
  seams: PolicySeams,
): { readonly policy: PolicyFile; readonly problems: readonly FileProblem[] } {
  const problems: FileProblem[] = [];
  const reporter: Reporter = {
    report: (path, message, of) => {
      if (message !== undefined) problems.push(document.problemAt(wayBack(path), message, of));
    },
    keysAt: document.keysAt,
  };
  const engine = definition.engine === undefined ? undefined : parseEngineAddress(definition.engine);
  if (engine?.ok === false) reporter.report(["engine"], engine.error);
  const names = document.keysAt(["clients"]);
  const listen =
    definition.listen === undefined ? undefined : checkListeners(definition.listen, names, reporter);
  const listened = new Set(definition.listen?.map(({ client }) => client));
  const clients = definition.clients.map((client) =>
    checkClient(client, listened.has(client.name), seams, reporter),
  );
  const policy = {
    engine: engine?.ok === true ? engine.value : undefined,
    listen,
    revoke: definition.revoke,
    clients,
    problemAt: (path: FilePath, message: string): FileProblem => document.problemAt(path, message),
  };
  return { policy, problems };
}
