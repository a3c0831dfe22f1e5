import { request } from "node:http";
import { expect, test } from "vitest";
import type { EngineGate } from "../support/engine-gate.ts";

/** What a call through the gate gave. */
export interface Answer {
  readonly status: number;
  readonly body: string;
  /** The gate's own code, where it answered itself. */
  readonly code: string | undefined;
}

/** One request of a consumer: `GET /containers/{name}/json`, with words in braces to be filled in. */
export interface AllowedCall {
  readonly call: string;
  readonly body?: object;
  /** What the engine answers: 200 where nothing is said, "its own" where engines differ. */
  readonly status?: number | "its own";
}

/** A request that must be refused, and the refusal. */
export interface DeniedCall {
  readonly call: string;
  /** As the sentence names it: `ContainerExec (POST /containers/{id}/exec)`. */
  readonly operation: string;
  /** What would allow it, as the sentence ends. */
  readonly needs: string;
}

/** The answer to a client at this address whose call must be refused. */
export function refusalOf({ operation, needs }: Omit<DeniedCall, "call">, address: string): Answer {
  const message = `quaygate: ${operation} is not allowed for ${address}: needs ${needs}`;
  return { status: 403, code: "operation_denied", body: `${JSON.stringify({ message })}\n` };
}

/** What stands for the words in braces. */
export type Names = () => Readonly<Record<string, string>>;

/** Where to send a request to, and from which address of this machine, if not from the usual one. */
interface Route {
  readonly port: number;
  readonly from?: string;
}

/** Sends one request, as any HTTP client would, and resolves to the whole answer. */
export function send({ port, from }: Route, call: string, body?: object): Promise<Answer> {
  const [method = "", path = ""] = call.split(" ");
  const content = body === undefined ? undefined : JSON.stringify(body);
  const headers = content === undefined ? {} : { "Content-Type": "application/json" };
  return new Promise((resolve, reject) => {
    const outgoing = request(
      { host: "127.0.0.1", port, localAddress: from, method, path, headers, agent: false },
      (response) => {
        let text = "";
        response.setEncoding("utf8").on("data", (part: string) => (text += part));
        response.once("error", reject);
        response.once("end", () =>
          resolve({
            status: response.statusCode ?? 0,
            body: text,
            code: response.headers["x-quaygate-code"]?.toString(),
          }),
        );
      },
    );
    outgoing.once("error", reject);
    outgoing.end(content);
  });
}

/** Tests that each call reaches the engine and is answered by it, and that it is recorded. */
export function testAllowed(
  consumer: string,
  gate: () => EngineGate,
  calls: readonly AllowedCall[],
  names: Names = () => ({}),
): void {
  for (const { call, body, status: wanted = 200 } of calls) {
    test(`${consumer} gets through with ${call}`, async () => {
      const { records } = gate();
      const before = records.length;
      const answer = await send(gate(), fillNames(call, names()), body);
      const status = wanted === "its own" ? answer.status : wanted;
      // The body says what was wrong when the status is another one.
      expect({ ...answer, body: answer.status === status ? "" : answer.body }).toEqual({
        status,
        body: "",
        code: undefined,
      });
      await expect
        .poll(() => records.slice(before))
        .toEqual([
          expect.objectContaining({ verdict: "allow", status, code: undefined, method: call.split(" ")[0] }),
        ]);
    });
  }
}

/** Tests that each call gets 403 with the sentence that says what would allow it, and that it is recorded. */
export function testDenied(
  consumer: string,
  gate: () => EngineGate,
  calls: readonly DeniedCall[],
  names: Names = () => ({}),
): void {
  for (const { call, operation, needs } of calls) {
    test(`${consumer} is refused ${call} with 403 and "needs ${needs}"`, async () => {
      const { records } = gate();
      const before = records.length;
      const answer = await send(gate(), fillNames(call, names()));
      expect(answer).toEqual(refusalOf({ operation, needs }, "127.0.0.1"));
      await expect
        .poll(() => records.slice(before))
        .toEqual([
          expect.objectContaining({ verdict: "deny", status: 403, operation: operation.split(" ")[0] }),
        ]);
    });
  }
}

/** Puts what stands for the words in braces into a call, as a client would write it. */
export function fillNames(call: string, names: Readonly<Record<string, string>>): string {
  const [method = "", ...path] = fillWords(call, names).split(" ");
  return `${method} ${path.join(" ").replaceAll(/[{}"[\] ]/gu, (character) => encodeURIComponent(character))}`;
}

/** Puts what stands for the words in braces into a text. */
export function fillWords(text: string, names: Readonly<Record<string, string>>): string {
  return text.replaceAll(/\{([a-z]+)\}/gu, (_, name: string) => {
    const value = names[name];
    if (value === undefined) throw new Error(`nothing stands for ${name} in ${text}`);
    return value;
  });
}
