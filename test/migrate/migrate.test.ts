import { describe, expect, test } from "vitest";
import { parseDocument } from "yaml";
import { migrate } from "../../src/migrate/migrate.ts";
import { explainRemarks } from "../../src/migrate/remark.ts";
import { migrated } from "./golden-files.ts";

/** A file with one service, from the lines of its settings. */
function serviceFile(...settings: readonly string[]): string {
  return ["services:", "  app:", ...settings.map((line) => `    ${line}`), ""].join("\n");
}

/** The lines of the one service, as far as its settings go. */
function settingsOf(text: string): readonly string[] {
  const lines = text.split("\n").slice(2);
  const end = lines.findIndex((line) => !line.startsWith("    ") && line !== "");
  return lines
    .slice(0, end)
    .filter((line) => line.trim() !== "")
    .map((line) => line.slice(4));
}

const mount = 'volumes: ["/var/run/docker.sock:/var/run/docker.sock"]';
const networks = ["networks:", "  - default", "  - socket"];
const waits = ["depends_on:", "  - quaygate"];

describe("what is no Compose file is refused, with its place", () => {
  test.each([
    {
      name: "a bracket that is not closed",
      text: "services:\n  a: [1\nb: 2\n",
      line: 3,
      column: 1,
      says: "end with a ]",
    },
    { name: "a key twice", text: "services:\n  a: {}\n  a: {}\n", line: 3, column: 3, says: "unique" },
    {
      name: "two documents",
      text: "services: {}\n---\nservices: {}\n",
      line: 2,
      column: 1,
      says: "multiple documents",
    },
    { name: "a tab for indentation", text: "services:\n\ta: 1\n", line: 2, column: 1, says: "Tabs" },
  ])("$name", ({ text, line, column, says }) => {
    expect(migrate(text)).toEqual({
      ok: false,
      error: { message: expect.stringContaining(says), position: { line, column } },
    });
  });

  test.each([
    { name: "nothing", text: "", says: "there are no services" },
    { name: "a text", text: "hello\n", says: "there are no services" },
    { name: "the oldest format", text: "web:\n  image: nginx\n", says: "there are no services" },
    { name: "services that are a list", text: "services: [web]\n", says: "there are no services" },
    { name: "an alias without an anchor", text: "services:\n  a: *nothing\n", says: "nothing" },
    { name: "a merge of a text", text: "x: &x text\nservices:\n  a:\n    <<: *x\n", says: "Merge sources" },
    {
      name: "aliases that repeat each other without end",
      text: [
        "a: &a [x,x,x,x,x,x,x,x,x]",
        ..."bcdefghi".split("").map((name, index) => {
          const before = "abcdefgh"[index] ?? "a";
          return `${name}: &${name} [${Array.from({ length: 9 }, () => `*${before}`).join(",")}]`;
        }),
        "services: {}",
      ].join("\n"),
      says: "alias",
    },
    {
      name: "networks in braces, to which nothing can be added",
      text: `${serviceFile("image: diun", mount)}networks: { web: {} }\n`,
      says: "in braces",
    },
  ])("$name", ({ text, says }) => {
    expect(migrate(text)).toEqual({
      ok: false,
      error: { message: expect.stringContaining(says), position: undefined },
    });
  });
});

describe("a mount of the socket is found", () => {
  test.each([
    { volume: "/var/run/docker.sock:/var/run/docker.sock" },
    { volume: "/var/run/docker.sock:/var/run/docker.sock:ro" },
    { volume: "/run/docker.sock:/tmp/docker.sock:rw,z" },
    { volume: "//var/run/docker.sock:/var/run/docker.sock" },
    { volume: "/run/user/1000/docker.sock:/var/run/docker.sock" },
    { volume: "${XDG_RUNTIME_DIR}/docker.sock:/var/run/docker.sock" },
    { volume: "${SOCKET:-/var/run/docker.sock}:/s" },
    { volume: "${SOCKET:?must be set}:/var/run/docker.sock" },
    { volume: "{ type: bind, source: /var/run/docker.sock, target: /s }" },
    { volume: "{ type: bind, src: /run/docker.sock, dst: /s, read_only: true }" },
  ])("$volume", ({ volume }) => {
    const item = volume.startsWith("{") ? volume : `"${volume}"`;
    expect(migrated(serviceFile("image: x/diun", `volumes: [${item}]`)).isChanged).toBe(true);
  });

  test.each([
    { volume: "./docker.sock.d:/var/run/docker.sock.d" },
    { volume: "/srv/containerd.sock:/containerd.sock" },
    { volume: "/var/run/docker:/var/run/docker" },
    { volume: "data:/var/run" },
    { volume: "/data" },
  ])("and not where there is none: $volume", ({ volume }) => {
    const { isChanged, remarks } = migrated(serviceFile("image: x/diun", `volumes: ["${volume}"]`));
    expect([isChanged, remarks]).toEqual([false, []]);
  });
});

describe("an environment in each of its forms gets the address", () => {
  const url = "tcp://quaygate:2375";

  test.each([
    { name: "none", before: [], after: [], added: ["environment:", `  DOCKER_HOST: ${url}`] },
    {
      name: "one without a value",
      before: ["environment:"],
      after: ["environment:", `  DOCKER_HOST: ${url}`],
    },
    { name: "an empty map", before: ["environment: {}"], after: [`environment: {DOCKER_HOST: "${url}"}`] },
    { name: "an empty list", before: ["environment: []"], after: [`environment: ["DOCKER_HOST=${url}"]`] },
    {
      name: "a map with the address of the socket",
      before: ["environment:", "  DOCKER_HOST: unix:///var/run/docker.sock # here", "  B: c"],
      after: ["environment:", `  DOCKER_HOST: ${url} # here`, "  B: c"],
    },
    {
      name: "a list with the address of the socket",
      before: ["environment:", "  - 'DOCKER_HOST=unix:///var/run/docker.sock' # here", "  - B=c"],
      after: ["environment:", `  - 'DOCKER_HOST=${url}' # here`, "  - B=c"],
    },
    {
      name: "a list with wide dashes",
      before: ["environment:", "  -   A=b"],
      after: ["environment:", "  -   A=b", `  -   DOCKER_HOST=${url}`],
    },
    {
      name: "a map that ends with a block text",
      before: ["environment:", "  A: |", "    one", "", "    two", ""],
      after: ["environment:", "  A: |", "    one", "    two", `  DOCKER_HOST: ${url}`],
    },
  ])("$name", ({ before, after, added = [] }) => {
    const { text } = migrated(serviceFile("image: x/vector", ...before, mount));
    expect(settingsOf(text)).toEqual(["image: x/vector", ...after, ...added, ...networks, ...waits]);
  });
});

test.each([
  { name: "extends it", lines: ["extends: app"], keeps: true },
  { name: "extends it, at length", lines: ["extends:", "  service: app"], keeps: true },
  { name: "extends one of another file", lines: ["extends: {file: a.yaml, service: app}"], keeps: false },
  { name: "extends another one", lines: ["extends: {service: other}"], keeps: false },
  { name: "takes its volumes", lines: ["volumes_from:", "  - app:ro"], keeps: true },
  { name: "takes a container's volumes", lines: ["volumes_from: ['container:app']"], keeps: false },
])("beside a service that $name, one keeps the socket: $keeps", ({ lines, keeps }) => {
  const heir = ["  heir:", "    image: x", ...lines.map((line) => `    ${line}`), ""].join("\n");
  expect(migrated(serviceFile("image: x/vector", mount) + heir).isChanged).toBe(!keeps);
});

test("a text that keeps its empty lines keeps them", () => {
  const { text } = migrated(
    serviceFile("image: x/vector", mount, "environment:", "  A: |+", "    one", "", ""),
  );
  const keys = ["services", "app", "environment"];
  expect(parseDocument(text).getIn([...keys, "A"])).toBe("one\n\n\n");
  expect(parseDocument(text).getIn([...keys, "DOCKER_HOST"])).toBe("tcp://quaygate:2375");
});

describe("networks in each of their forms are kept, and the gate's is added", () => {
  test.each([
    {
      name: "an empty list stands for the default",
      before: ["networks: []"],
      after: ["networks: [default, socket]"],
    },
    { name: "a list in brackets", before: ["networks: [a]"], after: ["networks: [a, socket]"] },
    {
      name: "a list in brackets with a comma at the end",
      before: ["networks: [a,]"],
      after: ["networks: [a, socket,]"],
    },
    {
      name: "a quoted list",
      before: ["networks:", '  - "a"'],
      after: ["networks:", '  - "a"', '  - "socket"'],
    },
    { name: "a map in braces", before: ["networks: { a: {} }"], after: ["networks: { a: {}, socket: {} }"] },
    {
      name: "a map with comments",
      before: ["networks:", "  a:", "    aliases: [x] # why"],
      after: ["networks:", "  a:", "    aliases: [x] # why", "  socket:"],
    },
  ])("$name", ({ before, after }) => {
    const file = `${serviceFile("image: x/homepage", ...before, mount)}networks:\n  a:\n`;
    expect(settingsOf(migrated(file).text)).toEqual(["image: x/homepage", ...after, ...waits]);
  });
});

describe("a command line in each of its forms gets the flag", () => {
  const flag = "--providers.docker.endpoint=tcp://quaygate:2375";

  test.each([
    {
      name: "a text",
      before: ["command: --providers.docker"],
      after: [`command: --providers.docker ${flag}`],
    },
    {
      name: "a quoted text",
      before: ['command: "--providers.docker"'],
      after: [`command: "--providers.docker ${flag}"`],
    },
    {
      name: "a list in brackets",
      before: ["command: ['--providers.docker']"],
      after: [`command: ['--providers.docker', '${flag}']`],
    },
    {
      name: "a block text",
      before: ["command: >-", "    --providers.docker", "    --ping", ""],
      after: ["command: >-", "    --providers.docker", "    --ping", `    ${flag}`],
    },
    {
      name: "the flag of Traefik 1",
      before: ["command: --docker --docker.watch"],
      after: [`command: --docker --docker.watch --docker.endpoint=tcp://quaygate:2375`],
    },
  ])("$name", ({ before, after }) => {
    const { text } = migrated(serviceFile("image: traefik", ...before, mount));
    expect(settingsOf(text)).toEqual(["image: traefik", ...after, ...networks, ...waits]);
  });

  test("but not when it names another engine: then the service keeps the socket", () => {
    const file = serviceFile(
      "image: traefik",
      "command: --providers.docker.endpoint=tcp://other:2375",
      mount,
    );
    const { isChanged, remarks } = migrated(file);
    expect([isChanged, explainRemarks(remarks)]).toEqual([
      false,
      [
        "to decide:",
        "  app: keeps the socket: --providers.docker.endpoint names an engine already, besides the mount; remove the one that is not used",
      ],
    ]);
  });
});

describe("the image of a proxy is known", () => {
  test.each([
    { image: "tecnativa/docker-socket-proxy", compat: false },
    { image: "docker.io/tecnativa/docker-socket-proxy:edge@sha256:00", compat: false },
    { image: "ghcr.io/tecnativa/docker-socket-proxy:${TAG:-latest}", compat: false },
    { image: "lscr.io/linuxserver/socket-proxy:version-3.2.4", compat: true },
    { image: "linuxserver/socket-proxy", compat: true },
    { image: "wollomatic/socket-proxy:1", compat: true },
  ])("$image", ({ image, compat }) => {
    const { text, remarks } = migrated(
      serviceFile(`image: ${image}`, "user: root", "environment:", "  POST: 0", mount),
    );
    expect(text).toContain("\n    image: quaygate/quaygate:latest\n");
    expect(text).toContain("\n      POST: 0\n");
    expect(text.includes("QUAYGATE_COMPAT: linuxserver")).toBe(compat);
    expect(remarks.filter(({ kind }) => kind === "done").map(({ service }) => service)).toEqual(["app"]);
  });

  test.each([{ image: "example/docker-socket-proxy" }, { image: "tecnativa/docker-socket-proxy-extra" }])(
    "and $image is another program",
    ({ image }) => {
      expect(migrated(serviceFile(`image: ${image}`)).isChanged).toBe(false);
    },
  );
});

test("a byte order mark stays where it is", () => {
  const file = serviceFile("image: x/diun", mount);
  expect(migrated(`\uFEFF${file}`).text).toBe(`\uFEFF${migrated(file).text}`);
});

test("a health check that is switched off stays so, and any other one becomes the gate's", () => {
  const proxy = ["image: tecnativa/docker-socket-proxy", "group_add: [x]"];
  const check = (text: string): string =>
    migrated(serviceFile(...proxy, `healthcheck: { test: ${text} }`)).text;
  expect(check("[NONE]")).toContain("healthcheck: { test: [NONE] }\n");
  expect(check("[CMD, wget, x]")).toContain('healthcheck: { test: ["CMD", "quaygate", "health"] }\n');
});

test.each(["/run/my docker-1.sock", "/run/a(b).sock", "/run/a[b]{c}.sock"])(
  "a file that mounts a socket at %s is read to its end",
  (socket) => {
    const file = [
      "services:",
      "  web:",
      "    image: example/web",
      `    environment: ["DOCKER_HOST=unix://${socket}"]`,
      `    volumes: ["${socket}:/var/run/docker.sock"]`,
      "",
    ].join("\n");
    expect(() => migrate(file)).not.toThrow();
  },
);
