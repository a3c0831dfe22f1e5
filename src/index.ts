export type { Health } from "./admin/health.ts";
export type { PolicyHealth, RejectedPolicy } from "./admin/policy-standing.ts";
export type { AuditListener, AuditRecord } from "./audit/record.ts";
export type { Dialect } from "./config/dialect.ts";
export type { Environment } from "./config/environment.ts";
export type { Problem } from "./config/problem.ts";
export type { Surroundings } from "./config/gate-settings.ts";
export { loadSettings } from "./config/load-settings.ts";
export { readSettings } from "./config/read-settings.ts";
export type { ClientReport } from "./config/client-report.ts";
export type { Opening } from "./config/opening.ts";
export { explainReport, type PolicyReport, type Report, reportOf } from "./config/report.ts";
export type { Settings } from "./config/settings.ts";
export type { Effect, HijackKind, Method, OperationDefinition, StreamKind } from "./docker/operation.ts";
export {
  type Operation,
  type OperationName,
  catalogue,
  libpodOperations,
  operations,
} from "./docker/operations.ts";
export type { Asked, Lookup } from "./docker/powers/asking.ts";
export { type Noun, type NounDefinition, nouns } from "./docker/powers/nouns.ts";
export { type Power, powerText } from "./docker/powers/power.ts";
export { Gate, type GateOptions } from "./gate.ts";
export type { ExchangeEnd } from "./kernel/log-words.ts";
export { decide, type JudgedRequest } from "./policy/decide.ts";
export { explainVerdict } from "./policy/explain.ts";
export type { Decision, Grant } from "./policy/grant.ts";
export {
  decidePowers,
  decideWithoutBody,
  isRestricted,
  judgeBody,
  type Judged,
  judgeHead,
  type Restricted,
} from "./policy/judge.ts";
export { parsePowerSet, type PowerFault, type PowerSet } from "./policy/power-set.ts";
export type {
  Allow,
  Deny,
  DenyOperation,
  DenyPowers,
  RefusalCode,
  Refuse,
  Verdict,
} from "./policy/verdict.ts";
