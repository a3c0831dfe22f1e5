import { describe, expect, test } from "vitest";
import { renderSettingsPage, SETTINGS_PAGE } from "../../scripts/settings-page.ts";
import { readSettings } from "../../src/config/read-settings.ts";
import { OWN_SETTINGS, SHARED_SETTINGS } from "../../src/config/setting-definitions.ts";
import { DEFAULT_WITHIN } from "../../src/policy/learn/within.ts";
import { formatAddress } from "../../src/kernel/address.ts";
import { formatLogPlace } from "../../src/kernel/log-place.ts";
import { LOG_LEVELS } from "../../src/kernel/log-words.ts";
import { quaygate } from "../cli/quaygate-command.ts";
import { codeIn, readDocument } from "./document.ts";

const settings = [...OWN_SETTINGS, ...SHARED_SETTINGS];
/** So that a table can be read on a screen. */
const WIDEST_ROW = 180;

test("the page of settings is what the script writes: npx tsx scripts/settings-page.ts", () => {
  expect(readDocument(SETTINGS_PAGE)).toBe(renderSettingsPage());
});

test("no row of the page is wider than a screen", () => {
  const rows = renderSettingsPage()
    .split("\n")
    .filter((line) => line.startsWith("|"));
  expect(rows.length).toBeGreaterThan(settings.length);
  expect(rows.filter((row) => row.length > WIDEST_ROW)).toEqual([]);
});

describe("the definitions of settings", () => {
  test("have the defaults that hold", () => {
    const read = readSettings({}, { terminal: false });
    if (!read.ok) throw new Error("no settings at all are settings");
    const {
      listen,
      engine,
      engineGone,
      admin,
      networks,
      metrics,
      origins,
      log,
      grace,
      user,
      dialect,
      apiShim,
      traces,
      clients,
    } = read.value;
    const defaults = Object.fromEntries(settings.map(({ name, fallback }) => [name, fallback]));
    expect(defaults).toEqual({
      QUAYGATE_LISTEN: listen.map((address) => formatAddress(address)).join(" "),
      QUAYGATE_ENGINE: engine.kind === "unix" ? engine.path : "",
      QUAYGATE_ENGINE_GONE: engineGone === undefined ? "never" : String(engineGone),
      QUAYGATE_ADMIN: admin === "off" ? admin : formatAddress(admin),
      QUAYGATE_NETWORKS: networks.listen,
      QUAYGATE_METRICS: metrics,
      QUAYGATE_LOG: `text on a terminal, else ${log.format}`,
      QUAYGATE_LOG_TO: log.to.map((place) => formatLogPlace(place)).join(","),
      QUAYGATE_LOG_POLLS: `each on a terminal, else ${log.polls}`,
      QUAYGATE_LOG_CHAIN: log.chain ? "on" : "off",
      QUAYGATE_GRACE: String(grace / 1000),
      QUAYGATE_USER: user === undefined ? "" : String(user.user),
      QUAYGATE_API_SHIM: apiShim,
      QUAYGATE_COMPAT: dialect.name,
      QUAYGATE_ORIGINS: [...origins.pages, ...origins.hosts].join(" "),
      QUAYGATE_POLICY: "",
      QUAYGATE_MODE: clients[0].grant.learns === undefined ? "enforce" : "learn",
      QUAYGATE_WITHIN: DEFAULT_WITHIN,
      QUAYGATE_POWERS: clients[0].grant.powers.entries.join(", "),
      LOG_LEVEL: log.level,
      OTEL_EXPORTER_OTLP_ENDPOINT: traces?.url ?? "",
      ...{ SOCKET_PATH: "", DOCKER_HOST: "", BIND_CONFIG: "", DISABLE_IPV6: "" },
    });
  });

  test("name every level of the log", () => {
    const meaning = settings.find(({ name }) => name === "LOG_LEVEL")?.meaning ?? "";
    expect(codeIn(meaning).slice(0, LOG_LEVELS.length)).toEqual(LOG_LEVELS);
  });

  test("are all in the command's help, a line each that fits a terminal", async () => {
    const { stdout } = await quaygate(["--help"]);
    const lines = stdout.split("\n");
    for (const { name, help, fallback } of OWN_SETTINGS) {
      const line = lines.find((candidate) => candidate.startsWith(`  ${name} `)) ?? "";
      expect(line).toContain(help);
      expect(line).toContain(fallback);
      expect(line.length).toBeLessThanOrEqual(120);
    }
  });

  test("name no setting twice, and nothing that the gate does not read", () => {
    const names = settings.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    for (const { name } of OWN_SETTINGS) {
      // A value that no setting takes: each is read, and complains.
      const read = readSettings({ [name]: " \u0000:// " }, { terminal: false });
      expect([name, read.ok]).toEqual([name, false]);
    }
  });
});
