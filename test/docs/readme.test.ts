import { spawnSync } from "node:child_process";
import { describe, expect, test } from "vitest";
import { OWN_SETTINGS, readSettings } from "../../src/config/read-settings.ts";
import { tecnativaSwitches } from "../../src/config/tecnativa.ts";
import { formatAddress } from "../../src/kernel/address.ts";
import { LOG_LEVELS } from "../../src/kernel/log-words.ts";
import { openEngine } from "../cli/engine.ts";
import { quaygate } from "../cli/quaygate-command.ts";
import { openGate } from "../proxy/rig.ts";
import { docker } from "../support/docker-cli.ts";
import { refusalOf } from "../support/raw-peer.ts";
import { codeIn, namesInTable, readDocument, rowsOfTable } from "./document.ts";

const readme = readDocument("README.md");
const OWN_NAME = /\bQUAYGATE_[A-Z]+\b/gu;

function ownNamesIn(text: string): readonly string[] {
  return [...new Set(text.match(OWN_NAME) ?? [])].toSorted();
}

describe("the settings in the README", () => {
  const rows = new Map(
    rowsOfTable(readme, "setting").map(([name = "", meaning = "", fallback = ""]) => [
      codeIn(name).join(" "),
      { meaning, fallback: codeIn(fallback).join(" ") },
    ]),
  );

  test("are the gate's own, each with a row, and those it shares", () => {
    expect(namesInTable(readme, "setting").toSorted()).toEqual(
      [...OWN_SETTINGS, "LOG_LEVEL", "BIND_CONFIG", "DISABLE_IPV6"].toSorted(),
    );
  });

  test("have the defaults that the table tells", () => {
    const settings = readSettings({}, { terminal: true });
    if (!settings.ok) {
      throw new Error("no settings at all are settings");
    }
    const { listen, engine, admin, origins, log, grace, grant } = settings.value;
    expect(Object.fromEntries([...rows].map(([name, { fallback }]) => [name, fallback]))).toEqual({
      QUAYGATE_LISTEN: listen.map((address) => formatAddress(address)).join(" "),
      QUAYGATE_ENGINE: engine.kind === "unix" ? engine.path : "",
      QUAYGATE_ADMIN: admin === "off" ? admin : formatAddress(admin),
      QUAYGATE_LOG: log.format,
      QUAYGATE_GRACE: String(grace / 1000),
      QUAYGATE_COMPAT: "tecnativa",
      QUAYGATE_ORIGINS: [...origins.pages, ...origins.hosts].join(" "),
      QUAYGATE_POWERS: grant.powers.entries.join(", "),
      LOG_LEVEL: log.level,
      BIND_CONFIG: "",
      DISABLE_IPV6: "",
    });
  });

  test("name every level of the log", () => {
    expect(codeIn(rows.get("LOG_LEVEL")?.meaning ?? "").slice(0, LOG_LEVELS.length)).toEqual(LOG_LEVELS);
  });

  test("are the same in the command's help", async () => {
    const { stdout } = await quaygate(["--help"]);
    expect(ownNamesIn(stdout)).toEqual(OWN_SETTINGS.toSorted());
    expect(stdout).toContain(LOG_LEVELS.slice(0, -2).join(", "));
  });
});

test("the switches in the README are those that are understood, and those that are on are told apart", () => {
  expect(namesInTable(readme, "switch").toSorted()).toEqual([...tecnativaSwitches.keys()].toSorted());
  const on = rowsOfTable(readme, "switch").find(([, meaning = ""]) =>
    meaning.includes("on where they are not set"),
  );
  const defaults = [...tecnativaSwitches].filter(([, byDefault]) => byDefault).map(([name]) => name);
  expect(codeIn(on?.[0] ?? "").toSorted()).toEqual(defaults.toSorted());
});

describe("the refusal in the README", () => {
  const [, typed = "", printed = ""] =
    /\$ docker -H tcp:\/\/127\.0\.0\.1:2375 (.*)\n\s*(docker: .*)\n/u.exec(readme) ?? [];
  test("is what the gate answers", async () => {
    const { ask } = await openGate("tcp", { CONTAINERS: "1" }, await openEngine());
    const answer = await ask(
      "POST /v1.41/containers/create HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n",
    );
    const { status, code, message } = refusalOf(answer);
    expect([status, code]).toEqual([403, "operation_denied"]);
    expect(printed).toBe(`docker: Error response from daemon: ${message}`);
  });

  test.runIf(spawnSync("docker", ["--version"]).status === 0)("is what docker prints", async () => {
    const { gate } = await openGate("tcp", { CONTAINERS: "1" }, await openEngine());
    const { code, stderr } = await docker(gate.host, typed.split(" "));
    expect([code, stderr.split("\n")[0]]).toEqual([125, printed]);
  });
});
