// Writes docs/log.md and record.schema.json: what a line of the log has, from the table that the compiler holds to the record.
//   npx tsx scripts/log-page.ts
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type LineField, NOTE_FIELDS, RECORD_FIELDS, type ValueSchema } from "../src/audit/line-fields.ts";
import { renderLineSchema } from "../src/audit/line-schema.ts";
import { renderTable } from "./page.ts";
import { root } from "./set-up.mjs";

/** Where the page is. */
export const LOG_PAGE = "docs/log.md";

/** Where the schema is, in the package too. */
export const LINE_SCHEMA = "record.schema.json";

const INTRODUCTION = `# The log

<!-- Written by scripts/log-page.ts: change it there, and the fields in src/audit/line-fields.ts. -->

The log has one line for each request, written when its answer is over, and a line for each sentence of the gate's own, a note.
What only polls shares one line a minute ([polls](replay.md#polls)), and so does what [a limit](#at-a-limit) refused. \`quaygate log\` shows a log to a person, and \`quaygate replay\`
judges it by another policy ([replay.md](replay.md)).
\`QUAYGATE_LOG\` says in which form: \`json\`, one object a line, for programs; \`text\` for people, who get less. Nothing in it is secret:
no query, no header, no body, of commands only that there was one. Nothing that a client sends can end a line or begin one.

\`quaygate schema log\` prints the JSON Schema of a line; the package has it as \`record.schema.json\`. The field \`v\` is its version.
Within a version fields and words are only added, and none changes its meaning: ignore what you do not know. A field that goes, or
comes to mean something else, makes a new version. A line without \`v\` comes from a gate before version 1, and means the same.
`;

const VERDICTS = `
Of the verdicts \`allow\` and \`warn\` let a request through. With a \`code\` the gate answered it all the same, or gave up: at a limit, for a
body that did not come. \`none\` is a request of which nothing was let through and that has no answer, for it was over before: its client left
while its body was awaited, or the engine was asked what it names, or the gate cut the connection (\`end\`). What was sent to the engine before
its client left is \`allow\` with the status 0: it may have been done.

### At a limit

What the gate refused at a limit, with 429 or 503, is summed up as [polls](replay.md#polls) are, however its paths vary: else who is beyond one
would fill the log. The first is a line at once; those that follow within a minute are one line, with \`repeated\` for how many they are,
\`path\`, \`reason\` and \`time\` of the first of them, and the sums of their bytes and durations. They have the same client, address, method,
operation, verdict, rule and code, and miss the same: which operations were asked for, and which of them the policy denies, is told of each.
Of a gate that is killed the last minute of them is lost. There are at most 1024 sums at the same time; beyond that each has its line. \`QUAYGATE_LOG_POLLS=each\` has a line for each of
all. What the policy denied and no limit refused is never summed up, nor is a body that is too long (413), nor what the engine has done.
[Metrics](metrics.md) count each.
`;

const LEVELS = `
## Levels

They are syslog's. \`LOG_LEVEL\` hides what is less grave than it says, notes and records alike.

`;

const PLACE_TABLE = renderTable(
  ["place", "what it is"],
  [
    ["`stdout`", "standard output: `docker logs`, or the journal under systemd"],
    ["`file:///path?size=100MB&keep=5`", "a file that is appended to, with mode 0640"],
    ["`syslog+udp://host:514`", "a syslog receiver, a datagram for each line (RFC 5426)"],
    ["`syslog+tcp://host:601`", "the same on a connection (RFC 6587)"],
    ["`syslog+unix:///path`", "the same on a unix socket of streams"],
  ],
);

const PLACES = `
## Where it goes

\`QUAYGATE_LOG_TO\` lists one place or several, divided by commas; each gets the same lines. Without it that is \`stdout\`.

${PLACE_TABLE}
No place holds up a request. What can't be written waits, up to 8 MiB for each place (32 MiB for \`stdout\`); what comes beyond is
dropped and counted. A note says when a place fails or begins to drop lines, to all the others at once, and when it takes them again, with
the number of those that were dropped; standard error has these notes as well, where the log does not go to \`stdout\` or that is the place.
A place that fails is tried again for as long as the gate runs, at least every 15 seconds. At its end the gate waits a second at most for
what is not written yet, and tells the other places how many lines one has not got; \`quaygate_log_dropped_lines_total\` counts them too.

### Files

With \`size\` the gate turns the file over before it gets longer: it becomes \`path.1\`, that one \`path.2\`, and so on; \`keep\` of them (5,
if you do not say) stay. Without \`size\` the file grows, and logrotate can move it away: the next line makes a new one, or goes into the
one that logrotate has made. No signal is needed for that; SIGHUP has the file opened anew as well. \`copytruncate\` works, and loses
what is written between its two steps. A file that is removed is made again. Who asks for much, be it refused, fills the files that are
kept, and what was before is gone: what must stay goes to another place as well. The file's folder must be there: the gate makes none. Make it the
gate's own, so that the gate can make each new file; where it can't, it goes on in the one that was moved, and says so:

\`\`\`sh
install --directory --owner=65532 --group=65532 /var/log/quaygate # of QUAYGATE_USER, as in the image
\`\`\`

\`\`\`text
/var/log/quaygate/quaygate.log {
    weekly
    rotate 5
    compress
    delaycompress
    nocreate
    missingok
}
\`\`\`

With \`delaycompress\` nothing is compressed that the gate may still write to. logrotate's \`create\` wants a user by name, which 65532 may not have.

A gate that is started as root and becomes \`QUAYGATE_USER\` opens the log as that user, which needs no capability: root neither makes
nor writes a file in a folder that somebody else may write. The folder is that user's, or at least a file that is there. Where that user
may not write the file, or not rename files in the folder although there is a \`size\`, the gate says so, with the \`chown\` that helps, and does not
start. A gate that stays root follows no link at that path: name the file itself. In [the image](image.md#run) that user is 65532, and
a named volume at \`/var/log/quaygate\` is that user's: [examples/observability.yaml](../examples/observability.yaml) has one.

Give each gate a file of its own. Of two that write one, each turns it over by its own look at it: where both do so at once, one may take what
the other has just begun, or put a file in the place of another one, whose lines are lost. And of a chain no line follows from the other gate's.
A gate that finds its file longer than what it wrote says so once, as a warning, whoever else has written there.

On a full disk lines wait as above, and go on where the last one stopped; with that line from its beginning, where the file is removed or
emptied to make room. A line that was cut, as when the power went, is ended at the next start: readers have one line that is no JSON, and none that is two.

### Syslog

Messages are those of RFC 5424. The severity is the level, the time is the line's, \`quaygate\` is the application, and the message is the
line as it stands, so JSON if you do not say otherwise: rsyslog reads it with \`mmjsonparse\` (\`cookie=""\`), syslog-ng with \`json-parser()\`,
Grafana Alloy and the OpenTelemetry collector with their JSON stages. There is no structured data. Options stand behind \`?\`:

- \`facility=local0\`: \`daemon\` if you do not say; \`user\`, \`auth\`, \`authpriv\`, \`local0\` to \`local7\`.
- \`framing=octets\` or \`lines\`: how messages are told apart on a connection, by their length before them (TCP, if you do not say) or by
  line ends (unix sockets). rsyslog takes both. A datagram ends with a line end, which some receivers want and the others leave away.

A message has at most 8192 bytes, which is what receivers take by default. A longer record goes without \`powers\` and labels, with the first
of what is \`missing\`, and \`cut\` says how long it was: who asks for much is found by \`verdict\` all the same. Any other line becomes a note that
says how long it was and has its beginning, still JSON. There is no TLS here: send to a receiver on this machine, and let that one forward.

Syslog knows no receipts. Of UDP nobody tells whether it arrives; that nobody listens there is a failure where the network says so, and
each attempt costs a line then. On a connection what the network had when it broke is lost, and what
was not yet handed to it whole comes again, so that a line may come twice. A file is the place for what must be complete.

### The journal

Under systemd standard output goes to the journal, and each line has its level before it (\`<4>\`), which the journal takes away and
keeps as \`PRIORITY\`: \`journalctl -u quaygate -p warning\`. The gate looks whether standard output is the stream that systemd made
(\`JOURNAL_STREAM\`); with \`SyslogLevelPrefix=no\` in the unit the prefix would stay. The record is the entry's \`MESSAGE\`, as JSON:
\`journalctl -u quaygate -o cat | jq\`.

Fields of the journal's own, one for each of the record, are not possible: its native socket, like \`/dev/log\`, is a unix socket of
datagrams, and Node can't open such without native code, of which the gate has none. For \`/dev/log\` use UDP on loopback, or rsyslog's
\`imptcp\` or syslog-ng's \`unix-stream()\` with a socket of their own.
`;

const CHAIN = `
## The chain

With \`QUAYGATE_LOG_CHAIN=on\` each line of JSON ends with the field \`chain\`: the SHA-256, in hexadecimal, of the \`chain\` of the line before
it and the line without that field. The first one goes on from 64 zeros. Any program can check it:

\`\`\`sh
printf '%s%s' "$before" "$line_without_chain" | sha256sum
\`\`\`

\`quaygate log --verify FILE...\` does that, the oldest file first, and tells each line that does not follow from the one before, with its file
and number. Exit code 1 says that there is one. It finds a line that was changed, removed, put in or moved. It prints the last chain:
note it elsewhere. What collectors put [before a line](replay.md#which-lines-are-read), or around it as Docker's \`json-file\` driver, is no part of the chain.

\`\`\`sh
quaygate log --verify quaygate.log.2 quaygate.log.1 quaygate.log
quaygate log --verify --expect 5f0c... quaygate.log.1 quaygate.log   # a chain that was noted before is still there
quaygate log --verify --after unknown quaygate.log                   # older files are gone
\`\`\`

A file's chain goes on from its last line, over restarts and from file to file; where the file has no line with one and \`path.1\` is there,
from that one's. Where that can't be read, the gate says so and does not start. Of the places in \`QUAYGATE_LOG_TO\` the first file counts,
and all places get the same lines: with syslog beside a file, another
machine has the chain of each line. Where the log goes to \`stdout\` or syslog alone, each start begins a chain, and the next start in
the same stream is told as such.

What it can't find, or does not know:

- **A cut end.** What is left follows from itself. Only who knows a later chain (\`--expect\`) notices.
- **A chain that was written anew.** There is no key in it: who can write the file can change a line and chain all after it. The chain
  that somebody else noted, or has from syslog, is no longer there then.
- **The first line**, where what was before it is gone and \`--after unknown\` says so.
- **What stands before the chain begins**, as from the time before it was on, may be of anybody: the number of these lines is told.
- **Lines that were dropped**, because a disk was full for long, are missing, and the next line does not follow: the note beside it says
  how many. So it is with the line that was cut when the power went, and what was written while the chain was off.
- **A syslog message that was cut** has no chain, nor is the place to verify a log one that may lose lines.
`;

/** What has which level. */
const LEVEL_ROWS: readonly (readonly [levels: string, what: string])[] = [
  ["`emerg` `alert` `debug`", "nothing yet"],
  ["`crit`", "the gate ends: it failed, or the engine is gone for too long"],
  [
    "`err`",
    "what the gate could not carry out: a `code` with a status of 500 or more, an answer that the engine broke off",
  ],
  ["`warning`", "what was denied, refused, or let through with a warning; what a person should look at"],
  ["`notice`", "start, stop, reloads, what is open"],
  [
    "`info`",
    "what was allowed and answered, be it by an error of the engine's own; what its client broke off",
  ],
];

/** Returns the text of docs/log.md as it should be. */
export function renderLogPage(): string {
  return [
    INTRODUCTION,
    "\n## A record\n\nThe fields stand in this order. What is not marked as in each line is there only where it says something.\n\n",
    renderFields(RECORD_FIELDS),
    VERDICTS,
    "\n## A note\n\n",
    renderFields(NOTE_FIELDS),
    LEVELS,
    renderTable(["level", "what has it"], LEVEL_ROWS),
    PLACES,
    CHAIN,
  ].join("");
}

function renderFields(fields: Readonly<Record<string, LineField>>): string {
  return renderTable(
    ["field", "value", "in each line", "meaning"],
    Object.entries(fields).map(([name, { presence, value }]) => [
      `\`${name}\``,
      typeOf(value),
      presence === "always" ? "yes" : "",
      value.description.replace(/\.$/u, ""),
    ]),
  );
}

/** How many words a cell has room for. */
const MOST_WORDS = 4;

function typeOf(value: ValueSchema): string {
  if (value.const !== undefined) return `\`${value.const}\``;
  if (value.enum !== undefined)
    return value.enum.length > MOST_WORDS ? "word" : value.enum.map((word) => `\`${word}\``).join(" ");
  if (value.type === "object")
    return Object.keys(value.properties ?? {})
      .map((name) => `\`${name}\``)
      .join(", ");
  if (value.type === "array") return "list of texts";
  return value.type === "string" ? "text" : "number";
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  writeFileSync(join(root, LOG_PAGE), renderLogPage());
  writeFileSync(join(root, LINE_SCHEMA), renderLineSchema());
}
