import { nearestName } from "../config/nearest.ts";
import { presetNames, readPreset, readPresetText } from "../config/presets.ts";
import { type Command, EXIT_OK, EXIT_USAGE, type Terminal } from "./command.ts";

/** `quaygate presets`: what the programs need that the package knows. */
export const presets: Command = {
  usage: "presets [NAME]",
  summary: "list the programs whose rights come with the gate, or print those of one",
  details: [
    "Example: quaygate presets traefik",
    "Without NAME prints each name with what such a client may do; with it the preset as it is shipped, in YAML, with",
    "what its lists were found by.",
    "Nothing is started and the engine is not asked.",
    "Exit code: 0 when it is printed, 2 when there is no such preset.",
  ],
  run: (words, terminal) => {
    const [name, ...rest] = words;
    if (rest.length > 0) {
      terminal.complain("quaygate: presets wants one name at most, such as: quaygate presets traefik");
      return Promise.resolve(EXIT_USAGE);
    }
    return Promise.resolve(name === undefined ? list(terminal) : print(name, terminal));
  },
};

function list(terminal: Terminal): number {
  const names = presetNames();
  const width = Math.max(...names.map(({ length }) => length));
  for (const name of names) {
    terminal.print(`${name.padEnd(width)}  ${readPreset(name)?.describes ?? ""}`);
  }
  return EXIT_OK;
}

function print(name: string, terminal: Terminal): number {
  const text = readPresetText(name);
  if (text === undefined) {
    const nearest = nearestName(name, presetNames());
    const hint = nearest === undefined ? "." : `; did you mean ${nearest}?`;
    terminal.complain(`quaygate: there is no preset "${name}"${hint} See: quaygate presets`);
    return EXIT_USAGE;
  }
  terminal.print(text.replace(/\n$/u, ""));
  return EXIT_OK;
}
