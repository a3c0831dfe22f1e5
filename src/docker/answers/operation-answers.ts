import { catalogue, type OperationName } from "../operations.ts";
import type { AnswerTable } from "./answer-table.ts";
import { containerAnswers } from "./container-answers.ts";
import { imageAnswers } from "./image-answers.ts";
import { libpodAnswers } from "./libpod-answers.ts";
import { networkAnswers } from "./network-answers.ts";
import { pluginAnswers } from "./plugin-answers.ts";
import { serviceAnswers } from "./service-answers.ts";
import { swarmAnswers } from "./swarm-answers.ts";
import { systemAnswers } from "./system-answers.ts";
import { usageAnswers } from "./usage-answers.ts";
import { volumeAnswers } from "./volume-answers.ts";

const tables: Readonly<Partial<Record<OperationName, AnswerTable>>> = {
  ...containerAnswers,
  ...imageAnswers,
  ...networkAnswers,
  ...volumeAnswers,
  ...systemAnswers,
  ...usageAnswers,
  ...swarmAnswers,
  ...serviceAnswers,
  ...pluginAnswers,
  ...libpodAnswers,
};

/**
 * How the answers of operations are read for whoever may not know all of them. An operation that is neither here nor in
 * `unreadAnswers` is closed for a client with a view.
 */
export const operationAnswers: ReadonlyMap<OperationName, AnswerTable> = new Map(
  catalogue.flatMap(({ name }) => {
    const table = tables[name];
    return table === undefined ? [] : [[name, table] as const];
  }),
);
