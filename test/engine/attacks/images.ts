import { expect } from "vitest";
import { serializeArchive } from "../../support/images.ts";
import type { Attack } from "./attack.ts";

/** The engine's own error shows that it called: nothing listens there. */
const NOBODY = "127.0.0.1:1";
const CALLED = /connection refused/u;

const context = serializeArchive([{ name: "Dockerfile", content: "FROM busybox:test\nLABEL built=1\n" }]);
const TAR = "application/x-tar";
/** The last line of a build that worked. */
const BUILT = /Successfully built/u;

function build(name: string, query: string, fails: RegExp, refusal: RegExp): Attack {
  return {
    name: `a build ${name}`,
    target: `/v1.41/build?${query}`,
    body: context,
    contentType: TAR,
    fails,
    refusal,
  };
}

/** Attacks by images: what others run under a name, what the engine fetches, what it sends away. */
export const imageAttacks: readonly Attack[] = [
  {
    name: "an image with a label for a scheduler",
    target: "/v1.41/commit?container=victim&changes=LABEL%20ofelia.enabled=true",
    refusal: /label:ofelia\.enabled/u,
  },
  {
    name: "an image with a variable that gives devices",
    target: "/v1.41/commit?container=victim&changes=ENV%20NVIDIA_VISIBLE_DEVICES=all",
    refusal: /env:NVIDIA_VISIBLE_DEVICES/u,
  },
  {
    name: "giving an image another's name",
    target: "/v1.41/images/busybox:test/tag?repo=traefik&tag=NAME",
    made: { at: "/images/traefik:NAME/json", like: { RepoTags: expect.arrayContaining(["busybox:test"]) } },
    refusal: /tag:docker\.io\/library\/traefik:/u,
  },
  {
    name: "a form that overrides the query",
    target: "/v1.41/images/busybox:test/tag?repo=good&tag=NAME",
    body: "repo=evil&tag=NAME",
    contentType: "application/x-www-form-urlencoded",
    made: { at: "/images/evil:NAME/json", like: { RepoTags: expect.arrayContaining(["busybox:test"]) } },
    refusal: /a form body could override the query/u,
  },
  {
    name: "a commit under another's name",
    target: "/v1.41/commit?container=victim&repo=traefik&tag=NAME",
    made: { at: "/images/traefik:NAME/json", like: {} },
    refusal: /tag:docker\.io\/library\/traefik:/u,
  },
  {
    name: "an import under another's name",
    target: "/v1.41/images/create?fromSrc=-&repo=traefik&tag=NAME",
    body: serializeArchive([{ name: "evil", content: "1" }]),
    contentType: TAR,
    made: { at: "/images/traefik:NAME/json", like: {} },
    refusal: /tag:docker\.io\/library\/traefik:/u,
  },
  {
    name: "loading images under any name",
    target: "/v1.41/images/load",
    body: serializeArchive([{ name: "manifest.json", content: "[]" }]),
    contentType: TAR,
    refusal: /power load/u,
  },
  {
    name: "an import from an address that only the host reaches",
    target: `/v1.41/images/create?fromSrc=http://${NOBODY}/`,
    fails: CALLED,
    refusal: /fetch:http:\/\/127\.0\.0\.1:1/u,
  },
  {
    name: "a search at an address that only the host reaches",
    method: "GET",
    target: `/v1.41/images/search?term=${NOBODY}/x`,
    fails: CALLED,
    refusal: /registry:127\.0\.0\.1:1/u,
  },
  {
    name: "a login at an address that only the host reaches",
    target: "/v1.41/auth",
    body: { username: "a", password: "b", serveraddress: `http://${NOBODY}/v2/` },
    fails: CALLED,
    refusal: /registry:127\.0\.0\.1:1/u,
  },
  {
    name: "a plugin at an address that only the host reaches",
    method: "GET",
    target: `/v1.41/plugins/privileges?remote=${NOBODY}/x`,
    unsupported: "the engine answers with an empty list, whether it called or not",
    refusal: /127\.0\.0\.1:1/u,
  },
  {
    name: "a push to an address that only the host reaches",
    target: `/v1.41/images/${NOBODY}/stolen/push?tag=test`,
    headers: { "X-Registry-Auth": Buffer.from("{}").toString("base64url") },
    fails: CALLED,
    refusal: /push:127\.0\.0\.1:1\/stolen/u,
  },
  {
    name: "a build from an address that only the host reaches",
    target: `/v1.41/build?remote=http://${NOBODY}/`,
    fails: CALLED,
    refusal: /fetch:http:\/\/127\.0\.0\.1:1/u,
  },
  build("under another's name", "t=traefik:NAME", BUILT, /tag:docker\.io\/library\/traefik:/u),
  build("on the host's network", "networkmode=host", BUILT, /host:network/u),
  build("in another container's network", "networkmode=container:victim", BUILT, /join:network:victim/u),
  {
    ...build("without seccomp", "securityopt=seccomp%3Dunconfined", BUILT, /security-opt:seccomp/u),
    // Engines on Linux say that they have no such option; others may come to have it.
    fails: /does not support setting security options on build|security options are not supported/u,
  },
  build("in a control group of its choice", "cgroupparent=/../..", BUILT, /cgroup-parent:/u),
  build(
    "by BuildKit",
    "version=2&session=abc",
    /moby\.buildkit\.trace/u,
    /power buildkit|powers .*buildkit/u,
  ),
];
