import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { parse } from "yaml";
import { root } from "../../scripts/set-up.mjs";
import { loadSettings } from "../../src/config/load-settings.ts";
import { readSettings } from "../../src/config/read-settings.ts";
import type { Settings } from "../../src/config/settings.ts";
import { catalogue } from "../../src/docker/operations.ts";
import { explainVerdict } from "../../src/policy/explain.ts";
import type { Grant } from "../../src/policy/grant.ts";
import { parseWord } from "../../src/policy/words/word.ts";
import { openIn, verdictOn } from "../examples/decided.ts";
import { entriesOf, settingsOf, wordsOf } from "../examples/example.ts";
import { temporaryFolder } from "../support/docker-cli.ts";
import { codeIn, readDocument, rowsOfTable } from "./document.ts";
import { settingsWith } from "./policy-settings.ts";

const PAGE = "docs/several-clients.md";
const page = readDocument(PAGE);

const blocks = [...page.matchAll(/^```yaml\n([^]*?)^```$/gmu)].map(([, text = ""]) => text);
const [before = "", mechanical = "", after = "", presets = "", warning = "", selfHosting = "", rules = ""] =
  blocks;

/** What whoever calls from the address of a service holds. */
function grantOf({ clients, policy }: Settings, service: string): Grant {
  const source = policy?.sources.find(({ anyOf }) =>
    anyOf.flat().some((matcher) => matcher.kind === "name" && matcher.names.includes(service)),
  );
  const client = clients.find(({ name }) => name === source?.name);
  if (client === undefined) throw new Error(`${service} is no client`);
  return client.grant;
}

/** What a proxy of Tecnativa's with these variables lets through. */
function grantOfProxy(environment: unknown): Grant {
  const variables = [...entriesOf(environment)].map(([name, value]) => [name, String(value)] as const);
  const settings = readSettings(Object.fromEntries(variables), { terminal: false });
  if (!settings.ok) throw new Error("these variables are not taken");
  return settings.value.clients[0].grant;
}

/** The services of a Compose file. */
const servicesOf = (text: string): ReadonlyMap<string, ReadonlyMap<string, unknown>> =>
  new Map(
    [...entriesOf(entriesOf(parse(text)).get("services"))].map(([name, keys]) => [name, entriesOf(keys)]),
  );

/** The service that each program is told of, by its name. */
function toldIn(text: string): Readonly<Record<string, string>> {
  const told = [...servicesOf(text)].flatMap(([name, keys]) => {
    const words = [...wordsOf(keys.get("command")), ...entriesOf(keys.get("environment")).values()].join(" ");
    const host = /tcp:\/\/([a-z-]+):2375/u.exec(words)?.[1];
    return host === undefined ? [] : [[name, host] as const];
  });
  return Object.fromEntries(told);
}

/** One line of YAML as a mapping. */
const entriesIn = (line: string): Readonly<Record<string, unknown>> =>
  Object.fromEntries(entriesOf(parse(line)));

test("the page has the blocks that are tried here, and no other", () => {
  expect(blocks).toHaveLength(7);
  expect(Object.keys(toldIn(before))).toEqual(["traefik", "portainer", "watchtower", "glances", "dozzle"]);
});

describe("the first step", () => {
  test.each(Object.entries(toldIn(before)))("leaves %s the very decisions of %s", async (service, proxy) => {
    const was = grantOfProxy(servicesOf(before).get(proxy)?.get("environment"));
    const is = grantOf(await settingsWith(mechanical), service);
    expect(openIn(is)).toEqual(openIn(was));
    // Whoever can create something may go on asking for anything.
    const creates = openIn(was).includes("ContainerCreate");
    expect([was.powers.isEverything, is.powers.isEverything]).toEqual([true, creates]);
  });

  test("tells every program of the one gate, on a network with nobody else", () => {
    const services = servicesOf(after);
    const networks = entriesOf(entriesOf(parse(after)).get("networks"));
    const consumers = Object.keys(toldIn(before));
    expect(toldIn(after)).toEqual(Object.fromEntries(consumers.map((name) => [name, "socket-proxy"])));
    expect([...services.keys()]).toEqual(["socket-proxy", ...consumers]);
    for (const name of consumers) {
      const [own = "", ...others] = wordsOf(services.get(name)?.get("networks"));
      const members = [...services].filter(([, keys]) => wordsOf(keys.get("networks")).includes(own));
      expect([members.map(([member]) => member), others]).toEqual([["socket-proxy", name], ["default"]]);
      expect(entriesOf(networks.get(own)).get("internal")).toBe(true);
    }
  });

  test("has the gate as it is in the example, but for its networks", () => {
    const example = servicesOf(readFileSync(join(root, "examples", "custom-rules.yaml"), "utf8")).get(
      "socket-proxy",
    );
    const { networks: _, ...gate } = Object.fromEntries(servicesOf(after).get("socket-proxy") ?? []);
    const wanted = Object.fromEntries(example ?? []);
    expect(gate).toEqual({
      ...gate,
      image: wanted["image"],
      environment: wanted["environment"],
      read_only: wanted["read_only"],
      cap_drop: wanted["cap_drop"],
      cap_add: wanted["cap_add"],
      security_opt: wanted["security_opt"],
    });
    expect(gate["volumes"]).toEqual([
      "/var/run/docker.sock:/var/run/docker.sock:ro",
      "./policy.yaml:/etc/quaygate/policy.yaml:ro",
    ]);
  });
});

describe("what may stand in from", () => {
  test.each(rowsOfTable(page, "the client is"))("for %s is taken: %s", async (_, cell) => {
    const [entry = ""] = codeIn(cell);
    const isListener = entry.startsWith("listen:");
    const client = { use: "traefik", ...(isListener ? {} : entriesIn(entry)) };
    const [, owner = "host"] = /client: ([a-z]+)/u.exec(entry) ?? [];
    const policy = { ...(isListener ? entriesIn(entry) : {}), clients: { [owner]: client } };
    const folder = temporaryFolder();
    onTestFinished(() => folder.remove());
    const token = join(folder.path, "bot");
    writeFileSync(token, "correct-horse-battery-staple");
    const settings = await settingsWith(JSON.stringify(policy).replace("/run/secrets/bot", token));
    const [{ name }] = settings.clients;
    expect(name).toBe(owner);
    expect(settings.policy?.listeners.size).toBe(isListener ? 1 : 0);
  });
});

describe("the answers on the page", () => {
  const [, , ...services] = (page.split("\n").find((line) => line.startsWith("| request")) ?? "")
    .split("|")
    .map((cell) => cell.trim())
    .slice(0, -1);
  const rows = rowsOfTable(page, "request").flatMap(([request = "", ...cells]) =>
    cells.map((cell, index) => ({ request: codeIn(request)[0] ?? "", service: services[index] ?? "", cell })),
  );

  test.each(rows)("$request of $service: $cell", async ({ request, service, cell }) => {
    const answers = [];
    for (const policy of [mechanical, presets]) {
      const verdict = verdictOn(grantOf(await settingsWith(policy), service), request);
      answers.push(verdict.kind === "allow" ? "yes" : "403");
    }
    const [first, second] = answers;
    expect(cell).toBe(first === second ? first : `${first} (${second})`);
  });

  test("are those of a table that was read", () => {
    expect(services).toEqual(Object.keys(toldIn(before)));
    expect(rows.length).toBeGreaterThan(40);
  });

  test("the refusal is what the gate says", async () => {
    const verdict = verdictOn(grantOf(await settingsWith(presets), "traefik"), "GET /images/json");
    if (verdict.kind === "allow") throw new Error("it is allowed");
    expect(page.split("\n")).toContain(explainVerdict(verdict, "GET", "172.25.0.3"));
  });
});

describe("the presets of the third step", () => {
  test.each(rowsOfTable(page, "client"))(
    "close what is said of %s, which was open",
    async (client, words) => {
      const [name = ""] = codeIn(client);
      const was = openIn(grantOf(await settingsWith(mechanical), name));
      const is = openIn(grantOf(await settingsWith(presets), name));
      expect(codeIn(words).length).toBeGreaterThan(3);
      for (const text of codeIn(words)) {
        const word = parseWord(text);
        const names: readonly string[] = word.ok
          ? word.value.operations.map((operation) => operation.name)
          : [];
        expect({ text, was: names.some((each) => was.includes(each)) }).toEqual({ text, was: true });
        expect({ text, still: names.filter((each) => is.includes(each)) }).toEqual({ text, still: [] });
      }
    },
  );

  test("bring the powers that the page names", async () => {
    const { clients } = await settingsWith(presets);
    const powers = clients.map(({ name, grant }) => [name, grant.powers.entries.join(" and ")]);
    expect(Object.fromEntries(powers)).toMatchObject({
      portainer: "default and host:cgroupns",
      watchtower: "default and host:cgroupns",
      traefik: "default",
    });
  });
});

test("with mode: warn one client is held to nothing, and the other to its own", async () => {
  const { clients } = await settingsWith(warning);
  expect(clients.map(({ name, grant }) => [name, grant.warns === true])).toEqual([
    ["traefik", true],
    ["portainer", false],
  ]);
});

test("a gate for each program becomes a client with the same switches", async () => {
  const settings = await settingsWith(selfHosting);
  for (const name of ["traefik", "portainer", "ofelia", "glances"]) {
    const { IMAGES, QUAYGATE_POWERS: _, ...variables } = settingsOf("self-hosting.yaml", `proxy-${name}`);
    // The example gives Glances the images' names besides, which the set-up on the page does not.
    const was = grantOfProxy(
      name === "glances" || IMAGES === undefined ? variables : { ...variables, IMAGES },
    );
    expect({ name, open: openIn(grantOf(settings, name)) }).toEqual({ name, open: openIn(was) });
  }
  const ofelia = await settingsWith("clients: { ofelia: { from: ofelia, use: ofelia } }");
  expect(openIn(ofelia.clients[0].grant).filter((name) => /Create|Delete|Image/u.test(name))).toEqual([]);
  expect(openIn(grantOf(settings, "ofelia"))).toEqual(
    expect.arrayContaining(["ContainerCreate", "ContainerDelete"]),
  );
});

describe("the rules on paths", () => {
  test("are those of the example", async () => {
    const example = await loadSettings(settingsOf("custom-rules.yaml"), { terminal: false });
    if (!example.ok) throw new Error("the example's policy is not taken");
    const { clients } = await settingsWith(rules);
    expect(openIn(clients[0].grant)).toEqual(openIn(example.value.clients[0].grant));
  });

  test("without deny open just what the regular expression on the page did", async () => {
    const { clients } = await settingsWith(rules.replace(/^ +deny: .*$/mu, ""));
    const expression = /`path_reg (\S+)`/u.exec(page)?.[1] ?? "nothing";
    const reads = catalogue.filter(({ methods, template }) => {
      const path = template.replaceAll(/\{[^}]+\}/gu, "web");
      return (
        new RegExp(expression, "iu").test(path) && methods.some((each) => each === "GET" || each === "HEAD")
      );
    });
    expect(openIn(clients[0].grant).toSorted()).toEqual(reads.map(({ name }) => name).toSorted());
  });

  test("are refused at the start where they name a single object", async () => {
    const [single = ""] = /`(GET \/containers\/web\/json)` is refused/u.exec(page)?.slice(1) ?? [];
    const policy = rules.replace(/allow: .*$/mu, `allow: [${single}]`);
    await expect(settingsWith(policy)).rejects.toThrow(
      "a path rule selects operations and not single objects",
    );
  });
});
