import { isMap, type YAMLMap } from "yaml";
import { WOLLOMATIC_PREFIX } from "../../config/wollomatic.ts";
import { DEFAULT_NETWORK, type Place } from "../reach.ts";
import type { Remark } from "../remark.ts";
import { findKey, pairOf, readEnvironmentOf, readPorts, readWords, textIn } from "../service-settings.ts";
import type { Draft } from "../source.ts";
import { readWollomatic } from "../wollomatic.ts";
import type { FoundProxy } from "./movable-proxy.ts";

/** Settings that the gate has by itself, or needs no more. */
const NEEDLESS: ReadonlySet<string> = new Set(
  (
    "image container_name hostname environment volumes networks ports expose command healthcheck restart init read_only " +
    "tmpfs cap_drop cap_add security_opt privileged user group_add userns_mode depends_on links profiles pull_policy deploy <<"
  ).split(" "),
);

/** What goes with a proxy besides what it let through, which a person may miss. */
export function explainRemoval(
  draft: Draft,
  root: YAMLMap,
  { service, proxy, rights }: FoundProxy,
  place: Place | undefined,
): readonly Remark[] {
  const { name, resolved } = service;
  const environment = readEnvironmentOf(draft, resolved);
  const ports = readPorts(draft, resolved);
  const variables = [...environment.keys()].filter(
    (each) =>
      !rights.dialect.switches.has(each) && !(proxy === "wollomatic" && each.startsWith(WOLLOMATIC_PREFIX)),
  );
  const settings = (resolved?.items ?? [])
    .flatMap(({ key }) => textIn(key) ?? [])
    .filter((key) => !NEEDLESS.has(key));
  const open = [...(place?.networks.keys() ?? [])].filter((network) => isOpenToOthers(draft, root, network));
  const expressions =
    proxy === "wollomatic"
      ? readWollomatic(readWords(draft, resolved, "command"), environment)
          .says.slice(1)
          .filter((text) => !/^\W*(?:SP_)?allow_?from/iu.test(text))
          .map((text) => text.replace(/must become switches$/u, "must become words of allow"))
      : [];
  const says = [
    ...(proxy === "wollomatic"
      ? [
          "allowed what its expressions say, which nothing else can: its client holds nothing until you write that down",
        ]
      : []),
    ...expressions,
    ...(ports.length === 0
      ? []
      : [
          `published ${ports.join(", ")}: the gate publishes nothing, so whoever called there has to become a client`,
        ]),
    ...open.map(
      (network) =>
        `was on the network ${network}, which other files may use: programs of these are no clients of the gate`,
    ),
    ...(variables.length === 0
      ? []
      : [`had ${variables.join(", ")}: give the gate what of these it shall have`]),
    ...(settings.length === 0
      ? []
      : [`had ${settings.join(", ")}: give the gate what of these it shall have`]),
  ];
  return says.map((text) => ({ kind: "decide", service: name, says: text }));
}

/** The networks that proxies have left, on which the services that stay may have nothing else to do. */
export function explainNetworksLeft(
  places: readonly Place[],
  removed: ReadonlySet<string>,
  kept: readonly string[],
): readonly Remark[] {
  const left = places.flatMap(({ service, networks }) =>
    removed.has(service.name) ? [...networks.keys()] : [],
  );
  return [...new Set(left)]
    .filter((network) => network !== DEFAULT_NETWORK && !kept.includes(network))
    .map((network) => ({
      kind: "decide",
      service: undefined,
      says: `no proxy is on the network ${network} any more: take it away if its services have nothing else to do there`,
    }));
}

function isOpenToOthers(draft: Draft, root: YAMLMap, name: string): boolean {
  const networks = pairOf(root, "networks")?.value;
  const network = isMap(networks) ? findKey(draft, networks, name)?.node : undefined;
  return (
    isMap(network) &&
    ["external", "name", "attachable"].some((key) => findKey(draft, network, key) !== undefined)
  );
}
