import type { OperationName } from "../operations.ts";
import { driverField } from "./driver.ts";
import { labelsField } from "./identity.ts";
import { harmless, type Meaning, struct } from "./meaning.ts";
import { objectInPath, type OperationPowers, query } from "./operation-powers.ts";

/** A plugin that provides the value. */
const Driver: Meaning = driverField("secret-driver");

/** The language that the data is written in: nodes execute it, and show it other secrets of the task. */
const Templating: Meaning = driverField("template");

/** What it holds is nobody's business, not even that of an error. */
const Data: Meaning = harmless;

const secretSpec = { Name: harmless, Labels: labelsField, Data, Driver, Templating } as const;
const configSpec = { Name: harmless, Labels: labelsField, Data, Templating } as const;

/** dockerode sends the whole update, its version included, in the body and in the query. */
const creation = query({ keys: {}, repeatsBody: true });
const update = query({ keys: { version: harmless }, repeatsBody: true });

/** Docker shows no secret's value. Podman from 4.7 on does with `?showsecret`, so no key is known here. */
const inspection = query({ keys: {} });

/** What the operations on secrets and configurations of a swarm may ask for. */
export const secretPowers: Partial<Record<OperationName, OperationPowers>> = {
  SecretInspect: { query: inspection },
  SecretCreate: { query: creation, body: struct(secretSpec) },
  SecretUpdate: { query: update, body: struct({ ...secretSpec, version: harmless }) },
  ConfigCreate: { query: creation, body: struct(configSpec) },
  ConfigUpdate: { query: update, body: struct({ ...configSpec, version: harmless }) },
  SecretDelete: { path: objectInPath("secret") },
  ConfigDelete: { path: objectInPath("config") },
  // What a secret holds is never shown; what a configuration holds always is, in the list too.
  ConfigInspect: { path: objectInPath("config") },
  ConfigList: { itself: [{ noun: "config", value: "(any)" }] },
};
