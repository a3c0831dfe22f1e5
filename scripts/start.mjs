// `npm start`: sets up what is missing, then `quaygate try`, with whatever stands after `--`.
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { buildWhenStale, installDependencies, root } from "./set-up.mjs";

installDependencies();
buildWhenStale();

// In this very process, so that a signal reaches the gate once and its exit code is ours.
const entryPoint = join(root, "dist", "cli", "main.js");
process.argv = [process.execPath, entryPoint, "try", ...process.argv.slice(2)];
await import(pathToFileURL(entryPoint).href);
