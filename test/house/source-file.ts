import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, posix } from "node:path";
import { fileURLToPath } from "node:url";
import { parseSync, Visitor } from "oxc-parser";

/** One `from` of a file: an import, a re-export or a dynamic import. */
export interface Arrow {
  readonly specifier: string;
  /** Nothing of it is left after compilation. */
  readonly typeOnly: boolean;
  readonly reExport: boolean;
}

/** One exported symbol that the file itself declares. */
export interface ExportedSymbol {
  readonly name: string;
  readonly documented: boolean;
}

/** What the house rules look at in a file. */
export interface SourceFile {
  /** Relative to the project, with forward slashes: `src/http1/fields.ts`. */
  readonly path: string;
  readonly text: string;
  readonly lines: number;
  readonly arrows: readonly Arrow[];
  readonly exported: readonly ExportedSymbol[];
  readonly hasDefaultExport: boolean;
  readonly readsEnvironment: boolean;
}

const projectFolder = fileURLToPath(new URL("../..", import.meta.url));

/** Reads and parses every TypeScript file below a folder of the project. */
export function readSourceFiles(folder: string): readonly SourceFile[] {
  return readdirSync(join(projectFolder, folder), { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(".ts"))
    .map((path) => posix.join(folder, path.replaceAll("\\", "/")))
    .toSorted()
    .map((path) => parseSourceFile(path, readFileSync(join(projectFolder, path), "utf8")));
}

/** Parses one file; throws when it is not TypeScript. */
export function parseSourceFile(path: string, text: string): SourceFile {
  const { program, module, comments, errors } = parseSync(path, text, { range: true });
  if (errors.length > 0) {
    throw new SyntaxError(`${path}: ${errors.map((error) => error.message).join("; ")}`);
  }
  const imports = module.staticImports.map(({ moduleRequest, entries }): Arrow => ({
    specifier: moduleRequest.value,
    // `verbatimModuleSyntax` keeps `import { type X }` as an import of the module, but one without values.
    typeOnly: entries.length > 0 && entries.every((entry) => entry.isType),
    reExport: false,
  }));
  const reExports = module.staticExports.flatMap(({ entries }): readonly Arrow[] => {
    const [first] = entries;
    return first?.moduleRequest
      ? [
          {
            specifier: first.moduleRequest.value,
            typeOnly: entries.every((entry) => entry.isType),
            reExport: true,
          },
        ]
      : [];
  });
  const dynamic = module.dynamicImports.map(({ moduleRequest }): Arrow => ({
    specifier: text.slice(moduleRequest.start, moduleRequest.end).replaceAll(/^["'`]|["'`]$/g, ""),
    typeOnly: false,
    reExport: false,
  }));

  const docEnds = comments
    .filter(({ type, value }) => type === "Block" && value.startsWith("*"))
    .map(({ end }) => end);
  const documentedAt = (start: number): boolean =>
    docEnds.some((end) => end <= start && text.slice(end, start).trim() === "");
  const starts = new Map<string, readonly number[]>();
  const declare = (name: string, start: number): void => {
    starts.set(name, [...(starts.get(name) ?? []), start]);
  };
  for (const statement of program.body) {
    const declaration = statement.type === "ExportNamedDeclaration" ? statement.declaration : statement;
    if (declaration?.type === "VariableDeclaration") {
      for (const { id } of declaration.declarations) {
        if (id.type === "Identifier") {
          declare(id.name, statement.start);
        }
      }
    } else if (declaration && "id" in declaration && declaration.id?.type === "Identifier") {
      declare(declaration.id.name, statement.start);
    }
  }
  const ownExports = module.staticExports.flatMap(({ entries }) =>
    entries.filter((entry) => !entry.moduleRequest),
  );
  const exportedNames = new Set(
    ownExports.map(({ localName, exportName }) => localName.name ?? exportName.name ?? "default"),
  );

  return {
    path,
    text,
    lines: text.split("\n").length - (text.endsWith("\n") ? 1 : 0),
    arrows: [...imports, ...reExports, ...dynamic],
    // An overloaded function is documented when one of its signatures is.
    exported: [...exportedNames].map((name) => ({
      name,
      documented: (starts.get(name) ?? []).some(documentedAt),
    })),
    hasDefaultExport: ownExports.some(
      ({ exportName }) => exportName.name === null || exportName.name === "default",
    ),
    readsEnvironment: readsEnvironment(program),
  };
}

/** The project path that a relative specifier of a file names. */
export function resolveArrow(from: string, specifier: string): string {
  return posix.join(dirname(from), specifier);
}

function readsEnvironment(program: ReturnType<typeof parseSync>["program"]): boolean {
  let found = false;
  new Visitor({
    // process.env, process["env"], globalThis.process.env
    MemberExpression(node) {
      const name = node.computed
        ? node.property.type === "Literal" && node.property.value
        : "name" in node.property && node.property.name;
      const owner = node.object.type === "MemberExpression" ? node.object.property : node.object;
      found ||= name === "env" && "name" in owner && owner.name === "process";
    },
    // const { env } = process
    VariableDeclarator(node) {
      found ||=
        node.id.type === "ObjectPattern" && node.init?.type === "Identifier" && node.init.name === "process";
    },
    // import { env } from "node:process"
    ImportDeclaration(node) {
      found ||= node.source.value === "node:process" || node.source.value === "process";
    },
  }).visit(program);
  return found;
}
