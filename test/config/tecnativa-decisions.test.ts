import { describe } from "vitest";
import { type DecisionRow, EVERY_SWITCH, testDecisions } from "./decisions.ts";
import { tecnativaDialect } from "./originals.ts";

const reading: readonly DecisionRow[] = [
  ["", "GET /_ping", "allow by PING=1"],
  ["", "HEAD /_ping", "allow by PING=1"],
  ["", "GET /version", "allow by VERSION=1"],
  ["", "GET /events", "allow by EVENTS=1"],
  ["PING=0", "GET /_ping", "deny, needs PING=1"],
  ["VERSION=0", "GET /v1.41/version", "deny, needs VERSION=1"],
  ["EVENTS=", "GET /events", "deny, needs EVENTS=1"],
  ["", "GET /containers/json", "deny, needs CONTAINERS=1"],
  ["CONTAINERS=1", "GET /containers/json", "allow by CONTAINERS=1"],
  ["CONTAINERS=1", "GET /v1.55/containers/json", "allow by CONTAINERS=1"],
  ["CONTAINERS=true", "GET /containers/json", "deny, needs CONTAINERS=1"],
  ["CONTAINERS=1", "GET /containers/web/archive", "allow by CONTAINERS=1"],
  ["CONTAINERS=1", "HEAD /containers/web/archive", "allow by CONTAINERS=1"],
  ["CONTAINERS=1", "GET /containers/web/export", "allow by CONTAINERS=1"],
  ["CONTAINERS=1", "GET /containers/web/logs", "allow by CONTAINERS=1"],
  ["CONTAINERS=1", "GET /containers/web/top", "allow by CONTAINERS=1"],
  ["CONTAINERS=1", "GET /containers/web/changes", "allow by CONTAINERS=1"],
  ["CONTAINERS=1", "GET /containers/web/stats", "allow by CONTAINERS=1"],
  ["CONTAINERS=1", "GET /containers/web/attach/ws", "allow by CONTAINERS=1"],
  ["CONTAINERS=1", "GET /images/json", "deny, needs IMAGES=1"],
  ["IMAGES=1", "GET /images/ghcr.io/owner/name:tag/json", "allow by IMAGES=1"],
  ["POST=1", "GET /containers/json", "deny, needs CONTAINERS=1"],
  ["INFO=1", "GET /system/df", "deny, needs SYSTEM=1"],
  ["SWARM=1", "GET /nodes", "deny, needs NODES=1"],
  ["SERVICES=1", "GET /tasks/one/logs", "deny, needs TASKS=1"],
];

const writing: readonly DecisionRow[] = [
  ["CONTAINERS=1", "POST /containers/create", "deny, needs POST=1"],
  ["POST=1", "POST /containers/create", "deny, needs CONTAINERS=1"],
  ["", "POST /containers/create", "deny, needs POST=1 and CONTAINERS=1"],
  ["POST=1 CONTAINERS=1", "POST /containers/create", "allow by POST=1 and CONTAINERS=1"],
  ["POST=0 CONTAINERS=1", "POST /containers/create", "deny, needs POST=1"],
  ["POST=1 CONTAINERS=1", "DELETE /containers/web", "allow by POST=1 and CONTAINERS=1"],
  ["POST=1 CONTAINERS=1", "PUT /containers/web/archive", "allow by POST=1 and CONTAINERS=1"],
  ["CONTAINERS=1", "PUT /containers/web/archive", "deny, needs POST=1"],
  ["CONTAINERS=1", "DELETE /containers/web", "deny, needs POST=1"],
  ["POST=1 CONTAINERS=1", "POST /containers/web/attach", "allow by POST=1 and CONTAINERS=1"],
  ["CONTAINERS=1", "POST /containers/web/wait", "deny, needs POST=1"],
  ["POST=1 CONTAINERS=1", "POST /containers/web/exec", "allow by POST=1 and CONTAINERS=1"],
  ["POST=1 EXEC=1", "POST /containers/web/exec", "deny, needs CONTAINERS=1"],
  ["POST=1 CONTAINERS=1", "POST /exec/one/start", "deny, needs EXEC=1"],
  ["POST=1 EXEC=1", "POST /exec/one/start", "allow by POST=1 and EXEC=1"],
  ["POST=1 IMAGES=1", "POST /images/create", "allow by POST=1 and IMAGES=1"],
  ["POST=1 BUILD=1", "POST /build", "allow by POST=1 and BUILD=1"],
  ["POST=1 BUILD=1", "POST /session", "deny, needs SESSION=1"],
  ["POST=1 SESSION=1", "POST /grpc", "deny, needs GRPC=1"],
  ["POST=1", "POST /auth", "deny, needs AUTH=1"],
  ["POST=1", "POST /commit", "deny, needs COMMIT=1"],
  ["POST=1 VOLUMES=1", "PUT /volumes/data", "allow by POST=1 and VOLUMES=1"],
];

const lifecycle: readonly DecisionRow[] = [
  ["ALLOW_START=1", "POST /containers/web/start", "deny, needs POST=1"],
  ["POST=1 ALLOW_START=1", "POST /containers/web/start", "allow by POST=1 and ALLOW_START=1"],
  ["POST=1 ALLOW_START=1", "POST /v1.41/containers/web/start", "allow by POST=1 and ALLOW_START=1"],
  [
    "POST=1 ALLOW_START=1",
    "POST /containers/web/stop",
    "deny, needs one of ALLOW_STOP=1, ALLOW_RESTARTS=1, CONTAINERS=1",
  ],
  [
    "",
    "POST /containers/web/stop",
    "deny, needs POST=1 and one of ALLOW_STOP=1, ALLOW_RESTARTS=1, CONTAINERS=1",
  ],
  ["", "POST /containers/web/start", "deny, needs POST=1 and one of ALLOW_START=1, CONTAINERS=1"],
  ["", "POST /containers/web/restart", "deny, needs POST=1 and one of ALLOW_RESTARTS=1, CONTAINERS=1"],
  ["", "POST /containers/web/kill", "deny, needs POST=1 and one of ALLOW_RESTARTS=1, CONTAINERS=1"],
  ["", "POST /containers/web/pause", "deny, needs POST=1 and one of ALLOW_PAUSE=1, CONTAINERS=1"],
  ["", "POST /containers/web/unpause", "deny, needs POST=1 and one of ALLOW_UNPAUSE=1, CONTAINERS=1"],
  ["POST=1 ALLOW_STOP=1", "POST /containers/web/stop", "allow by POST=1 and ALLOW_STOP=1"],
  [
    "POST=1 ALLOW_STOP=1",
    "POST /containers/web/restart",
    "deny, needs one of ALLOW_RESTARTS=1, CONTAINERS=1",
  ],
  ["POST=1 ALLOW_STOP=1", "POST /containers/web/kill", "deny, needs one of ALLOW_RESTARTS=1, CONTAINERS=1"],
  ["POST=1 ALLOW_RESTARTS=1", "POST /containers/web/stop", "allow by POST=1 and ALLOW_RESTARTS=1"],
  ["POST=1 ALLOW_RESTARTS=1", "POST /containers/web/restart", "allow by POST=1 and ALLOW_RESTARTS=1"],
  ["POST=1 ALLOW_RESTARTS=1", "POST /containers/web/kill", "allow by POST=1 and ALLOW_RESTARTS=1"],
  ["POST=1 ALLOW_RESTARTS=1", "POST /containers/web/start", "deny, needs one of ALLOW_START=1, CONTAINERS=1"],
  ["POST=1 ALLOW_PAUSE=1", "POST /containers/web/pause", "allow by POST=1 and ALLOW_PAUSE=1"],
  [
    "POST=1 ALLOW_PAUSE=1",
    "POST /containers/web/unpause",
    "deny, needs one of ALLOW_UNPAUSE=1, CONTAINERS=1",
  ],
  ["POST=1 ALLOW_UNPAUSE=1", "POST /containers/web/unpause", "allow by POST=1 and ALLOW_UNPAUSE=1"],
  ["POST=1 CONTAINERS=1", "POST /containers/web/stop", "allow by POST=1 and CONTAINERS=1"],
  ["POST=1 CONTAINERS=1 ALLOW_STOP=1", "POST /containers/web/stop", "allow by POST=1 and ALLOW_STOP=1"],
  ["POST=1 CONTAINERS=1 ALLOW_STOP=0", "POST /containers/web/stop", "allow by POST=1 and CONTAINERS=1"],
  ["POST=1 ALLOW_START=1", "GET /containers/json", "deny, needs CONTAINERS=1"],
];

const closed: readonly DecisionRow[] = [
  [EVERY_SWITCH, "OPTIONS /containers/json", "deny, no setting opens it"],
  [EVERY_SWITCH, "OPTIONS /anything", "deny, no setting opens it"],
  [EVERY_SWITCH, "GET /debug/pprof/profile", "deny, no setting opens it"],
  [EVERY_SWITCH, "GET /debug/vars", "deny, no setting opens it"],
  [EVERY_SWITCH, "GET /_pingfoo", "refuse as unknown_operation"],
  [EVERY_SWITCH, "POST /v1.23/containers/web/start", "refuse as version_too_old"],
];

describe("with Tecnativa's switches", () => {
  testDecisions(tecnativaDialect, [...reading, ...writing, ...lifecycle, ...closed]);
});
