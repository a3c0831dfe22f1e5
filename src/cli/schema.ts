import { renderJsonSchema } from "../config/file/json-schema.ts";
import { type Command, EXIT_OK, EXIT_USAGE } from "./command.ts";

/** `quaygate schema`: what editors complete and check a policy file with. */
export const schema: Command = {
  usage: "schema",
  summary: "print the JSON Schema of a policy file, for editors",
  details: [
    "Example: quaygate schema > policy.schema.json",
    "Editors with the YAML language server take it from the first line of the policy:",
    "  # yaml-language-server: $schema=./policy.schema.json",
    "The package has the same file as policy.schema.json.",
  ],
  run: (words, terminal) => {
    if (words.length > 0) {
      terminal.complain(`quaygate: schema takes no argument, and got "${words.join(" ")}"`);
      return Promise.resolve(EXIT_USAGE);
    }
    terminal.print(renderJsonSchema().trimEnd());
    return Promise.resolve(EXIT_OK);
  },
};
