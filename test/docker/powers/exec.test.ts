import { describe, expect, test } from "vitest";
import { execAsks } from "./container-asks.ts";

describe("the body of ContainerExec", () => {
  test.each<readonly [string, unknown, readonly string[]]>([
    ["the container's own user where it names none", { Tty: true }, ["user:(image)"]],
    ["the container's own user for an empty one", { User: "" }, ["user:(image)"]],
    ["root", { User: "root" }, ["user:0"]],
    ["root, by a group alone", { User: ":1000" }, ["user:0", "group:1000"]],
    ["all rights", { User: "1", Privileged: true }, ["user:1", "privileged"]],
    ["all rights by a text", { User: "1", Privileged: "no" }, ["user:1", "privileged"]],
    ["a command", { User: "1", Cmd: ["sh", "-c", "id"] }, ["user:1", "command:sh -c id"]],
    ["a command in one text", { User: "1", Cmd: "sh" }, ["user:1", "command:sh"]],
    ["variables", { User: "1", Env: ["LD_PRELOAD=/x"] }, ["user:1", "env:LD_PRELOAD"]],
    ["all rights in other letters", { User: "1", privileged: true }, ["user:1", "privileged"]],
    ["what nobody knows", { User: "1", Namespaces: [] }, ["user:1", "field:Namespaces"]],
  ])("asks for %s", (_name, body, asked) => {
    expect(execAsks(body)).toEqual(asked);
  });

  test("asks for nothing with the rest", () => {
    const body = {
      ...{
        User: "1",
        Privileged: false,
        Tty: true,
        ConsoleSize: [24, 80],
        AttachStdin: true,
        AttachStdout: true,
      },
      ...{
        AttachStderr: true,
        WorkingDir: "/x",
        Container: "web",
        Detach: true,
        Env: null,
        // As aiodocker and docker-java write them.
        detachKeys: "",
        containerId: "web",
      },
    };
    expect(execAsks(body)).toEqual(["user:1"]);
  });

  test.each([
    [
      "a field twice",
      { Privileged: false, privileged: true },
      "privileged would be read as Privileged, and must be written so",
    ],
    ["a list of no words", { Cmd: [{}] }, "Cmd must be a list of strings"],
    ["a list as the body", [], "the body must be an object"],
  ])("is refused with %s", (_name, body, reason) => {
    expect(execAsks(body)).toBe(`refused: ${reason}`);
  });
});
