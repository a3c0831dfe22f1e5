import type { OperationName } from "../operations.ts";
import type { AnswerPart, AnswerTable } from "./answer-table.ts";
import { entry } from "./object-parts.ts";
import { always, each, is, shape } from "./shape.ts";
import { listAnswer, valueAnswer } from "./tables.ts";

/** What a plugin asks for, as its image has it. */
const pluginConfig: AnswerPart = shape({
  ...each(is("settings"), "Description", "Documentation", "Interface", "WorkDir", "DockerVersion"),
  ...each(is("command"), "Entrypoint", "Args"),
  ...each(is("security"), "User", "Linux", "IpcHost", "PidHost"),
  ...each(is("networks"), "Network"),
  ...each(is("mounts"), "PropagatedMount", "Mounts"),
  Env: is("env"),
  rootfs: is("image"),
});

const plugin: AnswerPart = shape({
  Id: always,
  Name: is("names"),
  Enabled: is("state"),
  Settings: shape({
    Mounts: is("mounts"),
    Env: is("env"),
    Args: is("command"),
    Devices: is("security"),
  }),
  PluginReference: is("image"),
  Config: pluginConfig,
});

const privileges: AnswerPart = shape({ Name: always, Description: always, Value: always });

/** What the operations on plugins answer; what one would ask for comes from its registry. */
export const pluginAnswers: Partial<Record<OperationName, AnswerTable>> = {
  PluginList: listAnswer(entry("plugin", plugin)),
  PluginInspect: valueAnswer(plugin),
  PluginInspectLegacy: valueAnswer(plugin),
  PluginDelete: valueAnswer(plugin),
  GetPluginPrivileges: listAnswer(privileges),
};
