import { describe, expect, test } from "vitest";
import { libpodOperations } from "../../../src/docker/operations.ts";
import { libpodPowers } from "../../../src/docker/powers/libpod.ts";
import { askedByRequest } from "./asked.ts";

/** Operations of Podman's own that ask for themselves. What the others ask for, or why they don't, is `objects.test.ts`. */
const ASKING = `
  ContainerArchiveLibpod ContainerAttachLibpod ContainerCheckpointLibpod ContainerCreateLibpod ContainerExecLibpod
  ContainerExportLibpod ContainerHealthcheckLibpod ContainerMountLibpod ContainerRestoreLibpod ContainerTopLibpod
  ContainerUnmountLibpod ContainerUpdateLibpod ExecStartLibpod ImageImportLibpod ImageLoadLibpod ImagePullLibpod
  ImagePushLibpod ImageScpLibpod ImageSearchLibpod ImageTagLibpod ManifestAddLibpod ManifestCreateLibpod
  ManifestInspectLibpod ManifestModifyLibpod ManifestPushLibpod ManifestPushV3Libpod NetworkConnectLibpod
  NetworkCreateLibpod NetworkUpdateLibpod PlayKubeDownLibpod PlayKubeLibpod PodCreateLibpod PodTopLibpod
  PutContainerArchiveLibpod SecretCreateLibpod SecretInspectLibpod SystemCheckLibpod VolumeCreateLibpod
  VolumeExportLibpod VolumeImportLibpod
`;

/** Those that ask for what they give out or delete: Podman finds it by a part of its name, so for any. */
const OBJECTS = {
  ImageDeleteAllLibpod: ["image:(any)"],
  ImageDeleteLibpod: ["image:(any)"],
  ImageExportLibpod: ["image:(any)"],
  ImageGetLibpod: ["image:(any)"],
  ImagePruneLibpod: ["image:(any)"],
  ImageUntagLibpod: ["image:(any)"],
  ManifestDeleteLibpod: ["image:(any)"],
  NetworkDeleteLibpod: ["network:(any)"],
  NetworkDisconnectLibpod: ["network:(any)"],
  NetworkPruneLibpod: ["network:(any)"],
  SecretDeleteLibpod: ["secret:(any)"],
  SystemPruneLibpod: ["image:(any)", "network:(any)", "volume:(any)"],
  VolumeDeleteLibpod: ["volume:(any)"],
  VolumePruneLibpod: ["volume:(any)"],
} as const;

/** Those that compare what they give out with something else. */
const CHANGES = { ContainerChangesLibpod: "read-file:/", ImageChangesLibpod: "image:(any)" } as const;

function words(text: string): readonly string[] {
  return text.trim().split(/\s+/u);
}

describe("Podman's own operations", () => {
  test("ask for themselves, for an object, for a name, or for nothing", () => {
    const asking = [...words(ASKING), ...Object.keys({ ...OBJECTS, ...CHANGES }), "ContainerRenameLibpod"];
    expect(Object.keys(libpodPowers).toSorted()).toEqual(asking.toSorted());
  });

  test.each(Object.entries(OBJECTS))("%s asks for %s", (name, powers) => {
    const asks = new Map(Object.entries(libpodPowers)).get(name);
    expect(askedByRequest(asks ?? {}, { query: "force=true" }).powers).toEqual(powers);
  });

  test.each(Object.entries(CHANGES))("%s asks for %s, and for what that is compared with", (name, power) => {
    const asks = new Map(Object.entries(libpodPowers)).get(name) ?? {};
    expect(askedByRequest(asks, { query: "diffType=all" }).powers).toEqual([power]);
    expect(askedByRequest(asks, { query: "parent=db" }).powers).toEqual([power, "field:?parent"]);
  });

  test("ask for a container's new name as Docker's do", () => {
    const asked = askedByRequest(libpodPowers.ContainerRenameLibpod ?? {}, { query: "name=/data" });
    expect(asked).toMatchObject({ powers: ["name:data", "rename:data"], fault: undefined });
  });

  test.each(libpodOperations.filter(({ name }) => words(ASKING).includes(name)))(
    "$name asks for itself alone, and its body is not looked into",
    ({ name }) => {
      const powers = libpodPowers[name] ?? {};
      expect(askedByRequest(powers, { body: { privileged: true } }).powers).toEqual([`podman:${name}`]);
      expect(Object.keys(powers)).toEqual(["itself"]);
    },
  );
});
