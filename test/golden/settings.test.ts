import { describe, expect, test } from "vitest";
import { readSettings } from "../../src/config/read-settings.ts";
import type { EnvironmentSettings } from "../../src/config/settings.ts";
import { formatAddress, type ListenAddress, type ListenUnixAddress } from "../../src/kernel/address.ts";
import { readGoldenFiles } from "./golden-file.ts";

/** A file that is gone must not go unnoticed. */
const FEWEST_FILES = 96;

const files = readGoldenFiles("settings");

describe("settings are read from the environment, or every problem is told", () => {
  test.each(files.map((file) => [file.name, file] as const))("%s", async (_, { environment, path, render }) => {
    const settings = readSettings(environment, { terminal: false });
    const outcome = settings.ok
      ? explainSettings(settings.value)
      : settings.error.map(({ setting, message }) => `problem ${setting}: ${message}`);
    await expect(render(outcome)).toMatchFileSnapshot(path);
  });

  test("in as many files as were written", () => {
    expect(files.length).toBeGreaterThanOrEqual(FEWEST_FILES);
  });
});

function explainSettings(settings: EnvironmentSettings): string[] {
  const { listen, engine, admin, metrics, origins, log, grace, dialect, switches, warnings } = settings;
  const on = [...dialect.switches.keys()].filter((name) => switches.isOn(name));
  return [
    ...listen.map((address) => `listen ${explainListen(address)}`),
    `engine ${formatAddress(engine)}`,
    `admin ${admin === "off" ? "off" : formatAddress(admin)}`,
    ...(metrics === "off" ? ["metrics off"] : []),
    ...[...origins.pages].map((page) => `page ${page}`),
    ...[...origins.hosts].map((host) => `host ${host}`),
    ...(origins.everywhere ? ["pages are refused everywhere"] : []),
    `log ${log.format}, ${log.level}`,
    `grace ${grace} ms`,
    `on: ${on.join(" ")}`,
    ...warnings.map(({ setting, message }) => `warning ${setting}: ${message}`),
  ];
}

function explainListen(address: ListenAddress): string {
  return address.kind === "unix"
    ? `${formatAddress(address)} mode ${address.mode.toString(8).padStart(4, "0")}${explainOwner(address)}`
    : formatAddress(address);
}

function explainOwner({ owner, group }: ListenUnixAddress): string {
  return `${owner === undefined ? "" : ` owner ${owner}`}${group === undefined ? "" : ` group ${group}`}`;
}
