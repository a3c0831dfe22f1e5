import type { Result } from "../kernel/result.ts";
import type { Environment } from "./environment.ts";
import { tellsOfService } from "./kubernetes.ts";
import { nearestName } from "./nearest.ts";
import type { Problem } from "./problem.ts";
import { textInQuotes } from "./quotes.ts";
import { OWN_SETTINGS } from "./setting-definitions.ts";

const QUOTES =
  "has quotation marks around its value, which are part of it: leave them away (docker run --env-file does not)";
const PREFIX = "QUAYGATE_";
const OWN_NAMES: readonly string[] = OWN_SETTINGS.map(({ name }) => name);

/** Reads single settings of the environment and collects what is wrong with them. */
export class SettingReader {
  readonly #environment: Environment;
  readonly #problems: Problem[] = [];
  readonly #warnings: Problem[] = [];

  constructor(environment: Environment) {
    this.#environment = environment;
  }

  get problems(): readonly Problem[] {
    return this.#problems;
  }

  /** What a person should look at, although it stops nothing. */
  get warnings(): readonly Problem[] {
    return this.#warnings;
  }

  /** The value without surrounding white space; an empty one counts as not given. */
  text(setting: string): string | undefined {
    const value = this.#environment[setting]?.trim();
    return value === "" ? undefined : value;
  }

  /** Of a value in quotes these are what is wrong, and told once: whatever else is found comes of them. */
  problem(setting: string, message: string): void {
    if (textInQuotes(this.#environment[setting] ?? "") === undefined) {
      this.#problems.push({ setting, message });
    } else if (!this.#problems.some((told) => told.setting === setting)) {
      this.#problems.push({ setting, message: QUOTES });
    }
  }

  warn(setting: string, message: string): void {
    this.#warnings.push({ setting, message: `${setting} ${message}` });
  }

  choose<Choice extends string>(setting: string, choices: readonly Choice[], fallback: Choice): Choice {
    const text = this.text(setting);
    const choice = text === undefined ? fallback : choices.find((known) => known === text);
    if (choice === undefined) {
      this.problem(setting, `"${text ?? ""}" is none of ${choices.join(", ")}`);
    }
    return choice ?? fallback;
  }

  parse<Value>(
    setting: string,
    text: string,
    parser: (text: string) => Result<Value, string>,
  ): Value | undefined {
    const parsed = parser(text);
    if (parsed.ok) {
      return parsed.value;
    }
    this.problem(setting, parsed.error);
    return undefined;
  }

  refuseUnknown(): void {
    for (const name of Object.keys(this.#environment)) {
      if (tellsOfService(name, this.#environment)) {
        continue;
      }
      if (name.startsWith(PREFIX) && !OWN_NAMES.includes(name)) {
        const nearest = nearestName(name, OWN_NAMES);
        this.problem(
          name,
          nearest === undefined ? "no such setting" : `no such setting; did you mean ${nearest}?`,
        );
      } else if (!name.startsWith(PREFIX)) {
        // A wish to restrict must not get lost: without QUAYGATE_POWERS clients may ask for anything.
        const meant = nearestName(name.toUpperCase().replaceAll("-", "_"), OWN_NAMES);
        if (meant !== undefined) {
          this.problem(name, `no such setting; did you mean ${meant}?`);
        }
      }
    }
  }
}
