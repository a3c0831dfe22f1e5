import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { readSettings } from "../../src/config/read-settings.ts";
import { decide } from "../../src/policy/decide.ts";
import { entriesOf } from "../examples/example.ts";
import { readDocument } from "./document.ts";

const sections = readDocument("docs/migration.md")
  .split(/^## /mu)
  .filter((section) => section.startsWith("From "))
  .map((section) => {
    const blocks = [...section.matchAll(/^```yaml\n([^]*?)^```$/gmu)].map(([, text = ""]): unknown =>
      parse(text),
    );
    const services = blocks.flatMap((block) =>
      [...entriesOf(entriesOf(block).get("services")).values()].map(entriesOf),
    );
    const after = services.find((service) => service.get("image") === "quaygate/quaygate:latest");
    const environment = [...entriesOf(after?.get("environment"))].map(([name, value]): [string, string] => [
      name,
      String(value),
    ]);
    return {
      name: section.split("\n")[0] ?? "",
      before: services[0] ?? new Map<string, unknown>(),
      after: after ?? new Map<string, unknown>(),
      environment: Object.fromEntries<string>(environment),
    };
  });

const section = (name: string) => {
  const found = sections.find((each) => each.name.includes(name));
  if (found === undefined) throw new Error(`there is no section on ${name}`);
  return found;
};

/** Whether a request passes with these settings. */
function passes(
  environment: Readonly<Record<string, string>>,
  method: "GET" | "HEAD" | "POST",
  path: string,
): boolean {
  const settings = readSettings(environment, { terminal: false });
  if (!settings.ok) throw new Error("these settings are not taken");
  const request = { method, path, hasBody: false, contentTypes: [] };
  return decide(settings.value.clients[0].grant, request).kind === "allow";
}

test("there is a section for each place that people come from", () => {
  expect(sections.map(({ name }) => name)).toEqual([
    "From a mounted socket",
    "From Tecnativa's docker-socket-proxy",
    "From LinuxServer's docker-socket-proxy",
    "From wollomatic's socket-proxy",
    "From an haproxy.cfg of your own",
  ]);
});

describe.each(sections)("$name", ({ after, environment }) => {
  test("ends with settings that are taken without a problem and without a warning", () => {
    const settings = readSettings(environment, { terminal: false });
    expect(settings.ok ? settings.value.warnings : settings.error).toEqual([]);
    expect(Object.keys(environment).length).toBeGreaterThan(1);
  });

  test("ends with the socket read-only", () => {
    expect(after.get("volumes")).toEqual(["/var/run/docker.sock:/var/run/docker.sock:ro"]);
  });
});

test.each(["Tecnativa", "LinuxServer"])("every variable of %s stays as it was", (name) => {
  const { before, environment } = section(name);
  const { QUAYGATE_COMPAT: dialect, ...others } = environment;
  const was = [...entriesOf(before.get("environment"))].map(([key, value]) => [key, String(value)]);
  expect(others).toEqual(Object.fromEntries(was));
  expect(dialect).toBe(name === "LinuxServer" ? "linuxserver" : undefined);
});

test.each([
  ["HEAD", "/_ping"],
  ["GET", "/v1.41/version"],
  ["GET", "/v1.41/containers/json"],
  ["GET", "/v1.41/containers/web/json"],
  ["GET", "/v1.41/events"],
  ["POST", "/v1.41/containers/web/start"],
  ["GET", "/v1.41/images/json"],
  ["GET", "/v1.41/info"],
] as const)("wollomatic's rules and their successors say the same to %s %s", (method, path) => {
  const { before, environment } = section("wollomatic");
  const command = before.get("command");
  const words = Array.isArray(command) ? command.map(String) : [];
  const rules = words
    .filter((word) => word.startsWith(`-allow${method}=`))
    .map((word) => new RegExp(`^(?:${word.slice(word.indexOf("=") + 1)})$`, "u"));
  expect(passes(environment, method, path)).toBe(rules.some((rule) => rule.test(path)));
});

test.each([
  ["GET", "/v1.41/containers/json", true],
  ["GET", "/images/json", true],
  ["GET", "/v1.41/version", false],
  ["GET", "/_ping", false],
  ["GET", "/events", false],
  ["GET", "/networks", false],
  ["POST", "/containers/web/start", false],
] as const)("the haproxy.cfg and its successor say the same to %s %s", (method, path, allowed) => {
  const rule = /acl readable path_reg -i (\S+)/u.exec(readDocument("docs/migration.md"))?.[1] ?? "";
  expect(method === "GET" && new RegExp(rule, "iu").test(path)).toBe(allowed);
  expect(passes(section("haproxy").environment, method, path)).toBe(allowed);
});
