// Writes docs/settings.md: every setting, from the definitions that the reader of the environment has.
//   npx tsx scripts/settings-page.ts
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { OWN_SETTINGS, type SettingDefinition, SHARED_SETTINGS } from "../src/config/setting-definitions.ts";
import { renderTable } from "./page.ts";
import { root } from "./set-up.mjs";

/** Where the page is. */
export const SETTINGS_PAGE = "docs/settings.md";

const INTRODUCTION = `# Settings

<!-- Written by scripts/settings-page.ts from src/config/setting-definitions.ts: change it there. -->

All settings are environment variables. A wrong value is never taken for the default: the gate names every problem at once
and does not start (exit code 2), also for a name that begins with \`QUAYGATE_\` and is none. \`quaygate explain\` says what
your settings open, \`quaygate --help\` lists them.

**Switches** (\`CONTAINERS=1\`, \`POST=1\` and so on) say what is open: [each one, with what it opens](switches.md). A switch is on
when its value is a number other than 0; \`true\`, \`yes\` and an empty value are **off**, as in the originals. A switch that looks
on and is off, one of the other dialect or of another proxy, one that is misspelt and one that opens or closes nothing each
get a warning at start with what is really open.
`;

const PLACES = `
## Where clients connect

- \`tcp://host:port\`, also \`tcp://[::1]:2375\`. The host \`*\` is every address, as is \`[::]\`, and IPv4 alone where there is no IPv6.
- \`unix:///path?mode=0660&owner=NAME&group=NAME\`: each of the three may be left out, and NAME may be a number. Without a mode
  only the socket's owner gets in.
- \`fd://\`: the sockets that whoever starts the gate has opened for it, as a systemd socket unit does (sd_listen_fds(3)), TCP and
  unix; \`fd://NAME\` those of one \`FileDescriptorName=\`, \`fd://3\` the one of that number. Their files stay when the gate ends. The
  sockets must be passed to the gate's own process: with a wrapper before it, start it by \`exec\`.

A unix socket that is left over is replaced only when nobody listens on it. \`BIND_CONFIG\` goes before \`QUAYGATE_LISTEN\`, which the image sets.

## An address of one network

Linux takes a packet for any address of the gate's, whichever network it comes by. Where \`QUAYGATE_LISTEN\` or \`QUAYGATE_ADMIN\` is one
address that a network gives, such as \`tcp://172.25.0.2:2375\`, only callers of that network are let in, those who come by its gateway,
and the gate's own machine. Others get 403, and the log says so. At \`0.0.0.0\`, \`[::]\` and loopback nothing is looked at.

\`QUAYGATE_NETWORKS=all\` lets in all who reach the address. A gate on the host itself needs that where it is called at an address
of another of the host's networks: at \`172.17.0.1\` by containers on other bridges (\`host.docker.internal\`), at an address of the LAN by
containers or by peers of a VPN. \`BIND_CONFIG\` lets in all as well, as the original does; \`QUAYGATE_NETWORKS=own\` keeps it to one
network, too. In a policy file each listener with a \`client\` has [\`networks\`](policy.md#a-listener) for that, and the
setting is for \`QUAYGATE_ADMIN\` alone.

## An engine that is gone

A container that mounts the socket as a file keeps that file. When the engine is started anew and makes its socket anew, the
mounted one stays dead for as long as the container runs. The log and \`quaygate health\` say so. With
\`QUAYGATE_ENGINE_GONE=30\` and \`restart: always\` it heals by itself: when nobody has taken a connection for 30 seconds, the gate
ends with exit code 75, and the container's new start mounts the new socket. An engine that takes connections and is slow to
answer is not gone.

## Old API versions

Docker 29 speaks no API version before 1.40, and a program that is pinned to an older one fails on the socket too. With
\`QUAYGATE_API_SHIM=reads\` what only reads goes on in the oldest version that the engine speaks; \`lifecycle\` adds start, stop,
restart, kill, pause, unpause, wait and remove. What is judged is what is sent, and all else in such a version is refused with the
cures. [Moving](migration.md) has what to try before.

## Started as root

The group of the engine's socket differs from host to host, and only root needs not know it. So the image starts as root,
looks at the socket, takes its group, becomes \`QUAYGATE_USER\` for good, and only then opens the log and the files of TLS, those for
[traces](traces.md) too, and takes connections. It checks in every
thread that no capability is left, and that there is no way back; where that fails it does not start. Outside the image
nothing is changed unless the setting is there. [The image](image.md#root) has what it does under \`cap_drop\`, \`user\`, rootless
engines and user namespaces.
`;

const LINUXSERVER = `
## LinuxServer's dialect

With \`QUAYGATE_COMPAT=linuxserver\` the switches are those of LinuxServer's docker-socket-proxy. Without \`ALLOW_ARCHIVE\`,
\`ALLOW_CHANGES\`, \`ALLOW_EXPORT\`, \`ALLOW_LOGS\` and \`ALLOW_TOP\` files, changes, exports, logs and processes of containers stay
closed there although \`CONTAINERS=1\`; \`ALLOW_START\` and its like need no \`POST=1\`; and the switches that begin with \`LIBPOD_\`
open Podman's own API. Below \`/libpod/\` a version in the path is written as Podman's own clients do, like \`/v4.3.1\`. Builds,
commits, artifacts, quadlets and \`/libpod/kube\` have no switch in the original and are always refused. \`TZ\` has no effect: the
times in the log are UTC.
`;

const WEB_PAGES = `
## Web pages

Your browser reaches loopback: any web page that it shows may send requests to \`127.0.0.1:2375\`. On connections that come by
loopback, what a page sent is refused: a request with an \`Origin\`, with a \`Sec-Fetch-Site\` other than \`none\`, or for a name in
\`Host\` that a stranger can own and point there (a name with a dot that is no address, and does not end in \`.localhost\`). A
WebSocket (\`attach/ws\`) with an \`Origin\` is refused on every connection. \`QUAYGATE_ORIGINS\` is a comma list of what may come in
all the same, such as \`https://portainer.example:9443, gate.example\`; the word \`everywhere\` in it does the opposite:

- An **origin** is a page's, as the address bar has it, with its port. Portainer's server passes the fields of its browser on:
  list its origin when it reaches the gate by loopback. Over a network nothing need be listed for it.
- A **name** is one of the gate's own, without a port, such as that of a TLS proxy or a line in \`/etc/hosts\`. \`localhost\`, names
  without a dot, addresses, \`host.docker.internal\` and the names in \`QUAYGATE_LISTEN\` need not be listed.
- \`everywhere\` refuses pages on every TCP connection. Set it when the gate runs in a container whose port is published on the
  host's \`127.0.0.1\`: the gate sees the network's gateway call there, and not loopback.
`;

/** Returns the text of docs/settings.md as it should be. */
export function renderSettingsPage(): string {
  return [
    INTRODUCTION,
    "## The gate's own\n",
    renderSettings(OWN_SETTINGS),
    "## Shared with other programs\n",
    renderSettings(SHARED_SETTINGS),
  ]
    .join("\n")
    .concat(PLACES, LINUXSERVER, WEB_PAGES);
}

/** One row a setting; what takes more words has a section below. */
function renderSettings(settings: readonly SettingDefinition[]): string {
  return renderTable(
    ["setting", "meaning", "default"],
    settings.map(({ name, meaning, fallback }) => [
      `\`${name}\``,
      meaning,
      fallback === "" ? "" : fallback.includes(" ") ? fallback : `\`${fallback}\``,
    ]),
  );
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  writeFileSync(join(root, SETTINGS_PAGE), renderSettingsPage());
}
