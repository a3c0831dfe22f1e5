import { ID, type Original, originalOf, originalSections, VERSION } from "./original.ts";

const container = `${VERSION}/containers/${ID}`;

const opening: readonly (readonly [pattern: string, name: string])[] = [
  [`${container}/(stop|restart|kill)`, "ALLOW_RESTARTS"],
  [`${container}/start`, "ALLOW_START"],
  [`${container}/stop`, "ALLOW_STOP"],
  [`${container}/pause`, "ALLOW_PAUSE"],
  [`${container}/unpause`, "ALLOW_UNPAUSE"],
  ...originalSections.map(([section, name]) => [`${VERSION}/${section}`, name] as const),
];

/** Tecnativa's docker-socket-proxy. */
export const tecnativaOriginal: Original = originalOf(
  [
    { writes: true, verdict: "deny", name: "POST" },
    ...opening.map(([pattern, name]) => ({ pattern, verdict: "allow", name }) as const),
  ],
  ["EVENTS", "PING", "VERSION"],
);
