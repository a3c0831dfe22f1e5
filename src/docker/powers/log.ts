import { isJsonObject, type JsonValue, stringOf } from "../json/value.ts";
import { type Asking, isEmpty } from "./asking.ts";
import { harmless, harmlessText, type Meaning, struct } from "./meaning.ts";
import { encodeValue } from "./power.ts";
import { judgePattern, judgeTemplate, logTagFields } from "./template.ts";

/** Drivers that keep the output on the host, in a place of the engine's choice. */
const LOCAL_LOGS: ReadonlySet<string> = new Set(["json-file", "local", "journald", "none"]);
const LOCAL_LOG_OPTIONS: ReadonlySet<string> = new Set(
  "max-size max-file max-buffer-size compress mode tag labels labels-regex env env-regex".split(" "),
);

/**
 * How much is kept, and what happens when it is too much. A driver that sends the output elsewhere takes the last two and
 * no other (ValidateLogOpts in moby); names and fields, which decide where it goes and whose it seems, are not among them.
 */
const QUIET_OPTIONS: ReadonlySet<string> = new Set([
  "max-size",
  "max-file",
  "compress",
  "max-buffer-size",
  "mode",
]);

/** `labels-regex`, `env-regex`, `awslogs-multiline-pattern`, and `awslogs-datetime-format`, which becomes one. */
const PATTERN_OPTION = /-(?:regex|pattern|format)$/u;

/**
 * Where the output of a container goes: `{Type, Config}`, or `{Name, Options}` of a service. Without a driver the options
 * are for the engine's own default, whatever that is: most say more than that.
 */
export function logField(driverKey: string, optionsKey: string): Meaning {
  return struct(
    { [driverKey]: harmlessText, [optionsKey]: harmless },
    {
      nouns: ["log-driver", "template"],
      judge: (members, asking) => {
        const driver = stringOf(members.get(driverKey));
        const options = members.get(optionsKey) ?? null;
        if (driver !== "" || !isQuiet(options)) {
          asking.ask("log-driver", driver === "" ? "(default)" : encodeValue(driver), driver);
        }
        asking.within(optionsKey, () => judgeOptions(options, LOCAL_LOGS.has(driver), asking));
      },
    },
  );
}

function isQuiet(options: JsonValue): boolean {
  return isJsonObject(options)
    ? [...options.keys()].every((key) => QUIET_OPTIONS.has(key))
    : isEmpty(options);
}

/** Podman lets `path` choose a file of the host, and `driver` another driver. */
function judgeOptions(options: JsonValue, isLocal: boolean, asking: Asking): void {
  if (!isJsonObject(options)) return;
  for (const [key, value] of options) {
    asking.within(key, () => {
      if (isLocal && !LOCAL_LOG_OPTIONS.has(key)) asking.ask("field", asking.fieldPath, value);
      judgeText(key, stringOf(value), asking);
    });
  }
}

/** Which options a driver executes is its own affair, so each is judged: the tag has another name in older engines. */
function judgeText(key: string, text: string, asking: Asking): void {
  if (PATTERN_OPTION.test(key)) judgePattern(text, asking);
  else judgeTemplate(text, logTagFields, asking);
}
