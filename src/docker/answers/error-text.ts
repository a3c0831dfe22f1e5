import { isJsonNumber, isJsonObject, type JsonObject, type JsonValue } from "../json/value.ts";

/** What stands in the place of an id or a name that the client may not know. */
const HIDDEN = "(hidden)";

/** Tells whether the request that was answered had this word in it: then it tells the client nothing new. */
export type WasSaid = (word: string) => boolean;

/**
 * What engines say of objects that stand in the way, and how it is said without them: also how many they are is nobody
 * else's business. In the words of dockerd 20.10 to 29 and Podman 4 to 5.
 */
const IN_THE_WAY: readonly (readonly [said: RegExp, told: string])[] = [
  // 409 of a create, a rename.
  [/ is already in use by container "?[^\s".]+"?/gu, " is already in use by another container"],
  [/ is already in use by [0-9a-f]{64}/gu, " is already in use by another container"],
  // 400 of a service's port.
  [/ is already in use by service '[^']*' \([^)]*\)/gu, " is already in use by another service"],
  // 403 of a network's bridge.
  [/ conflicts with network \S+ \([^)]*\)/gu, " conflicts with another network"],
  // 409 of a volume.
  [/volume is in use - \[[^\]]*\]/gu, "volume is in use"],
  [
    /volume (\S+) is being used by the following container\(s\): [^:]*/gu,
    "volume $1 is being used by a container",
  ],
  // 403 of a network. Since 28 with each endpoint.
  [/ has active endpoints \(.*\)/gu, " has active endpoints"],
  [/ has associated containers with it\b.*/gu, " has containers"],
  // 409 of an image.
  [
    /image is (?:being )?used by (running|stopped) container [0-9a-f]{12,64}/gu,
    "image is being used by a $1 container",
  ],
  [
    /container [0-9a-f]{12,64} is using its referenced image ([0-9a-f]{12,64})/gu,
    "a container is using its image",
  ],
  [/image used by [0-9a-f]{12,64}(?:: image is in use by a container)?/gu, "image is in use by a container"],
  // 400 of a swarm's secret, config, network.
  [/ is in use by the following (?:service|task)s?: .*/gu, " is in use by a service"],
  [/ is in use by (service|task) \S+/gu, " is in use by a $1"],
  // A beginning of an id, or a name, that several have.
  [/\b\d+ matches found/gu, "several matches found"],
];

/** Digests and ids, short ones as well; and ids of a swarm, which are told from words by a digit in them. */
const ID = /\b(?:[0-9a-f]{12,64}|(?=[a-z]*[0-9])[0-9a-z]{25})\b/gu;

const QUOTED = /"([^"]*)"|'([^']*)'/gu;

/** Words before what is in quotes and no object: what was to be executed, and parts of the API. */
const OF_NO_OBJECT =
  /(?:\b(?:exec|executable|command|type|types|driver|mode|option|key|value|path|source|destination|target|stat|open|mkdir|mount|mounting|user|group|capability|device|signal|parameter|field|flag|runtime|platform|port|address|host|in|to|at|of)\b:?|\bPATH:) $/u;

/** What an engine fetched for the request. */
const URL_OF_REGISTRY = /^https?:\/\//u;

/** Where an engine says what went wrong when something was started: none of it is another object. */
const RUNTIME = /OCI runtime|runc|crun|exec format error|executable file not found/u;

/**
 * A sentence in which an engine says why it did not do something, without the ids and names of objects that the client did
 * not name itself: they may be others'. What is harmless stays, so that it is still understood; with `keepsQuoted` all that
 * stands in quotes, where it is sure to be the request's own.
 */
export function withoutOthers(message: string, wasSaid: WasSaid, keepsQuoted = false): string {
  let told = message;
  for (const [said, instead] of IN_THE_WAY) told = told.replace(said, instead);
  told = told.replace(ID, (id) => (wasSaid(id) ? id : HIDDEN));
  if (keepsQuoted || RUNTIME.test(told)) return told;
  return told.replace(
    QUOTED,
    (quoted, double: string | undefined, single: string | undefined, at: number) => {
      const name = double ?? single ?? "";
      const isHarmless =
        name === "" ||
        name === HIDDEN ||
        wasSaid(name) ||
        URL_OF_REGISTRY.test(name) ||
        OF_NO_OBJECT.test(told.slice(Math.max(0, at - 24), at));
      return isHarmless ? quoted : quoted.replace(name, () => HIDDEN);
    },
  );
}

/** An error as an engine writes it: Docker's `message`, and Podman's `cause` and `response` beside it. All else is left out. */
export function errorWithoutOthers(
  error: JsonValue,
  tell: (sentence: string) => string,
): JsonValue | undefined {
  if (!isJsonObject(error)) return undefined;
  const told = new Map<string, JsonValue>();
  for (const [key, value] of error) {
    if (typeof value === "string" && SENTENCES.has(key)) told.set(key, tell(value));
    if (isJsonNumber(value) && key === "response") told.set(key, value);
  }
  return told;
}

const SENTENCES: ReadonlySet<string> = new Set(["cause", "message"]);

/**
 * One report of a pull, a push or a build. Its progress passes as it is; what says why it failed, in `error` and
 * `errorDetail`, is told without others.
 */
export function progressWithoutOthers(report: JsonValue, wasSaid: WasSaid): JsonValue {
  if (!isJsonObject(report) || !(report.has("error") || report.has("errorDetail"))) return report;
  const told = new Map(report);
  const error = report.get("error");
  if (typeof error === "string") told.set("error", withoutOthers(error, wasSaid));
  const detail = report.get("errorDetail") ?? null;
  if (isJsonObject(detail)) told.set("errorDetail", detailWithoutOthers(detail, wasSaid));
  return told;
}

/** dockerd writes `{"code": 1, "message": "..."}`. */
function detailWithoutOthers(detail: JsonObject, wasSaid: WasSaid): JsonObject {
  return new Map(
    [...detail].map(([key, value]) => [
      key,
      typeof value === "string" ? withoutOthers(value, wasSaid) : value,
    ]),
  );
}
