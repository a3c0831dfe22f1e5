import { describe, expect, test } from "vitest";
import type { JournalObject, JournalRecord } from "../../src/journal/journal-record.ts";
import { denied, deniedPower, grantsOf, itemsOf, policyOf, unjudged, USED, used } from "./journal.ts";

const LATER = "2026-11-30T08:01:00.000Z";

function container(id: string, labels: Readonly<Record<string, string>> | undefined): JournalObject {
  return {
    kind: "container",
    id,
    name: id,
    labels: labels === undefined ? undefined : new Map(Object.entries(labels)),
  };
}

/** An exchange that acted on an object. */
function actedOn(operation: "ContainerInspect" | "ContainerRestart", object: JournalObject): JournalRecord {
  return { ...used(operation), object };
}

test("has what was used, how often and when, and what was denied as comments", () => {
  const text = policyOf([
    used("ContainerList"),
    { ...used("ContainerList"), time: LATER, repeated: 30 },
    used("ContainerCreate", "image:docker.io/library/nginx:1.25", "command"),
    used("ContainerCreate", "image:docker.io/library/nginx:1.26"),
    denied("ExecStart"),
    {
      ...used("ContainerCreate", "bind:/:ro", "user:0"),
      verdict: "deny",
      code: "power_denied",
      missing: ["bind:/:ro"],
    },
  ]);
  expect(text).toBe(`# Written by quaygate learn from 35 exchanges, 2026-11-24T15:04Z to 2026-11-30T08:01Z.
# It allows what was used in that time and nothing else. Read it before a gate does: who each client is (from) is a guess,
# and what is the host itself has HOST before it.
clients:

  # web: 35 exchanges, 2026-11-24T15:04Z to 2026-11-30T08:01Z.
  # It called from 172.18.0.5 (35 times). A name, a label, a certificate or a token is better than an address.
  web:
    from: "172.18.0.5"
    allow:
      - ContainerCreate # 2 times, 2026-11-24T15:04Z
      - ContainerList # 31 times, 2026-11-24T15:04Z to 2026-11-30T08:01Z
    powers:
      - image:docker.io/library/nginx:* # image:docker.io/library/nginx:1.25, image:docker.io/library/nginx:1.26: 2 times, 2026-11-24T15:04Z, by ContainerCreate
      - command # once, 2026-11-24T15:04Z, by ContainerCreate
    # Denied until now, for you to decide:
    # - ExecStart, once, 2026-11-24T15:04Z: ExecStart (or exec) in allow would allow it
    # - bind:/:ro by ContainerCreate, once, 2026-11-24T15:04Z: HOST: it is root on the host, past this gate
`);
});

describe("the powers", () => {
  test("are none where nothing was asked for", () => {
    expect(policyOf([used("ContainerInspect")])).toContain("    powers: none # it asked for none\n");
  });

  test("that are the host have a line of their own before them", () => {
    const text = policyOf([used("ContainerCreate", "privileged")]);
    expect(text).toContain(
      "      # HOST: privileged is root on the host, past this gate. Take it away if this client can do without.\n" +
        "      - privileged # once, ",
    );
  });

  test("are default, and never all, where it is not known what was asked for", () => {
    const text = policyOf([unjudged("ContainerCreate"), used("ContainerCreate", "bind:/srv/x")]);
    expect(itemsOf(text, "powers")).toEqual(["default", "bind:/srv/x"]);
    expect(text).toContain(
      "# What 1 exchange asked for was not recorded, or not to its end: ContainerCreate.\n",
    );
    expect(grantsOf(text).get("web")?.powers.holds({ noun: "privileged", value: "" })).toBe(false);
  });

  test("are not in doubt because of operations that ask for nothing", () => {
    expect(policyOf([unjudged("SystemVersion")])).toContain("powers: none");
  });

  test("are not default for what the engine refused, such as a body that nobody can read", () => {
    const broken = { ...used("ContainerCreate"), powers: undefined, status: 400 };
    const text = policyOf([broken, used("ContainerCreate", "bind:/srv/x")]);
    expect(itemsOf(text, "powers")).toEqual(["bind:/srv/x"]);
  });

  test("of which a record has only the first fifty are default too", () => {
    const many = Array.from({ length: 50 }, (_, at) => `env:V${at}`);
    expect(itemsOf(policyOf([used("ContainerCreate", ...many)]), "powers")[0]).toBe("default");
  });
});

describe("words", () => {
  test("are a group where all of it was used, and else operations", () => {
    const nodes = [used("NodeList"), used("NodeInspect"), used("NodeUpdate")];
    expect(itemsOf(policyOf(nodes), "allow")).toEqual(["nodes:read", "NodeUpdate"]);
    const ping = [used("SystemPing"), used("SystemPingHead")];
    expect(itemsOf(policyOf(ping), "allow")).toEqual(["SystemPingHead", "SystemPing"]);
    expect(itemsOf(policyOf([...ping, used("SystemPingLibpod")]), "allow")).toEqual(["ping"]);
  });

  test("are learnt of what was only let through, and that is said", () => {
    const text = policyOf([{ ...unjudged("ContainerKill"), verdict: "warn" }]);
    expect(itemsOf(text, "allow")).toEqual(["ContainerKill"]);
    expect(text).toContain(
      "# Of these, 1 exchange passed only because nothing was enforced (mode: warn or learn).\n",
    );
  });

  test("of what was denied stand in a comment, with what it asked for", () => {
    const text = policyOf([
      used("SystemInfo"),
      { ...denied("ContainerCreate"), powers: ["image:docker.io/library/nginx:1", "privileged", "command"] },
    ]);
    expect(text).toContain(
      "# - ContainerCreate, once, 2026-11-24T15:04Z: ContainerCreate (or containers:create) in allow would allow it, " +
        "with command, image:docker.io/library/nginx:1 in powers; it asked for HOST: privileged\n",
    );
    expect(text).toContain("powers: none");
  });

  test("of what was denied and is in the policy by now are those that it lacks", () => {
    const text = policyOf([
      used("ContainerCreate", "image:docker.io/library/nginx:1", "command", "bind:/srv/a"),
      used("ContainerStop"),
      { ...denied("ContainerCreate"), powers: ["image:docker.io/library/nginx:1", "command", "name:web"] },
      denied("ContainerStop"),
      deniedPower("bind:/srv/a"),
      deniedPower("bind:/srv/b"),
    ]);
    expect(text.split("\n").filter((line) => line.startsWith("    # - "))).toEqual([
      "    # - ContainerCreate, once, 2026-11-24T15:04Z: allow opens it, with name:web in powers",
      "    # - ContainerStop, once, 2026-11-24T15:04Z: allow opens it",
      "    # - bind:/srv/a by ContainerCreate, once, 2026-11-24T15:04Z: powers gives it",
      "    # - bind:/srv/b by ContainerCreate, once, 2026-11-24T15:04Z: that in powers would allow it",
    ]);
  });

  test("are not learnt of what was denied, refused, or is not known", () => {
    const text = policyOf([
      used("SystemInfo"),
      denied("ContainerKill"),
      { ...USED, operation: "ContainerCreate", verdict: "refuse", code: "bad_body" },
      { ...USED, operation: undefined, verdict: "refuse", code: "bad_path" },
      { ...USED, operation: "ContainerTeleport" },
    ]);
    expect(itemsOf(text, "allow")).toEqual(["SystemInfo"]);
    expect(text).toContain("# Refused whatever a policy says (bad_body): once.\n");
    expect(text).toContain("# Refused whatever a policy says (bad_path): once.\n");
    expect(text).toContain("# Not understood, and left out: ContainerTeleport.\n");
  });

  test.each<readonly [why: string, record: Partial<JournalRecord>]>([
    ["ended by client", { verdict: "none", status: 0, end: "client" }],
    ["ended by gate", { verdict: "none", status: 0, end: "gate" }],
    ["too_many_requests", { status: 429, code: "too_many_requests" }],
    ["too_many_large_bodies", { status: 503, code: "too_many_large_bodies" }],
    ["body_timeout", { status: 408, code: "body_timeout" }],
    ["body_too_large", { status: 413, code: "body_too_large" }],
    ["bad_chunk", { status: 400, code: "bad_chunk" }],
    ["draining", { status: 503, code: "draining", verdict: "warn" }],
    ["engine_unreachable", { status: 502, code: "engine_unreachable" }],
    ["engine_answer", { status: 502, code: "engine_answer" }],
  ])("are not learnt of what was neither decided nor sent: %s", (why, record) => {
    const left = { ...used("ContainerCreate", "privileged"), engineTime: undefined, ...record };
    const text = policyOf([used("SystemInfo"), left]);
    expect([itemsOf(text, "allow"), text.includes("powers: none")]).toEqual([["SystemInfo"], true]);
    expect(text).toContain(`# Left out, for it was not decided or not sent (${why}): once.\n`);
  });

  test.each<readonly [what: string, record: Partial<JournalRecord>]>([
    ["the engine did not answer", { status: 502, code: "engine_closed", engineTime: undefined }],
    ["its client left before the answer", { status: 0, engineTime: undefined, end: "client" }],
    ["the engine broke off", { code: "engine_closed", end: "engine" }],
    ["the policy took away", { code: "rights_revoked", end: "gate" }],
    ["is not there", { status: 404, code: "no_such_object", engineTime: undefined }],
  ])("are learnt of what %s", (_, record) => {
    const text = policyOf([{ ...used("ContainerCreate", "privileged"), ...record }]);
    expect([itemsOf(text, "allow"), itemsOf(text, "powers")]).toEqual([["ContainerCreate"], ["privileged"]]);
  });
});

describe("the scope", () => {
  const shop = { "com.docker.compose.project": "shop", tier: "a" };

  test("is the project of all that it acted on", () => {
    const text = policyOf([
      used("ContainerList"),
      actedOn("ContainerInspect", container("a", shop)),
      actedOn("ContainerRestart", container("b", shop)),
    ]);
    expect(text).toContain(
      '    scope: { project: "shop" } # all that it acted on; its lists show nothing else then\n',
    );
    expect(grantsOf(text).get("web")?.objects?.scope?.entries).toEqual([{ project: ["shop"] }]);
  });

  test("is a label where there is no project", () => {
    const labels = { "com.example.team": "a", maintainer: "me" };
    const text = policyOf([
      actedOn("ContainerInspect", container("a", labels)),
      actedOn("ContainerInspect", container("b", { ...labels, other: "1" })),
    ]);
    expect(text).toContain('    scope: { label: "com.example.team=a" } # ');
  });

  test.each([
    {
      name: "nothing is known of an object",
      records: [actedOn("ContainerInspect", container("b", undefined))],
    },
    { name: "one is of no project", records: [actedOn("ContainerInspect", container("b", {}))] },
    {
      name: "there are too many projects",
      records: [..."abcdef"].map((name) =>
        actedOn("ContainerInspect", container(name, { "com.docker.compose.project": name })),
      ),
    },
  ])("is none where $name", ({ records }) => {
    expect(policyOf([actedOn("ContainerInspect", container("a", shop)), ...records])).not.toContain("scope:");
  });

  test("is that of what it made as well, by the labels that it gave it", () => {
    const made = { ...used("ContainerCreate"), object: { ...container("new", shop), id: undefined } };
    expect(policyOf([made])).toContain('    # scope: { project: "shop" }\n');
    const other = { ...made, object: { ...container("new", {}), id: undefined } };
    expect(policyOf([made, other])).not.toContain("scope:");
  });

  test.each(["NetworkConnect", "NetworkDisconnect", "ServiceUpdate", "ImageTag"] as const)(
    "is only proposed where what %s names besides is not known",
    (operation) => {
      const text = policyOf([{ ...used(operation), object: container("a", shop) }]);
      expect(text).toContain(`but what ${operation} names besides would have to be in it too:\n`);
      expect(grantsOf(text).get("web")?.objects).toBeUndefined();
    },
  );

  test("is not lost by a question about what is not there", () => {
    const text = policyOf([
      actedOn("ContainerInspect", container("a", shop)),
      { ...used("ContainerInspect"), object: undefined, status: 404 },
    ]);
    expect(text).toContain('    scope: { project: "shop" } # ');
  });

  test.each(["SecretUpdate", "ConfigUpdate", "NodeUpdate"] as const)(
    "is only proposed where the client may have given the labels itself, by %s",
    (operation) => {
      const labelled = { ...container("a", shop), kind: "secret" };
      const text = policyOf([{ ...used(operation), object: labelled }]);
      expect(text).toContain(`but ${operation} may give other labels to what it acts on:\n`);
      expect(grantsOf(text).get("web")?.objects).toBeUndefined();
    },
  );

  test("is only proposed where something would be lost by it", () => {
    const text = policyOf([actedOn("ContainerInspect", container("a", shop)), used("ContainerCreate")]);
    expect(text).toContain('    # scope: { project: "shop" }\n');
    expect(grantsOf(text).get("web")?.objects).toBeUndefined();
  });
});

describe("who a client is", () => {
  test("are its addresses, of those that are its own", () => {
    const text = policyOf([
      used("SystemInfo"),
      { ...used("SystemInfo"), address: "172.18.0.9" },
      { ...used("SystemInfo"), address: "172.18.0.9", client: "ci" },
      { ...used("SystemInfo"), address: "fd00::1", client: "ci" },
    ]);
    expect(text).toContain('  web:\n    from: "172.18.0.5"\n');
    expect(text).toContain('  ci:\n    from: "fd00::1"\n');
    expect(text).toContain("# Others called from 172.18.0.9 too, so it tells nobody apart.\n");
  });

  test("is nobody where it called over a unix socket, until a person says who", () => {
    const text = policyOf([{ ...used("SystemInfo"), address: "unix:///run/quaygate.sock" }]);
    expect(text).toContain("  web:\n    from: web.invalid\n");
    expect(text).toContain(
      "# The socket unix:///run/quaygate.sock tells nobody apart: give that place client: web in listen.\n",
    );
    expect([...grantsOf(text).keys()]).toEqual(["web"]);
  });

  test("has a name that a policy takes, whatever the log calls it", () => {
    const text = policyOf([
      { ...used("SystemInfo"), client: "everybody" },
      { ...used("SystemInfo"), client: "9 lives\n  root:", address: "10.0.0.9" },
    ]);
    expect([...grantsOf(text).keys()].toSorted()).toEqual(["lives---root-", "program"]);
    expect(text).toContain("# program, called everybody in the log (--as everybody=program): 1 exchange");
  });

  test("has its own name also where YAML would take that for something else", () => {
    const text = policyOf([
      { ...used("SystemInfo"), client: "null" },
      { ...used("SystemInfo"), client: "true", address: "10.0.0.9" },
    ]);
    expect([...grantsOf(text).keys()]).toEqual(["null", "true"]);
  });

  test("is nobody else than those whose name differs in what names of hosts don't tell apart", () => {
    const text = policyOf(
      ["web_1", "web-1", "WEB-1"].map((client) => ({ ...used("SystemInfo"), client, address: "unix:/s" })),
    );
    expect([...text.matchAll(/from: (.*)/gu)].map(([, from]) => from)).toEqual([
      "web-1.invalid",
      "web-1-2.invalid",
      "web-1-3.invalid",
    ]);
  });

  test("is never a network that stands in the log in the place of an address", () => {
    expect(policyOf([{ ...used("SystemInfo"), address: "0.0.0.0/0" }])).toContain("    from: web.invalid\n");
  });

  test("of nobody and of those who used nothing is told, and they get nothing", () => {
    const text = policyOf([
      used("SystemInfo"),
      { ...denied("SystemInfo"), client: "nobody", address: "10.9.9.9" },
      { ...denied("ContainerList"), client: "ci" },
    ]);
    expect([...grantsOf(text).keys()]).toEqual(["web"]);
    expect(text).toContain("# Callers that are no client were refused: 10.9.9.9 (once).\n");
    expect(text).toContain("# ci got nothing: 1 exchange.\n# - ContainerList, once, ");
  });
});

test("what a log holds never leaves its comment", () => {
  const evil = "x\n  root: { from: 0.0.0.0/0, allow: '*' }\u2028\u0085#";
  const text = policyOf([
    used("SystemInfo"),
    { ...USED, operation: evil },
    { ...USED, operation: undefined, verdict: "refuse", code: evil },
    { ...denied("ContainerKill"), missing: [evil] },
    { ...used("ContainerCreate"), verdict: "deny", code: "power_denied", missing: [evil] },
    used("ContainerCreate", evil, `label:${evil}`, "image:a,all", "env:*"),
    { ...used("SystemInfo"), address: evil },
  ]);
  const grants = grantsOf(text);
  expect([...grants.keys()]).toEqual(["web"]);
  expect(grants.get("web")?.powers.entries).toEqual(["default"]);
});

test("a power that no gate writes so is not taken for a pattern", () => {
  const powers = grantsOf(policyOf([used("ContainerCreate", "env:*", "bind:/**")])).get("web")?.powers;
  expect(powers?.entries).toEqual(["default"]);
});
