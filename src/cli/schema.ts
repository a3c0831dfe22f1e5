import { renderLineSchema } from "../audit/line-schema.ts";
import { renderJsonSchema } from "../config/file/json-schema.ts";
import { type Command, EXIT_OK, EXIT_USAGE } from "./command.ts";

/** `quaygate schema`: what editors complete and check a policy file with, and what readers of the log may rely on. */
export const schema: Command = {
  usage: "schema [log]",
  summary: "print the JSON Schema of a policy file, for editors, or of the log",
  details: [
    "Example: quaygate schema > policy.schema.json",
    "Editors with the YAML language server take it from the first line of the policy:",
    "  # yaml-language-server: $schema=./policy.schema.json",
    "`quaygate schema log` prints that of a line of the log (QUAYGATE_LOG=json).",
    "The package has the same files as policy.schema.json and record.schema.json.",
  ],
  run: (words, terminal) => {
    const [of, ...more] = words;
    if (more.length > 0 || (of !== undefined && of !== "log")) {
      terminal.complain(`quaygate: schema takes nothing or log, and got "${words.join(" ")}"`);
      return Promise.resolve(EXIT_USAGE);
    }
    terminal.print((of === "log" ? renderLineSchema() : renderJsonSchema()).trimEnd());
    return Promise.resolve(EXIT_OK);
  },
};
