import { Agent, request } from "node:http";
import { afterAll, describe, expect, inject, test } from "vitest";
import { matchOperation } from "../../src/docker/match.ts";
import type { Method } from "../../src/docker/operation.ts";
import { operations } from "../../src/docker/operations.ts";
import { parsePath } from "../../src/docker/path.ts";
import { endpointFacts, patternToRegExp } from "../docker/facts/facts.ts";

const socketPath = inject("engineSocket");
const agent = new Agent({ keepAlive: true, maxSockets: 4 });
afterAll(() => agent.destroy());

interface Answer {
  readonly status: number;
  readonly body: string;
  /** Whether a handler answered: the router alone names no API version. */
  readonly isHandled: boolean;
}

/** Sends the path as it stands, byte for byte, straight to the engine. */
function ask(method: string, path: string, body = ""): Promise<Answer> {
  const headers = { "Content-Type": "application/json", "Content-Length": String(body.length) };
  return new Promise((resolve, reject) => {
    const outgoing = request({ socketPath, agent, method, path, headers }, (response) => {
      let text = "";
      response.setEncoding("utf8");
      response.on("data", (part: string) => {
        text += part;
      });
      response.once("end", () => {
        const isHandled = response.headers["api-version"] !== undefined;
        resolve({ status: response.statusCode ?? 0, body: text, isHandled });
      });
      response.once("error", reject);
    });
    outgoing.once("error", (error) =>
      reject(new Error(`${method} ${path}: ${error.message}`, { cause: error })),
    );
    outgoing.end(body);
  });
}

interface Probe {
  readonly method: Method;
  readonly path: string;
}

const methods: readonly Method[] = ["GET", "HEAD", "POST", "PUT", "DELETE"];

/** Every template with an object that does not exist put in, and then bent in each way that a client might try. */
function bendTemplates(): Probe[] {
  const probes = new Map<string, Probe>();
  for (const { methods: own, template } of operations) {
    const path = template.replaceAll(/\{\w+(?:\.\.\.)?\}/g, "quaygate-none");
    const keyword = template.slice(template.lastIndexOf("/") + 1);
    const bent = [
      `${path}/extra`,
      path.slice(0, path.lastIndexOf("/")) || "/",
      path.replace("quaygate-none/", ""),
      path.replace("quaygate-none", "quaygate/none"),
      path.replace("quaygate-none", ""),
      `${path}x`,
      path.slice(0, -1) || "/",
      `${path}/`,
      path.toUpperCase(),
      path.replace(keyword, keyword.charAt(0).toUpperCase() + keyword.slice(1)),
      `/x${path}`,
      `/v1.41${path}`,
      `/V1.41${path}`,
      `/${path}`,
      `/.${path}`,
      `/x/..${path}`,
      `/x/%2e%2e${path}`,
      `/%2f${path.slice(1)}`,
      path.replace(/\/(?=[^/]*$)/, "//"),
      path.replace(/\/(?=[^/]*$)/, "/%2e/"),
      path.replace(/\/(?=[^/]*$)/, "/extra%2f"),
      `${path}%00`,
      `${path}%0a`,
      `${path}%20`,
      `${path}%3b`,
      `${path}%3fx`,
      `${path}%23x`,
      `${path}%5c`,
    ];
    for (const way of bent) {
      for (const method of own) {
        for (const prefix of ["", "/v1.41"]) {
          probes.set(`${method} ${prefix}${way}`, { method, path: `${prefix}${way}` });
        }
      }
    }
    for (const method of methods) probes.set(`${method} ${path}`, { method, path });
  }
  return [...probes.values()];
}

type Verdict = "known" | "no operation" | "not canonical" | "bad version";

function judge({ method, path }: Probe): Verdict {
  const parsed = parsePath(path);
  if (!parsed.ok) return parsed.error.code === "bad_path" ? "not canonical" : "bad version";
  return matchOperation(method, parsed.value.segments) === undefined ? "no operation" : "known";
}

/** Why dockerd has an answer of its own where the gate lets nothing through, and what that answer may be. */
interface Exception {
  readonly why: string;
  readonly covers: (probe: Probe, verdict: Verdict) => boolean;
  readonly mayBe: (status: number) => boolean;
}

const routes = endpointFacts.flatMap((fact) =>
  fact.enginePatterns.map((pattern) => ({
    method: fact.method,
    crossesSlashes: pattern.includes(":."),
    expression: patternToRegExp(pattern),
  })),
);

// No object of these names exists, so a handler that looks for one fails.
const failed = (status: number): boolean => status >= 400;

const exceptions: readonly Exception[] = [
  {
    why: "{name:.*} takes slashes (legacy links are named so) and empty names: the handler looks for such an object",
    covers: ({ method, path }, verdict) =>
      verdict === "no operation" &&
      routes.some(
        (route) => route.crossesSlashes && route.method === method && route.expression.test(decode(path)),
      ),
    mayBe: failed,
  },
  {
    why: "a name may hold control characters and backslashes: the handler looks for such an object",
    covers: ({ method, path }, verdict) =>
      verdict === "not canonical" &&
      /%(?:00|0a|5c)/.test(path) &&
      routes.some((route) => route.method === method && route.expression.test(decode(path))),
    mayBe: failed,
  },
  {
    why: "OPTIONS is answered on every path, control characters or not, with nothing",
    covers: ({ method }) => method === "OPTIONS",
    mayBe: (status) => status === 200,
  },
  {
    why: "/debug is routed without regard to the method by engines before 28",
    covers: ({ path }) => /^\/debug\/(?:vars$|pprof\/)/.test(path),
    mayBe: () => true,
  },
];

function decode(path: string): string {
  return decodeURIComponent(path).replace(/^\/v[0-9.]+(?=\/)/, "");
}

function isPageNotFound({ status, body, isHandled }: Answer): boolean {
  return status === 404 && !isHandled && (body === "" || body.includes("page not found"));
}

// Any method on these would have the engine profile itself for up to half a minute.
const profilesEngine = /^\/debug\/pprof\/(?:profile|trace)$/;

// Asked of a real engine, these never end, call a registry, or are of an engine that has long been gone.
const notAsked = new Set([
  "SystemEvents",
  "ImageSearch",
  "DistributionInspect",
  "DebugProfileCpu",
  "DebugTrace",
]);
/** Operations whose routes were taken away, by the API version of the first engine without them. */
const gone = new Map([
  ["PluginInspectLegacy", 0],
  ["ContainerCopy", 45],
]);

describe.runIf(socketPath !== "")("dockerd", () => {
  const probes = bendTemplates().filter((probe) => !profilesEngine.test(probe.path));

  test("has no page where the gate knows no operation, and redirects or has none where a path is not canonical", async () => {
    const count = { known: 0, "no operation": 0, "not canonical": 0, "bad version": 0 };
    const used = new Set<Exception>();
    const surprises: string[] = [];
    const check = async (probe: Probe): Promise<void> => {
      const verdict = judge(probe);
      count[verdict] += 1;
      if (verdict === "known") return;
      const answer = await ask(probe.method, probe.path);
      if (isPageNotFound(answer)) return;
      // Slashes that stand together are one here, and a redirect there.
      if (answer.status === 301 && (verdict === "not canonical" || probe.path.includes("//"))) return;
      const exception = exceptions.find(
        ({ covers, mayBe }) => covers(probe, verdict) && mayBe(answer.status),
      );
      if (exception !== undefined) used.add(exception);
      else surprises.push(`${probe.method} ${probe.path}: ${verdict}, yet ${answer.status} ${answer.body}`);
    };
    await Promise.all(probes.map((probe) => check(probe)));
    expect(surprises).toEqual([]);
    expect(count["no operation"]).toBeGreaterThan(3000);
    expect(count["not canonical"]).toBeGreaterThan(1900);
    const unused = exceptions.filter((exception) => !used.has(exception)).map((exception) => exception.why);
    expect(unused.filter((why) => !why.includes("before 28"))).toEqual([]);
  });

  test("has a page for every operation of its API version that can be asked for without harm", async () => {
    const newest = Number(/"ApiVersion":"1\.(\d+)"/.exec((await ask("GET", "/version")).body)?.[1]);
    expect(newest).toBeGreaterThanOrEqual(41);
    const missing: string[] = [];
    for (const { name, methods: own, template, since } of operations) {
      const harmless = template.includes("{") || own.includes("GET");
      const tooNew = since !== undefined && Number(since.slice(2)) > newest;
      const isGone = newest >= (gone.get(name) ?? Infinity);
      if (!harmless || tooNew || notAsked.has(name) || isGone) continue;
      for (const method of own) {
        const path = template.replaceAll(/\{\w+(?:\.\.\.)?\}/g, "quaygate-none");
        if (isPageNotFound(await ask(method, path))) missing.push(`${name}: ${method} ${path}`);
      }
    }
    expect(missing).toEqual([]);
  });

  test.each([
    ["POST", "/containers/create/exec", "ContainerExec", /No such container: create/],
    ["POST", "/containers/prune/kill", "ContainerKill", /No such container: prune/],
    ["DELETE", "/containers/json", "ContainerDelete", /No such container: json/],
    ["GET", "/images/json/json", "ImageInspect", /No such image: json/],
    ["GET", "/images/a/history/json", "ImageInspect", /No such image: a\/history/],
    ["GET", "/images/reg:5000/a/b:tag/json", "ImageInspect", /No such image: reg:5000\/a\/b:tag/],
    ["GET", "/images/reg%3A5000%2Fa%2Fb:tag/json", "ImageInspect", /No such image: reg:5000\/a\/b:tag/],
    ["GET", "/plugins/privileges/json", "PluginInspect", /privileges.* not found/],
    [
      "POST",
      "/networks/prune/connect",
      "NetworkConnect",
      /network prune not found|No such container: quaygate-none/,
    ],
    ["GET", "/networks/create", "NetworkInspect", /network create not found/],
    ["GET", "/volumes/create", "VolumeInspect", /create: no such volume/],
    [
      "POST",
      "/services/create/update?version=1",
      "ServiceUpdate",
      /not a swarm manager|service create not found/,
    ],
  ] as const)("takes %s %s for %s, as the gate does", async (method, target, name, words) => {
    const parsed = parsePath(target.replace(/\?.*/, ""));
    expect(parsed.ok && matchOperation(method, parsed.value.segments)?.name).toBe(name);
    const body = '{"Cmd":["true"],"Container":"quaygate-none"}';
    const { body: message } = await ask(method, target, method === "POST" ? body : "");
    expect(message).toMatch(words);
  });

  test.each([
    ["reads loosely", "/v1.41./info", [200]],
    ["reads loosely", "/v1.041/info", [200]],
    ["reads loosely", "/v001.41/info", [200]],
    ["reads loosely", "/v1.41.0/info", [200]],
    ["reads loosely", "/v01.41.0.0/info", [200]],
    ["calls too old", "/v1/info", [400]],
    ["calls too old", "/v1./info", [400]],
    ["calls too old", "/v.../info", [400]],
    ["serves before 25 and calls too old since", "/v1.23/info", [200, 400]],
    ["has no page for", "/v/info", [404]],
    ["calls too new", "/v2.41/info", [400]],
  ] as const)("%s %s, which the gate refuses for its version", async (_does, path, statuses) => {
    expect(judge({ method: "GET", path })).toBe("bad version");
    expect(statuses).toContain((await ask("GET", path)).status);
  });

  test.each(["PATCH", "TRACE", "PROPFIND", "COPY"])(
    "has no page for %s, a method that the gate does not know",
    async (method) => {
      expect(isPageNotFound(await ask(method, "/containers/json"))).toBe(true);
      expect(isPageNotFound(await ask(method, "/containers/quaygate-none"))).toBe(true);
    },
  );
});
