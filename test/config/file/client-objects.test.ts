import { describe, expect, test } from "vitest";
import { clientReportOf } from "../../../src/config/client-report.ts";
import { reportOf } from "../../../src/config/report.ts";
import { settingsWith } from "../../docs/policy-settings.ts";

/** What the report says of the objects of one client, whose definition is given. */
async function toldOf(client: string): Promise<readonly string[]> {
  const { clients } = await settingsWith(`clients: { ci: { from: 10.0.0.1, ${client} } }`);
  return clients.map(clientReportOf).flatMap(({ objects }) => objects);
}

async function warningsOf(client: string): Promise<readonly string[]> {
  return reportOf(await settingsWith(`clients: { ci: { from: 10.0.0.1, ${client} } }`)).warnings;
}

describe("which objects a client touches and sees is told", () => {
  test.each([
    ["own: true", "what it made"],
    ["label: com.example.team=a", "what has the label com.example.team=a"],
    ["name: [web, worker-*]", "what is called web or worker-*"],
    ["project: [shop, blog]", "what is of project shop or blog"],
    ["image: [busybox, texlive/*]", "images busybox or texlive/*"],
    ["own: true, project: shop, name: web", "what it made that is called web and is of project shop"],
    ["label: a, project: shop", "what has the label a and is of project shop"],
  ])("{ %s } as: %s", async (entry, told) => {
    const [only] = await toldOf(`allow: ContainerList, scope: { ${entry} }`);
    expect(only).toBe(`touches and sees only: ${told} ("every" and "any" below are of these)`);
  });

  test("each entry of a list", async () => {
    expect(await toldOf("allow: ContainerList, scope: [{ project: shop }, { image: busybox }]")).toEqual([
      'touches and sees only: what is of project shop; images busybox ("every" and "any" below are of these)',
    ]);
  });

  test("and nothing where the file says nothing", async () => {
    expect(await toldOf("allow: ContainerList")).toEqual([]);
  });
});

describe("what can't be held to a scope or a view is closed, and that is told", () => {
  test("of a scope", async () => {
    const told = await toldOf("allow: [ContainerList, BuildPrune, ImageLoad], scope: { own: true }");
    expect(told.at(-1)).toBe("can't be held to its scope, and so is closed: ImageLoad, BuildPrune");
  });

  test("of many as a number", async () => {
    const told = await toldOf('allow: "*", scope: { own: true }');
    expect(told.at(-1)).toMatch(
      /^can't be held to its scope, and so is closed: (?:\w+, ){8}\d+ more, \d+ of Podman's own$/u,
    );
  });
});

describe("what marks all that a client makes is told", () => {
  test.each([
    ["scope: { own: true }", "io.quaygate.owner=ci"],
    ["labels: { team: a }", "team=a"],
    [
      "scope: [{ project: shop }, { own: true, name: web }], labels: { team: a }",
      "team=a, io.quaygate.owner=ci",
    ],
  ])("%s: %s", async (keys, told) => {
    expect(await toldOf(`allow: ContainerCreate, ${keys}`)).toContain(`puts on all it makes: ${told}`);
  });

  test("and nothing of a scope that is no mark", async () => {
    const told = await toldOf("allow: ContainerCreate, scope: { project: shop }");
    expect(told.filter((line) => line.startsWith("puts"))).toEqual([]);
  });
});

describe("what of answers a client reads is told", () => {
  test.each([
    ["its own list", "allow: ContainerInspect, hide: [env, mounts]", "hidden from it: env, mounts"],
    [
      "patterns of labels",
      'allow: ContainerInspect, hide: "labels:traefik.*"',
      "hidden from it: labels:traefik.*",
    ],
    [
      "all that is shown",
      "allow: ContainerInspect, only: [names, state]",
      "sees of answers only: names, state, and nothing that this version does not know",
    ],
    ["what a preset hides", "use: traefik", "hidden from it: env, command, mounts, output"],
    [
      "what a preset hides besides its own",
      "use: traefik, hide: [addresses, env]",
      "hidden from it: addresses, env, command, mounts, output",
    ],
    [
      "its own where it says all, whatever a preset hides",
      "use: traefik, only: [names, env]",
      "sees of answers only: names, env, and nothing that this version does not know",
    ],
    ["what no preset of several needs", "use: [traefik, wud]", "hidden from it: env, mounts"],
    [
      "what it reads as bytes",
      "use: dozzle, allow: [exec, ContainerArchive, ContainerAttach]",
      "hidden from it: env; not looked into, and so it may stand there: ContainerLogs, ContainerAttach, ExecStart, 1 of Podman's own",
    ],
  ])("%s", async (_name, client, told) => {
    expect(await toldOf(client)).toEqual([told]);
  });

  test.each([
    ["with none", "use: traefik, hide: none"],
    ["where one of its presets needs all", "use: [traefik, nginx-proxy]"],
    ["where it only warns", "use: traefik, mode: warn"],
    ["where it may make anew what it read", "use: traefik, allow: ContainerCreate"],
    ["where it may change a service to what it read", "use: traefik, allow: ServiceUpdate"],
    ["without a preset", "allow: ContainerInspect"],
  ])("nothing is hidden %s", async (_name, client) => {
    expect(await toldOf(client)).toEqual([]);
  });

  test("what it hides itself is hidden, and whoever makes anew what it read is warned of it", async () => {
    const client = "allow: [ContainerInspect, ContainerCreate], powers: all, hide: env";
    expect(await toldOf(client)).toEqual(["hidden from it: env"]);
    expect(await warningsOf(client)).toEqual([
      "ci may use ContainerInspect and ContainerCreate, and a part of what it reads is hidden (clients.ci): " +
        "what a program makes anew from that lacks the part",
    ]);
    expect(await warningsOf("allow: [ContainerList, ContainerCreate], powers: all, hide: env")).toEqual([]);
  });
});
