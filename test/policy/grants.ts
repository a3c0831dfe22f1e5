import { readSettings } from "../../src/config/read-settings.ts";
import { tecnativaSwitches } from "../../src/config/tecnativa.ts";
import type { Grant } from "../../src/policy/grant.ts";

/** The grant of settings like `POST=1 CONTAINERS=1`; of "everything" that of every switch on. */
export function grantOf(words: string): Grant {
  const everything = [...tecnativaSwitches.keys()].map((name) => `${name}=1`).join(" ");
  const settings = readSettings(
    Object.fromEntries(
      (words === "everything" ? everything : words)
        .split(" ")
        .filter((word) => word !== "")
        .map((word): readonly [string, string] => [word.replace(/=.*/u, ""), word.replace(/^[^=]*=?/u, "")]),
    ),
    { terminal: false },
  );
  if (!settings.ok) {
    throw new Error(JSON.stringify(settings.error));
  }
  return settings.value.clients[0].grant;
}
