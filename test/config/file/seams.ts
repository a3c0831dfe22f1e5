import type { PolicySeams } from "../../../src/config/file/policy-file.ts";

/** What the file's texts mean is not known here: these refuse one of each kind, in the words of whoever knows them. */
export const someSeams: PolicySeams = {
  checkWord: (word) =>
    word === "ContainerStrat" ? `"${word}" selects nothing; did you mean ContainerStart?` : undefined,
  checkWithin: (word) =>
    word === "defualt" ? `"${word}" selects nothing; did you mean default?` : undefined,
  checkPreset: (name) =>
    name === "treafik" ? `there is no preset "${name}"; did you mean traefik?` : undefined,
  checkSource: (kind, text) => (text.includes("/33") ? `"${text}" is no network (${kind})` : undefined),
};
