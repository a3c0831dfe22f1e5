import { expect, test } from "vitest";
import { missingText } from "../../../src/docker/objects/missing-text.ts";
import type { ObjectKind } from "../../../src/docker/objects/object-kind.ts";

const DIGITS = "0123456789abcdef".repeat(4);

test.each<readonly [ObjectKind, string, string]>([
  ["container", "web", "No such container: web"],
  ["exec", DIGITS, `No such exec instance: ${DIGITS}`],
  ["network", "shop", "network shop not found"],
  ["volume", "data", "get data: no such volume"],
  ["service", "web", "service web not found"],
  ["task", "t1", "task t1 not found"],
  ["secret", "key", "secret key not found"],
  ["config", "conf", "config conf not found"],
  ["node", "one", "node one not found"],
  ["plugin", "a/b", 'plugin "a/b" not found'],
  ["image", "nginx", "No such image: nginx:latest"],
  ["image", "docker.io/library/nginx:1", "No such image: nginx:1"],
  ["image", "docker.io/team/app", "No such image: team/app:latest"],
  ["image", "localhost:5000/app", "No such image: localhost:5000/app:latest"],
  ["image", `nginx@sha256:${DIGITS}`, `No such image: nginx@sha256:${DIGITS}`],
  ["image", `sha256:${DIGITS}`, `No such image: sha256:${DIGITS}`],
  ["image", "cafe", "No such image: cafe:latest"],
  ["image", "library/nginx", "No such image: nginx:latest"],
])("of a missing %s %s is Docker's own: %s", (kind, word, text) => {
  expect(missingText(kind, word)).toBe(text);
});

test.each([
  ["ContainerKill", "container", "web", "cannot kill container: web: No such container: web"],
  ["ImagePush", "image", "docker.io/mine/app:1", "An image does not exist locally with the tag: mine/app"],
  [
    "ImagePush",
    "image",
    "localhost:5000/app",
    "An image does not exist locally with the tag: localhost:5000/app",
  ],
  ["ContainerStop", "container", "web", "No such container: web"],
] as const)("to %s about a %s %s it is: %s", (operation, kind, word, text) => {
  expect(missingText(kind, word, operation)).toBe(text);
});
