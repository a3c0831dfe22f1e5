import type { OperationName } from "../operations.ts";
import type { OperationPowers } from "./operation-powers.ts";

/** Plugins run with the host's rights, so nothing in these requests makes them less: they are not looked into. */
function plugin(deed: string): OperationPowers {
  return { itself: [{ noun: "plugin", value: deed }] };
}

/** What the operations on plugins ask for. To disable one may turn off an authorization of the engine's own. */
export const pluginPowers: Partial<Record<OperationName, OperationPowers>> = {
  PluginPull: plugin("install"),
  PluginCreate: plugin("create"),
  PluginEnable: plugin("enable"),
  PluginDisable: plugin("disable"),
  PluginDelete: plugin("delete"),
  PluginSet: plugin("set"),
  PluginUpgrade: plugin("upgrade"),
  PluginPush: plugin("push"),
};
