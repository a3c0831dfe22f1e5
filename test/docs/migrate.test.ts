import { describe, expect, test } from "vitest";
import { migrate } from "../../src/migrate/migrate.ts";
import { openIn } from "../examples/decided.ts";
import { readDocument } from "./document.ts";
import { settingsWith } from "./policy-settings.ts";

const blocksOf = (page: string): readonly string[] =>
  [...readDocument(page).matchAll(/^```yaml\n([^]*?)^```$/gmu)].map(([, text = ""]) => text);

test("the policy on the page of the command is one that a gate takes", async () => {
  const [policy = "", ...others] = blocksOf("docs/migrate.md");
  expect(others).toEqual([]);
  const { clients } = await settingsWith(policy);
  expect(clients.map(({ name }) => name)).toEqual(["traefik", "proxy-viewers", "homepage"]);
});

describe("the command, for the set-up of docs/several-clients.md,", () => {
  const [before = "", mechanical = ""] = blocksOf("docs/several-clients.md");

  test("takes the first step as the page does", async () => {
    const migration = migrate(before, "./policy.yaml");
    if (!migration.ok) throw new Error(migration.error.message);
    const { clients: written } = await settingsWith(migration.value.policy?.text ?? "");
    const { clients: byHand } = await settingsWith(mechanical);
    const rightsOf = (clients: typeof byHand): readonly (readonly string[])[] =>
      clients.map(({ grant }) => openIn(grant));
    expect(rightsOf(written)).toEqual(rightsOf(byHand));
    expect(written.map(({ whence }) => whence)).toEqual(byHand.map(({ whence }) => whence));
  });
});
