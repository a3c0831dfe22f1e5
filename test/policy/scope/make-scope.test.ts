import { describe, expect, test } from "vitest";
import type { Identity } from "../../../src/docker/objects/identity.ts";
import { OWNER_LABEL } from "../../../src/docker/objects/owner-label.ts";
import { makeScope } from "../../../src/policy/scope/make-scope.ts";
import type { ScopeEntry } from "../../../src/policy/scope/scope.ts";

/** A container, or what the test says. */
function object(
  labels: Readonly<Record<string, string>>,
  { kind = "container", names = ["web"], id = "ab".repeat(32) }: Partial<Identity> = {},
): Identity {
  return { kind, id, names, labels: new Map(Object.entries(labels)) };
}

const own = object({ [OWNER_LABEL]: "ci" });
const image = (...names: readonly string[]): Identity =>
  object({}, { kind: "image", names, id: `sha256:${"ab".repeat(32)}` });

function sees(entries: readonly ScopeEntry[], identity: Identity): boolean {
  return makeScope("ci", entries).sees(identity);
}

describe("in scope", () => {
  test.each<readonly [string, ScopeEntry, Identity]>([
    ["what the client made", { own: true }, own],
    ["what has a label", { label: ["team"] }, object({ team: "b" })],
    ["what has a label of a value", { label: ["team=a=b"] }, object({ team: "a=b" })],
    ["what has one of several labels", { label: ["x", "team=a"] }, object({ team: "a" })],
    ["what has a name", { name: ["web"] }, object({})],
    ["what has a name of a pattern", { name: ["w*b"] }, object({})],
    ["what has one of several names", { name: ["x", "web"] }, object({}, { names: ["y", "web"] })],
    ["what is of a project", { project: ["shop"] }, object({ "com.docker.compose.project": "shop" })],
    ["what is of a stack", { project: ["shop"] }, object({ "com.docker.stack.namespace": "shop" })],
    ["an image of a name", { image: ["nginx:1"] }, image("docker.io/library/nginx:1")],
    ["an image of a pattern", { image: ["team/*"] }, image("docker.io/team/app:2")],
    ["an image of any name", { image: ["*"] }, image()],
    ["an image of an id", { image: [`sha256:${"ab".repeat(32)}`] }, image("docker.io/library/nginx:1")],
    ["what every key matches", { name: ["web"], label: ["team"] }, object({ team: "a" })],
  ])("is %s", (_, entry, identity) => {
    expect(sees([entry], identity)).toBe(true);
  });

  test.each<readonly [string, ScopeEntry, Identity]>([
    ["what another client made", { own: true }, object({ [OWNER_LABEL]: "ci2" })],
    ["what nobody has marked", { own: true }, object({})],
    ["what has the label with another value", { label: ["team=a"] }, object({ team: "ab" })],
    ["what has a label that begins so", { label: ["team"] }, object({ "team.x": "a" })],
    ["a label in other letters", { label: ["team=a"] }, object({ team: "A" })],
    ["what has a name that begins so", { name: ["we"] }, object({})],
    ["what has its name in other letters", { name: ["WEB"] }, object({})],
    ["what has no name", { name: ["*"] }, object({}, { names: [] })],
    ["an image, by a name", { name: ["*"] }, image("docker.io/library/nginx:1")],
    ["what is of another project", { project: ["shop"] }, object({ "com.docker.compose.project": "shop2" })],
    ["an image of another tag", { image: ["nginx"] }, image("docker.io/library/nginx:1")],
    ["no image", { image: ["*"] }, object({ [OWNER_LABEL]: "ci" })],
    ["what one key does not match", { name: ["web"], label: ["team"] }, object({})],
    ["anything where an entry says nothing", {}, own],
    ["anything where a list is empty", { label: [] }, own],
    ["what a broken pattern could mean", { name: ["%zz*"] }, object({}, { names: ["%zz"] })],
    ["what a broken image could mean", { image: ["**x"] }, image("docker.io/library/x:latest")],
    // Whoever asks asks about their container or service.
    ["an exec instance by itself", { name: ["*"] }, object({}, { kind: "exec", names: [] })],
  ])("is not %s", (_, entry, identity) => {
    expect(sees([entry], identity)).toBe(false);
  });

  test("is what any of several entries matches, and nothing where there is none", () => {
    expect(sees([{ name: ["x"] }, { own: true }], own)).toBe(true);
    expect(sees([], own)).toBe(false);
  });
});
