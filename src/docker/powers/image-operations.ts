import type { JsonValue } from "../json/value.ts";
import type { OperationName } from "../operations.ts";
import type { Asking } from "./asking.ts";
import { changesField } from "./dockerfile-changes.ts";
import { judgeFetch } from "./fetch.ts";
import { containerEnvironmentField, labelsField } from "./identity.ts";
import { everyTagOf, judgeImage, judgeImages, parseImageName, retagged } from "./image-name.ts";
import { harmless, leftOut, listOf, type Meaning, struct, text } from "./meaning.ts";
import {
  nameInPath,
  type OperationPowers,
  type PathMeaning,
  query,
  type QueryMeaning,
} from "./operation-powers.ts";
import { encodeValue } from "./power.ts";

type QueryValues = Parameters<QueryMeaning["judge"]>[0];

const NO_REFERENCE = "must be an image reference";

/** The value of a key that stands once; "" where it does not. */
function valueOf(values: QueryValues, key: string): string {
  const value: JsonValue = values.get(key) ?? "";
  return typeof value === "string" ? value : "";
}

/** The name that an image is given: a tag goes before the one in the name, and none is `latest`. */
export function givenName(repository: string, tag: string): string | undefined {
  const named = parseImageName(repository);
  const isTag = named !== undefined && !named.version.startsWith("@") && !tag.includes(":");
  const own = named?.version.slice(1) ?? "";
  return isTag ? retagged(named, tag || own || "latest") : undefined;
}

/** Asks for the name that an image is given, and mentions the image that loses it. */
export function judgeTag(repository: string, tag: string, asking: Asking): void {
  if (repository === "") return;
  const canonical = givenName(repository, tag);
  if (canonical === undefined) {
    asking.refuse("must be an image's name, and has no digest");
    return;
  }
  asking.ask("tag", encodeValue(canonical), tag === "" ? repository : `${repository}, tag ${tag}`);
  asking.mention("image", canonical, "given");
}

/**
 * The names that a pull gives, or undefined where it fits no reference. Engines without a tag pull all of them. Beside a
 * digest some take the tag, some the digest, so both are meant.
 */
export function pulledNames(image: string, tag: string): readonly string[] | undefined {
  // Docker's own clients wrote a colon for all tags once.
  const named = parseImageName(image.replace(/:$/u, ""));
  const canonical = named === undefined || tag === "" ? undefined : retagged(named, tag);
  if (named === undefined || (canonical === undefined && tag !== "")) return undefined;
  const isWhole = canonical === undefined || named.version.startsWith("@");
  return [...(isWhole ? [everyTagOf(named)] : []), ...(canonical === undefined ? [] : [canonical])];
}

function judgePull(image: string, tag: string, asking: Asking): void {
  const names = pulledNames(image, tag);
  if (names === undefined) asking.refuse(NO_REFERENCE);
  const shown = tag === "" ? image : `${image}, tag ${tag}`;
  for (const name of names ?? []) asking.ask("image", encodeValue(name), shown);
}

/** Docker fetches a source without a scheme by HTTP, where Podman takes a path for a file of the host; `-` is the body. */
function judgeImport(source: string, asking: Asking): void {
  if (/^[/.]/u.test(source)) asking.refuse("must be a URL or -");
  else if (source !== "" && source !== "-") {
    judgeFetch(source.includes("://") ? source : `http://${source}`, asking);
  }
}

/** A push without a tag is one of all tags, unless the name in the path has one. */
function judgePush(segments: readonly string[], tag: string, asking: Asking): void {
  const name = nameInPath(segments, 1);
  const named = parseImageName(name);
  const canonical = named === undefined || tag === "" ? undefined : retagged(named, tag);
  if (named === undefined || (canonical === undefined && tag !== "")) {
    asking.refuse(NO_REFERENCE);
    return;
  }
  // Who gets it from the registry has what is in it.
  for (const noun of ["push", "image"] as const) {
    asking.ask(noun, encodeValue(canonical ?? everyTagOf(named)), tag === "" ? name : `${name}, tag ${tag}`);
  }
}

/** An image that the path names, with so many segments behind it. */
function imageInPath(judge: (reference: string, asking: Asking) => void, behind = 1): PathMeaning {
  return {
    nouns: new Set(["image"]),
    judge: (segments, asking) => asking.within("{name}", () => judge(nameInPath(segments, behind), asking)),
  };
}

/** Which images an archive is made of. One that names none is none today. */
const savedQuery = query({
  keys: { names: listOf(text(["image"], judgeImages)), platform: harmless },
  lists: ["names", "platform"],
});

const named: Readonly<Record<string, Meaning>> = { repo: harmless, tag: harmless };

const createQuery = query({
  keys: {
    ...named,
    fromImage: harmless,
    fromSrc: harmless,
    message: harmless,
    platform: harmless,
    changes: changesField,
  },
  lists: ["changes"],
  whole: {
    nouns: ["image", "fetch", "tag"],
    judge: (values, asking) => {
      const [image, source, tag] = ["fromImage", "fromSrc", "tag"].map((key) => valueOf(values, key));
      if (image !== undefined && image !== "") {
        asking.within("?fromImage", () => judgePull(image, tag ?? "", asking));
      }
      // An engine that pulls does not import; to ask for both costs nobody anything.
      asking.within("?fromSrc", () => judgeImport(source ?? "", asking));
      asking.within("?repo", () => judgeTag(valueOf(values, "repo"), tag ?? "", asking));
    },
  },
});

const tagQuery = query({
  // docker-py says which, as API versions before 1.23 asked; no engine reads it.
  keys: { ...named, force: harmless },
  whole: {
    nouns: ["tag"],
    judge: (values, asking) =>
      asking.within("?repo", () => judgeTag(valueOf(values, "repo"), valueOf(values, "tag"), asking)),
  },
});

/** The container of which an image is made: whoever has that has its powers already. */
const committedField: Meaning = text([], (word, asking) =>
  asking.mention("container", word.replace(/^\//u, ""), "base"),
);

const commitKeys = {
  ...named,
  container: harmless,
  comment: harmless,
  author: harmless,
  pause: harmless,
  changes: harmless,
} as const;

const commitQuery = query({
  keys: { ...commitKeys, container: committedField, changes: changesField },
  lists: ["changes"],
  repeatsBody: true,
  whole: {
    nouns: ["tag"],
    judge: (values, asking) =>
      asking.within("?repo", () => judgeTag(valueOf(values, "repo"), valueOf(values, "tag"), asking)),
  },
});

/**
 * `Config` of the Engine API, here of an image to be: what it says takes effect in containers, which ask for it then.
 * Labels and variables they inherit without a word.
 */
const CONFIG = {
  Hostname: harmless,
  Domainname: harmless,
  User: harmless,
  AttachStdin: harmless,
  AttachStdout: harmless,
  AttachStderr: harmless,
  ExposedPorts: harmless,
  Tty: harmless,
  OpenStdin: harmless,
  StdinOnce: harmless,
  Env: containerEnvironmentField,
  Cmd: harmless,
  Healthcheck: harmless,
  ArgsEscaped: harmless,
  Image: harmless,
  Volumes: harmless,
  WorkingDir: harmless,
  Entrypoint: harmless,
  NetworkDisabled: harmless,
  MacAddress: harmless,
  OnBuild: harmless,
  Labels: labelsField,
  StopSignal: harmless,
  StopTimeout: harmless,
  Shell: harmless,
} as const;

/** The body of a commit. dockerode and docker-java send the query along, which no engine reads here. */
const commitBody: Meaning = struct({
  ...CONFIG,
  ...commitKeys,
  containerId: leftOut,
  repository: leftOut,
  message: leftOut,
});

/** What the operations on images may ask for, but for builds. The archives that they take are passed on unread. */
export const imagePowers: Partial<Record<OperationName, OperationPowers>> = {
  ImageCreate: { query: createQuery },
  // Whoever may use an image by one name only could give it that name.
  ImageTag: {
    path: imageInPath((reference, asking) => {
      judgeImage(reference, asking);
      asking.mention("image", reference, "base");
    }),
    query: tagQuery,
  },
  ImageGet: { path: imageInPath(judgeImages) },
  ImageGetAll: { query: savedQuery },
  ImageDelete: { path: imageInPath(judgeImage, 0) },
  ImagePrune: { itself: [{ noun: "image", value: "(any)" }] },
  // Whoever has the image has every file of the container.
  ImageCommit: { itself: [{ noun: "read-file", value: "/" }], query: commitQuery, body: commitBody },
  ImageLoad: {
    itself: [{ noun: "load", value: "" }],
    query: query({ keys: { quiet: harmless, platform: harmless }, lists: ["platform"] }),
  },
  ImagePush: {
    query: query({
      keys: { tag: harmless, platform: harmless },
      whole: {
        nouns: ["push", "image"],
        judge: (values, asking, segments) =>
          asking.within("{name}", () => judgePush(segments, valueOf(values, "tag"), asking)),
      },
    }),
  },
};
