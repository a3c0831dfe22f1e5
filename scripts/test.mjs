// `npm test`: sets up what is missing, then all the tests; whatever stands after `--` goes to vitest.
import { pathToFileURL } from "node:url";
import { installCurrentEngine } from "./current-engine.mjs";
import { installNode24, testsWantNode24 } from "./node-24.mjs";
import { installServers, serversOfTests } from "./servers.mjs";
import { buildWhenStale, installDependencies, root, tool } from "./set-up.mjs";

const parameters = process.argv.slice(2);
const filters = parameters.filter((parameter) => !parameter.startsWith("-"));

installDependencies();
buildWhenStale();
if (testsWantNode24()) {
  installNode24("the tests that touch the runtime");
}
if (filters.length === 0 || filters.some((filter) => filter.includes("engine"))) {
  installServers(serversOfTests);
  installCurrentEngine();
}

// In this very process, so that Ctrl-C reaches the tests once and they end what they started.
const program = tool("vitest", "vitest");
process.chdir(root);
process.argv = [process.execPath, program, "run", ...parameters];
await import(pathToFileURL(program).href);
