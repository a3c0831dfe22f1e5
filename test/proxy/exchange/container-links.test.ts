import { describe, expect, test } from "vitest";
import { refusalOf, statusOf } from "../../support/raw-peer.ts";
import { answerEach } from "../../support/scripted-engine.ts";
import { OPEN, openRig } from "../rig.ts";

const DELETED = answerEach("HTTP/1.1 204 No Content\r\n\r\n");
const POWERS = ["all", "default", "none"] as const;

function deletion(target: string): string {
  return `DELETE ${target} HTTP/1.1\r\nHost: x\r\n\r\n`;
}

describe.each(POWERS)("a link of a container, with the powers %s", (powers) => {
  const env = { ...OPEN, QUAYGATE_POWERS: powers };

  test.each([
    { by: "docker", query: "?link=1", received: "?link=1" },
    { by: "docker-py", query: "?v=False&link=True&force=False", received: "?v=False&link=True&force=False" },
    { by: "a program that escapes what need not be", query: "?lin%6b=%31", received: "?link=1" },
    { by: "one that says true", query: "?force=1&link=true", received: "?force=1&link=true" },
  ])("is deleted as $by asks for it: $query", async ({ query, received }) => {
    const { engine, ask, gate } = await openRig({ env, script: DELETED });
    expect(statusOf(await ask(deletion(`/v1.41/containers/web/db${query}`)))).toBe(204);
    expect((await engine.connection()).text).toBe(
      `DELETE /v1.41/containers/web/db${received} HTTP/1.1\r\nHost: docker\r\n\r\n`,
    );
    expect(gate.records).toMatchObject([{ verdict: "allow", operation: "ContainerLinkDelete" }]);
  });

  test.each([
    { why: "nothing says that it is a link", query: "" },
    { why: "it is said not to be one", query: "?link=0" },
    { why: "it is said not to be one in words", query: "?link=none" },
    { why: "the key is empty", query: "?link=" },
    { why: "the key stands alone", query: "?link" },
    { why: "the key is another one", query: "?Link=1&force=1" },
    { why: "the value is not one that clients write", query: "?link=%20" },
    { why: "the key stands twice", query: "?link=1&link=0" },
  ])("is no way to delete the container that it leads to, where $why", async ({ query }) => {
    const { engine, ask, gate } = await openRig({ env, script: DELETED });
    const refusal = refusalOf(await ask(deletion(`/containers/web/db${query}`)));
    expect(refusal).toMatchObject({ status: 400, code: "bad_query" });
    expect(refusal.message).toMatch(
      /^quaygate: ContainerLinkDelete \(DELETE \/containers\/web\/db\) is refused: /u,
    );
    expect(engine.connections).toHaveLength(0);
    expect(gate.records).toMatchObject([{ verdict: "refuse", operation: "ContainerLinkDelete" }]);
  });
});

test("a deletion below a name says what it lacks", async () => {
  const { ask } = await openRig({ env: OPEN, script: DELETED });
  expect(refusalOf(await ask(deletion("/containers/web/db?force=1"))).message).toBe(
    "quaygate: ContainerLinkDelete (DELETE /containers/web/db) is refused: " +
      "?link must be 1: without it the engine would delete the container that the link leads to",
  );
});

test("a link needs what deletes containers", async () => {
  const env = { CONTAINERS: "1" };
  const { engine, ask } = await openRig({ env, script: DELETED });
  expect(refusalOf(await ask(deletion("/containers/web/db?link=1")))).toStrictEqual({
    status: 403,
    code: "operation_denied",
    message:
      "quaygate: ContainerLinkDelete (DELETE /containers/{id}/{alias}) is not allowed for 127.0.0.1: needs POST=1",
  });
  expect(engine.connections).toHaveLength(0);
});
