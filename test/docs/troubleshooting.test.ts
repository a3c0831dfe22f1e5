import { readdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { describe, expect, test } from "vitest";
import { root } from "../../scripts/set-up.mjs";
import { connectError } from "../../src/engine/connect-error.ts";
import { openListener } from "../../src/proxy/client/listener.ts";
import { codeIn, readDocument, rowsOfTable } from "./document.ts";
import { sentencesIn, VALUE } from "./sentences.ts";

const text = readDocument("docs/troubleshooting.md");

/** The sentences of the gate's own that the page quotes. */
const quoted = text
  .split("\n")
  .map((line) => /^\| `([^`]+)` +\|/u.exec(line)?.[1])
  .filter((sentence) => sentence !== undefined)
  .filter((sentence) => !codeIn(rowsOfTable(text, "the client says").join("\n")).includes(sentence));

const sources = readdirSync(join(root, "src"), { recursive: true, encoding: "utf8" })
  .filter((name) => name.endsWith(".ts"))
  .map((name) => relative(root, join(root, "src", name)));
const inSources = new Set(sources.flatMap((path) => sentencesIn(path)));

/** Whether a sentence with values in it is one that the page quotes with `…` in their places. */
function isQuoted(sentence: string): boolean {
  return quoted.some((entry) => {
    const pattern = entry.split(VALUE).map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/gu, "\\$&"));
    return (
      entry !== `can't listen on ${VALUE}: ${VALUE}` &&
      new RegExp(`^${pattern.join(".+")}$`, "u").test(sentence)
    );
  });
}

test("the page quotes the gate's sentences, and the sources were read", () => {
  expect(quoted.length).toBeGreaterThan(70);
  expect(new Set(quoted).size).toBe(quoted.length);
  expect(inSources.size).toBeGreaterThan(200);
});

test.each(quoted)("the sources have the sentence that the page quotes: %s", (sentence) => {
  expect([...inSources]).toContain(sentence);
});

// The other way round: what these files say to a person is on the page.
test.each([
  "src/engine/connect-error.ts",
  "src/proxy/client/listen-error.ts",
  "src/proxy/client/listener.ts",
  "src/docker/path.ts",
  "src/policy/browser-request.ts",
  "src/http1/chunked-reader.ts",
  "src/http1/fields.ts",
  "src/http1/framing.ts",
  "src/http1/head-reader.ts",
  "src/http1/request-head.ts",
  "src/proxy/exchange/upgrade-body.ts",
])("the page has every sentence of %s", (path) => {
  const sentences = sentencesIn(path).filter((sentence) => /[a-z]/u.test(sentence));
  expect(sentences.length).toBeGreaterThan(0);
  expect(sentences.filter((sentence) => !quoted.includes(sentence))).toEqual([]);
});

describe("what is said of an engine that can't be reached", () => {
  const unix = { kind: "unix", path: join(tmpdir(), "quaygate-no-such.sock") } as const;
  const tcp = { kind: "tcp", host: "127.0.0.1", port: 9 } as const;
  test.each([
    { name: "no socket", address: unix, code: "ENOENT" },
    { name: "no permission on its folder", address: unix, code: "EACCES" },
    { name: "no permission on the socket", address: { kind: "unix", path: root } as const, code: "EACCES" },
    { name: "no socket but a folder", address: { kind: "unix", path: root } as const, code: "ECONNREFUSED" },
    { name: "a closed port", address: tcp, code: "ECONNREFUSED" },
    { name: "an unknown host", address: tcp, code: "ENOTFOUND" },
  ])("is on the page: $name", ({ address, code }) => {
    const { message } = connectError(address, Object.assign(new Error("unexplained"), { code }));
    const [, frame = "", reason = ""] =
      /^(the Docker engine at \S+ can't be reached: )(.*)$/u.exec(message) ?? [];
    expect(isQuoted(`${frame}x`)).toBe(true);
    expect(reason).not.toBe("unexplained");
    expect(isQuoted(reason)).toBe(true);
  });
});

describe("what is said of a place that can't be listened on", () => {
  test("is on the page: it is in use", async () => {
    const first = await openListener({ kind: "tcp", host: "127.0.0.1", port: 0 }, () => {});
    const failure = await openListener(first.address, () => {}).catch((error: unknown) => error);
    first.close();
    expect(isQuoted(failure instanceof Error ? failure.message : "")).toBe(true);
  });

  test("is on the page: no such folder", async () => {
    const address = { kind: "unix", path: "/proc/no-such-folder/quaygate.sock", mode: 0o600 } as const;
    const failure = await openListener(address, () => {}).catch((error: unknown) => error);
    const reason = /^can't listen on \S+: (.*)$/u.exec(failure instanceof Error ? failure.message : "")?.[1];
    expect(isQuoted(reason ?? "")).toBe(true);
  });
});

test("the page calls nobody an attacker for bytes that careless programs send", () => {
  const [, section = ""] = text.split("## A request is refused with 400");
  const causes = section.split("\n").filter((line) => line.startsWith("| `"));
  expect(causes.length).toBeGreaterThan(40);
  expect(causes.filter((line) => /attack|smuggl|hostile/iu.test(line))).toEqual([]);
});
