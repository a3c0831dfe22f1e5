import { expect, test } from "vitest";
import { decide } from "../../../src/policy/decide.ts";
import type { Grant } from "../../../src/policy/grant.ts";
import { makeScope } from "../../../src/policy/scope/make-scope.ts";
import type { ClientObjects } from "../../../src/policy/scope/object-terms.ts";
import { restrictTo } from "../../../src/policy/scope/restrict-to.ts";
import type { ScopeEntry } from "../../../src/policy/scope/scope.ts";
import { stillHolds } from "../../../src/policy/still-holds.ts";
import type { View } from "../../../src/policy/view/view.ts";
import { grantOf } from "../grants.ts";

function viewOf(text: string): View {
  return { hides: () => true, hidesLabel: () => true, isStrict: false, text };
}

function grantWith(objects: Partial<ClientObjects>): Grant {
  const none: ClientObjects = { scope: undefined, view: undefined, stamps: new Map() };
  return restrictTo(grantOf("everything"), { ...none, ...objects });
}

function isHeld(before: Partial<ClientObjects>, after: Partial<ClientObjects>): boolean {
  const grant = grantWith(before);
  const request = { method: "GET", path: "/containers/web/json", hasBody: false, contentTypes: [] } as const;
  const verdict = decide(grant, request);
  if (verdict.kind !== "allow") throw new Error("it is allowed");
  return stillHolds(grantWith(after), { grant, verdict, powers: undefined });
}

const scoped = (client: string, ...entries: readonly ScopeEntry[]): Partial<ClientObjects> => ({
  scope: makeScope(client, entries),
});

test.each<readonly [string, Partial<ClientObjects>, Partial<ClientObjects>, boolean]>([
  ["the scope is the same", scoped("ci", { own: true }), scoped("ci", { own: true }), true],
  ["there is no scope any more", scoped("ci", { own: true }), {}, true],
  ["there is a scope now", {}, scoped("ci", { own: true }), false],
  ["the scope is another", scoped("ci", { own: true }), scoped("ci", { name: ["web"] }), false],
  ["the view is the same", { view: viewOf("hide env") }, { view: viewOf("hide env") }, true],
  ["there is no view any more", { view: viewOf("hide env") }, {}, true],
  ["there is a view now", {}, { view: viewOf("hide env") }, false],
  ["the view is another", { view: viewOf("hide env") }, { view: viewOf("hide env, mounts") }, false],
  ["it is another client's", scoped("ci", { own: true }), scoped("ops", { own: true }), false],
])("what is under way is held where %s", (_, before, after, held) => {
  expect(isHeld(before, after)).toBe(held);
});
