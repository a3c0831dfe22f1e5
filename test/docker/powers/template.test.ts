import { describe, expect, test } from "vitest";
import { longestTemplate } from "../../../src/docker/limits.ts";
import { harmless } from "../../../src/docker/powers/meaning.ts";
import { containerSpec } from "../../../src/docker/powers/service-container.ts";
import { servicePowers } from "../../../src/docker/powers/service-spec.ts";
import { holds } from "../../policy/powers.ts";
import { askedBy } from "./asked.ts";
import { createBody, hostAsks } from "./container-asks.ts";

const BOMB = `{{printf "%01000d" 1}}`;
const serviceBody = servicePowers.ServiceCreate?.body ?? harmless;

function ofTemplates(powers: readonly string[] | string): readonly string[] {
  return typeof powers === "string" ? [powers] : powers.filter((power) => power.startsWith("template:"));
}

/** What a log's option asks for. */
function logAsks(key: string, value: string, Type = "json-file"): readonly string[] {
  return ofTemplates(hostAsks({ LogConfig: { Type, Config: { [key]: value } } }));
}

/** What the text of a service's variable asks for. */
function variableAsks(value: string): readonly string[] {
  return ofTemplates(askedBy(containerSpec, { Env: [`A=${value}`] }).powers);
}

describe("a log's tag asks for nothing", () => {
  test.each([
    ["as a text", "web}}"],
    ["as a text with one bracket", "{.Name}"],
    ["as a field", "{{.Name}}"],
    ["as a field with spaces", "{{ .FullID  }}"],
    ["as all documented fields", "{{.ID}}{{.FullID}}/{{.Name}}-{{.ImageID}}{{.ImageFullID}}|{{.ImageName}}"],
    ["as the engine's name", "{{.DaemonName}}"],
    ["as a field behind which a bracket stands", "{{.Name}}}"],
    ["as a field and the rest of a trim", "{{.Name}} -}}"],
  ])("%s: %s", (_name, tag) => {
    expect(logAsks("tag", tag)).toEqual([]);
  });
});

describe("a log's tag asks for a template", () => {
  test.each([
    ["by a function", BOMB],
    ["by padding", `{{pad .Name 1000 1000}}`],
    ["by a condition", "{{if .Name}}x{{end}}"],
    ["by a loop", "{{range .ContainerEnv}}x{{end}}"],
    ["by a pipeline", "{{.Name|printf}}"],
    ["by a definition", `{{define "a"}}{{template "a"}}{{end}}{{template "a"}}`],
    ["by trimming in front", "{{- .Name}}"],
    ["by trimming behind", "{{.Name -}}"],
    ["by a comment", "{{/* .Name */}}"],
    ["by a text", `{{"{{"}}`],
    ["by a variable", "{{$}}"],
    ["by everything there is", "{{.}}"],
    ["by the command, which is as long as a client likes", "{{.Command}}"],
    ["by the environment", "{{.ContainerEnv}}"],
    ["by a field of a field", "{{.Name.Length}}"],
    ["by two fields in one action", "{{.Name .ID}}"],
    ["by a service's field", "{{.Task.ID}}"],
    ["by a field in other letters", "{{.name}}"],
    ["by a line end inside", "{{\n.Name}}"],
    ["by a third bracket", "{{{.Name}}"],
    ["by an action without an end", "{{.Name"],
    ["behind a plain field", `{{.Name}}${BOMB}`],
    ["by a field that ends in the next", "{{.Name{{.ID}}"],
  ])("%s: %s", (_name, tag) => {
    expect(logAsks("tag", tag)).toHaveLength(1);
    expect(holds("default", logAsks("tag", tag)[0] ?? "")).toBe(false);
    expect(holds("default,template", logAsks("tag", tag)[0] ?? "")).toBe(true);
  });

  test("by very many fields: a container's name is as long as a head", () => {
    expect(logAsks("tag", "{{.Name}}".repeat(16))).toEqual([]);
    expect(logAsks("tag", "{{.Name}}".repeat(17))).toHaveLength(1);
  });

  test("that a list can name, and one that is too long only with all of them", () => {
    const [power = ""] = logAsks("tag", "{{upper .Name}}*,%");
    expect(power).toBe("template:{{upper .Name}}%2A%2C%25");
    expect(holds(`none,${power}`, power)).toBe(true);
    expect(holds("none,template:{{*", power)).toBe(true);
    const long = `{{printf "%s" "${"a".repeat(longestTemplate)}"}}`;
    expect(logAsks("tag", long)).toEqual(["template:(long)"]);
    expect(holds("none,template:{{*", "template:(long)")).toBe(false);
    expect(holds("none,template", "template:(long)")).toBe(true);
  });

  test.each(["syslog", "awslogs", "", "a/plugin:1"])("whatever the driver: %o", (driver) => {
    expect(logAsks("tag", BOMB, driver)).toHaveLength(1);
    expect(logAsks("syslog-tag", BOMB, driver)).toHaveLength(1);
    expect(logAsks("tag", "{{.Name}}", driver)).toEqual([]);
  });
});

describe("a log's pattern", () => {
  const keys = ["labels-regex", "env-regex", "awslogs-multiline-pattern", "awslogs-datetime-format"];

  test.each(keys)("of %s asks for nothing where it is short and counts nothing", (key) => {
    for (const plain of ["", "^(com|org)\\.acme\\..*$", "[%b %d, %Y %H:%M:%S]", "a".repeat(128)]) {
      expect(logAsks(key, plain)).toEqual([]);
    }
  });

  test.each(keys)("of %s asks for a template where it counts, or is long", (key) => {
    expect(logAsks(key, "x{1000}")).toEqual(["template:x{1000}"]);
    expect(logAsks(key, "{{.Name}}")).toEqual(["template:{{.Name}}"]);
    expect(logAsks(key, "a|".repeat(65))).toHaveLength(1);
    expect(logAsks(key, "ab".repeat(65))).toEqual([]);
  });
});

test("a service's log is judged as a container's", () => {
  const asks = (LogDriver: object): readonly string[] =>
    askedBy(serviceBody, { TaskTemplate: { LogDriver } }).powers.filter((power) =>
      /^(?:template|log-driver|field):/u.test(power),
    );
  expect(asks({ Name: "json-file", Options: { tag: "{{.Name}}", "max-size": "1m" } })).toEqual([
    "log-driver:json-file",
  ]);
  expect(asks({ Name: "json-file", Options: { tag: "{{json .}}", path: "/x" } })).toEqual([
    "log-driver:json-file",
    "template:{{json .}}",
    "field:TaskTemplate.LogDriver.Options.path",
  ]);
  expect(asks({ Options: { "env-regex": "a{9}" } })).toEqual(["log-driver:(default)", "template:a{9}"]);
});

describe("a service's texts", () => {
  test.each([
    ["a text", "a{b}"],
    ["a node", "{{.Node.Hostname}}-{{.Node.ID}}/{{ .Node.Platform.OS }}.{{.Node.Platform.Architecture}}"],
    ["a task", "{{.Service.Name}}{{.Service.ID}}.{{.Task.Slot}}.{{.Task.ID}}{{.Task.Name}}"],
  ])("ask for nothing as %s", (_name, value) => {
    expect(variableAsks(value)).toEqual([]);
  });

  test.each([
    ["a function", BOMB],
    ["a list of joined texts", `{{join "a" "b" "c"}}`],
    ["labels, which are as long as a client likes", "{{.Service.Labels}}"],
    ["one of them", `{{index .Service.Labels "a"}}`],
    ["one of them as a field", "{{.Service.Labels.a}}"],
    ["a log's field", "{{.ImageName}}"],
    ["a part of the facts", "{{.Node}}"],
  ])("ask for a template as %s", (_name, value) => {
    expect(variableAsks(value)).toEqual([`template:${value.replaceAll("%", "%25")}`]);
  });

  test("are variables by their values only, the host's name, and all of mounts", () => {
    const asks = (spec: object): readonly string[] => ofTemplates(askedBy(containerSpec, spec).powers);
    expect(asks({ Env: ["{{x}}=a", "{{x}}"] })).toEqual([]);
    expect(asks({ Env: ["A=b={{x}}"] })).toEqual(["template:b={{x}}"]);
    expect(asks({ Hostname: "{{x}}" })).toEqual(["template:{{x}}"]);
    expect(asks({ Mounts: [{ Type: "volume", Source: "{{a}}", Target: "/{{b}}" }] })).toEqual([
      "template:{{a}}",
      "template:/{{b}}",
    ]);
    const VolumeOptions = { Labels: { l: "{{c}}" }, DriverConfig: { Options: { o: "{{d}}", "{{e}}": "" } } };
    expect(asks({ Mounts: [{ Type: "volume", Source: "a", Target: "/a", VolumeOptions }] })).toEqual([
      "template:{{c}}",
      "template:{{d}}",
      "template:{{e}}",
    ]);
    expect(asks({ Dir: "{{x}}", Labels: { a: "{{x}}" }, Args: ["{{x}}"] })).toEqual([]);
  });

  test("still ask for any path where a plain field chooses one", () => {
    const spec = { Mounts: [{ Type: "bind", Source: "/data/{{.Node.Hostname}}", Target: "/d" }] };
    expect(askedBy(containerSpec, spec).powers).toEqual(
      expect.arrayContaining(["bind:/", "mount:(template)"]),
    );
    expect(ofTemplates(askedBy(containerSpec, spec).powers)).toEqual([]);
  });

  test("never stand in a place, where the log would have them", () => {
    expect(askedBy(containerSpec, { Env: ["P=hunter2{{x}}"] }).places.join()).not.toContain("hunter2");
  });
});

test("a container's variables and host name are no templates", () => {
  const asked = askedBy(createBody, { Env: ["A={{x}}"], Hostname: "{{x}}", Labels: { a: "{{x}}" } });
  expect(ofTemplates(asked.powers)).toEqual([]);
});
