import { type Agent, request } from "node:http";
import { expect } from "vitest";
import { docker } from "../../support/docker-cli.ts";
import type { Engine } from "../../support/engine.ts";

/** Where a request can be sent: the bare socket of an engine, or a gate; on this machine where nothing else is said. */
export type Place = ({ readonly socketPath: string } | { readonly port: number; readonly host?: string }) & {
  /** Which of this machine's addresses it comes from. */
  readonly localAddress?: string;
  /** Keeps connections; else each request has its own. */
  readonly agent?: Agent;
};

/** An answer, read whole. */
export interface Answer {
  readonly status: number;
  readonly code: string | undefined;
  readonly text: string;
}

/** One request that gives away more than its operation: what it is, and how the bare engine shows that it works. */
export interface Attack {
  readonly name: string;
  readonly method?: "POST" | "PUT" | "GET";
  /** `NAME` stands for a name of its own. */
  readonly target: string;
  /** JSON as text, where its spelling is the attack. `NAME` as above, but not in an archive. */
  readonly body?: string | object | Buffer;
  readonly contentType?: string;
  /** Further fields of the request. */
  readonly headers?: Readonly<Record<string, string>>;
  /** What the bare engine is asked after the attack, and what its answer holds then. */
  readonly made?: { readonly at: string; readonly like: object };
  /** What the container that was made prints when it runs. */
  readonly prints?: RegExp;
  /** Where an error of the engine proves that it did what was asked, as far as this machine lets it. */
  readonly fails?: RegExp;
  /** The version of the API since which engines hear nothing of it. */
  readonly until?: string;
  /** Why the engine of the test can't do it. */
  readonly unsupported?: string;
  /** What the gate's refusal says. */
  readonly refusal: RegExp;
}

/** Sends one request. */
export function send(
  place: Place,
  method: string,
  target: string,
  body?: string | Buffer,
  contentType = "application/json",
  fields: Readonly<Record<string, string>> = {},
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const ofBody =
      body === undefined ? {} : { "Content-Type": contentType, "Content-Length": Buffer.byteLength(body) };
    const headers = { ...fields, ...ofBody };
    const outgoing = request(
      { host: "127.0.0.1", agent: false, ...place, method, path: target, headers },
      (answer) => {
        let text = "";
        answer.setEncoding("utf8").on("data", (chunk: string) => (text += chunk));
        answer.once("error", reject);
        answer.once("end", () => {
          const code = answer.headers["x-quaygate-code"];
          resolve({
            status: answer.statusCode ?? 0,
            code: typeof code === "string" ? code : undefined,
            text,
          });
        });
      },
    );
    outgoing.once("error", reject);
    outgoing.end(body);
  });
}

/** An engine under attack, with and without the gate; `host` is for `DOCKER_HOST`. */
export interface Target {
  readonly bare: Place;
  readonly gate: Place;
  readonly host: string;
  readonly speaks: Engine["speaks"];
}

const REFUSALS = [
  "power_denied",
  "bad_body",
  "bad_query",
  "form_body",
  "version_too_old",
  "unknown_operation",
];

/** Shows that the attack works on the bare engine, and that the gate refuses it and lets nothing of it through. */
export async function proveAttack(attack: Attack, { bare, gate, host, speaks }: Target): Promise<void> {
  const real = nameOf(attack, "bare");
  const onEngine = await sendAttack(attack, bare, real);
  const isPast = attack.until !== undefined && speaks(attack.until);
  if (attack.fails !== undefined) {
    expect(onEngine.text).toMatch(attack.fails);
  } else if (attack.unsupported === undefined && !isPast) {
    expect(onEngine).toMatchObject({ status: expect.toSatisfy(isSuccess), text: expect.any(String) });
  }
  if (attack.made !== undefined) {
    const { at, like } = attack.made;
    const shown = await send(bare, "GET", at.replaceAll("NAME", real));
    const inspected: unknown = JSON.parse(shown.text);
    if (isPast) {
      expect(inspected).not.toMatchObject(like);
    } else {
      expect(inspected).toMatchObject(like);
    }
  }
  if (attack.prints !== undefined) {
    expect(await outputOf(host, real)).toMatch(attack.prints);
  }
  const name = nameOf(attack, "gate");
  const refused = await sendAttack(attack, gate, name);
  expect(refused).toMatchObject({
    code: expect.toBeOneOf(REFUSALS),
    text: expect.stringMatching(attack.refusal),
  });
  if (attack.made?.at.includes("NAME") === true) {
    expect(await send(bare, "GET", attack.made.at.replaceAll("NAME", name))).toMatchObject({ status: 404 });
  }
}

function sendAttack(attack: Attack, place: Place, name: string): Promise<Answer> {
  const { method = "POST", target, body, contentType, headers } = attack;
  const path = target.replaceAll("NAME", name);
  if (body instanceof Buffer) {
    return send(place, method, path, body, contentType, headers);
  }
  const text = typeof body === "object" ? JSON.stringify(body) : body;
  return send(place, method, path, text?.replaceAll("NAME", name), contentType, headers);
}

function isSuccess(status: unknown): boolean {
  return typeof status === "number" && status >= 200 && status < 300;
}

function nameOf({ name }: Attack, where: string): string {
  const plain = name.toLowerCase().replaceAll(/[^a-z0-9]+/gu, "-");
  return `${where}-${plain}`.slice(0, 60).replace(/-$/u, "");
}

/** Runs a container that was made, and gives what it printed. */
async function outputOf(host: string, container: string): Promise<string> {
  const { stdout, stderr } = await docker(host, ["start", "--attach", container]);
  return stdout + stderr;
}
