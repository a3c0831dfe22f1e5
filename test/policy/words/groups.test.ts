import { describe, expect, test } from "vitest";
import { catalogue, type Operation, type OperationName } from "../../../src/docker/operations.ts";
import { groups, inNoGroup, narrowestGroupOf } from "../../../src/policy/words/groups.ts";
import { operationOf } from "./words.ts";

const grouped = new Set([...groups.values()].flatMap(({ operations }) => operations));
const membersOf = (name: string): readonly OperationName[] => groups.get(name)?.operations ?? [];

describe("the groups", () => {
  test("are seen, each with operations, none of them twice", () => {
    expect(groups.size).toBeGreaterThan(30);
    for (const { name, operations } of groups.values()) {
      expect([name, operations.length > 0]).toEqual([name, true]);
      expect([name, ...new Set(operations)]).toEqual([name, ...operations]);
    }
  });

  test("have every operation of both APIs in one at least, or say why it is in none", () => {
    const left = catalogue.filter(({ name }) => !grouped.has(name) && !inNoGroup.has(name));
    expect(left.map(({ name }) => name)).toEqual([]);
  });

  test("have nothing that is said to be in none", () => {
    expect([...inNoGroup.keys()].filter((name) => grouped.has(name))).toEqual([]);
  });

  test("say what they are for as a plain phrase", () => {
    for (const { does } of groups.values()) {
      expect(does).toMatch(/^[a-z].*[^.]$/u);
    }
  });

  test("have names that could not be an operation's", () => {
    expect([...groups.keys()].filter((name) => !/^[a-z]+(?::[a-z]+)?$/u.test(name))).toEqual([]);
  });
});

/** Whether an operation hands out or takes in what is inside of something, or a process to talk to. */
function isContent({ template, effect, name }: Operation): boolean {
  return (
    effect === "exec" ||
    /\/(?:archive|export|attach|ws|exec|logs|get|copy|import|load|mount|checkpoints?|commit)$/u.test(
      template,
    ) ||
    template.includes("/exec/") ||
    name.startsWith("Exec")
  );
}

describe("a group that only reads", () => {
  const reading = [...groups.keys()].filter((name) => name.endsWith(":read"));
  test("is seen", () => {
    expect(reading).toEqual(
      expect.arrayContaining(["containers:read", "images:read", "services:read", "system:read"]),
    );
    expect(catalogue.filter((operation) => isContent(operation)).length).toBeGreaterThan(40);
  });

  test.each(reading)("%s changes nothing", (name) => {
    expect(membersOf(name).filter((each) => operationOf(each).effect !== "read")).toEqual([]);
  });

  test.each(reading)("%s has no archive, export, attach, exec or logs", (name) => {
    expect(membersOf(name).filter((each) => isContent(operationOf(each)))).toEqual([]);
  });

  test.each(reading)("%s asks no registry and reads no key", (name) => {
    const outside = membersOf(name).filter((each) =>
      /registry address|join tokens|the key|contents of/u.test(operationOf(each).exposes),
    );
    expect(outside).toEqual([]);
  });
});

/** The first segments of the paths that a group named before its colon is about, without `/libpod`. */
const SECTIONS: Readonly<Record<string, readonly string[]>> = {
  ping: ["_ping"],
  system: ["version", "info", "system"],
  events: ["events"],
  containers: ["containers", "generate"],
  exec: ["exec", "containers"],
  images: ["images", "manifests", "build", "commit", "grpc", "session"],
  registries: ["auth", "distribution", "images", "manifests"],
  networks: ["networks"],
  volumes: ["volumes"],
  services: ["services", "tasks"],
  tasks: ["tasks"],
  nodes: ["nodes"],
  secrets: ["secrets"],
  configs: ["configs"],
  swarm: ["swarm"],
  plugins: ["plugins"],
  pods: ["pods", "generate", "play"],
  debug: ["debug"],
};

test.each([...groups.keys()])("%s is about what its name says", (name) => {
  const about = SECTIONS[name.replace(/:.*$/u, "")] ?? [];
  const others = membersOf(name).filter((each) => {
    const [first = "", second = ""] = operationOf(each).template.slice(1).split("/");
    return !about.includes(first === "libpod" ? second : first);
  });
  expect(others).toEqual([]);
});

test.each([
  {
    word: "containers:lifecycle",
    has: ["ContainerStart", "ContainerKill"],
    not: ["ContainerDelete", "ContainerUpdate"],
  },
  { word: "containers:remove", has: ["ContainerDelete", "ContainerPrune"], not: ["ContainerStop"] },
  { word: "containers:create", has: ["ContainerCreate"], not: ["ContainerStart", "ContainerUpdate"] },
  { word: "containers:logs", has: ["ContainerLogs"], not: ["ServiceLogs", "ContainerAttach"] },
  { word: "containers:attach", has: ["ContainerAttach", "ContainerAttachWebsocket"], not: ["ContainerExec"] },
  { word: "containers:archive", has: ["ContainerArchive", "PutContainerArchive"], not: ["ContainerExport"] },
  {
    word: "exec",
    has: ["ContainerExec", "ExecStart", "ExecInspect"],
    not: ["ContainerAttach", "ContainerTop"],
  },
  { word: "images:pull", has: ["ImageCreate"], not: ["ImageLoad", "ImageBuild", "ImagePush"] },
  { word: "images:save", has: ["ImageGet", "ImageGetAll"], not: ["ImageList"] },
  { word: "swarm", has: ["SwarmUnlockkey", "SwarmInspect"], not: ["NodeList", "ServiceList"] },
  { word: "secrets", has: ["SecretList", "SecretCreate"], not: ["ConfigList"] },
  { word: "events", has: ["SystemEvents"], not: ["SystemInfo"] },
] as const)("$word has $has and not $not", ({ word, has, not }) => {
  expect(membersOf(word)).toEqual(expect.arrayContaining([...has]));
  expect(not.filter((name) => membersOf(word).includes(name))).toEqual([]);
});

describe("the group that a refusal names", () => {
  test("is the one that opens the fewest others besides", () => {
    expect(narrowestGroupOf("ContainerWait")?.name).toBe("containers:lifecycle");
    expect(narrowestGroupOf("ContainerList")?.name).toBe("containers:read");
  });

  test("is none where an operation is in none", () => {
    expect(narrowestGroupOf("RouteOptions")).toBeUndefined();
  });
});
