import { foldCase } from "../docker/fold-case.ts";
import { canonicalEndpointAddress } from "../docker/powers/endpoint-address.ts";
import type { Noun } from "../docker/powers/nouns.ts";
import { encodeValue } from "../docker/powers/power.ts";
import { decodeValue, type Glob, isOnlyStars, matchesGlob, parseGlob } from "./power-glob.ts";
import { readOnce } from "./last-reading.ts";
import { BAD_ESCAPE, everything, fault, isUnknown, matcher, type PatternParser } from "./power-pattern.ts";
import { isInside, mayMeet, rangeOf } from "./power-range.ts";

/** The highest number of a user or group that an engine takes. */
const HIGHEST_ID = 2 ** 31 - 1;

/** Reads a text in which `*` stands for anything. */
export const parseTextPattern: PatternParser = (noun, pattern, effect) => {
  const isId = noun === "user" || noun === "group";
  const glob = parseGlob(isId ? canonicalId(pattern) : pattern);
  if (glob === undefined) {
    return fault(BAD_ESCAPE);
  }
  if (isOnlyStars(glob)) {
    return { ok: true, value: everything };
  }
  const text = glob.map((part) => encodeValue(part)).join("*");
  if (effect === "grant") {
    // A star stands for what is known.
    const hasStar = glob.length > 1;
    const range = noun === "subnet" ? rangeOf(glob) : undefined;
    if (noun === "subnet" && hasStar && range === undefined) {
      return fault("has a star that stands for no range: write it behind whole parts of an address");
    }
    return matcher(text, (value) => {
      const decoded = decodeOnce(value);
      return (
        decoded !== undefined &&
        !(hasStar && isUnknown(value)) &&
        matchesGlob(glob, decoded) &&
        (range === undefined || isInside(decoded, range))
      );
    });
  }
  if (isId && !/^[0-9*]+$/u.test(text)) {
    return fault(`is a name, which each image gives to another ${noun}: take away a number`);
  }
  const includes = removalOf(noun, glob);
  return matcher(text, (value) => {
    const decoded = decodeOnce(value);
    return decoded === undefined || isUnknown(value) || includes(decoded);
  });
};

const decodeOnce = readOnce(decodeValue);
const foldCaseOnce = readOnce(foldCase);

const PLUGIN_ID = /^[a-f0-9]{1,64}$/u;
/** Stands for a pattern's star while its letters are folded; no text that can be asked for has half a character. */
const STAR = "\ud800";

/** Tells of a value whether it could be what is taken away. */
function removalOf(noun: Noun, glob: Glob): (value: string) => boolean {
  switch (noun) {
    case "user":
    case "group":
      return (value) => !isNumericId(value) || matchesGlob(glob, value);
    case "field":
      return foldedRemoval(glob, foldCaseOnce);
    case "sysctl":
      return foldedRemoval(glob, foldSysctlOnce);
    case "volume-driver":
    case "network-driver":
    case "ipam-driver":
    case "log-driver":
    case "secret-driver":
      return pluginRemoval(glob);
    case "label":
    case "alias":
    case "name":
    case "registry":
      // Traefik tells its labels by no case, and hosts and names on a network have none.
      return foldedRemoval(glob, foldCaseOnce);
    case "address":
      return foldedRemoval(glob, foldAddressOnce);
    case "subnet": {
      const range = rangeOf(glob);
      return (value) => range === undefined || mayMeet(value, range);
    }
    case "security-opt":
      // A profile that is written out may allow everything.
      return (value) => value.endsWith("=(inline)") || matchesGlob(glob, value);
    case "volumes-from":
    case "link":
      // A container has a name, more names, an id and every beginning of it.
      return () => true;
    case "template":
      // A program can be written in any number of ways.
      return () => true;
    case "device-request":
      // A driver, what it can do and a device that it names are the same thing by several names: the engine finds it.
      return () => true;
    case "device-rule":
    case "cgroup-parent":
      // A rule with a star has others in it, and a group those below it, by many spellings.
      return () => true;
    case "join":
      return joinRemoval(glob);
    default:
      return (value) => matchesGlob(glob, value);
  }
}

/** Takes away a kind of namespace as a whole, for the same reason. */
function joinRemoval(glob: Glob): (value: string) => boolean {
  const [kind = ""] = glob.join(STAR).split(":");
  return (value) => kind.includes(STAR) || value.startsWith(`${kind}:`) || matchesGlob(glob, value);
}

/** Engines take several spellings for the same: a pattern takes away all of them. */
function foldedRemoval(glob: Glob, fold: (text: string) => string): (value: string) => boolean {
  const folded = fold(glob.join(STAR)).split(STAR);
  return (value) => matchesGlob(glob, value) || matchesGlob(folded, fold(value));
}

/** A plugin has an id too. */
function pluginRemoval(glob: Glob): (value: string) => boolean {
  const includes = foldedRemoval(glob, foldPluginOnce);
  return (value) => PLUGIN_ID.test(value) || includes(value);
}

/** A kernel parameter is a path below `/proc/sys`, and dots part it like slashes. */
function foldSysctl(key: string): string {
  return key.replaceAll(/[./]+/gu, ".").replace(/^\./u, "");
}

/** A plugin's name is a reference, without what Docker completes. */
function foldPlugin(name: string): string {
  return name.replace(/^(?:index\.)?docker\.io\/(?:library\/)?/u, "").replace(/:latest$/u, "");
}

const foldSysctlOnce = readOnce(foldSysctl);
const foldPluginOnce = readOnce(foldPlugin);
const foldAddressOnce = readOnce((text) => canonicalEndpointAddress(text).toLowerCase());

/** A name could be any number: the image says. */
function isNumericId(value: string): boolean {
  return /^(?:0|[1-9][0-9]{0,9})$/u.test(value) && Number(value) <= HIGHEST_ID;
}

/** The spelling in which users and groups are asked for. */
function canonicalId(pattern: string): string {
  return pattern === "root" ? "0" : pattern.replace(/^0+(?=[0-9]+$)/u, "");
}
