// `npm run bench`: sets up what is missing, then the benchmark; whatever stands after `--` is the benchmark's.
import { installNode24 } from "./node-24.mjs";
import { installServers, serversOfBenchmark } from "./servers.mjs";
import { buildWhenStale, installDependencies } from "./set-up.mjs";

const parameters = process.argv.slice(2);

installDependencies();
if (!parameters.includes("--help")) {
  installServers(serversOfBenchmark);
  installNode24("the measurements");
  if (!parameters.some((parameter) => parameter.startsWith("--gate"))) {
    buildWhenStale();
  }
}

// In this very process, so that Ctrl-C reaches the benchmark once and it ends what it started.
const { register } = await import("tsx/esm/api");
register();
await import("../bench/main.ts");
