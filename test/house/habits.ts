import { roomOf } from "./arrows.ts";
import type { SourceFile } from "./source-file.ts";

/** A room that reads less than this many files of src has gone blind: a wrong folder, a wrong filter. */
const fewestSourceFiles = 40;

const longestSourceFile = 400;
const longestTestFile = 500;
const bannedName = /(?:^|[-/])(?:util|utils|helper|helpers|common|manager|service)\.(?:test\.)?ts$/;
const kebabCase = /^[a-z0-9]+(?:-[a-z0-9]+)*(?:\.test|\.d)?\.ts$/;

/** The rules saw the house: enough files, and parsed them. */
export function checkEnoughFiles(files: readonly SourceFile[]): readonly string[] {
  return files.length < fewestSourceFiles
    ? [`only ${files.length} files of src were seen, fewer than ${fewestSourceFiles}`]
    : [];
}

/** No file of src is over 400 lines, no file of test over 499. */
export function checkLength(files: readonly SourceFile[]): readonly string[] {
  return files
    .filter(({ path, lines }) =>
      path.startsWith("src/") ? lines > longestSourceFile : lines >= longestTestFile,
    )
    .map(({ path, lines }) => `${path} has ${lines} lines: split it by idea`);
}

/** File names are kebab-case nouns that say what is inside. */
export function checkNames(files: readonly SourceFile[]): readonly string[] {
  return files
    .filter(({ path }) => bannedName.test(path) || !kebabCase.test(path.slice(path.lastIndexOf("/") + 1)))
    .map(({ path }) => `${path} has a name that says nothing, or is not in kebab-case`);
}

/** No file has a default export. */
export function checkDefaultExports(files: readonly SourceFile[]): readonly string[] {
  return files
    .filter(({ hasDefaultExport }) => hasDefaultExport)
    .map(({ path }) => `${path} has a default export`);
}

/** Every exported symbol has a doc comment that says what it promises. */
export function checkDocComments(files: readonly SourceFile[]): readonly string[] {
  return files.flatMap(({ path, exported }) =>
    exported.filter(({ documented }) => !documented).map(({ name }) => `${path}: ${name} has no doc comment`),
  );
}

/** Only the library's index passes on what other files export. */
export function checkBarrels(files: readonly SourceFile[]): readonly string[] {
  return files
    .filter(({ path }) => path !== "src/index.ts")
    .flatMap(({ path, arrows }) =>
      arrows.filter(({ reExport }) => reExport).map(({ specifier }) => `${path} re-exports ${specifier}`),
    );
}

/** The environment is read in one room. */
export function checkEnvironment(files: readonly SourceFile[]): readonly string[] {
  return files
    .filter(({ path, readsEnvironment }) => readsEnvironment && roomOf(path) !== "config")
    .map(({ path }) => `${path} reads process.env: only src/config may`);
}

/** Nothing is left for later, and no test is switched off or run alone. */
export function checkLeftovers(files: readonly SourceFile[]): readonly string[] {
  const pattern = /\b(?:TO[D]O|FIX[M]E|XX[X])\b|\.(?:skip|only|todo)\(/g;
  return files.flatMap(({ path, text }) =>
    [...text.matchAll(pattern)].map(({ 0: found }) => `${path} contains ${found}`),
  );
}
