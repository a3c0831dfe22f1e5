// The last step of a build: makes one file of each compiled command, with all that it loads, its packages too. A process that
// reads two files instead of two hundred starts in a third of the time and keeps half the memory. Names and lines stay as
// they are, so that stack traces can be read. The library is left as it was compiled, but for the hash of the build.
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, relative, sep } from "node:path";
import { build } from "esbuild";
import { holdToOneBuild } from "./one-build.mjs";
import { fail, root } from "./set-up.mjs";

const folder = join(root, "dist", "cli");
/** The programs. What one of them imports on demand, a command, is put behind them. */
const entries = [join(folder, "main.js"), join(folder, "stand-ins", "main.js")];
/** @type {Map<string, string>} */
const bundles = new Map();
/** @type {Set<string>} */
const packages = new Set();

for (const entry of entries) {
  const { outputFiles, metafile } = await build({
    entryPoints: [entry],
    bundle: true,
    write: false,
    metafile: true,
    absWorkingDir: root,
    format: "esm",
    platform: "node",
    target: "es2023",
    // OpenTelemetry's packages as the modules that they also are.
    mainFields: ["module", "main"],
    plugins: [onDemand(entry), builtInsOfPackages()],
  });
  bundles.set(entry, withoutBuiltInImports(outputFiles[0]?.text ?? fail(`esbuild made nothing of ${entry}`)));
  for (const input of Object.keys(metafile.inputs)) {
    const [, place] = /^(node_modules\/(?:@[^/]+\/)?[^/]+)\//u.exec(input) ?? [];
    if (place !== undefined) packages.add(place);
  }
}

rmSync(folder, { recursive: true });
for (const [entry, text] of bundles) {
  const file = bundleOf(entry);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}
writeFileSync(join(folder, "LICENSES"), [...packages].toSorted().map(licenseOf).join("\n"));
holdToOneBuild(dirname(folder));

/**
 * Leaves `import("./run.js")` where it stands, and has that module made into a file of its own.
 * @param {string} entry
 * @returns {import("esbuild").Plugin}
 */
function onDemand(entry) {
  return {
    name: "on demand",
    setup: (bundler) => {
      bundler.onResolve({ filter: /^\./ }, ({ kind, path, resolveDir }) => {
        if (kind !== "dynamic-import") return undefined;
        const file = join(resolveDir, path);
        if (!entries.includes(file)) entries.push(file);
        return { path: importOf(bundleOf(entry), bundleOf(file)), external: true };
      });
    },
  };
}

/**
 * Where the one file of a module is put: a command where it was, a module of another room beside the commands, in a folder with
 * its room's name. The library has that module too, and keeps it as the compiler wrote it.
 * @param {string} entry
 */
function bundleOf(entry) {
  return entry.startsWith(`${folder}${sep}`) ? entry : join(folder, relative(dirname(folder), entry));
}

/**
 * How one file imports another.
 * @param {string} from
 * @param {string} to
 */
function importOf(from, to) {
  const path = relative(dirname(from), to).replaceAll(sep, "/");
  return path.startsWith(".") ? path : `./${path}`;
}

/**
 * What packages have of Node's own, whether they require or import it.
 * @returns {import("esbuild").Plugin}
 */
function builtInsOfPackages() {
  return {
    name: "built-ins of packages",
    setup: (bundler) => {
      const isBuiltIn = /^(?:node:)?[a-z0-9_/]+$/;
      bundler.onResolve({ filter: isBuiltIn }, ({ importer, path }) =>
        importer.includes(`${sep}node_modules${sep}`) && process.getBuiltinModule(path) !== undefined
          ? { path, namespace: "built-in" }
          : undefined,
      );
      bundler.onLoad({ filter: /^/, namespace: "built-in" }, ({ path }) => ({
        contents: `module.exports = process.getBuiltinModule("${path}");`,
      }));
    },
  };
}

/**
 * An import of a built-in evaluates all its properties, and on Node 24 one of `node:http` is all of fetch: that import alone
 * takes as long as an empty process, and 14 MB.
 * @param {string} text
 */
function withoutBuiltInImports(text) {
  const changed = text.replaceAll(
    /^import \{(?<names>[^}]+)\} from (?<module>"node:[a-z0-9_/]+");$/gmu,
    (_line, /** @type {string} */ names, /** @type {string} */ module) =>
      `const {${names.replaceAll(" as ", ": ")}} = process.getBuiltinModule(${module});`,
  );
  return /^import .*"node:/mu.test(changed)
    ? fail("a bundle imports a built-in in a way that scripts/bundle.mjs does not know")
    : changed;
}

/**
 * The licence of a package, which a copy of it has to come with.
 * @param {string} place
 */
function licenseOf(place) {
  const own = join(root, place);
  const file = readdirSync(own).find((name) => /^licen[cs]e(?:\.md|\.txt)?$/iu.test(name));
  /** @type {{ name: string, version: string }} */
  const { name, version } = JSON.parse(readFileSync(join(own, "package.json"), "utf8"));
  return file === undefined
    ? fail(`${name} has no file with its licence`)
    : `${name} ${version}\n\n${readFileSync(join(own, file), "utf8").trim()}\n`;
}
