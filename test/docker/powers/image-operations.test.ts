import { describe, expect, test } from "vitest";
import { imagePowers } from "../../../src/docker/powers/image-operations.ts";
import type { OperationName } from "../../../src/docker/operations.ts";
import { askedByRequest, type AskedTexts, type AskingRequest } from "./asked.ts";

const DIGEST = `sha256:${"0123456789abcdef".repeat(4)}`;

function askedOf(operation: OperationName, request: AskingRequest): AskedTexts {
  return askedByRequest(imagePowers[operation] ?? {}, request);
}

describe("a pull asks for the image that the engine pulls", () => {
  test.each([
    ["a name and a tag", "fromImage=nginx&tag=1.29", ["image:docker.io/library/nginx:1.29"]],
    ["a tag in the name", "fromImage=nginx:1.29", ["image:docker.io/library/nginx:1.29"]],
    ["a tag goes before the one in the name", "fromImage=nginx:1&tag=2", ["image:docker.io/library/nginx:2"]],
    ["a digest for a tag", `fromImage=nginx&tag=${DIGEST}`, [`image:docker.io/library/nginx@${DIGEST}`]],
    ["a digest in the name", `fromImage=nginx@${DIGEST}`, [`image:docker.io/library/nginx@${DIGEST}`]],
    [
      "a digest and a tag, of which engines take one or the other",
      `fromImage=nginx@${DIGEST}&tag=2`,
      [`image:docker.io/library/nginx@${DIGEST}`, "image:docker.io/library/nginx:2"],
    ],
    ["no tag: all of them", "fromImage=nginx", ["image:docker.io/library/nginx:(all)"]],
    ["a colon for all tags", "fromImage=nginx:", ["image:docker.io/library/nginx:(all)"]],
    ["an empty tag", "fromImage=ghcr.io/x/y&tag=", ["image:ghcr.io/x/y:(all)"]],
    ["another registry", "fromImage=evil.example:5000/x&tag=1", ["image:evil.example:5000/x:1"]],
    ["the former name of Docker Hub", "fromImage=index.docker.io/x/y&tag=1", ["image:docker.io/x/y:1"]],
    ["digits are no id", "fromImage=cafe&tag=1", ["image:docker.io/library/cafe:1"]],
    ["an algorithm is a name", "fromImage=sha256:cafe", ["image:docker.io/library/sha256:cafe"]],
    ["a platform", "fromImage=a&tag=1&platform=linux/arm64", ["image:docker.io/library/a:1"]],
  ])("%s", (_name, query, powers) => {
    expect(askedOf("ImageCreate", { query })).toMatchObject({ powers, fault: undefined });
  });

  test.each([
    ["an upper-case name", "fromImage=Nginx&tag=1"],
    ["a transport of Podman's", "fromImage=docker-archive:/etc/x"],
    ["a transport that names a registry", "fromImage=docker://evil.example/x"],
    ["a tag that is none", "fromImage=nginx&tag=a/b"],
    ["a digest that is none", "fromImage=nginx&tag=sha256:cafe"],
    ["a login before the registry", "fromImage=docker.io@evil.example/x&tag=1"],
    ["a star", "fromImage=ngin*&tag=1"],
  ])("and is refused with %s", (_name, query) => {
    expect(askedOf("ImageCreate", { query }).fault).toMatch(/must be an image reference/u);
  });
});

describe("an import asks for what it fetches and what it names", () => {
  test.each([
    ["the body", "fromSrc=-", []],
    ["the body, with a name", "fromSrc=-&repo=traefik&tag=latest", ["tag:docker.io/library/traefik:latest"]],
    ["a URL", "fromSrc=https://evil.example/x.tar", ["fetch:https://evil.example/x.tar"]],
    ["a host without a scheme", "fromSrc=169.254.169.254/latest", ["fetch:http://169.254.169.254/latest"]],
    [
      "a login and a token",
      "fromSrc=https%3A%2F%2Fu%3Asecret%40host%2Fx%3Ftoken%3Dsecret",
      ["fetch:https://(login)@host/x?(query)"],
    ],
    [
      "both an image and a source",
      "fromImage=a&tag=1&fromSrc=host/x&repo=b",
      ["image:docker.io/library/a:1", "fetch:http://host/x", "tag:docker.io/library/b:1"],
    ],
    ["changes", "fromSrc=-&changes=CMD+a&changes=ENV+b%3Dc&message=m", ["env:b"]],
    ["a key that is not known", "fromSrc=-&frobnicate=1", ["field:?frobnicate"]],
    ["a key in other letters, which no engine reads", "FROMIMAGE=nginx", ["field:?FROMIMAGE"]],
  ])("%s", (_name, query, powers) => {
    expect(askedOf("ImageCreate", { query })).toMatchObject({ powers, fault: undefined });
  });

  test.each(["/etc/x.tar", "../x.tar", "https://host/../x"])("and is refused with %s", (source) => {
    const query = `fromSrc=${encodeURIComponent(source)}`;
    expect(askedOf("ImageCreate", { query }).fault).toMatch(/must be a URL/u);
  });

  test("and never shows a token", () => {
    const asked = askedOf("ImageCreate", { query: "fromSrc=https://u:secret@host/x?token=secret" });
    expect(JSON.stringify(asked)).not.toContain("secret");
  });
});

test("a tag asks for nothing by what docker-py says besides", () => {
  const asked = askedOf("ImageTag", { path: "/images/x/tag", query: "repo=a&force=0" });
  expect(asked.powers).toEqual(["image:docker.io/library/x:latest", "tag:docker.io/library/a:latest"]);
});

describe("a tag asks for the name that it gives", () => {
  test.each([
    ["a name and a tag", "repo=traefik&tag=3", ["tag:docker.io/library/traefik:3"]],
    ["no tag", "repo=traefik", ["tag:docker.io/library/traefik:latest"]],
    ["a tag in the name", "repo=traefik:3", ["tag:docker.io/library/traefik:3"]],
    ["a tag goes before the one in the name", "repo=traefik:3&tag=4", ["tag:docker.io/library/traefik:4"]],
    ["digits are no id", "repo=cafe", ["tag:docker.io/library/cafe:latest"]],
    ["no name", "", []],
  ])("%s", (_name, query, powers) => {
    const path = "/images/scratch/x/tag";
    const source = "image:docker.io/scratch/x:latest";
    expect(askedOf("ImageTag", { path, query })).toMatchObject({
      powers: [source, ...powers],
      fault: undefined,
    });
    const committed = askedOf("ImageCommit", { query });
    expect(committed).toMatchObject({ powers: ["read-file:/", ...powers], fault: undefined });
  });

  test.each([
    ["a digest", `repo=traefik@${DIGEST}`],
    ["a digest for a tag", `repo=traefik&tag=${DIGEST}`],
    ["an upper-case name", "repo=Traefik"],
    ["a list of tags", "repo=a&tag=1,2"],
  ])("and is refused with %s", (_name, query) => {
    expect(askedOf("ImageTag", { path: "/images/x/tag", query }).fault).toMatch(/must be an image's name/u);
    expect(askedOf("ImageCommit", { query }).fault).toMatch(/must be an image's name/u);
  });
});

describe("a commit", () => {
  test("asks for the files that the image will have, and for what containers inherit without a word", () => {
    const body = { Cmd: ["sh"], Env: ["A=secret"], User: "0", Labels: { "ofelia.enabled": "true" } };
    const query = "container=web&comment=c&author=a&pause=0&changes=ENTRYPOINT+x&changes=USER+0";
    expect(askedOf("ImageCommit", { query, body })).toMatchObject({
      powers: ["read-file:/", "env:A", "label:ofelia.enabled"],
      fault: undefined,
    });
  });

  test("is the same with the query repeated in its body, as dockerode does", () => {
    const query = "container=web&repo=a&tag=1";
    const body = { container: "web", repo: "a", tag: "1" };
    expect(askedOf("ImageCommit", { query, body }).powers).toEqual([
      "read-file:/",
      "tag:docker.io/library/a:1",
    ]);
  });

  test("asks for a field that is not known", () => {
    expect(askedOf("ImageCommit", { body: { Frobnicate: 1 } }).powers).toEqual([
      "read-file:/",
      "field:Frobnicate",
    ]);
  });

  test("is refused with a key that engines take for another", () => {
    expect(askedOf("ImageCommit", { body: { labelſ: {} } }).fault).toMatch(/would be read as Labels/u);
  });
});

describe("a load asks for itself", () => {
  test.each([
    ["plain", "", ["load"]],
    ["with its options", "quiet=1&platform=a&platform=b", ["load"]],
    ["with a key that is not known", "reference=x", ["load", "field:?reference"]],
  ])("%s", (_name, query, powers) => {
    expect(askedOf("ImageLoad", { query })).toMatchObject({ powers, fault: undefined });
  });
});

describe("a push asks for what it sends", () => {
  test.each([
    ["a tag", "/images/x/push", "tag=1", ["push:docker.io/library/x:1"]],
    ["another registry", "/images/evil.example/a/b/push", "tag=1", ["push:evil.example/a/b:1"]],
    ["a tag in the name", "/images/x:1/push", undefined, ["push:docker.io/library/x:1"]],
    ["a tag goes before the one in the name", "/images/x:1/push", "tag=2", ["push:docker.io/library/x:2"]],
    ["no query: all tags", "/images/x/push", undefined, ["push:docker.io/library/x:(all)"]],
    ["an empty tag: all tags", "/v1.41/images/x/push", "tag=", ["push:docker.io/library/x:(all)"]],
    ["digits are no id", "/images/cafe/push", "tag=1", ["push:docker.io/library/cafe:1"]],
    ["an escaped port", "/images/r%3A5000/x/push", "tag=1", ["push:r:5000/x:1"]],
    ["an image that is called push", "/images/push/push", "tag=1", ["push:docker.io/library/push:1"]],
  ])("%s", (_name, path, query, powers) => {
    const request = query === undefined ? { path } : { path, query };
    const ofImage = powers.map((power) => power.replace("push:", "image:"));
    expect(askedOf("ImagePush", request)).toMatchObject({
      powers: [...powers, ...ofImage],
      fault: undefined,
    });
  });

  test.each([
    ["no reference", "/images/Nginx/push", "tag=1"],
    ["a tag that is none", "/images/nginx/push", "tag=a/b"],
  ])("and is refused with %s", (_name, path, query) => {
    expect(askedOf("ImagePush", { path, query }).fault).toMatch(/must be an image reference/u);
  });
});

describe("what gives out or deletes an image asks for it", () => {
  test.each([
    ["a tag by its name", "/images/nginx:1.29/get", ["image:docker.io/library/nginx:1.29"]],
    ["a name alone: all of its tags", "/images/nginx/get", ["image:docker.io/library/nginx:(all)"]],
    ["another registry", "/v1.41/images/r.example%3A5000/a/b:1/get", ["image:r.example:5000/a/b:1"]],
    ["a digest", `/images/nginx@${DIGEST}/get`, [`image:docker.io/library/nginx@${DIGEST}`]],
    ["an id", `/images/${DIGEST}/get`, [`image:${DIGEST}`]],
    ["what may be the beginning of an id", "/images/cafe/get", ["image:sha256:cafe"]],
    ["an image that is called get", "/images/get/get", ["image:docker.io/library/get:(all)"]],
  ])("saved: %s", (_name, path, powers) => {
    expect(askedOf("ImageGet", { path })).toMatchObject({ powers, fault: undefined });
  });

  test.each([
    ["several", "names=a:1&names=web", ["image:docker.io/library/a:1", "image:docker.io/library/web:(all)"]],
    ["for a platform", "names=a:1&platform=%7B%7D", ["image:docker.io/library/a:1"]],
    ["none", "", []],
    ["in a key of other letters, which Podman reads", "NAMES=a:1", ["field:?NAMES"]],
  ])("saved together: %s", (_name, query, powers) => {
    expect(askedOf("ImageGetAll", { query })).toMatchObject({ powers, fault: undefined });
  });

  test.each([
    ["a tag", "/images/nginx:1.29", ["image:docker.io/library/nginx:1.29"]],
    ["the tag that a name alone means", "/v1.41/images/nginx", ["image:docker.io/library/nginx:latest"]],
    ["a name with slashes", "/images/ghcr.io/a/b", ["image:ghcr.io/a/b:latest"]],
    ["an id", "/images/0af3", ["image:sha256:0af3"]],
  ])("deleted: %s", (_name, path, powers) => {
    expect(askedOf("ImageDelete", { path })).toMatchObject({ powers, fault: undefined });
  });

  test("and all that nobody uses for any", () => {
    expect(askedOf("ImagePrune", {}).powers).toEqual(["image:(any)"]);
  });

  test.each([
    ["ImageGet", { path: "/images/Nginx/get" }],
    ["ImageGetAll", { query: "names=a&names=B" }],
    ["ImageDelete", { path: "/images/Nginx" }],
    ["ImageTag", { path: "/images/Nginx/tag", query: "repo=a" }],
  ] as const)("and %s is refused where that is no reference", (operation, request) => {
    expect(askedOf(operation, request).fault).toMatch(/must be an image reference/u);
  });
});
