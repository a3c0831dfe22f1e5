import { computingBuiltins, dataPath, floorPlan, floors } from "./floor-plan.ts";
import { resolveArrow, type SourceFile } from "./source-file.ts";

/** The room of a file: the folder of src it stands in, or its own name directly in src. */
export function roomOf(path: string): string {
  const [, first = ""] = path.split("/");
  return first.replace(/\.ts$/, "");
}

/** Every file stands in a room of the plan, and imports only from the rooms that the plan names. */
export function checkArrows(files: readonly SourceFile[]): readonly string[] {
  const known = new Set(files.map(({ path }) => path));
  return files.flatMap(({ path, arrows }) => {
    const room = roomOf(path);
    const plan = floorPlan[room];
    if (plan === undefined) {
      return [`${path} stands in no room of the floor plan`];
    }
    return arrows
      .filter(({ specifier }) => specifier.startsWith("."))
      .flatMap(({ specifier, typeOnly }) => {
        const target = resolveArrow(path, specifier);
        if (!known.has(target)) {
          return [`${path} imports ${specifier}, which is no file of src (paths carry .ts)`];
        }
        const other = roomOf(target);
        if (other === room || plan.values.includes(other) || (typeOnly && plan.types.includes(other))) {
          return [];
        }
        const what = plan.types.includes(other) ? "values" : typeOnly ? "types" : "values";
        return [`${path} imports ${what} from ${target}: the plan has no such arrow ${room} -> ${other}`];
      });
  });
}

/** Every file of a room with floors stands on one of them, and imports nothing from a higher one. */
export function checkFloors(files: readonly SourceFile[]): readonly string[] {
  return files.flatMap(({ path, arrows }) => {
    const room = roomOf(path);
    const plan = floors[room];
    if (plan === undefined) {
      return [];
    }
    const height = plan.indexOf(floorOf(path));
    if (height === -1) {
      return [`${path} stands on no floor of ${room}`];
    }
    return arrows
      .filter(({ specifier }) => specifier.startsWith("."))
      .map(({ specifier }) => resolveArrow(path, specifier))
      .filter((target) => roomOf(target) === room && plan.indexOf(floorOf(target)) > height)
      .map((target) => `${path} imports ${target}, which stands on a higher floor`);
  });
}

/** The floor of a file: the folder of its room that it stands in. */
function floorOf(path: string): string {
  return path.split("/").slice(2, -1).join("/");
}

/** A package is imported only by a room that the plan gives it to, and none by the data path. */
export function checkPackages(files: readonly SourceFile[]): readonly string[] {
  return files.flatMap(({ path, arrows }) => {
    const room = roomOf(path);
    const allowed = dataPath.includes(room) ? [] : (floorPlan[room]?.packages ?? []);
    return arrows
      .filter(({ specifier }) => !specifier.startsWith(".") && !specifier.startsWith("node:"))
      .filter(({ specifier }) => !allowed.includes(specifier))
      .map(({ specifier }) => `${path} imports the package ${specifier}, which ${room} may not`);
  });
}

/** A room that only computes imports no built-in that reaches files, sockets or processes. */
export function checkPureRooms(files: readonly SourceFile[]): readonly string[] {
  return files
    .filter(({ path }) => floorPlan[roomOf(path)]?.outside === false)
    .flatMap(({ path, arrows }) =>
      arrows
        .filter(({ specifier, typeOnly }) => specifier.startsWith("node:") && !typeOnly)
        .filter(({ specifier }) => !computingBuiltins.includes(specifier))
        .map(({ specifier }) => `${path} imports ${specifier}: ${roomOf(path)} only computes`),
    );
}

/** No file reaches itself through imports, be they of types only: who reads them would have to turn back. */
export function checkCycles(files: readonly SourceFile[]): readonly string[] {
  const targets = new Map(
    files.map(({ path, arrows }) => [
      path,
      arrows
        .filter(({ specifier }) => specifier.startsWith("."))
        .map(({ specifier }) => resolveArrow(path, specifier)),
    ]),
  );
  const done = new Set<string>();
  const problems: string[] = [];
  const walk = (path: string, trail: readonly string[]): void => {
    const start = trail.indexOf(path);
    if (start !== -1) {
      problems.push(`import cycle: ${[...trail.slice(start), path].join(" -> ")}`);
    } else if (!done.has(path)) {
      for (const target of targets.get(path) ?? []) {
        walk(target, [...trail, path]);
      }
      done.add(path);
    }
  };
  for (const { path } of files) {
    walk(path, []);
  }
  return problems;
}
