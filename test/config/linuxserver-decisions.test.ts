import { describe } from "vitest";
import { type DecisionRow, EVERY_SWITCH, testDecisions } from "./decisions.ts";
import { linuxserverDialect } from "./originals.ts";

const reading: readonly DecisionRow[] = [
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

const narrowing: readonly DecisionRow[] = [
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

const links: readonly DecisionRow[] = [
  ...(
    [
      ["logstash", "ALLOW_LOGS"],
      ["LOGS", "ALLOW_LOGS"],
      ["topic", "ALLOW_TOP"],
      ["exporter", "ALLOW_EXPORT"],
      ["archive", "ALLOW_ARCHIVE"],
      ["changer", "ALLOW_CHANGES"],
    ] as const
  ).flatMap(([alias, name]): readonly DecisionRow[] => [
    [
      "POST=1 CONTAINERS=1",
      `DELETE /containers/web/${alias}`,
      `deny, needs ${name}=1 for a path that begins like this`,
    ],
    [`POST=1 CONTAINERS=1 ${name}=1`, `DELETE /containers/web/${alias}`, "allow by POST=1 and CONTAINERS=1"],
  ]),
  ["POST=1 CONTAINERS=1", "DELETE /containers/logs/db", "allow by POST=1 and CONTAINERS=1"],
  ["POST=1 CONTAINERS=1", "DELETE /containers/logs", "allow by POST=1 and CONTAINERS=1"],
];

const lifecycle: readonly DecisionRow[] = [
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

const writing: readonly DecisionRow[] = [
  ["", "POST /containers/create", "deny, needs POST=1 and CONTAINERS=1"],
  ["POST=1 CONTAINERS=1", "POST /containers/create", "allow by POST=1 and CONTAINERS=1"],
  ["POST=1 CONTAINERS=1", "DELETE /containers/web", "allow by POST=1 and CONTAINERS=1"],
  ["POST=1 CONTAINERS=1", "DELETE /containers/web/db", "allow by POST=1 and CONTAINERS=1"],
  ["CONTAINERS=1", "DELETE /containers/web/db", "deny, needs POST=1"],
  ["ALLOW_STOP=1", "DELETE /containers/web/stop", "deny, needs POST=1 and CONTAINERS=1"],
  ["POST=1 CONTAINERS=1", "DELETE /containers/web/stop", "allow by POST=1 and CONTAINERS=1"],
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

const closed: readonly DecisionRow[] = [
  [EVERY_SWITCH, "OPTIONS /libpod/containers/json", "deny, no setting opens it"],
  [EVERY_SWITCH, "GET /debug/vars", "deny, no setting opens it"],
  [EVERY_SWITCH, "GET /libpod/artifacts/json", "refuse as unknown_operation"],
  [EVERY_SWITCH, "POST /libpod/build", "refuse as unknown_operation"],
  [EVERY_SWITCH, "GET /v1.41/libpod/info", "refuse as bad_version"],
  [EVERY_SWITCH, "POST /v1.23/containers/web/start", "refuse as version_too_old"],
];

describe("with LinuxServer's switches", () => {
  testDecisions(linuxserverDialect, [
    ...reading,
    ...narrowing,
    ...links,
    ...lifecycle,
    ...writing,
    ...closed,
  ]);
});
