import { describe, expect, test } from "vitest";
import { linuxserverSwitches } from "../../src/config/linuxserver.ts";
import { readSettings } from "../../src/config/read-settings.ts";
import { catalogue } from "../../src/docker/operations.ts";
import { decide } from "../../src/policy/decide.ts";
import { requestOf } from "./requests.ts";

/** Settings, a request, and what becomes of it: the rule that opens it, or what is missing. */
type Row = readonly [settings: string, request: string, decision: string];

const reading: readonly Row[] = [
  ["", "GET /_ping", "allow by PING=1"],
  ["", "GET /version", "allow by VERSION=1"],
  ["", "GET /events", "allow by EVENTS=1"],
  ["", "GET /libpod/_ping", "allow by LIBPOD_PING=1"],
  ["", "HEAD /v4.3.1/libpod/_ping", "allow by LIBPOD_PING=1"],
  ["", "GET /v4.3.1/libpod/version", "allow by LIBPOD_VERSION=1"],
  ["", "GET /v4.3.1/libpod/events", "deny, needs LIBPOD_EVENTS=1"],
  ["PING=0", "GET /_ping", "deny, needs PING=1"],
  ["PING=0", "GET /libpod/_ping", "allow by LIBPOD_PING=1"],
  ["LIBPOD_PING=0", "GET /libpod/_ping", "deny, needs LIBPOD_PING=1"],
  ["", "GET /containers/json", "deny, needs CONTAINERS=1"],
  ["CONTAINERS=1", "GET /containers/json", "allow by CONTAINERS=1"],
  ["CONTAINERS=true", "GET /containers/json", "deny, needs CONTAINERS=1"],
  ["CONTAINERS=1", "GET /libpod/containers/json", "deny, needs LIBPOD_CONTAINERS=1"],
  ["LIBPOD_CONTAINERS=1", "GET /libpod/containers/json", "allow by LIBPOD_CONTAINERS=1"],
  ["LIBPOD_CONTAINERS=1", "GET /containers/json", "deny, needs CONTAINERS=1"],
  ["LIBPOD_CONTAINERS=1", "GET /v5.2.0/libpod/containers/web/json", "allow by LIBPOD_CONTAINERS=1"],
  ["LIBPOD_CONTAINERS=1", "GET /libpod/containers/web/healthcheck", "allow by LIBPOD_CONTAINERS=1"],
  ["LIBPOD_CONTAINERS=1", "GET /libpod/pods/json", "deny, needs LIBPOD_PODS=1"],
  ["LIBPOD_GENERATE=1", "GET /libpod/generate/web/systemd", "allow by LIBPOD_GENERATE=1"],
  ["LIBPOD_IMAGES=1", "GET /libpod/images/quay.io/a/b:c/tree", "allow by LIBPOD_IMAGES=1"],
  ["LIBPOD_SYSTEM=1", "GET /libpod/system/df", "allow by LIBPOD_SYSTEM=1"],
  ["CONTAINERS=1", "GET /containers/web/attach/ws", "allow by CONTAINERS=1"],
  ["CONTAINERS=1", "GET /containers/web/stats", "allow by CONTAINERS=1"],
];

const narrowing: readonly Row[] = [
  ["CONTAINERS=1", "GET /containers/web/archive", "deny, needs ALLOW_ARCHIVE=1"],
  ["CONTAINERS=1", "HEAD /containers/web/archive", "deny, needs ALLOW_ARCHIVE=1"],
  ["CONTAINERS=1", "GET /containers/web/changes", "deny, needs ALLOW_CHANGES=1"],
  ["CONTAINERS=1", "GET /containers/web/export", "deny, needs ALLOW_EXPORT=1"],
  ["CONTAINERS=1", "GET /containers/web/logs", "deny, needs ALLOW_LOGS=1"],
  ["CONTAINERS=1", "GET /containers/web/top", "deny, needs ALLOW_TOP=1"],
  ["CONTAINERS=1 ALLOW_LOGS=1", "GET /containers/web/logs", "allow by ALLOW_LOGS=1 and CONTAINERS=1"],
  ["CONTAINERS=1 ALLOW_LOGS=1", "GET /containers/web/top", "deny, needs ALLOW_TOP=1"],
  ["CONTAINERS=1 ALLOW_LOGS=true", "GET /containers/web/logs", "deny, needs ALLOW_LOGS=1"],
  ["ALLOW_LOGS=1", "GET /containers/web/logs", "deny, needs CONTAINERS=1"],
  ["", "GET /containers/web/logs", "deny, needs ALLOW_LOGS=1 and CONTAINERS=1"],
  ["POST=1 CONTAINERS=1", "PUT /containers/web/archive", "deny, needs ALLOW_ARCHIVE=1"],
  ["CONTAINERS=1 ALLOW_ARCHIVE=1", "PUT /containers/web/archive", "deny, needs POST=1"],
  [
    "POST=1 CONTAINERS=1 ALLOW_ARCHIVE=1",
    "PUT /containers/web/archive",
    "allow by POST=1 and ALLOW_ARCHIVE=1 and CONTAINERS=1",
  ],
  ["LIBPOD_CONTAINERS=1", "GET /libpod/containers/web/logs", "deny, needs ALLOW_LOGS=1"],
  [
    "LIBPOD_CONTAINERS=1 ALLOW_LOGS=1",
    "GET /libpod/containers/web/logs",
    "allow by ALLOW_LOGS=1 and LIBPOD_CONTAINERS=1",
  ],
  ["LIBPOD_PODS=1", "GET /libpod/pods/web/top", "deny, needs ALLOW_TOP=1"],
  ["LIBPOD_PODS=1 ALLOW_TOP=1", "GET /libpod/pods/web/top", "allow by ALLOW_TOP=1 and LIBPOD_PODS=1"],
  ["LIBPOD_IMAGES=1", "GET /libpod/images/web/changes", "allow by LIBPOD_IMAGES=1"],
  ["SERVICES=1", "GET /services/web/logs", "allow by SERVICES=1"],
  ["LIBPOD_VOLUMES=1", "GET /libpod/volumes/web/export", "allow by LIBPOD_VOLUMES=1"],
];

const lifecycle: readonly Row[] = [
  ["", "POST /containers/web/start", "deny, needs ALLOW_START=1, or POST=1 and CONTAINERS=1"],
  ["ALLOW_START=1", "POST /containers/web/start", "allow by ALLOW_START=1"],
  ["ALLOW_START=1 POST=1 CONTAINERS=1", "POST /containers/web/start", "allow by ALLOW_START=1"],
  ["POST=1 CONTAINERS=1", "POST /containers/web/start", "allow by POST=1 and CONTAINERS=1"],
  ["CONTAINERS=1", "POST /containers/web/start", "deny, needs one of ALLOW_START=1, POST=1"],
  ["POST=1", "POST /containers/web/start", "deny, needs one of ALLOW_START=1, CONTAINERS=1"],
  ["ALLOW_START=1", "POST /containers/create", "deny, needs POST=1 and CONTAINERS=1"],
  [
    "ALLOW_START=1",
    "POST /containers/web/stop",
    "deny, needs ALLOW_STOP=1, or ALLOW_RESTARTS=1, or POST=1 and CONTAINERS=1",
  ],
  ["ALLOW_STOP=1", "POST /containers/web/stop", "allow by ALLOW_STOP=1"],
  ["ALLOW_RESTARTS=1", "POST /containers/web/stop", "allow by ALLOW_RESTARTS=1"],
  ["ALLOW_RESTARTS=1", "POST /v1.41/containers/web/restart", "allow by ALLOW_RESTARTS=1"],
  ["ALLOW_RESTARTS=1", "POST /containers/web/kill", "allow by ALLOW_RESTARTS=1"],
  ["ALLOW_STOP=1", "POST /containers/web/kill", "deny, needs ALLOW_RESTARTS=1, or POST=1 and CONTAINERS=1"],
  ["ALLOW_PAUSE=1", "POST /containers/web/pause", "allow by ALLOW_PAUSE=1"],
  [
    "ALLOW_PAUSE=1",
    "POST /containers/web/unpause",
    "deny, needs ALLOW_UNPAUSE=1, or POST=1 and CONTAINERS=1",
  ],
  ["ALLOW_UNPAUSE=1", "POST /containers/web/unpause", "allow by ALLOW_UNPAUSE=1"],
  ["ALLOW_START=1", "POST /libpod/containers/web/start", "allow by ALLOW_START=1"],
  ["ALLOW_START=1", "POST /v4.3.1/libpod/pods/web/start", "allow by ALLOW_START=1"],
  ["ALLOW_RESTARTS=1", "POST /libpod/pods/web/kill", "allow by ALLOW_RESTARTS=1"],
  ["LIBPOD_ALLOW_START=1", "POST /libpod/containers/web/start", "allow by LIBPOD_ALLOW_START=1"],
  [
    "LIBPOD_ALLOW_START=1",
    "POST /containers/web/start",
    "deny, needs ALLOW_START=1, or POST=1 and CONTAINERS=1",
  ],
  [
    "LIBPOD_ALLOW_START=1",
    "POST /libpod/pods/web/start",
    "deny, needs LIBPOD_ALLOW_POD_START=1, or ALLOW_START=1, or POST=1 and LIBPOD_PODS=1",
  ],
  ["LIBPOD_ALLOW_POD_START=1", "POST /libpod/pods/web/start", "allow by LIBPOD_ALLOW_POD_START=1"],
  ["LIBPOD_ALLOW_POD_RESTARTS=1", "POST /libpod/pods/web/stop", "allow by LIBPOD_ALLOW_POD_RESTARTS=1"],
  [
    "LIBPOD_ALLOW_POD_START=1",
    "POST /libpod/containers/web/start",
    "deny, needs LIBPOD_ALLOW_START=1, or ALLOW_START=1, or POST=1 and LIBPOD_CONTAINERS=1",
  ],
  ["ALLOW_STOP=1 LIBPOD_ALLOW_STOP=1", "POST /libpod/containers/web/stop", "allow by LIBPOD_ALLOW_STOP=1"],
];

const writing: readonly Row[] = [
  ["", "POST /containers/create", "deny, needs POST=1 and CONTAINERS=1"],
  ["POST=1 CONTAINERS=1", "POST /containers/create", "allow by POST=1 and CONTAINERS=1"],
  ["POST=1 CONTAINERS=1", "DELETE /containers/web", "allow by POST=1 and CONTAINERS=1"],
  ["LIBPOD_CONTAINERS=1", "POST /libpod/containers/create", "deny, needs POST=1"],
  ["POST=1 LIBPOD_CONTAINERS=1", "POST /libpod/containers/create", "allow by POST=1 and LIBPOD_CONTAINERS=1"],
  ["POST=1 LIBPOD_CONTAINERS=1", "POST /libpod/exec/one/start", "deny, needs LIBPOD_EXEC=1"],
  ["POST=1 LIBPOD_EXEC=1", "POST /libpod/exec/one/start", "allow by POST=1 and LIBPOD_EXEC=1"],
  ["POST=1 LIBPOD_EXEC=1", "POST /libpod/containers/web/exec", "deny, needs LIBPOD_CONTAINERS=1"],
  ["POST=1 LIBPOD_PLAY=1", "DELETE /libpod/play/kube", "allow by POST=1 and LIBPOD_PLAY=1"],
  [
    "POST=1 LIBPOD_MANIFESTS=1",
    "POST /libpod/manifests/a/registry/b",
    "allow by POST=1 and LIBPOD_MANIFESTS=1",
  ],
  ["POST=1", "POST /libpod/manifests/a/registry/b", "deny, needs LIBPOD_MANIFESTS=1"],
];

const closed: readonly Row[] = [
  ["every switch on", "OPTIONS /libpod/containers/json", "deny, no setting opens it"],
  ["every switch on", "GET /debug/vars", "deny, no setting opens it"],
  ["every switch on", "GET /libpod/artifacts/json", "refuse as unknown_operation"],
  ["every switch on", "POST /libpod/build", "refuse as unknown_operation"],
  ["every switch on", "GET /v1.41/libpod/info", "refuse as bad_version"],
  ["every switch on", "POST /v1.23/containers/web/start", "refuse as version_too_old"],
];

const everySwitch = [...linuxserverSwitches.keys()].map((name) => `${name}=1`).join(" ");

describe("with LinuxServer's switches", () => {
  test.each([...reading, ...narrowing, ...lifecycle, ...writing, ...closed])(
    "[%s] %s: %s",
    (words, request, decision) => {
      expect(decisionOf(words, request)).toBe(decision);
    },
  );

  test("every operation outside the debugging and the OPTIONS ones is opened by some switch", () => {
    const unopened = catalogue
      .filter(({ methods, template }) =>
        decisionOf(
          "every switch on",
          `${methods[0] ?? ""} ${template.replaceAll(/[{}]|\.\.\./gu, "")}`,
        ).startsWith("deny"),
      )
      .map(({ name }) => name);
    expect(unopened.filter((name) => !name.startsWith("Debug"))).toEqual(["RouteOptions"]);
  });
});

function decisionOf(words: string, request: string): string {
  const environment = Object.fromEntries(
    (words === "every switch on" ? everySwitch : words)
      .split(" ")
      .filter((word) => word !== "")
      .map((word): readonly [string, string] => [word.replace(/=.*/u, ""), word.replace(/^[^=]*=?/u, "")]),
  );
  const settings = readSettings({ ...environment, QUAYGATE_COMPAT: "linuxserver" }, { terminal: false });
  if (!settings.ok) {
    return JSON.stringify(settings.error);
  }
  const [method = "", path = ""] = request.split(" ");
  const verdict = decide(settings.value.grant, requestOf(method, path));
  switch (verdict.kind) {
    case "allow":
      return `allow by ${verdict.rule}`;
    case "deny":
      return `deny, ${verdict.remedy}`;
    case "refuse":
      return `refuse as ${verdict.code}`;
  }
}
