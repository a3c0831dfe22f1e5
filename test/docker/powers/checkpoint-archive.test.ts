import { describe, expect, test } from "vitest";
import type { OperationName } from "../../../src/docker/operations.ts";
import { containerFilePowers } from "../../../src/docker/powers/checkpoint-archive.ts";
import { askedByRequest, type AskedTexts, type AskingRequest } from "./asked.ts";

function askedOf(operation: OperationName, request: AskingRequest): AskedTexts {
  return askedByRequest(containerFilePowers[operation] ?? {}, request);
}

describe("a copy asks for the path", () => {
  test.each([
    ["an absolute path", "path=/etc/passwd", "/etc/passwd"],
    ["another spelling", "path=//etc/./passwd/", "/etc/passwd"],
    ["a relative path, which Podman takes from anywhere", "path=etc", "/"],
    ["the whole file system", "path=/", "/"],
    ["the folder's content", "path=/data/.", "/data"],
    ["a path that goes up, which can be any", "path=/data/../etc", "/"],
    ["a colon and a star", "path=/a:ro*", "/a%3Aro%2A"],
    ["an escape", "path=%2Fetc", "/etc"],
  ])("%s", (_name, query, path) => {
    expect(askedOf("ContainerArchive", { query }).powers).toEqual([`read-file:${path}`]);
    expect(askedOf("ContainerArchiveInfo", { query }).powers).toEqual([`read-file:${path}`]);
    expect(askedOf("PutContainerArchive", { query }).powers).toEqual([`write-file:${path}`]);
  });

  test.each<[operation: OperationName, request: AskingRequest, powers: readonly string[]]>([
    ["ContainerExport", {}, ["read-file:/"]],
    ["ContainerCopy", { body: { Resource: "/run/secrets" } }, ["read-file:/run/secrets"]],
    ["ContainerCopy", { body: { Resource: "etc", HostPath: "x" } }, ["read-file:/etc"]],
    ["PutContainerArchive", { query: "path=/x&noOverwriteDirNonDir=1&copyUIDGID=1" }, ["write-file:/x"]],
    ["PutContainerArchive", { query: "path=/x&rename=y" }, ["write-file:/x", "field:?rename"]],
    ["ContainerArchive", { query: "PATH=/x" }, ["field:?PATH"]],
    ["ContainerChanges", { query: "diffType=all" }, ["read-file:/"]],
    // With what Podman compares, in any letters.
    ["ContainerChanges", { query: "parent=db" }, ["read-file:/", "field:?parent"]],
    ["ContainerChanges", { query: "Parent=db" }, ["read-file:/", "field:?Parent"]],
  ])("%s with %j", (operation, request, powers) => {
    expect(askedOf(operation, request)).toMatchObject({ powers, fault: undefined });
  });

  test("also by a key in other letters", () => {
    expect(askedOf("ContainerCopy", { body: { resource: "/etc" } }).powers).toEqual(["read-file:/etc"]);
  });
});

describe("a checkpoint asks for a folder of the host", () => {
  test.each<[operation: OperationName, request: AskingRequest, powers: readonly string[]]>([
    ["CheckpointCreate", { body: { CheckpointID: "a", Exit: true } }, []],
    ["CheckpointCreate", { body: { CheckpointID: "a", CheckpointDir: "/etc" } }, ["checkpoint:/etc"]],
    ["CheckpointCreate", { body: { CheckpointDir: "etc" } }, ["checkpoint:/etc"]],
    ["CheckpointList", {}, []],
    ["CheckpointList", { query: "dir=/root" }, ["checkpoint:/root"]],
    ["CheckpointList", { query: "dir=/srv/../root" }, ["checkpoint:/"]],
    ["CheckpointDelete", { query: "dir=/root" }, ["checkpoint:/root"]],
    ["CheckpointDelete", { query: "dir=" }, []],
  ])("%s with %j", (operation, request, powers) => {
    expect(askedOf(operation, request)).toMatchObject({ powers, fault: undefined });
  });

  test.each(["../../etc", "a/b", "..", ".a"])(
    "and for any by the name %s, which leads out of it",
    (CheckpointID) => {
      expect(askedOf("CheckpointCreate", { body: { CheckpointID } }).powers).toEqual(["checkpoint:/"]);
    },
  );
});

describe("a list of processes asks for options of ps", () => {
  test.each([
    ["none", undefined, []],
    ["the usual ones", "ps_args=-ef", []],
    ["the usual ones of BSD", "ps_args=aux", []],
    ["columns of one word", "ps_args=-o+pid,user,comm", []],
    ["all processes with columns", "ps_args=axo+uid,pid,args", []],
    ["a column that may have more words before others", "ps_args=-o+args,pid", ["ps-options:-o args%2Cpid"]],
    ["a column of more words", "ps_args=-o+pid,lstart", ["ps-options:-o pid%2Clstart"]],
    ["a column by another title", "ps_args=-o+comm%3DPID", ["ps-options:-o comm=PID"]],
    ["columns in two lists", "ps_args=-o+pid+-o+args", ["ps-options:-o pid -o args"]],
    ["the environment", "ps_args=auxe", ["ps-options:auxe"]],
  ])("%s", (_name, query, powers) => {
    const request = query === undefined ? {} : { query };
    expect(askedOf("ContainerTop", request)).toMatchObject({ powers, fault: undefined });
  });
});
