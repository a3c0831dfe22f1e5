// Writes docs/powers.md: every power, what it gives away, and where requests ask for it, from the tables that judge them.
//   npx tsx scripts/powers-page.ts
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { hostValues } from "../src/docker/powers/host-values.ts";
import { lookupNouns } from "../src/docker/powers/lookup.ts";
import type { Meaning } from "../src/docker/powers/meaning.ts";
import { type Noun, nouns, type PatternKind } from "../src/docker/powers/nouns.ts";
import type { OperationPowers } from "../src/docker/powers/operation-powers.ts";
import { operationPowers } from "../src/docker/powers/operations.ts";
import { INTRODUCTION } from "./powers-introduction.ts";
import { capitalize, renderTable } from "./page.ts";
import { root } from "./set-up.mjs";

/** Where the page is. */
export const POWERS_PAGE = "docs/powers.md";

/** The powers of the worked example. */
export const PDF_POWERS =
  "default, -image, image:docker.io/texlive/texlive:latest, -network, network:none, -volume, -write-file, -read-file";

const KINDS: Readonly<Record<PatternKind, string>> = {
  word: "a word",
  text: "a text",
  path: "a path",
  image: "an image",
  port: "a port",
  capability: "a capability",
};

/** An entry of a list for each power, as somebody would write it. */
export const EXAMPLES: Readonly<Record<Noun, string>> = {
  privileged: "privileged",
  bind: "bind:/srv/media/**:ro",
  propagation: "propagation:rslave",
  relabel: "relabel:/srv/media",
  "relabel-volume": "relabel-volume:shop_*",
  mount: "mount:nfs",
  "volume-driver": "volume-driver:rclone",
  "volumes-from": "volumes-from:web",
  cap: "cap:NET_ADMIN",
  device: "device:/dev/dri/*",
  "device-limit": "device-limit:/dev/sda",
  "device-rule": "device-rule:c 189:%2A rwm",
  "device-request": "device-request:gpu",
  host: "host:network",
  join: "join:network:vpn",
  "cgroup-parent": "cgroup-parent:jobs.slice",
  "security-opt": "security-opt:apparmor=docker-jobs",
  unmask: "unmask",
  sysctl: "sysctl:kernel.shmmax",
  runtime: "runtime:nvidia",
  annotation: "annotation:org.acme.*",
  "log-driver": "log-driver:syslog",
  template: "template:{{upper .Name}}",
  field: "field:HostConfig.NewThing",
  podman: "podman:Container*",
  checkpoint: "checkpoint:/var/lib/checkpoints/**",
  decompress: "decompress:gzip",
  plugin: "plugin",
  buildkit: "buildkit",
  volume: "volume:shop_*",
  network: "network:shop_*",
  "network-driver": "network-driver:macvlan",
  "network-option": "network-option:parent",
  subnet: "subnet:10.77.*",
  "ipam-driver": "ipam-driver:dhcp",
  "network-kind": "network-kind:ingress",
  alias: "alias:web",
  address: "address:172.20.*",
  "endpoint-option": "endpoint-option:com.docker.network.endpoint.ifname",
  link: "link:db",
  port: "port:127.0.0.1:8000-8100/tcp",
  "publish-all": "publish-all",
  dns: "dns:1.1.1.1",
  "extra-host": "extra-host:api=*",
  image: "image:ghcr.io/acme/*",
  tag: "tag:localhost:5000/acme/*",
  load: "load",
  push: "push:localhost:5000/**",
  fetch: "fetch:https://github.com/acme/*",
  registry: "registry:ghcr.io",
  build: "build",
  "write-file": "write-file:/data/**",
  "read-file": "read-file:/data/**",
  "ps-options": "ps-options:auxe",
  secret: "secret:shop_*",
  config: "config:shop_*",
  "secret-driver": "secret-driver:vault",
  placement: "placement:node.role*",
  swarm: "swarm",
  node: "node",
  user: "user:1000",
  group: "group:1000",
  command: "command:node *",
  entrypoint: "entrypoint:/bin/sh",
  env: "env:NVIDIA_VISIBLE_DEVICES",
  "engine-env": "engine-env:HTTP_PROXY",
  label: "label:com.acme.*",
  name: "name:shop_*",
  rename: "rename:shop_*",
  restart: "restart:unless-stopped",
  resource: "resource:OomScoreAdj",
};

/** The most values that a cell of the table names. */
const MOST_IN_A_CELL = 3;

/** Where the requests of one operation ask for a power: JSON paths, keys of the query behind a `?`, or words. */
export interface Asker {
  readonly operation: string;
  readonly places: readonly string[];
}

/** Returns the operations whose requests may ask for a power, and where. */
export function askersOf(noun: Noun): readonly Asker[] {
  return [...operationPowers].flatMap(([operation, asks]) => {
    const places = placesIn(noun, asks);
    return places.length === 0 ? [] : [{ operation, places }];
  });
}

function placesIn(
  noun: Noun,
  { itself = [], path, query, body, content }: OperationPowers,
): readonly string[] {
  const inQuery = [...(query?.keys ?? [])]
    .filter(([, meaning]) => meaning.nouns.has(noun))
    .map(([key]) => `?${key}`);
  const inBody = body === undefined ? [] : placesOf(noun, body, []);
  return [
    ...(itself.some((power) => power.noun === noun) ? ["every request"] : []),
    ...(path?.nouns.has(noun) === true ? ["the path"] : []),
    ...(query?.together.has(noun) === true && inQuery.length === 0 ? ["the query"] : inQuery),
    ...(content?.nouns.has(noun) === true ? ["the first bytes of the body"] : []),
    // Without a HostConfig its fields may stand beside it: that is said once, before the list.
    ...inBody.filter((place) => !inBody.includes(`HostConfig.${place}`)),
  ];
}

/** Goes down to the fields that ask for a power by themselves, and to the objects that do so as a whole. */
function placesOf(noun: Noun, meaning: Meaning, path: readonly string[]): readonly string[] {
  if (!meaning.nouns.has(noun)) {
    return [];
  }
  const here = path.length === 0 ? "the body" : path.join(".");
  if (meaning.fields === undefined) {
    return [here];
  }
  const below = [...meaning.fields].flatMap(([name, field]) => placesOf(noun, field, [...path, name]));
  // An object as a whole may ask for it too; of a whole body its fields say more.
  const isWhole = meaning.together?.has(noun) === true && (path.length > 0 || below.length === 0);
  return isWhole && !below.includes(here) ? [here, ...below] : below;
}

/** Returns the text of docs/powers.md as it should be. */
export function renderPowersPage(): string {
  const names = Object.keys(nouns).flatMap((name) => (isNoun(name) ? [name] : []));
  return [
    INTRODUCTION.replace("PDF_POWERS", PDF_POWERS),
    "## All powers\n",
    "What reaches the host stands first. _In default_ are the values that `default` gives.\n",
    renderTable(
      ["power", "in default", "for example"],
      names.map((name) => [`[\`${name}\`](#${name})`, summarizeDefault(name), `\`${EXAMPLES[name]}\``]),
    ),
    "Where a place in `HostConfig` is named, ContainerCreate may also have it at the top of the body, where engines before 27",
    "read it when there is no `HostConfig`. ContainerStart took a whole `HostConfig` before API 1.24, which is judged like any",
    "other. A list's places have no number here: `HostConfig.Binds` is every entry of it.\n",
    ...names.map((name) => renderPower(name)),
  ].join("\n");
}

function isNoun(name: string): name is Noun {
  return Object.hasOwn(nouns, name);
}

function asCode(values: readonly string[]): readonly string[] {
  return values.map((value) => `\`${value}\``);
}

/** What `default` gives and takes of a noun; `still` is what it gives of that which it takes. */
function defaultOf(noun: Noun): {
  given: readonly string[];
  taken: readonly string[];
  still: readonly string[];
} {
  const { byDefault = [] } = nouns[noun];
  const named = byDefault.filter((value) => !value.startsWith("-"));
  const isAll = named.includes("*");
  return {
    given: isAll ? ["all"] : asCode(named),
    taken: asCode(byDefault.filter((value) => value.startsWith("-")).map((value) => value.slice(1))),
    still: isAll ? asCode(named.filter((value) => value !== "*")) : [],
  };
}

function explainDefault(noun: Noun): string {
  const { given, taken, still } = defaultOf(noun);
  if (given.length === 0) return "no";
  return [
    given.join(" "),
    ...(taken.length === 0 ? [] : [`but ${taken.join(" ")}`]),
    ...(still.length === 0 ? [] : [`and yet ${still.join(" ")}`]),
  ].join(" ");
}

/** The same in a cell of a table: what takes too much room stands in the power's own section. */
function summarizeDefault(noun: Noun): string {
  const { given, taken } = defaultOf(noun);
  return taken.length > MOST_IN_A_CELL ? `${given.join(" ")} but [orders](#${noun})` : explainDefault(noun);
}

function renderPower(noun: Noun): string {
  const { kind, gives, instead } = nouns[noun];
  return [
    `### ${noun}\n`,
    `${[gives, ...(instead === undefined ? [] : [instead])].join(" ")}\n`,
    `- In \`default\`: ${explainDefault(noun)}.`,
    ...explainHost(noun),
    `- ${capitalize(KINDS[kind])}, such as \`${EXAMPLES[noun]}\`.`,
    ...explainAskers(noun),
    "",
  ].join("\n");
}

/** The most values that a line of a power's section names. */
const MOST_IN_A_LINE = 8;

/** Which values are the host itself. */
function explainHost(noun: Noun): readonly string[] {
  const host = hostValues[noun];
  if (host === undefined) return [];
  const { values, written = [], means } = host;
  return [
    `- The host itself, so that no refusal advises to add it: ${listHost(values)}. It ${means}.`,
    ...(written.length === 0 ? [] : [`- The same without \`:ro\`: ${listHost(written)}.`]),
  ];
}

function listHost(values: readonly string[]): string {
  if (values.includes("*")) return "whatever its value";
  const shown = asCode(values.slice(0, MOST_IN_A_LINE)).join(" ");
  return values.length > MOST_IN_A_LINE ? `${shown} and others of their kind` : shown;
}

function explainAskers(noun: Noun): readonly string[] {
  if (noun === "field") {
    return [
      "- Asked for by every field and every key of a query that is not known, with a value that says something. Of lists the keys that are not known are passed on.",
    ];
  }
  const found = Object.entries(lookupNouns)
    .filter(([kind, possible]) => kind !== noun && possible.includes(noun))
    .map(([kind]) => `- Also by the name of a ${kind} of which the engine says so.`);
  const operations = new Map<string, string[]>();
  for (const { operation, places } of askersOf(noun)) {
    const text = places.map((place) => explainPlace(place)).join(", ");
    operations.set(text, [...(operations.get(text) ?? []), operation]);
  }
  return [
    "- Asked for by:",
    ...[...operations].map(([places, names]) => `  - ${names.join(", ")}: ${places}`),
    ...found,
  ];
}

function explainPlace(place: string): string {
  return place.includes(" ") ? place : `\`${place}\``;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  writeFileSync(join(root, POWERS_PAGE), renderPowersPage());
}
