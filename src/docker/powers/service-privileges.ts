import { isEmpty } from "./asking.ts";
import { flag, type Meaning, meaning, struct, text } from "./meaning.ts";
import { encodeValue } from "./power.ts";
import { configIdField } from "./swarm-reference.ts";

/** One part of a SELinux label. */
function labelPart(part: string): Meaning {
  return text(["security-opt"], (value, asking) =>
    asking.ask("security-opt", `label=${part}:${encodeValue(value)}`, value),
  );
}

/** A mode of seccomp or AppArmor, of which the default changes nothing. */
function profileMode(kind: string, words: ReadonlyMap<string, string>): Meaning {
  return text(["security-opt"], (mode, asking) => {
    if (mode !== "default") {
      asking.ask("security-opt", `${kind}=${words.get(mode) ?? encodeValue(mode)}`, mode);
    }
  });
}

const inlineProfile: Meaning = meaning(["security-opt"], (profile, asking) => {
  if (!isEmpty(profile)) asking.ask("security-opt", "seccomp=(inline)");
});

/** Where a Windows container's account is described: in a configuration of the swarm, a file, or the registry. */
const credentialSpec: Meaning = struct({
  Config: text(["security-opt", "config"], (id, asking) => {
    configIdField.judge(id, asking);
    asking.ask("security-opt", `credentialspec=config://${encodeValue(id)}`, id);
  }),
  File: text(["security-opt"], (file, asking) =>
    asking.ask("security-opt", `credentialspec=file://${encodeValue(file)}`, file),
  ),
  Registry: text(["security-opt"], (key, asking) =>
    asking.ask("security-opt", `credentialspec=registry://${encodeValue(key)}`, key),
  ),
});

/** `Privileges` of a service's containers, asked for as the `SecurityOpt` of a container would be. */
export const privilegesField: Meaning = struct({
  CredentialSpec: credentialSpec,
  SELinuxContext: struct({
    Disable: flag("security-opt", "label=disable"),
    User: labelPart("user"),
    Role: labelPart("role"),
    Type: labelPart("type"),
    Level: labelPart("level"),
  }),
  Seccomp: struct({
    Mode: profileMode("seccomp", new Map([["custom", "(inline)"]])),
    Profile: inlineProfile,
  }),
  AppArmor: struct({ Mode: profileMode("apparmor", new Map([["disabled", "unconfined"]])) }),
  NoNewPrivileges: flag("security-opt", "no-new-privileges"),
});
