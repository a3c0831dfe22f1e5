import { describe, expect, test } from "vitest";
import { registryPowers } from "../../../src/docker/powers/registry.ts";
import { askedByRequest } from "./asked.ts";

const {
  SystemAuth = {},
  ImageSearch = {},
  GetPluginPrivileges = {},
  DistributionInspect = {},
} = registryPowers;

describe("a login asks for its registry", () => {
  test.each([
    ["none", {}, "docker.io"],
    ["an empty one", { serveraddress: "" }, "docker.io"],
    ["Docker Hub's index", { serveraddress: "https://index.docker.io/v1/" }, "docker.io"],
    ["Docker Hub", { serveraddress: "docker.io" }, "docker.io"],
    ["a host", { serveraddress: "ghcr.io" }, "ghcr.io"],
    ["a host without a dot", { serveraddress: "registry" }, "registry"],
    ["a port", { serveraddress: "http://registry:5000/v2/?x#y" }, "registry:5000"],
    ["a query behind the host", { serveraddress: "ghcr.io?x" }, "ghcr.io"],
    ["a fragment behind the host", { serveraddress: "ghcr.io#x" }, "ghcr.io"],
    ["an address", { serveraddress: "https://169.254.169.254" }, "169.254.169.254"],
    ["an IPv6 address", { serveraddress: "[::1]:5000" }, "[::1]:5000"],
  ])("%s", (_name, body, host) => {
    const asked = askedByRequest(SystemAuth, { body });
    expect(asked).toMatchObject({ powers: [`registry:${host}`], fault: undefined });
  });

  test("and never shows what is secret in it", () => {
    const names = ["username", "password", "auth", "email", "identitytoken", "registrytoken"];
    const body = Object.fromEntries(names.map((name) => [name, "secret"]));
    const asked = askedByRequest(SystemAuth, { body });
    expect(asked.powers).toEqual(["registry:docker.io"]);
    expect(JSON.stringify(asked)).not.toContain("secret");
  });

  test.each([
    ["a login before the host", { serveraddress: "https://docker.io@evil.example/" }],
    ["a scheme in other letters, before which dockerd puts its own", { serveraddress: "HTTPS://docker.io" }],
    ["another scheme", { serveraddress: "ftp://docker.io" }],
    ["a backslash", { serveraddress: String.raw`docker.io\@evil` }],
    ["white space", { serveraddress: "docker.io " }],
    ["no string", { serveraddress: 1 }],
    ["a key in two spellings", { serveraddress: "a.example", ServerAddress: "evil.example" }],
    ["a key with a long s", { ſerveraddress: "evil.example" }],
  ])("and is refused with %s", (_name, body) => {
    expect(askedByRequest(SystemAuth, { body }).fault).toMatch(/must/u);
  });
});

describe("a search asks for its registry", () => {
  test.each([
    ["words", "term=nginx", ["registry:docker.io"]],
    [
      "a folder, which is a registry for Podman",
      "term=grafana/loki",
      ["registry:docker.io", "registry:grafana"],
    ],
    ["no folder", "term=/loki", ["registry:docker.io"]],
    ["another registry", "term=evil.example/x", ["registry:evil.example"]],
    ["a host with a port", "term=registry:5000/x", ["registry:registry:5000"]],
    ["localhost", "term=localhost/x", ["registry:localhost"]],
    ["a host and no words", "term=evil.example/", ["registry:evil.example"]],
    ["a dot without a slash", "term=evil.example", ["registry:docker.io"]],
    ["Docker Hub's index", "term=index.docker.io/x", ["registry:docker.io"]],
    ["other keys", "limit=5&filters=%7B%7D", []],
    ["a key that is not known", "registry=x", ["field:?registry"]],
  ])("%s", (_name, query, powers) => {
    expect(askedByRequest(ImageSearch, { query })).toMatchObject({ powers, fault: undefined });
  });

  test.each([
    ["a scheme", "term=https://evil.example/x"],
    ["a login", "term=u:p@evil.example/x"],
  ])("and is refused with %s", (_name, query) => {
    expect(askedByRequest(ImageSearch, { query }).fault).toMatch(/must name a registry/u);
  });
});

describe("a plugin's privileges ask for its registry", () => {
  test.each([
    ["a name", "remote=vieux/sshfs", ["registry:docker.io"]],
    ["another registry", "remote=evil.example/x:1", ["registry:evil.example"]],
  ])("%s", (_name, query, powers) => {
    expect(askedByRequest(GetPluginPrivileges, { query })).toMatchObject({ powers, fault: undefined });
  });

  test("and are refused without a reference", () => {
    expect(askedByRequest(GetPluginPrivileges, { query: "remote=A" }).fault).toMatch(/must be the name/u);
  });
});

describe("what a registry says of an image asks for it", () => {
  test.each([
    ["/distribution/nginx/json", "image:docker.io/library/nginx:latest"],
    ["/v1.41/distribution/evil.example/a/b:1/json", "image:evil.example/a/b:1"],
    ["/distribution/cafe/json", "image:docker.io/library/cafe:latest"],
  ])("%s", (path, power) => {
    expect(askedByRequest(DistributionInspect, { path })).toMatchObject({
      powers: [power],
      fault: undefined,
    });
  });

  test("and is refused without a reference", () => {
    expect(askedByRequest(DistributionInspect, { path: "/distribution/A/json" }).fault).toMatch(/must be/u);
  });
});
