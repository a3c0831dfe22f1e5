import type { Method } from "./operation.ts";
import { type Operation, operations } from "./operations.ts";

type OperationsByMethod = Map<Method, Operation>;

/** One place in the tree of templates. */
interface RouteNode {
  readonly operations: OperationsByMethod;
  readonly literals: Map<string, RouteNode>;
  /** Below `{id}`: exactly one segment. */
  parameter: RouteNode | undefined;
  /** Below `{name...}`: one segment or more, then a keyword, which is "" where the name ends the path. */
  spanning: Map<string, OperationsByMethod> | undefined;
}

const root = createNode();
for (const operation of operations) {
  addRoute(operation, operation.template);
  if (operation.twin !== undefined) addRoute(operation, operation.twin);
}
// dockerd answers OPTIONS on every path there is, so no template decides it.
const routeOptions = operations.find((operation) => operation.methods.includes("OPTIONS"));

/**
 * Finds the operation that dockerd would run for decoded segments (without version), or undefined where it has none.
 *
 * A literal wins over a parameter, but only if something is found below it: `/containers/create/exec` is an exec in a
 * container named "create". Object ids are one segment, though dockerd lets some cross slashes: legacy links make
 * `/containers/web/stop/exec` an exec in another container.
 */
export function matchOperation(method: Method, segments: readonly string[]): Operation | undefined {
  if (method === "OPTIONS") return routeOptions;
  return matchBelow(root, method, segments, 0);
}

function matchBelow(
  node: RouteNode,
  method: Method,
  segments: readonly string[],
  index: number,
): Operation | undefined {
  const segment = segments[index];
  if (segment === undefined) return node.operations.get(method);
  const literal = node.literals.get(segment);
  if (literal !== undefined) {
    const found = matchBelow(literal, method, segments, index + 1);
    if (found !== undefined) return found;
  }
  if (segment === "") return undefined;
  if (node.parameter !== undefined) {
    const found = matchBelow(node.parameter, method, segments, index + 1);
    if (found !== undefined) return found;
  }
  return node.spanning === undefined ? undefined : matchSpanning(node.spanning, method, segments, index);
}

/** The last keyword decides, as in dockerd: `/images/a/history/json` inspects the image "a/history". */
function matchSpanning(
  keywords: ReadonlyMap<string, OperationsByMethod>,
  method: Method,
  segments: readonly string[],
  index: number,
): Operation | undefined {
  if (segments.includes("", index)) return undefined;
  const last = segments.length - 1;
  const keyword = segments[last];
  if (last > index && keyword !== undefined) {
    const found = keywords.get(keyword)?.get(method);
    if (found !== undefined) return found;
  }
  return keywords.get("")?.get(method);
}

function addRoute(operation: Operation, template: string): void {
  let node = root;
  const parts = template.slice(1).split("/");
  for (const [index, part] of parts.entries()) {
    if (part.endsWith("...}")) {
      node.spanning ??= new Map();
      const keyword = parts[index + 1] ?? "";
      if (parts.length > index + 2) throw new Error(`${template}: more than a keyword after a name`);
      addOperation(node.spanning, keyword, operation);
      return;
    }
    node = part.startsWith("{") ? (node.parameter ??= createNode()) : childOf(node, part);
  }
  for (const method of operation.methods) node.operations.set(method, operation);
}

function addOperation(
  keywords: Map<string, OperationsByMethod>,
  keyword: string,
  operation: Operation,
): void {
  const byMethod: OperationsByMethod = keywords.get(keyword) ?? new Map();
  for (const method of operation.methods) byMethod.set(method, operation);
  keywords.set(keyword, byMethod);
}

function childOf(node: RouteNode, literal: string): RouteNode {
  const child = node.literals.get(literal) ?? createNode();
  node.literals.set(literal, child);
  return child;
}

function createNode(): RouteNode {
  return { operations: new Map(), literals: new Map(), parameter: undefined, spanning: undefined };
}
