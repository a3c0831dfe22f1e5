// Holds what is loaded on demand to the build that loads it: a process that runs for months would else take a part of another
// release, when its files were replaced meanwhile, and judge with half of either.
import { createHash } from "node:crypto";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, dirname, join, relative } from "node:path";

/** How a compiled or bundled module imports another one on demand. */
const ON_DEMAND = /\bimport\("(?<place>\.[^"]+\.js)"\)/gu;
const DIGITS = 32;

/**
 * Writes what all modules of a folder come to into those that are imported on demand, and has it compared where they are. It stands at
 * the end, so that lines keep their numbers and a file that was cut off has none. Gives the modules that have it.
 * @param {string} folder
 * @returns {readonly string[]}
 */
export function holdToOneBuild(folder) {
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(".js"))
    .toSorted();
  const texts = new Map(files.map((path) => [join(folder, path), readFileSync(join(folder, path), "utf8")]));
  const hash = hashOf(folder, texts);
  const parts = [...texts].flatMap(([file, text]) =>
    [...text.matchAll(ON_DEMAND)].map(({ groups }) => join(dirname(file), groups?.["place"] ?? "")),
  );
  for (const [file, text] of texts) {
    const held = text.replaceAll(ON_DEMAND, 'ofThisBuild(import("$<place>"), "$<place>")');
    const ends = [
      ...(held === text ? [] : [comparison(hash, basename(file))]),
      ...(parts.includes(file) ? [`export const builtAs = "${hash}";\n`] : []),
    ];
    if (ends.length > 0) writeFileSync(file, [held.trimEnd(), ...ends].join("\n"));
  }
  return [...new Set(parts)].map((file) => relative(folder, file)).toSorted();
}

/**
 * @param {string} folder
 * @param {ReadonlyMap<string, string>} texts
 */
function hashOf(folder, texts) {
  const digest = createHash("sha256");
  for (const [file, text] of texts) {
    digest.update(`${relative(folder, file)} ${Buffer.byteLength(text)}\n${text}`);
  }
  return digest.digest("hex").slice(0, DIGITS);
}

/**
 * A function at the end of the module that loads something: known in all of it, before anything of it runs.
 * @param {string} hash
 * @param {string} loader
 */
function comparison(hash, loader) {
  return `async function ofThisBuild(loading, place) {
  const part = await loading;
  if (part.builtAs === "${hash}") return part;
  throw new Error(\`\${place.slice(place.lastIndexOf("/") + 1)} is not of the same build as ${loader}: quaygate was replaced meanwhile, or is not whole\`);
}
`;
}
