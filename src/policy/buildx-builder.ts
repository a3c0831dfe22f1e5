import { canonicalImage } from "../docker/powers/image-reference.ts";
import type { Power } from "../docker/powers/power.ts";
import { parseQuery } from "../docker/query.ts";
import { type Decision, explainPowersPlace, type Grant } from "./grant.ts";
import type { Allow, Deny } from "./verdict.ts";

/**
 * buildx asks the engine for its own BuildKit (`POST /grpc`), and where that is refused makes a privileged container that
 * stands in for it, without a word. So the refusal that a person reads is about that container. Its names, and the image that
 * it runs if nobody chose another, are buildx's (driver.BuilderName and bkimage.DefaultImage there).
 */
const NAME = /^\/?buildx_buildkit_/u;
const IMAGE = /^docker\.io\/moby\/buildkit:buildx-stable/u;

/** The operations by which the client gets to BuildKit, and is called back. */
const DOORS = ["Grpc", "Session"] as const;
const POWER = { noun: "buildkit", value: "" } as const;

/** What is said of a request for such a container; what else is said of it depends on who asks. */
export const ABOUT_BUILDER =
  "docker buildx asks for this builder of its own where the engine's BuildKit is refused";

/** Tells a request for a builder of buildx's own, by the names in its path and query or by what it was found to ask for. */
export function isForBuilder(verdict: Allow | Deny, query: string | undefined): boolean {
  const [section, name = ""] = verdict.path.segments;
  const powers: readonly Power[] = ("powers" in verdict ? verdict.powers : undefined) ?? [];
  return (
    (section === "containers" && NAME.test(name)) ||
    powers.some(({ noun, value }) => noun === "name" && NAME.test(value)) ||
    isNamedInQuery(verdict, query)
  );
}

function isNamedInQuery({ operation }: Allow | Deny, query = ""): boolean {
  if (operation.name !== "ContainerCreate" && operation.name !== "ImageCreate") return false;
  const parsed = parseQuery(query, () => true);
  const valueOf = (key: string): string => (parsed.ok ? String(parsed.value.get(key) ?? "") : "");
  if (operation.name === "ContainerCreate") return NAME.test(valueOf("name"));
  const [image, tag] = [valueOf("fromImage"), valueOf("tag")];
  return IMAGE.test(canonicalImage(tag === "" ? image : `${image}:${tag}`) ?? "");
}

/**
 * What to do instead, where such a request is refused and BuildKit is too; undefined for all other requests. It only changes
 * what is said: to open what the container needs would be to give out root.
 */
export function cureOfBuilder(grant: Grant, verdict: Deny, query: string | undefined): string | undefined {
  if (!isForBuilder(verdict, query)) return undefined;
  const decisions = DOORS.map((name) => grant.decisions.get(name));
  const isHeld = grant.powers.holds(POWER);
  if (isHeld && decisions.every((decision) => decision?.kind === "allow")) return undefined;
  const ways = [
    ...opening(decisions, grant.openingPlace, isHeld ? undefined : explainPowersPlace(grant)),
    "use the classic builder (DOCKER_BUILDKIT=0)",
  ];
  return `${ABOUT_BUILDER}. To build without it, ${ways.join(", or ")}.`;
}

/** What lets BuildKit's own protocol through, as one way; none where nothing would. The last place is that of a power that lacks. */
function opening(
  decisions: readonly (Decision | undefined)[],
  openingPlace: string | undefined,
  powersPlace: string | undefined,
): readonly string[] {
  const closed = decisions.flatMap((decision) =>
    decision?.kind === "allow" ? [] : [decision?.missing ?? []],
  );
  if (closed.some((missing) => missing.length === 0)) return [];
  const switches = [...new Set(closed.flat())].map((entry) => entry.replaceAll("|", " or "));
  const power = powersPlace === undefined ? [] : [`add ${POWER.noun} to its powers (${powersPlace})`];
  const listed = switches.join(" and ");
  const open = openingPlace === undefined ? `set ${listed}` : `add ${listed} to ${openingPlace}`;
  return [[...(switches.length === 0 ? [] : [open]), ...power].join(", and ")];
}
