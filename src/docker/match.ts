import type { Method } from "./operation.ts";
import { catalogue, type Operation } from "./operations.ts";

type OperationsByMethod = Map<Method, Operation>;

/** One place in the tree of templates. */
interface RouteNode {
  readonly operations: OperationsByMethod;
  readonly literals: Map<string, RouteNode>;
  /** Below `{id}`: exactly one segment. */
  parameter: RouteNode | undefined;
  /** Below `{name...}`: one segment or more. */
  spanning: SpanningNode | undefined;
}

/** What may follow a name that spans segments. */
interface SpanningNode {
  /** A keyword that ends the path; "" where the name does. */
  readonly last: Map<string, OperationsByMethod>;
  /** A keyword between the name and another one: `{name...}/registry/{destination...}`. */
  readonly between: Map<string, OperationsByMethod>;
}

const root = createNode();
for (const operation of catalogue) {
  addRoute(operation, operation.template);
  if (operation.twin !== undefined) addRoute(operation, operation.twin);
}
// dockerd answers OPTIONS on every path there is, so no template decides it.
const routeOptions = catalogue.find((operation) => operation.methods.includes("OPTIONS"));

/**
 * Finds the operation that dockerd would run for decoded segments (without version), or undefined where it has none.
 *
 * A literal wins over a parameter, but only if something is found below it: `/containers/create/exec` is an exec in a
 * container named "create". Names of images, plugins, networks and volumes span segments, as they do in dockerd. Ids of
 * containers are one segment, though it lets them cross slashes: legacy links make `/containers/web/stop/exec` an exec in
 * another container.
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

/**
 * The last keyword decides, as in dockerd: `/images/a/history/json` inspects the image "a/history". A keyword between
 * two names goes before it, as in Podman.
 */
function matchSpanning(
  { last, between }: SpanningNode,
  method: Method,
  segments: readonly string[],
  index: number,
): Operation | undefined {
  if (segments.includes("", index)) return undefined;
  const end = segments.length - 1;
  for (const [keyword, byMethod] of between) {
    const at = segments.indexOf(keyword, index + 1);
    const found = at === -1 || at === end ? undefined : byMethod.get(method);
    if (found !== undefined) return found;
  }
  const keyword = segments[end];
  if (end > index && keyword !== undefined) {
    const found = last.get(keyword)?.get(method);
    if (found !== undefined) return found;
  }
  return last.get("")?.get(method);
}

function addRoute(operation: Operation, template: string): void {
  let node = root;
  const parts = template.slice(1).split("/");
  for (const [index, part] of parts.entries()) {
    if (part.endsWith("...}")) {
      node.spanning ??= { last: new Map(), between: new Map() };
      addSpanning(node.spanning, parts.slice(index + 1), operation);
      return;
    }
    node = part.startsWith("{") ? (node.parameter ??= createNode()) : childOf(node, part);
  }
  for (const method of operation.methods) node.operations.set(method, operation);
}

function addSpanning(
  node: SpanningNode,
  [keyword = "", other, ...rest]: readonly string[],
  operation: Operation,
): void {
  const isKnownForm = other === undefined || (other.endsWith("...}") && rest.length === 0);
  if (!isKnownForm) {
    throw new Error(`${operation.template}: more than a keyword, or a keyword and a name, after a name`);
  }
  addOperation(other === undefined ? node.last : node.between, keyword, operation);
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
