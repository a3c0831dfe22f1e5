// Writes docs/grants.md: how rights are written in words, and what each group of operations opens, from the table of groups.
//   npx tsx scripts/grants-page.ts
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { catalogue, type OperationName } from "../src/docker/operations.ts";
import { plainTemplate } from "../src/policy/explain.ts";
import { type Group, groups, inNoGroup } from "../src/policy/words/groups.ts";
import { capitalize, renderTable } from "./page.ts";
import { root } from "./set-up.mjs";

/** Where the page is. */
export const GRANTS_PAGE = "docs/grants.md";

const INTRODUCTION = `# Rights in words

<!-- Written by scripts/grants-page.ts from the table of groups: change it there. -->

In the policy file a client's rights are two lists of words. \`allow\` opens operations, \`deny\` closes some of them again:

\`\`\`yaml
clients:
  dashboard:
    from: 172.25.0.0/24
    allow: [ping, containers:read, SystemInfo, "Image*", "GET /networks/*"]
    deny: [ContainerStats]
\`\`\`

What no word opens is closed. A word of \`deny\` goes before all words of \`allow\`, those of presets too, and the order of words
means nothing. A refusal names the word that is missing, or the one that is in the way:

\`\`\`
quaygate: ContainerStart (POST /containers/{id}/start) is not allowed for 172.25.0.3: needs ContainerStart (or containers:lifecycle) in clients.dashboard.allow
quaygate: ContainerStats (GET /containers/{id}/stats) is not allowed for 172.25.0.3: denied by "ContainerStats" in clients.dashboard.deny
\`\`\`

Words say which operations a client has. What a request may ask for beyond that, such as a privileged container, is said by
[powers](powers.md).

## How to write words

| word              | for example              | selects                                                                      |
| ----------------- | ------------------------ | ---------------------------------------------------------------------------- |
| an operation      | \`ContainerStart\`         | just that operation, by Docker's own name for it: [all of them](switches.md) |
| a name with stars | \`Image*\`, \`*List\`        | every operation whose name fits; a star stands for any letters, or none      |
| a group           | \`containers:read\`        | the operations that [the group](#groups) has                                 |
| a path rule       | \`GET /containers/*/json\` | every operation at that method and path                                      |
| everything        | \`*\`                      | every operation there is: before a Docker engine that is root on the host    |

Letters count: it is \`ContainerList\`, not \`containerlist\`. A word that selects nothing is an error, and the gate does not start.

A **path rule** is a method, one space and a path without a version. \`*\` as the method is any method. In the path \`*\` is one
segment, also one that stands for a name, and \`**\` is any number of segments, also none. The method HEAD is no part of GET:
\`GET /_ping\` opens one of the two that programs ask. A rule selects operations and not single objects: \`GET /containers/*/json\`
lets a client read about each container, and \`GET /containers/web/json\` is an error. Which objects a client has is said by its
[scope](scope-and-view.md).

**Podman's own API**, below \`/libpod\`, has operations of its own, whose names end in \`Libpod\`. A group has those of both APIs, and
so has a name with stars that fits both. A name without stars is one operation: where the engine is Podman, who denies
\`ContainerStats\` has to deny \`ContainerStatsLibpod\` as well, or \`ContainerStats*\`. A Docker engine answers none of them.

In YAML a word that begins with a star stands in quotes: \`"*List"\`.

## Groups

What ends in \`:read\` never includes what is inside of containers, images and volumes: archives, exports, attaching, commands
and logs have words of their own.
`;

const inGroups = [...groups.values()];
const operationsByName = new Map(catalogue.map((operation) => [operation.name, operation]));

/** Returns the text of docs/grants.md as it should be. */
export function renderGrantsPage(): string {
  return [
    INTRODUCTION,
    renderTable(
      ["group", "lets a client"],
      inGroups.map(({ name, does }) => [`[\`${name}\`](#${anchorOf(name)})`, does]),
    ),
    "In no group, so that only their own names open them, a star or a path rule:\n",
    ...[...inNoGroup].map(([name, why]) => `- \`${name}\` ${why}.`),
    "",
    ...inGroups.map((group) => renderGroup(group)),
  ].join("\n");
}

/** What GitHub makes of a heading. */
function anchorOf(name: string): string {
  return name.replaceAll(":", "");
}

function renderGroup({ name, does, operations }: Group): string {
  return [
    `### ${name}\n`,
    `${capitalize(does)}.\n`,
    renderTable(
      ["operation", "request", "a client gains"],
      operations.map((operation) => renderOperation(operation)),
    ),
  ].join("\n");
}

function renderOperation(name: OperationName): readonly string[] {
  const operation = operationsByName.get(name);
  return operation === undefined
    ? [name]
    : [name, `\`${operation.methods.join(", ")} ${plainTemplate(operation.template)}\``, operation.exposes];
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  writeFileSync(join(root, GRANTS_PAGE), renderGrantsPage());
}
