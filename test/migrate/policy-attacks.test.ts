import { describe, expect, test } from "vitest";
import { migrate } from "../../src/migrate/migrate.ts";
import { explainRemarks } from "../../src/migrate/remark.ts";

const SOCKET = '["/var/run/docker.sock:/var/run/docker.sock:ro"]';

/** A proxy that lets containers be created, on a network of its own, and one that lets them be listed, on another. */
const PROXIES = `
  strong:
    image: tecnativa/docker-socket-proxy
    environment: { CONTAINERS: 1, POST: 1 }
    volumes: ${SOCKET}
    networks: [inner]
  weak:
    image: tecnativa/docker-socket-proxy
    environment: { CONTAINERS: 1 }
    volumes: ${SOCKET}
    networks: [outer]
  trusted:
    image: example/trusted
    environment: { DOCKER_HOST: "tcp://strong:2375" }
    networks: [inner]
  viewer:
    image: example/viewer
    environment: { DOCKER_HOST: "tcp://weak:2375" }
    networks: [outer]
`;
const NETWORKS = `
networks:
  inner: { internal: true }
  outer: { internal: true }
`;

/** Who is which client, by the policy, and who has a gate of his own. */
interface Outcome {
  readonly clients: Readonly<Record<string, readonly string[]>>;
  readonly told: string;
}

function outcomeOf(text: string): Outcome | string {
  const result = migrate(text, "./policy.yaml");
  if (!result.ok) return result.error.message;
  const { policy, remarks } = result.value;
  return {
    clients: Object.fromEntries(policy?.clients.map(({ name, from }) => [name, from]) ?? []),
    told: explainRemarks(remarks).join("\n"),
  };
}

const BOTH = { trusted: ["trusted"], viewer: ["viewer"] };
const ONLY_VIEWER = { viewer: ["viewer"] };

test("with nobody else there each becomes the client that it was", () => {
  expect(outcomeOf(`services:${PROXIES}${NETWORKS}`)).toMatchObject({ clients: BOTH });
});

describe("nobody becomes a client by", () => {
  interface Attack {
    readonly name: string;
    readonly service: string;
    readonly clients: Outcome["clients"];
    readonly says: string;
  }
  const attacks: readonly Attack[] = [
    {
      name: "an alias that is the client's name, on the network of another one",
      service:
        "  evil:\n    image: example/evil\n    environment: { DOCKER_HOST: 'tcp://weak:2375' }\n    networks: { outer: { aliases: [trusted] } }\n",
      clients: { weak: ["viewer", "evil"] },
      says: "strong: has a gate of its own: trusted can't be told by its name, which evil has too",
    },
    {
      name: "an alias in capital letters",
      service: "  evil:\n    image: example/evil\n    networks: { outer: { aliases: [TRUSTED] } }\n",
      clients: ONLY_VIEWER,
      says: "trusted can't be told by its name, which evil has too",
    },
    {
      name: "an alias as which a stack would ask for it",
      service: "  evil:\n    image: example/evil\n    networks: { outer: { aliases: [tasks.trusted] } }\n",
      clients: ONLY_VIEWER,
      says: "trusted can't be told by its name, which evil has too",
    },
    {
      name: "a container's name",
      service: "  evil:\n    image: example/evil\n    container_name: trusted\n    networks: [outer]\n",
      clients: ONLY_VIEWER,
      says: "trusted can't be told by its name, which evil has too",
    },
    {
      name: "a host's name",
      service: "  evil:\n    image: example/evil\n    hostname: Trusted\n    networks: [outer]\n",
      clients: ONLY_VIEWER,
      says: "trusted can't be told by its name, which evil has too",
    },
    {
      name: "a service's name in other letters",
      service: "  Trusted:\n    image: example/evil\n    networks: [outer]\n",
      clients: ONLY_VIEWER,
      says: "trusted can't be told by its name, which Trusted has too",
    },
    {
      name: "an address of a proxy that it could not reach",
      service:
        "  evil:\n    image: example/evil\n    environment: { DOCKER_HOST: 'tcp://strong:2375' }\n    networks: [outer]\n",
      clients: BOTH,
      says: "evil: names strong, with which it shares no network: it could not reach it, and is no client",
    },
    {
      name: "an address of a proxy, from a second name of another network",
      service:
        "  evil:\n    image: example/evil\n    environment: { DOCKER_HOST: 'tcp://strong:2375' }\n    networks: { outer: { aliases: [inner] } }\n",
      clients: BOTH,
      says: "evil: names strong, with which it shares no network",
    },
    {
      name: "the network of a client, when it used another proxy",
      service:
        "  evil:\n    image: example/evil\n    network_mode: service:trusted\n    environment: { DOCKER_HOST: 'tcp://weak:2375' }\n",
      clients: BOTH,
      says: "evil: names weak, with which it shares no network",
    },
    {
      name: "an address that it is told of a proxy's name",
      service:
        "  evil:\n    image: example/evil\n    extra_hosts: ['strong:10.0.0.9']\n    environment: { DOCKER_HOST: 'tcp://strong:2375' }\n    networks: [inner]\n",
      clients: ONLY_VIEWER,
      says: "strong: has a gate of its own: evil is told of a name that may mean this one",
    },
    {
      name: "a name that Docker may give a proxy",
      service:
        "  evil:\n    image: example/evil\n    environment: { DOCKER_HOST: 'tcp://project-weak-1:2375' }\n    networks: [outer]\n",
      clients: { trusted: ["trusted"] },
      says: "weak: has a gate of its own: evil is told of a name that may mean this one",
    },
    {
      name: "addresses of two proxies",
      service:
        "  evil:\n    image: example/evil\n    environment: { A: 'tcp://strong:2375', B: 'tcp://weak:2375' }\n    networks: [inner, outer]\n",
      clients: {},
      says: "evil uses strong and weak, and a client has one set of rights",
    },
    {
      name: "what it extends",
      service: `  evil:
    image: example/evil
    extends: { file: evil.yaml, service: evil }
    environment: { DOCKER_HOST: "tcp://weak:2375" }
    networks: [outer]
`,
      clients: { trusted: ["trusted"] },
      says: "weak: has a gate of its own: evil extends another service, and its names and networks may stand there",
    },
    {
      name: "the network of another one, from which it uses another proxy",
      service: `  two:
    image: example/two
    environment: { DOCKER_HOST: "tcp://strong:2375" }
    networks: [inner, outer]
  evil:
    image: example/evil
    network_mode: service:two
    environment: { DOCKER_HOST: "tcp://weak:2375" }
`,
      clients: {},
      says: "strong: evil uses another one from the network of two, which uses this one",
    },
    {
      name: "a proxy beside the socket that it mounts",
      service: `  evil:
    image: example/evil
    environment: { ENGINE: "tcp://weak:2375" }
    volumes: ${SOCKET}
    networks: [outer]
`,
      clients: { trusted: ["trusted"], evil: ["evil"] },
      says: "weak: has a gate of its own: evil uses it and mounts the socket as well",
    },
    {
      name: "nothing but its network",
      service: "  evil:\n    image: example/evil\n    networks: [inner]\n",
      clients: BOTH,
      says: "evil: could reach strong, and the file does not say whether it does",
    },
  ];

  test.each(attacks)("$name", ({ service, clients, says }) => {
    const outcome = outcomeOf(`services:${PROXIES}${service}${NETWORKS}`);
    if (Object.keys(clients).length === 0) {
      expect(outcome).toContain(says);
    } else {
      expect(outcome).toEqual({ clients, told: expect.stringContaining(says) });
    }
  });
});

describe("who mounts the socket keeps it, where somebody else would reach its gate by", () => {
  test.each([
    { name: "the network of the service", mode: "service:mounts", uses: "uses" },
    { name: "the network of its container", mode: "container:mounts1", uses: "uses" },
    { name: "a network that is filled in", mode: "'service:${OTHER}'", uses: "may use" },
  ])("$name", ({ mode, uses }) => {
    const services =
      `  mounts:\n    image: amir20/dozzle\n    container_name: mounts1\n    volumes: ${SOCKET}\n` +
      `  evil:\n    image: example/evil\n    network_mode: ${mode}\n`;
    expect(outcomeOf(`services:${PROXIES}${services}${NETWORKS}`)).toEqual({
      clients: BOTH,
      told: expect.stringContaining(`mounts: keeps the socket: evil ${uses} its network`),
    });
  });
});

describe("a proxy stays a gate of its own", () => {
  test.each([
    {
      name: "with a switch from outside",
      settings: "environment: { CONTAINERS: '${ON}' }",
      says: "filled in from outside",
    },
    {
      name: "with a switch from the shell",
      settings: "environment: [CONTAINERS]",
      says: "filled in from outside",
    },
    { name: "with a file of variables", settings: "env_file: a.env", says: "has an env_file" },
    { name: "with rules of its own", settings: "command: [haproxy, -f, /own.cfg]", says: "rules of its own" },
    { name: "with a program of its own", settings: "entrypoint: /own.sh", says: "rules of its own" },
    {
      name: "at a place of its own",
      settings: "environment: { BIND_CONFIG: '127.0.0.1:2375' }",
      says: "listens at a place",
    },
    {
      name: "before an engine that a variable names",
      settings: "environment: { DOCKER_HOST: 'tcp://far:2375' }",
      says: "DOCKER_HOST",
    },
    {
      name: "before another socket",
      settings: "environment: { SOCKET_PATH: /other.sock }",
      says: "not told of its engine by one mount",
    },
    {
      name: "that extends another service",
      settings: "extends: { file: a.yaml, service: b }",
      says: "extends another service",
    },
    { name: "that is scaled to none", settings: "deploy: { replicas: 0 }", says: "scaled to none" },
    {
      name: "in a profile of its own",
      settings: "profiles: [debug]",
      says: "in the profiles debug alone, and user in others",
    },
    { name: "in the host's network", settings: "network_mode: host", says: "network_mode: host" },
    {
      name: "before another engine",
      settings: 'volumes: ["/run/podman/podman.sock:/var/run/docker.sock"]',
      says: "before another engine",
    },
  ])("$name", ({ settings, says }) => {
    const volumes = settings.startsWith("volumes") ? "" : `    volumes: ${SOCKET}\n`;
    const other = `  other:\n    image: tecnativa/docker-socket-proxy\n${volumes}    ${settings}\n`;
    const user = "  user:\n    image: example/user\n    environment: { DOCKER_HOST: 'tcp://other:2375' }\n";
    const outcome = outcomeOf(`services:${PROXIES}${other}${user}${NETWORKS}`);
    expect(outcome).toEqual({
      clients: BOTH,
      told: expect.stringContaining("other: has a gate of its own: it"),
    });
    expect(JSON.stringify(outcome)).toContain(says);
  });
});

test("a Quaygate with switches stays as it is, and is told of", () => {
  const gate = "  gate:\n    image: quaygate/quaygate\n    environment: { CONTAINERS: 1 }\n";
  expect(outcomeOf(`services:${PROXIES}${gate}${NETWORKS}`)).toEqual({
    clients: BOTH,
    told: expect.stringContaining("gate: stays a gate of its own: it is Quaygate already"),
  });
});

describe("the gate comes on a network of the file only", () => {
  const kept = /networks:\n {6}- inner\n {6}- outer\n/u;
  const made = /networks:\n {6}- (?:outer\n {6}- )?socket-trusted\n/u;
  const textOf = (text: string): string => {
    const result = migrate(text, "./policy.yaml");
    return result.ok ? result.value.text : result.error.message;
  };

  test("where one client is alone on it", () => {
    expect(textOf(`services:${PROXIES}${NETWORKS}`)).toMatch(kept);
  });

  test("once for each client, whose name would mean one of its addresses only", () => {
    const both = `services:${PROXIES.replaceAll("[inner]", "[inner, third]")}${NETWORKS}  third: { internal: true }\n`;
    expect(textOf(both)).toMatch(/networks:\n {6}- inner\n {6}- outer\n+networks:/u);
  });

  test.each([
    {
      name: "another service is there",
      text: `services:${PROXIES}  web: { image: nginx, networks: [inner] }\n${NETWORKS}`,
    },
    {
      name: "it has a way out",
      text: `services:${PROXIES}${NETWORKS.replace("inner: { internal: true }", "inner: {}")}`,
    },
    {
      name: "another file may use it",
      text: `services:${PROXIES}${NETWORKS.replace("inner: { internal: true }", "inner: { internal: true, name: shared }")}`,
    },
    {
      name: "containers of others may come",
      text: `services:${PROXIES}${NETWORKS.replace("inner: { internal: true }", "inner: { internal: true, attachable: true }")}`,
    },
    {
      name: "a service may be there by what it extends",
      text: `services:${PROXIES}  web: { extends: { file: a.yaml, service: a } }\n${NETWORKS}`,
    },
  ])("and not where $name", ({ text }) => {
    // In braces nothing can be added below: the networks are written line by line.
    const lines = text.replaceAll(
      /^ {2}(inner|outer): \{ ?(.*?) ?\}$/gmu,
      (_, name: string, settings: string) =>
        [`  ${name}:`, ...settings.split(", ").map((setting) => `    ${setting}`)].join("\n"),
    );
    expect(textOf(lines)).toMatch(made);
  });
});

describe("a file is refused", () => {
  test("where no client is left", () => {
    const weak = PROXIES.slice(0, PROXIES.indexOf("  trusted:"));
    expect(outcomeOf(`services:${weak}${NETWORKS}`)).toBe(
      "no client of one gate could be told from others, so there is no policy: " +
        "strong: no service of this file is told of it; weak: no service of this file is told of it",
    );
  });

  test("where services come by a merge key, so that not all of them are seen", () => {
    const hidden = "x-hidden: &hidden\n  evil: { image: e, networks: { outer: { aliases: [trusted] } } }\n";
    expect(outcomeOf(`${hidden}services:\n  <<: *hidden${PROXIES}${NETWORKS}`)).toContain(
      "services come by a merge key",
    );
  });

  test("where a gate has a policy file already, which the new one could take the place of", () => {
    const gate = `  gate:\n    image: quaygate/quaygate:latest\n    environment: [QUAYGATE_POLICY=/etc/quaygate/policy.yaml]\n    volumes: ${SOCKET}\n`;
    expect(outcomeOf(`services:${PROXIES}${gate}${NETWORKS}`)).toBe(
      "gate has a policy file already: add to it by hand, or take that gate away first",
    );
  });

  test("where an anchor of a proxy is repeated elsewhere", () => {
    const anchored = PROXIES.replace("  strong:", "  strong: &base").replace(
      "image: example/viewer",
      "image: example/viewer\n    labels: *labels",
    );
    const text = `services:${anchored.replace("environment: { CONTAINERS: 1, POST: 1 }", "environment: { CONTAINERS: 1, POST: 1 }\n    labels: &labels { a: b }")}${NETWORKS}`;
    expect(outcomeOf(text)).toContain("what is repeated elsewhere would go with a proxy (&labels)");
  });

  test.each([
    { name: "lists", text: `services:\n  a: ${"[".repeat(100_000)}\n` },
    { name: "mappings", text: `services:\n  a: ${"{a: ".repeat(100_000)}\n` },
    {
      name: "lines",
      text: `services:\n${Array.from({ length: 2000 }, (_, depth) => `${" ".repeat(depth + 1)}a:\n`).join("")}`,
    },
  ])("where $name stand too deep in each other", ({ text }) => {
    expect(outcomeOf(text)).toBe("lists and mappings stand too deep in each other here");
  });
});
