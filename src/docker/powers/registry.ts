import type { OperationName } from "../operations.ts";
import type { Asking } from "./asking.ts";
import { registryOf } from "./image-reference.ts";
import { parseImageName } from "./image-name.ts";
import { harmless, type Meaning, struct, text } from "./meaning.ts";
import { nameInPath, type OperationPowers, query } from "./operation-powers.ts";
import { encodeValue } from "./power.ts";

const HUB = "docker.io";
/** What Docker Hub is called where one logs in. */
const HUB_INDEX = "index.docker.io";

/** A host by name or address, and a port: nothing in which a login, a path or another host could stand. */
const HOST = /^(?:[0-9A-Za-z.-]+|\[[0-9A-Fa-f:]+\])(?::[0-9]{1,5})?$/u;

function askForRegistry(host: string, shown: string, asking: Asking): void {
  if (HOST.test(host)) asking.ask("registry", encodeValue(host === HUB_INDEX ? HUB : host), shown);
  else asking.refuse("must name a registry by host and port");
}

/**
 * `registry.example:5000/words`. A first part without a dot or a colon is a part of a name on Docker Hub for Docker, and
 * a registry for Podman all the same.
 */
const searchTerm: Meaning = text(["registry"], (term, asking) => {
  const slash = term.indexOf("/");
  const first = term.slice(0, Math.max(slash, 0));
  const isHost = first === "localhost" || /[.:]/u.test(first);
  if (!isHost) askForRegistry(HUB, term, asking);
  if (first !== "") askForRegistry(first, first, asking);
});

/** The registry that a reference is pulled from. */
const remoteReference: Meaning = text(["registry"], (reference, asking) => {
  const named = parseImageName(reference);
  if (named === undefined) asking.refuse("must be the name of an image or plugin");
  else asking.ask("registry", encodeValue(registryOf(named.name)), reference);
});

/** A login. Its server is a URL or a host; none is Docker Hub. Passwords and tokens are nobody's business. */
const loginBody: Meaning = struct(
  {
    username: harmless,
    password: harmless,
    auth: harmless,
    email: harmless,
    serveraddress: harmless,
    identitytoken: harmless,
    registrytoken: harmless,
  },
  {
    nouns: ["registry"],
    judge: (members, asking) => {
      asking.within("serveraddress", () => {
        const address = members.get("serveraddress") ?? "";
        if (typeof address !== "string") {
          asking.refuse("must be a string");
          return;
        }
        const host = address.replace(/^https?:\/\//u, "").split(/[/?#]/u, 1)[0] ?? "";
        askForRegistry(address === "" ? HUB : host, host, asking);
      });
    },
  },
);

function judgeInspected(name: string, asking: Asking): void {
  const named = parseImageName(name);
  if (named === undefined) asking.refuse("must be an image's name");
  else asking.ask("image", encodeValue(`${named.name}${named.version || ":latest"}`), name);
}

/** What makes the engine talk to a registry of the client's choice, and no more. */
export const registryPowers: Partial<Record<OperationName, OperationPowers>> = {
  SystemAuth: { body: loginBody },
  ImageSearch: { query: query({ keys: { term: searchTerm, limit: harmless, filters: harmless } }) },
  GetPluginPrivileges: { query: query({ keys: { remote: remoteReference } }) },
  DistributionInspect: {
    path: {
      nouns: new Set(["image"]),
      judge: (segments, asking) =>
        asking.within("{name}", () => judgeInspected(nameInPath(segments, 1), asking)),
    },
  },
};
