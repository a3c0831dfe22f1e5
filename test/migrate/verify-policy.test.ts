import { describe, expect, test } from "vitest";
import { isMap, parseDocument } from "yaml";
import { readProxyRights } from "../../src/migrate/policy/proxy-rights.ts";
import { findPolicyDifferences, type MovedClient } from "../../src/migrate/policy/verify-policy.ts";
import { findNewReach } from "../../src/migrate/policy/verify-reach.ts";
import { readPlace } from "../../src/migrate/reach.ts";
import { pairOf, readServices } from "../../src/migrate/service-settings.ts";
import { openDraft } from "../../src/migrate/source.ts";
import { settingsWith } from "../docs/policy-settings.ts";

/** What a proxy of a kind with some switches on lets through. */
const was = (proxy: "tecnativa" | "linuxserver", ...on: readonly string[]): MovedClient["was"] =>
  readProxyRights(proxy, new Map(on.map((name) => [name, "1"]))).was;

const moved: readonly MovedClient[] = [
  { name: "app", from: ["app"], was: was("tecnativa", "CONTAINERS", "POST") },
  { name: "read", from: ["one", "two"], was: was("linuxserver", "CONTAINERS") },
  { name: "mount", from: ["mount"], was: undefined },
];
const GOOD = `clients:
  app: { from: app, switches: { CONTAINERS: 1, POST: 1 }, powers: all }
  read: { from: [one, two], switches: { CONTAINERS: 1 }, compat: linuxserver, powers: all }
  mount: { from: mount, use: dozzle }
`;

const differencesOf = async (policy: string): Promise<readonly string[]> =>
  findPolicyDifferences(moved, await settingsWith(policy));

describe("a policy that was written", () => {
  test("is good where each client is told as it was meant, and has the rights that it had", async () => {
    expect(await differencesOf(GOOD)).toEqual([]);
  });

  test.each([
    {
      name: "opens one section more",
      change: ["CONTAINERS: 1, POST: 1", "CONTAINERS: 1, POST: 1, IMAGES: 1"],
      says: "app would not have the rights that it had, in ImageCreate, ImageGetAll, ImageList and 10 more",
    },
    {
      name: "opens less",
      change: ["CONTAINERS: 1, POST: 1", "CONTAINERS: 1, POST: 0"],
      says: "app would not have the rights that it had, in ",
    },
    {
      name: "has another dialect",
      change: ["compat: linuxserver, ", ""],
      says: "read would not have the rights that it had, in ContainerLogs, ContainerTop, ContainerArchiveInfo and 5 more",
    },
    {
      name: "holds fewer powers",
      change: ["POST: 1 }, powers: all", "POST: 1 }"],
      says: "app would not have the rights that it had, in ",
    },
    {
      name: "is told by another name",
      change: ["from: app", "from: other"],
      says: "app would be told by something else than app",
    },
    {
      name: "is told by one name more",
      change: ["[one, two]", "[one, two, app2]"],
      says: "read would be told by something else than one, two",
    },
    {
      name: "is told by an address",
      change: ["from: app", "from: 10.0.0.0/8"],
      says: "app would be told by something else than app",
    },
    {
      name: "has a listener of its own",
      change: ["clients:", "listen: [{ address: 'tcp://0.0.0.0:2375', client: app }]\nclients:"],
      says: "app would be told by something else than app",
    },
    {
      name: "is held to nothing",
      change: ["from: mount,", "from: mount, mode: warn,"],
      says: "mount would be held to nothing",
    },
    {
      name: "is not there",
      change: ["  mount: { from: mount, use: dozzle }\n", ""],
      says: "mount is no client",
    },
    {
      name: "was not meant",
      change: ["  mount:", "  more: { from: more, use: dozzle }\n  mount:"],
      says: "more is a client that was not meant",
    },
  ])("is found out where a client $name", async ({ change: [from = "", to = ""], says }) => {
    expect(GOOD).toContain(from);
    expect(await differencesOf(GOOD.replace(from, to))).toEqual([expect.stringContaining(says)]);
  });
});

/** What is found in a file with a gate on two networks, in which `app` is a client that only `near` could be before. */
function reachIn(services: string): readonly string[] {
  const text = `services:\n  gate: { image: quaygate/quaygate, networks: [inner, outer] }\n${services}`;
  const document = parseDocument(text, { merge: true, keepSourceTokens: true });
  const root = document.contents;
  const node = isMap(root) ? pairOf(root, "services")?.value : undefined;
  if (!isMap(node)) throw new Error("there are no services");
  const draft = openDraft(text, document);
  const places = readServices(draft, node).map((service) => readPlace(draft, service));
  return findNewReach("gate", places, [
    { client: "app", consumers: ["app"], reached: new Set(["app", "near"]) },
  ]);
}

describe("a converted file is searched for who could be a client and could not before:", () => {
  const app = "  app: { image: a, networks: [inner, web] }\n";
  const evil = ["evil could be taken for app, and could not before"];

  test.each([
    { name: "nobody", services: "", found: [] },
    { name: "somebody elsewhere", services: "  evil: { image: e, networks: [web] }\n", found: [] },
    {
      name: "somebody near, who could before",
      services: "  near: { image: e, networks: [inner] }\n",
      found: [],
    },
    {
      name: "somebody near, who could not",
      services: "  evil: { image: e, networks: [inner] }\n",
      found: evil,
    },
    {
      name: "somebody in its network",
      services: '  evil: { image: e, network_mode: "service:app" }\n',
      found: evil,
    },
    {
      name: "its name on another network of the gate",
      services: "  evil: { image: e, networks: { outer: { aliases: [App] } } }\n",
      found: evil,
    },
    {
      name: "its name where the gate is not",
      services: "  evil: { image: e, networks: { web: { aliases: [app] } } }\n",
      found: [],
    },
  ])("$name", ({ services, found }) => {
    expect(reachIn(app + services)).toEqual(found);
  });

  test.each([{ networks: "[inner, outer]" }, { networks: "[web]" }])(
    "a client on $networks does not meet the gate once, and would not be known",
    ({ networks }) => {
      expect(reachIn(`  app: { image: a, networks: ${networks} }\n`)).toEqual([
        "app would not meet gate on one network",
      ]);
    },
  );
});
