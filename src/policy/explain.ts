import type { Method } from "../docker/operation.ts";
import type { Deny, Refuse } from "./verdict.ts";

/** Says a verdict that is not "allow" as the sentence that `docker` prints. `client` is the caller's address. */
export function explainVerdict(verdict: Deny | Refuse, method: Method, client: string): string {
  if (verdict.kind === "deny") {
    const { name, template } = verdict.operation;
    return `quaygate: ${name} (${method} ${plainTemplate(template)}) is not allowed for ${client}: ${verdict.remedy}`;
  }
  return `quaygate: ${explainSubject(verdict, method)} is refused: ${verdict.reason}`;
}

function explainSubject({ operation, path }: Refuse, method: Method): string {
  if (path === undefined) {
    return "the request";
  }
  const place = `${method} ${shorten(path.unversioned)}`;
  return operation === undefined ? place : `${operation.name} (${place})`;
}

/** A template as the Engine API's documentation writes it: `{name...}` is `{name}` there. */
export function plainTemplate(template: string): string {
  return template.replaceAll("...}", "}");
}

const LONGEST_PATH = 200;

function shorten(path: string): string {
  return path.length > LONGEST_PATH ? `${path.slice(0, LONGEST_PATH)}...` : path;
}
