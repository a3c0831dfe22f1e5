import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { canonicalImage, registryOf, splitRegistry } from "../../src/docker/powers/image-reference.ts";

const hex = (length: number): string => "0123456789abcdef".repeat(8).slice(0, length);
const DIGEST = `sha256:${hex(64)}`;

describe("a reference is completed as Docker does it", () => {
  test.each([
    ["a name", "nginx", "docker.io/library/nginx:latest"],
    ["a tag", "nginx:1.29-alpine", "docker.io/library/nginx:1.29-alpine"],
    ["a folder of Docker Hub", "grafana/loki", "docker.io/grafana/loki:latest"],
    ["two folders", "a/b/c", "docker.io/a/b/c:latest"],
    ["Docker Hub by name", "docker.io/nginx", "docker.io/library/nginx:latest"],
    ["its former name", "index.docker.io/x/y", "docker.io/x/y:latest"],
    ["its former name, without a folder", "index.docker.io/nginx", "docker.io/library/nginx:latest"],
    ["a registry with a dot", "ghcr.io/x", "ghcr.io/x:latest"],
    ["a registry with a port", "registry:5000/x:1", "registry:5000/x:1"],
    ["localhost", "localhost/x", "localhost/x:latest"],
    ["a word that begins like localhost", "localhosts/x", "docker.io/localhosts/x:latest"],
    ["a registry by an upper-case letter", "Foo/x", "Foo/x:latest"],
    ["a registry in other letters stays", "DOCKER.IO/library/nginx", "DOCKER.IO/library/nginx:latest"],
    ["an IPv6 address", "[::1]:5000/x", "[::1]:5000/x:latest"],
    ["a digest", `nginx@${DIGEST}`, `docker.io/library/nginx@${DIGEST}`],
    ["a tag beside a digest", `ghcr.io/x:1@${DIGEST}`, `ghcr.io/x@${DIGEST}`],
    ["a host without a folder", "example.com", "docker.io/library/example.com:latest"],
    ["separators", "x/a-b--c__d_e.f/g", "docker.io/x/a-b--c__d_e.f/g:latest"],
    ["localhost as a name", "localhost:5000", "docker.io/library/localhost:5000"],
    ["digits with a tag", "cafe:latest", "docker.io/library/cafe:latest"],
    ["digits in a folder", "docker.io/library/cafe", "docker.io/library/cafe:latest"],
    ["more digits than an id has", hex(65), `docker.io/library/${hex(65)}:latest`],
    ["a name like an algorithm", "sha256:latest", "docker.io/library/sha256:latest"],
  ])("%s: %s", (_name, text, canonical) => {
    expect(canonicalImage(text)).toBe(canonical);
  });
});

describe("what an engine may take for an id has no slash", () => {
  test.each([
    ["one digit", "a", "sha256:a"],
    ["twelve digits", hex(12), `sha256:${hex(12)}`],
    ["all digits", hex(64), DIGEST],
    ["digits only", "123", "sha256:123"],
    ["with the algorithm", DIGEST, DIGEST],
    ["a part with the algorithm", "sha256:cafe", "sha256:cafe"],
    ["another algorithm", `sha512:${hex(128)}`, `sha512:${hex(128)}`],
  ])("%s", (_name, text, canonical) => {
    expect(canonicalImage(text)).toBe(canonical);
  });
});

describe("what fits no reference is undefined", () => {
  test.each([
    ["nothing", ""],
    ["an upper-case name", "Nginx"],
    ["an upper-case folder", "docker.io/Foo/x"],
    ["a line's end", "nginx\n"],
    ["white space", " nginx"],
    ["an empty part", "a//b"],
    ["a slash in front", "/nginx"],
    ["a slash at the end", "nginx/"],
    ["a part that goes up", "a/../b"],
    ["a dot in front", "a/.b"],
    ["three underscores", "a___b"],
    ["two dots", "a..b/c"],
    ["an empty tag", "nginx:"],
    ["a tag of 129 characters", `nginx:${"a".repeat(129)}`],
    ["a tag with a dash in front", "nginx:-1"],
    ["two tags", "nginx:1:2"],
    ["a digest too short", "nginx@sha256:abc"],
    ["a digest of another length", `nginx@sha256:${hex(65)}`],
    ["an upper-case digest", `nginx@sha256:${hex(64).toUpperCase()}`],
    ["an unknown algorithm", `nginx@md5:${hex(64)}`],
    ["only a digest's sign", `@${DIGEST}`],
    ["a registry that is no host", "a_b.c/x"],
    ["a registry with an empty port", "registry:/x"],
    ["a registry with a name for a port", "registry:http/x"],
    ["a URL", "https://ghcr.io/x"],
    ["a star", "nginx*"],
    ["a percent sign", "nginx%2A"],
    ["letters of another alphabet", "nginх"],
    ["a path of 256 characters", `ghcr.io/${"a".repeat(256)}`],
    ["a text longer than all references", "a".repeat(100_000)],
    ["a registry longer than all references", `${"a-".repeat(50_000)}.b/x`],
  ])("%s", (_name, text) => {
    expect(canonicalImage(text)).toBeUndefined();
  });

  test("but a path of 255 characters fits", () => {
    expect(canonicalImage(`ghcr.io/${"a".repeat(255)}`)).toBe(`ghcr.io/${"a".repeat(255)}:latest`);
  });
});

describe("a canonical reference", () => {
  const letters = fc.string({ unit: fc.constantFrom(..."ab01.:/@-_AZ*% "), maxLength: 20 });
  const texts = fc.oneof(
    letters,
    fc.string(),
    fc.tuple(letters, letters).map((parts) => parts.join("/")),
  );

  test("is its own canonical reference, and is printable", () => {
    let seen = 0;
    fc.assert(
      fc.property(texts, (text) => {
        const canonical = canonicalImage(text);
        if (canonical !== undefined) {
          seen += 1;
          expect(canonicalImage(canonical)).toBe(canonical);
          expect(canonical).toMatch(/^[A-Za-z0-9._:/@[\]-]+$/u);
          expect(canonical.includes("/")).toBe(!/^sha[0-9]+:[a-f0-9]+$/u.test(canonical));
        }
      }),
      { numRuns: 5000 },
    );
    expect(seen).toBeGreaterThan(100);
  });
});

describe("the registry of a reference", () => {
  test.each([
    ["docker.io/library/nginx:latest", "docker.io"],
    ["registry:5000/x:1", "registry:5000"],
    ["[::1]:5000/x:1", "[::1]:5000"],
    ["sha256:cafe", "docker.io"],
  ])("of %s is %s", (reference, registry) => {
    expect(registryOf(reference)).toBe(registry);
  });
});

describe("a name is split as Docker does it", () => {
  test.each([
    ["nginx", ["docker.io", "library/nginx"]],
    ["texlive/*", ["docker.io", "texlive/*"]],
    ["*.example.com/x", ["*.example.com", "x"]],
    ["index.docker.io/x", ["docker.io", "library/x"]],
  ])("%s", (name, parts) => {
    expect(splitRegistry(name)).toEqual(parts);
  });
});
