import { describe, expect, test } from "vitest";
import { askedBy } from "./asked.ts";
import { createAsks, createBody, outcome, unsaid } from "./container-asks.ts";

/** All that a body asks for, with what it leaves unsaid. */
const all = (body: unknown): readonly string[] | string => outcome(askedBy(createBody, body));

describe("what a container's body leaves unsaid", () => {
  test.each<readonly [string, unknown]>([
    ["nothing is said", {}],
    ["all of it is null", { User: null, Entrypoint: null, Cmd: null, HostConfig: null }],
    ["all of it is empty", { User: "", Cmd: [], HostConfig: { NetworkMode: "" } }],
  ])("is asked for where %s", (_name, body) => {
    expect(all(body)).toEqual(unsaid);
  });

  test.each<readonly [string, unknown, readonly string[]]>([
    [
      "the user",
      { User: "1000" },
      ["user:1000", "image:(none)", "entrypoint:(image)", "command:(image)", "network:bridge"],
    ],
    [
      "the command",
      { Cmd: ["ls"] },
      ["command:ls", "image:(none)", "user:(image)", "entrypoint:(image)", "network:bridge"],
    ],
    [
      "the program",
      { Entrypoint: ["sh"] },
      ["entrypoint:sh", "image:(none)", "user:(image)", "command:(image)", "network:bridge"],
    ],
    [
      "the network",
      { HostConfig: { NetworkMode: "none" } },
      ["network:none", "image:(none)", "user:(image)", "entrypoint:(image)", "command:(image)"],
    ],
    [
      "the network at the top without HostConfig, which engines from 27 on do not read",
      { NetworkMode: "none" },
      ["network:none", ...unsaid],
    ],
    [
      "the image",
      { Image: "web" },
      [
        "image:docker.io/library/web:latest",
        "user:(image)",
        "entrypoint:(image)",
        "command:(image)",
        "network:bridge",
      ],
    ],
    [
      "the network at the top, beside HostConfig, which no engine reads",
      { NetworkMode: "none", HostConfig: {} },
      ["network:none", ...unsaid],
    ],
  ])("is not asked for where the body says %s", (_name, body, asked) => {
    expect(all(body)).toEqual(asked);
  });
});

describe("User", () => {
  test.each<readonly [string, string, readonly string[]]>([
    ["a number", "1000", ["user:1000"]],
    ["a name", "www-data", ["user:www-data"]],
    ["root by name", "root", ["user:0"]],
    ["root by number", "0", ["user:0"]],
    ["root with more zeros", "000", ["user:0"]],
    ["root with a sign", "+0", ["user:0"]],
    ["root with a minus sign", "-00", ["user:0"]],
    ["a number with zeros and a sign", "+0042", ["user:42"]],
    ["a number below zero", "-042", ["user:-42"]],
    ["another number than any", "0x0", ["user:0x0"]],
    ["a space, which makes it a name", " 0", ["user:%200"]],
    ["a user and a group", "1000:docker", ["user:1000", "group:docker"]],
    ["a user and root's group", "1000:root", ["user:1000", "group:0"]],
    ["a group alone, which is root's", ":1000", ["user:0", "group:1000"]],
    ["a colon alone, which is root", ":", ["user:0"]],
    ["a user without the group", "1000:", ["user:1000"]],
    ["a third part, of which nobody takes notice", "1:2:3", ["user:1", "group:2"]],
    ["a star and a comma", "*,a", ["user:%2A%2Ca"]],
  ])("asks for %s", (_name, user, asked) => {
    expect(createAsks({ User: user })).toEqual(asked);
  });

  test("is refused as a number", () => {
    expect(createAsks({ User: 0 })).toBe("refused: User must be a string");
  });
});

describe("Env and Labels", () => {
  test.each<readonly [string, unknown, readonly string[]]>([
    [
      "variables by name",
      { Env: ["PATH=/bin", "NVIDIA_VISIBLE_DEVICES=all"] },
      ["env:PATH", "env:NVIDIA_VISIBLE_DEVICES"],
    ],
    [
      "a variable without a value, which Podman copies from its own process",
      { Env: ["PATH"] },
      ["env:PATH", "engine-env:PATH"],
    ],
    [
      "a variable behind blanks, which Podman takes off",
      { Env: [" \tNVIDIA_VISIBLE_DEVICES=all", "A =b"] },
      ["env:%20%09NVIDIA_VISIBLE_DEVICES", "env:NVIDIA_VISIBLE_DEVICES", "env:A%20"],
    ],
    ["a variable without a value behind blanks", { Env: [" A"] }, ["env:%20A", "env:A", "engine-env:A"]],
    ["a star that is part of a name", { Env: ["A*=b"] }, ["env:A%2A"]],
    ["a variable with an empty name", { Env: ["=x"] }, ["env:(empty)"]],
    ["a variable whose value has an equals sign", { Env: ["A=B=C"] }, ["env:A"]],
    ["a variable as a text", { Env: "A=1" }, ["env:A"]],
    [
      "variables that Podman takes from its own",
      { Env: ["A*"] },
      ["env:A%2A", "engine-env:(any)", "env:(any)"],
    ],
    ["no variables", { Env: ["", null] }, []],
    [
      "labels by key",
      { Labels: { "ofelia.job-local.x": "a", b: "" } },
      ["label:ofelia.job-local.x", "label:b"],
    ],
    ["a label with a line end", { Labels: { "a\nb": "c" } }, ["label:a%0Ab"]],
    [
      "a label with an equals sign, which Podman parts",
      { Labels: { "a=b=c": "" } },
      ["label:a=b=c", "label:a"],
    ],
    ["a label called __proto__", JSON.parse('{"Labels":{"__proto__":"a"}}'), ["label:__proto__"]],
    ["no labels", { Labels: {} }, []],
  ])("ask for %s", (_name, body, asked) => {
    expect(createAsks(body)).toEqual(asked);
  });

  test("never show a variable's value", () => {
    expect(askedBy(createBody, { Env: ["PASSWORD=hunter2"] }).places.join("\n")).not.toContain("hunter2");
  });
});

describe("commands", () => {
  test.each<readonly [string, unknown, readonly string[]]>([
    ["words", { Cmd: ["ls", "-l", "/"] }, ["command:ls -l /"]],
    ["a text, which is one word for engines before 29", { Cmd: "ls -l" }, ['command:"ls -l"']],
    ["a word with a space, which is not two", { Cmd: ["ls -l"] }, ['command:"ls -l"']],
    ["an empty word", { Cmd: [""] }, ['command:""']],
    ["a word with quotes", { Cmd: ['a"b'] }, [String.raw`command:"a\"b"`]],
    ["a word with a backslash", { Cmd: [String.raw`a\b`] }, [String.raw`command:"a\\b"`]],
    ["a word with a line end", { Cmd: ["a\nb"] }, [String.raw`command:"a\nb"`]],
    ["words with marks of a list of powers", { Cmd: ["*", "a,b", "100%"] }, ["command:%2A a%2Cb 100%25"]],
    ["what only looks like the image's own", { Cmd: ["(image)"] }, ['command:"(image)"']],
    ["a program that is called like a bracket", { Entrypoint: ["[", "x", "]"] }, ["entrypoint:[ x ]"]],
    ["a program", { Entrypoint: ["/bin/sh", "-c"] }, ["entrypoint:/bin/sh -c"]],
    ["no program, so that the command is one", { Entrypoint: [] }, ['entrypoint:""']],
    ["no program, as clients write it", { Entrypoint: [""] }, ['entrypoint:""']],
    ["a shell", { Shell: ["/bin/evil"] }, ["entrypoint:/bin/evil"]],
    [
      "a health check's command",
      { Healthcheck: { Test: ["CMD", "curl", "x"], Interval: 1 } },
      ["command:curl x"],
    ],
    [
      "a health check in the shell",
      { Healthcheck: { Test: ["CMD-SHELL", "a b"] } },
      ['command:/bin/sh -c "a b"'],
    ],
    [
      "a health check of no known kind, which Podman gives to the shell",
      { Healthcheck: { Test: ["ls", "-l"] } },
      ['command:/bin/sh -c "ls -l"'],
    ],
    [
      "a health check in letters that Podman takes for the same",
      { Healthcheck: { Test: ["cmd", "ls"] } },
      ["command:ls"],
    ],
    [
      "a health check whose program has a space, which Podman parts",
      { Healthcheck: { Test: ["CMD", "sh -c ls", "-l"] } },
      ['command:"sh -c ls" -l', "command:sh -c ls -l"],
    ],
    [
      "a health check whose words have a space, as they are",
      { Healthcheck: { Test: ["CMD", "sh", "-c", "ls -l"] } },
      ['command:sh -c "ls -l"'],
    ],
    ["a health check whose kind is parted", { Healthcheck: { Test: ["CMD sh", "x"] } }, ["command:sh x"]],
    [
      "a health check in the shell whose kind is parted",
      { Healthcheck: { Test: ["cmd-shell ls", "-l"] } },
      ['command:/bin/sh -c "ls -l"'],
    ],
    ["no health check", { Healthcheck: { Test: ["NONE"] } }, []],
    ["the image's health check, at other times", { Healthcheck: { Test: [], Retries: 3 } }, []],
    ["a part of a health check that nobody knows", { Healthcheck: { New: 1 } }, ["field:Healthcheck.New"]],
  ])("ask for %s", (_name, body, asked) => {
    expect(createAsks(body)).toEqual(asked);
  });

  test.each([
    ["a word that is a number", { Cmd: ["ls", 1] }, "Cmd must be a list of strings"],
    ["a word that is null", { Cmd: [null] }, "Cmd must be a list of strings"],
    [
      "a program as JSON, which Podman reads",
      { Entrypoint: ['["sh"]'] },
      "Entrypoint must be a list of words, not one as JSON",
    ],
    [
      "a health check as JSON, which Podman reads",
      { Healthcheck: { Test: ['["CMD",', '"sh"] '] } },
      "Healthcheck.Test must be a list of words, not one as JSON",
    ],
    ["an object", { Entrypoint: { a: 1 } }, "Entrypoint must be a list of strings"],
    [
      "a number as a health check",
      { Healthcheck: { Test: 1 } },
      "Healthcheck.Test must be a list of strings",
    ],
  ])("are refused with %s", (_name, body, reason) => {
    expect(createAsks(body)).toBe(`refused: ${reason}`);
  });

  test("are never shown", () => {
    const body = {
      Cmd: ["--password=hunter2"],
      Entrypoint: ["hunter2"],
      Healthcheck: { Test: ["CMD", "hunter2"] },
    };
    expect(askedBy(createBody, body).places.join("\n")).not.toContain("hunter2");
  });
});

describe("Image", () => {
  test.each<readonly [string, unknown, readonly string[]]>([
    ["an image as Docker completes it", { Image: "nginx" }, ["image:docker.io/library/nginx:latest"]],
    ["an image of another registry", { Image: "ghcr.io/a/b:1" }, ["image:ghcr.io/a/b:1"]],
    ["no image", { Image: "" }, []],
  ])("asks for %s", (_name, body, asked) => {
    expect(createAsks(body)).toEqual(asked);
  });

  test.each([["NGINX"], ["a b"], ["../x"], ["https://example.org/a"]])("is refused as %s", (image) => {
    expect(createAsks({ Image: image })).toBe("refused: Image must be an image reference");
  });
});

describe("the rest of the body", () => {
  test("asks for nothing", () => {
    const body = {
      ...{ Hostname: "", Domainname: "b", AttachStdin: true, Tty: true, OpenStdin: true, StdinOnce: true },
      ...{ WorkingDir: "/x", OnBuild: ["RUN x"], StopSignal: "SIGINT", StopTimeout: 5, ArgsEscaped: true },
      ...{ name: "web", platform: "linux/amd64" },
    };
    expect(createAsks(body)).toEqual([]);
  });

  test.each([
    ["a host name, which networks have as a name", { Hostname: "db" }, ["alias:db"]],
    ["a field that nobody knows", { Cpuset: "0" }, ["field:Cpuset"]],
    [
      "what Podman alone reads",
      { EnvMerge: ["A=$B"], UnsetEnvAll: true },
      ["field:EnvMerge", "field:UnsetEnvAll"],
    ],
    ["a field beside the networks", { NetworkingConfig: { New: 1 } }, ["field:NetworkingConfig.New"]],
    ["a dotless i, which some readers take for one", { Prİvileged: true }, ["field:Pr%C4%B0vileged"]],
  ])("asks for %s", (_name, body, asked) => {
    expect(createAsks(body)).toEqual(asked);
  });

  test.each([
    ["a list", []],
    ["a text", "x"],
    ["a number", 1],
  ])("is refused as %s", (_name, body) => {
    expect(createAsks(body)).toBe("refused: the body must be an object");
  });

  test("asks for a bounded number of powers", () => {
    const labels = (count: number): unknown => ({
      Labels: Object.fromEntries(Array.from({ length: count }, (_, at) => [`l${at}`, ""])),
    });
    expect(createAsks(labels(1990))).toHaveLength(1990);
    expect(createAsks(labels(50_000))).toBe("refused: it asks for more than 2000 powers");
  });
});
