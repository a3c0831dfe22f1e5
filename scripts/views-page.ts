// Writes docs/views.md: the words of a view, and which fields of which answers each of them covers, from the tables of answers.
//   npx tsx scripts/views-page.ts
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { AnswerPart } from "../src/docker/answers/answer-table.ts";
import { type Content, contents, isContent } from "../src/docker/answers/content.ts";
import { trouble } from "../src/docker/answers/free-text.ts";
import { operationAnswers } from "../src/docker/answers/operation-answers.ts";
import { unreadAnswers } from "../src/docker/answers/unread-answers.ts";
import { catalogue } from "../src/docker/operations.ts";
import { capitalize, renderTable } from "./page.ts";
import { root } from "./set-up.mjs";

/** Where the page is. */
export const VIEWS_PAGE = "docs/views.md";

const TROUBLE = (trouble.contents ?? []).map((word) => `\`${word}\``).join(", ");

const INTRODUCTION = `# What a client sees

<!-- Written by scripts/views-page.ts from the tables of answers: change it there. -->

A _view_ says what of answers a client may read. It is one of two lists of words in the policy file:

\`\`\`yaml
clients:
  logs:
    from: dozzle
    allow: [ping, "ContainerList", "ContainerInspect", "ContainerLogs", "SystemEvents"]
    hide: [env, mounts, "labels:com.example.secret.*"]
  router:
    from: traefik
    allow: [ping, SystemVersion, SystemEvents, ContainerList, ContainerInspect]
    only: [names, state, networks, addresses, "labels:traefik.*"]
\`\`\`

- \`hide\` takes away what it names. A field that this version of quaygate does not know is still there.
- \`only\` shows what it names, and nothing else: a field that this version does not know is left out. A new release of Docker
  can add a field, and no list can name it before.
- \`labels:PATTERN\` is the labels whose key matches, with stars: \`labels:traefik.*\`.

What is hidden reads as if it were empty, and keeps its type: a list is \`[]\`, a text \`""\`, a number 0, a time
\`0001-01-01T00:00:00Z\`, a switch \`false\`. Programs that read the field go on, and a \`false\` there is no promise: with \`security\`
hidden, a privileged container says \`"Privileged": false\`. A hidden name of a container or network is its short id. Hidden labels
are left out.

Some things stay, whatever the view says: ids, the names of volumes, which have no other id, what programs choose their version
of the API by, and whether something went well. Labels that Compose and swarms write hold names of projects, services and tasks: whoever
hides \`names\` may want to hide \`labels\` too.

Some texts are of several kinds at once: the steps of an image's history can hold a command, a variable and a label. They are
hidden if any of these words hides them, and shown by \`only\` if all of them are named.

Lists and events can't be filtered by what is hidden: whoever asks for the containers with a label \`password=a\`, then with
\`password=b\`, reads the label. Such a request is answered with 400, \`bad_query\`. Whoever has the whole id of an object may ask by it.

Why the engine did not do something can name a program, a path, a port or another container. Who may not read all that such a
sentence can tell (${TROUBLE}) gets it only where it says no more than the request
did, as \`No such container: web\` does. Else there is a sentence in its place that says so, with the same status.

Some things show by what happens, and by no value: whoever knows a name can ask whether there is such an object, a list of
containers without \`all\` has those that run, and an event is called \`die\`. Of what a client shall not even know that it is there,
[a scope](scope-and-view.md#scope) takes care.
`;

const BYTES = `## What no view changes

A view works on answers in JSON. What an operation answers in bytes goes on as it came, and can show what is hidden elsewhere.
Whoever shall not see it must not have the operation:
`;

const CLOSED = `Operations that answer JSON which no table covers are closed for a client with a view, whatever \`allow\` says:`;

/** Entries of what is on the disk: containers, images and volumes as in their lists. */
const LISTED_ELSEWHERE = /^(?:Images|Containers|Volumes|(?:Image|Container|Volume)Usage\.Items)\./u;

/** One operation's fields of a word. */
interface Covered {
  readonly operation: string;
  readonly fields: readonly string[];
}

/** Returns the operations whose answers have something of this kind, and where. */
export function coveredBy(word: Content): readonly Covered[] {
  return [...operationAnswers].flatMap(([operation, { part }]) => {
    const fields = fieldsOf(word, part, []).filter((field) => !LISTED_ELSEWHERE.test(field));
    return fields.length === 0 ? [] : [{ operation, fields }];
  });
}

/** Goes down to the fields that the word hides by itself. */
function fieldsOf(word: Content, part: AnswerPart, path: readonly string[]): readonly string[] {
  if (part.contents?.includes(word) === true) return [path.length === 0 ? "the answer" : path.join(".")];
  const below = [...(part.fields ?? [])].flatMap(([name, field]) => fieldsOf(word, field, [...path, name]));
  return part.each === undefined ? below : [...below, ...fieldsOf(word, part.each, path)];
}

/** Returns the text of docs/views.md as it should be. */
export function renderViewsPage(): string {
  const words = Object.keys(contents).filter((word) => isContent(word));
  return [
    INTRODUCTION,
    "## All words\n",
    renderTable(
      ["word", "what it is"],
      words.map((word) => [`[\`${word}\`](#${word})`, contents[word]]),
    ),
    BYTES,
    renderTable(["operations", "what they show"], shownInBytes()),
    CLOSED,
    `${codeList(withoutTable())}.\n`,
    "## Words and fields\n",
    "A field's place in the answer has no numbers here: `Mounts.Source` is that of every entry of `Mounts`, and",
    "`NetworkSettings.Networks.IPAddress` that of every network. The entries of `SystemDataUsage` are as in the lists of their",
    "kinds, and are not named again.\n",
    ...words.map((word) => renderWord(word)),
  ].join("\n");
}

function renderWord(word: Content): string {
  const operations = new Map<string, string[]>();
  for (const { operation, fields } of coveredBy(word)) {
    const places = fields.map((field) => (field.includes(" ") ? field : `\`${field}\``)).join(", ");
    operations.set(places, [...(operations.get(places) ?? []), operation]);
  }
  return [
    `### ${word}\n`,
    `${capitalize(contents[word])}.\n`,
    ...[...operations].map(([places, names]) => `- ${names.join(", ")}: ${places}`),
    "",
  ].join("\n");
}

function shownInBytes(): readonly (readonly string[])[] {
  const operations = new Map<string, string[]>();
  for (const [operation, { shows }] of unreadAnswers) {
    if (shows !== undefined) operations.set(shows, [...(operations.get(shows) ?? []), operation]);
  }
  return [...operations].map(([shows, names]) => [names.join(", "), shows]);
}

/** The operations that nobody with a view has. */
function withoutTable(): readonly string[] {
  return catalogue.flatMap(({ name }) =>
    operationAnswers.has(name) || unreadAnswers.has(name) ? [] : [name],
  );
}

function codeList(names: readonly string[]): string {
  return names.map((name) => `\`${name}\``).join(", ");
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  writeFileSync(join(root, VIEWS_PAGE), renderViewsPage());
}
