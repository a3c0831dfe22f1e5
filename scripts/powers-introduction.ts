/** What stands on docs/powers.md before the vocabulary. Its tables, settings and sentences are held to by test/docs. */
export const INTRODUCTION = `# What a request asks for

<!-- Written by scripts/powers-page.ts from the vocabulary and the tables of operations: change it there. -->

A switch opens an operation: \`CONTAINERS=1\` with \`POST=1\` lets a client create containers. What kind of container stands
in the body of the request: a privileged one, one that mounts \`/\`, one that shares the host's processes. Each such thing
is a **power**, and \`QUAYGATE_POWERS\` says which powers clients hold:

\`\`\`sh
POST=1 CONTAINERS=1 QUAYGATE_POWERS=default quaygate
\`\`\`

\`\`\`
$ docker run --volume /srv/media:/media alpine
docker: Error response from daemon: quaygate: ContainerCreate asks for the power bind:/srv/media (HostConfig.Binds[0] = /srv/media:/media), which 127.0.0.1 does not hold. To allow it, add bind:/srv/media to its powers (QUAYGATE_POWERS).
\`\`\`

The refusal names each power, where the request asks for it, and what would allow it. Its code is \`power_denied\`. Where a
power is the host itself, it says what that means and advises nobody to add it; for an engine's socket it gives the gate's own
address, where other containers can reach it:

\`\`\`
$ docker run --volume /var/run/docker.sock:/var/run/docker.sock alpine
docker: Error response from daemon: quaygate: ContainerCreate asks for the power bind:/var/run/docker.sock (HostConfig.Binds[0] = /var/run/docker.sock:/var/run/docker.sock), which 127.0.0.1 does not hold. bind:/var/run/docker.sock is root on the host, past this gate. For the Docker API, set DOCKER_HOST to this gate.
\`\`\`

Which powers that are stands below with each of them. Who sets one all the same needs no other: with it a container is past
the gate.

The start report says which list is in force:

\`\`\`
powers: default: requests that ask for more are refused
\`\`\`

A line behind it names what in the list is the host itself, such as \`powers: privileged is root on the host, past this gate\`.

Without the setting, clients may ask for anything, as with the original proxies, and nothing is looked into. Powers never
open an operation that the switches keep closed.

## Find the list

\`quaygate powers\` runs a Docker client before an engine that only pretends, and says what it asks for. A client that
heeds \`DOCKER_HOST\` runs nothing for real:

\`\`\`
$ quaygate powers -- docker run --privileged --volume /:/host alpine
ContainerCreate (POST /containers/create) asks for:
  bind:/ (HostConfig.Binds[0] = /:/host)
    Shows a path of the host in the container; without \`:ro\` also lets it be changed, as root, and with \`:ro-nonrecursive\` what is mounted below it. It is root on the host, past this gate: set DOCKER_HOST to the gate instead.
  privileged (HostConfig.Privileged = true)
    Turns off nearly all isolation: every device, every kernel right. It is root on the host, past this gate.
...
left out below: privileged, bind:/
  This is the host itself, as said above. Whatever else is set, whoever may ask for it is past the gate.

QUAYGATE_POWERS=default
\`\`\`

It works for \`docker\`, for Compose (\`docker compose up\`), for builds with BuildKit, for services and stacks, and for every
program that heeds \`DOCKER_HOST\`. The command always finds every container, image and secret it names, so a service that Compose
would build first is built only with \`--build\`. It finds each as a plain one: a volume that is a path of the host, or a service with
mounts, asks for more on your engine, unless the same run makes it: \`quaygate powers -- sh -c 'docker volume create ... && docker run ...'\`.
Two containers with newer images are there too, for [programs that make containers anew](#programs-that-make-containers-anew).

\`quaygate check\` judges one request without running anything, with the settings in the environment:

\`\`\`sh
export POST=1 CONTAINERS=1 QUAYGATE_POWERS=default
echo '{"Image": "alpine", "HostConfig": {"Binds": ["/etc:/x:ro"]}}' |
  quaygate check POST /containers/create --body -
\`\`\`

It prints the sentence that the gate would answer, and each power that is asked for, and ends with 1. Without \`--body\`
it never says "allowed" of a request whose body decides.

## Write the list

\`QUAYGATE_POWERS\` is a list with commas. A set may stand first:

| set       | gives                                                        |
| --------- | ------------------------------------------------------------ |
| \`all\`     | everything, also what later versions know                    |
| \`default\` | what can't reach the host: the column of that name below     |
| \`none\`    | nothing; a list that begins with no set begins with this one |

Behind it stand powers, with a value or without: \`bind\` is every bind mount, \`bind:/srv\` that one. With a minus in front
a power is taken away. **The last entry that matches decides**; what no entry matches is not held. A list may begin with
a set or a power, not with a removal.

| list                                     | gives                                             | does not give                                                       |
| ---------------------------------------- | ------------------------------------------------- | ------------------------------------------------------------------- |
| \`default\`                                | \`volume:data\` \`port:0.0.0.0:80/tcp\`               | \`privileged\` \`bind:/srv:ro\`                                         |
| \`default, bind:/srv/media\`               | \`bind:/srv/media\` \`bind:/srv/media:ro\`            | \`bind:/srv\` \`bind:/srv/media/films\`                                 |
| \`default, bind:/srv/media:ro\`            | \`bind:/srv/media:ro\`                              | \`bind:/srv/media\`                                                   |
| \`default, bind:/srv/media/**\`            | \`bind:/srv/media\` \`bind:/srv/media/films/new\`     | \`bind:/srv\`                                                         |
| \`default, bind:/srv/*\`                   | \`bind:/srv/media\`                                 | \`bind:/srv/media/films\` \`bind:/srv\`                                 |
| \`default, bind, -bind:/etc\`              | \`bind:/srv\`                                       | \`bind:/etc\` \`bind:/etc/ssl\` \`bind:/\`                                |
| \`default, -image, image:nginx\`           | \`image:docker.io/library/nginx:latest\`            | \`image:docker.io/library/nginx:1.29\` \`image:ghcr.io/a/nginx:latest\` |
| \`default, -image, image:ghcr.io/acme/*\`  | \`image:ghcr.io/acme/web:2\`                        | \`image:ghcr.io/acme/tools/web:2\`                                    |
| \`default, -image, image:ghcr.io/acme/**\` | \`image:ghcr.io/acme/tools/web:2\`                  | \`image:ghcr.io/other/web:2\`                                         |
| \`default, cap:NET_ADMIN\`                 | \`cap:NET_ADMIN\` \`cap:NET_RAW\`                     | \`cap:SYS_ADMIN\` \`cap:ALL\`                                           |
| \`default, -port, port:8000-8100/tcp\`     | \`port:0.0.0.0:8080/tcp\` \`port:127.0.0.1:8000/tcp\` | \`port:0.0.0.0:80/tcp\` \`port:0.0.0.0:8080/udp\`                       |
| \`default, -label:traefik.*\`              | \`label:app\`                                       | \`label:traefik.enable\`                                              |
| \`none, image:busybox:*, network:none\`    | \`image:docker.io/library/busybox:1.37\`            | \`network:bridge\` \`command:sh\`                                       |

How values are matched depends on the power; each one below says its kind.

- **Text**: \`*\` stands for anything.
- **Path**: absolute, and cleaned as Docker cleans it. \`*\` is one part or some letters of one, \`**\` any number of parts. With
  \`:ro\` behind it only reading is given, with \`:ro-nonrecursive\` writing of what is mounted below it too. Without one all of that is given. To take away a path takes away what is above it, which
  shows it, and what is below it.
- **Image**: completed as Docker does it: \`nginx\` is \`docker.io/library/nginx:latest\`. \`*\` stops at a slash, \`**\` does not. A name with a
  star stands for all its tags and digests; a name without one for \`latest\` only, and \`nginx:*\` for all. \`image:nginx@sha256:...\`
  is one image for ever. An image by its id is held only by \`image\` without a value, or by that very id.
- **Port**: \`8080\`, \`8000-8100\`, \`127.0.0.1:8080\`, \`[::1]:8080\`, \`8080/udp\`. What is left out may be any. A port that
  the engine chooses is 0, and may be any from 1024 on: \`-port:8080\` takes it away too. \`docker run --publish-all\` asks for
  \`publish-all\` and for a free port of every protocol.
- **Capability**: in any case, with or without \`CAP_\`; \`ALL\` is held only by \`cap\` without a value.
- **Word**: has no value.

A comma, a star and a percent sign that stand for themselves are written \`%2C\`, \`%2A\` and \`%25\`, and so is a colon in a path: \`%3A\`.
A value in parentheses stands for what the gate can't know: \`user:(image)\` is whom the image names.
A name or path of more than 4,096 bytes, and a command of more than 128 KiB, is cut and ends in \`%...\`: only the power
without a pattern gives it.

## What happens to a request

- Only what is restricted is looked into: with \`all\`, and for operations of which every power is held, bodies stream through.
- A body that is judged is taken whole first, up to 4 MiB. It must be JSON that all readers understand the same way: no key
  twice, nothing behind it. The engine gets a body that is written anew from what was judged, and a query likewise.
- Engines take a known field in any letters (\`hostConfig\`), and some programs write it so. It is judged and goes on in Docker's; a null
  in other letters goes no further. Two spellings of one field that do not say the same are refused.
- **A field that Quaygate does not know is the power \`field:\` with its name**, such as \`field:HostConfig.NewThing\`. What Docker adds next
  year stays closed until you open it.
- **What a request leaves out counts where the power says what happens**: a port without a number may be any free one, no network is
  \`network:bridge\`, a service's published port joins \`network:ingress\`, no user is \`user:(image)\`. Where a power says what the client
  chooses (\`subnet\`, \`address\`, \`alias\`, \`name\`, \`volume\`, \`placement\`), or what else the administrator's configuration decides
  (\`log-driver\`, \`runtime\`, \`cgroup-parent\`, \`security-opt\`, \`dns\`), a request that says nothing asks for nothing.
- A name of a volume or network says little: a volume may have been made from \`/etc\`. The gate asks the engine what it is
  (\`GET /volumes/{name}\`; \`GET /networks\` by name and by id, \`GET /networks/{id}\`), and judges that. The switches for those paths need not be on.
- A name of a container may be the beginning of another one's id: \`db\` is whose id begins so when none is called \`db\`. Where
  a container's mounts, namespaces or environment are taken (\`volumes-from\`, \`join\`, \`link\`), the gate asks the engine which one is meant
  (\`GET /containers/{id}/json\`), judges that one's own name, and **sends its whole id on**. What is not there is answered with
  [\`no_such_container\`](errors.md#no_such_container). \`Links\` of one network's endpoint are names on that network, by which no environment is
  read: they are judged, and go on, as they are written.
- A secret or a configuration of a service is named by its id, a new one at each deployment, and by its name. Where the engine says
  that the id has that name (\`GET /secrets/{id}\`, \`GET /configs/{id}\`), only the name is asked for.
- On control groups of version 1 an engine gives every container those of the host, and says \`"CgroupnsMode": "host"\` of each. What
  updates a container sends that back. The gate asks the engine (\`GET /info\`): where every container has them, they are no power;
  elsewhere, and where the engine does not say, they are \`host:cgroupns\`.
- **What is mounted below a read-only path is read-only too from API 1.44 on.** In older versions of the API, with older engines and with
  Podman it stays writable, so the same request asks for \`bind:PATH:ro-nonrecursive\` there. A version in the path says it; where there is
  none, or a newer one, and for services the gate asks the engine (\`GET /version\`).
- What the engine said stands in a refusal only where the client may read it (\`GET /volumes/{name}\` and the like are open to it); the
  log has it always.
- **What gives out an object, lends it a name, takes it apart or deletes it asks for that object**, as what uses it does: to save, tag,
  push or delete an image asks for \`image\`, to delete a volume, a network, a secret or a configuration for that, and so does to read a
  configuration, which shows what it holds. A path may have an id there, or the beginning of one: the gate asks the engine for the object's
  own name (for volumes also the list of those that begin so). What prunes, and what
  lists configurations, asks for any, such as \`volume:(any)\`, which only the power without a value includes, or that very word.
- What names nothing, such as a label without a key, asks for \`(empty)\`: \`label:(empty)\`.
- Lists and descriptions of objects ask for nothing: what images there are, what their labels and variables say, how a volume was made. Their
  operations are open or closed as a whole. Neither does what starts, stops or deletes containers and services.
- The log has the powers that a request asked for, and which of them were missing. Of commands and templates it has only that there
  was one, because passwords stand in them; environment values never appear.

## Programs that make containers anew

An updater such as Watchtower, and many a dashboard's button for that, deletes a container and creates it again from what the engine
said of it. The creation asks for all that this container has: its mounts, capabilities, devices, labels. To delete asks for nothing.
**Where the creation is refused, the old container is gone already.** The start report warns where a list of powers restricts what
may be made and containers can be deleted. Before such a program gets a list, ask for each container that it may update whether it could
be made again:

\`\`\`sh
export POST=1 CONTAINERS=1 QUAYGATE_POWERS=default
docker inspect web | jq '.[0] | .Config + {HostConfig}' |
  quaygate check POST /containers/create --body -
\`\`\`

What it says is not held belongs on the list. Or let the program only look (Watchtower's \`--monitor-only\`), and update with
\`docker compose up\`, which makes the new container before it deletes the old one.

## What powers can't say

- **Which containers.** \`exec\`, archives and \`start\` work on every container that there is. Whoever may exec into a privileged container
  of somebody else has what that one has, without holding \`privileged\`. A service that is rolled back is
  what it was before, whoever made it so. Keep \`EXEC\` off, and take away \`write-file\` and
  \`read-file\`, where that matters. That is scope, which is not there yet.
- **What a path leads to.** The gate does not see the host's files. A symbolic link below a path that you give leads where it wants: give
  only folders in which clients, and their containers, can't make links, or give \`:ro\` from the start.
- **Where an archive goes.** It is unpacked in the container and may bring a link along, through which the rest is written, and read after
  that: \`write-file:/tmp/**\` is a limit for clients that mean well. For others, give \`write-file\` and \`read-file\` or take them away as
  a whole.
- **That a path is there.** Docker makes a missing path of a bind mount on the host, as root, also with \`:ro\`.
- **What is mounted below a path with \`:ro\`** on a kernel before 5.12: the engine leaves it writable, and does not say so.
- **What changes in between.** A volume or network that somebody else removes and makes anew between the gate's question and the
  engine's use is another one. The same goes for a tag: an image by name is what its tag points to when it is used. A client that holds
  \`tag\`, \`load\` or \`build\` can move tags; with a digest nobody can.
- **Volumes and networks of other nodes.** For a service the gate asks the engine that it stands before. A volume of that name on another
  node may be something else.
- **What is inside of an image**, of an archive that is loaded, or of a build's files. Labels and variables that an image carries become its
  containers' own without a word: \`-label:\` and \`-env:\` are about those that a request sets. A Podman gives a container variables
  of its own process too, where the image's list has their names without a value.
- **What every container has.** On control groups of version 1 an engine gives a container those of the host by itself, unless it is
  set up otherwise; asked in an API version below 1.41, always.
- **Who answers for a registry.** A pull gives a tag what the registry says. A client that may publish ports can play a registry on the
  host's own address, if none is there. A pull, a service and a look at a registry (\`/distribution\`) also have the engine call
  whatever the host reaches, and show an error that comes back: name registries (\`-image, image:docker.io/**\`) where that matters.
- **Who obeys a label or a variable.** Tools that hold the Docker API take labels for orders, and OCI runtimes variables. \`default\` takes away
  those that are known to run commands, open the API, pass traffic on to any host or read files of the host ([\`label\`](#label),
  [\`env\`](#env)), and can't know yours: take those away too, such as \`-label:com.acme.jobs.*\`. Labels of Traefik (\`traefik.*\`), of
  dashboards and of Compose stay: whoever may set \`traefik.*\` says which names and which paths lead to a container, and what stands
  before it, for all of that Traefik: \`-label:traefik.*\` where that matters.
- **Whose group a user has.** A user without a group has the one that the image gives it, or 0: \`-group:0\` is about groups that a
  request names.
- **One container among others.** A container may get another name: to take away \`volumes-from:db\` takes away \`volumes-from\`.
- **Another container's network in a build.** The engine is asked only about what stands in a JSON body: \`docker build --network container:vpn\` needs
  \`join:network:*\`.
- **One device among others.** A device goes by its driver, by what it can do and by its own name: to take away
  \`device-request:nvidia\` takes away \`device-request\`.
- **What a container does.** It is a program with a network. Powers keep it in its box, and say nothing about what it does there.

### BuildKit

\`docker build\` speaks BuildKit by default: one connection, over which the client and the engine talk a protocol of their own. It can't be
looked into, so it is one power, \`buildkit\`, which is not in \`default\`, and holding it means all that BuildKit can do: run steps as root, on the
host's network, read and write the build cache. The classic builder asks in its query, which is looked into: \`DOCKER_BUILDKIT=0 docker build\`
needs \`build\`, and \`image\` without a value, because a Dockerfile may name any image. \`build\` is not in \`default\` either: a Dockerfile's
\`ADD\` fetches from any address that the host reaches.

### A Podman behind the gate

The writing operations of its own API, below \`/libpod\`, and those that read files, have bodies of other forms, which are not looked
into. All of them are the power \`podman\`, but for a rename, which asks as Docker's does, and for what saves or deletes an image and
deletes a network, a volume or a secret: Podman finds these by parts of their names, so it asks for any of them, such as
\`image:(any)\`. Podman serves
Docker's API as well: clients that speak that one are judged like any other.

It does not read all of that API as Docker does. The gate does not know which engine it stands before, so a request asks for what
either makes of it:

- A variable without a value (\`docker run --env NAME\`, where \`NAME\` is not set) is unset by Docker, and copied from Podman's own
  process: \`engine-env\`, which is not in \`default\`. Write \`NAME=\` for an empty one.
- \`HostConfig.ContainerIDFile\` (\`docker run --cidfile\`, where the client writes it) is a file of the host that Podman deletes along with
  the container. A body that is judged goes on without it. With \`all\` bodies are not judged, and it goes on.
- \`docker search folder/name\` looks into the registry \`folder\` with Podman: \`registry:folder\`, beside \`registry:docker.io\`. Write
  \`docker.io/folder/name\`.
- A relative path of a container (\`docker cp web:data .\`) begins at \`/\`, or where the container works: it may be any, \`read-file:/\`.
- \`?showsecret\` and a network's \`?force\`, which Docker does not know, are \`field:\`.
- A short name of an image (\`shop/app\`) is completed with Docker Hub here, as Docker does it. Podman also finds an image of another
  registry by it, if that image is there already (\`registry.example/shop/app\`): with Podman, a list that holds some images to
  others is only as good as what the store has.
- With a Podman before 5.6 \`docker rmi --force\` deletes the containers of the image too, and Podman's builds let a Dockerfile choose the host's network for
  a step. Neither can be told from what Docker makes of the same.

## An example: throw-away containers

[examples/pdf-backend.yaml](../examples/pdf-backend.yaml) is a backend that renders PDFs: it creates a container from one image, starts it, waits,
and deletes it. By switches alone it is root on the host: \`POST=1 CONTAINERS=1\` lets it create any container.

\`\`\`diff
   environment:
     POST: 1
     CONTAINERS: 1
     IMAGES: 1
+    QUAYGATE_POWERS: PDF_POWERS
\`\`\`

One image and no network is what it gets; what is taken away beside that would let it at other containers' files and data. (The
\`docker\` command asks for a version first, which is closed there: set \`PING: 1\` for it, or give it in \`DOCKER_API_VERSION\` one
that the engine speaks.)

\`\`\`
$ docker run --network none texlive/texlive:latest true
$ docker run --network none busybox true
docker: Error response from daemon: quaygate: ContainerCreate asks for the power image:docker.io/library/busybox:latest (Image = busybox), which 127.0.0.1 does not hold. To allow it, add image:docker.io/library/busybox:latest to its powers (QUAYGATE_POWERS).
$ docker run --network none --volume /etc:/host-etc texlive/texlive:latest cat /host-etc/shadow
docker: Error response from daemon: quaygate: ContainerCreate asks for the power bind:/etc (HostConfig.Binds[0] = /etc:/host-etc), which 127.0.0.1 does not hold. bind:/etc is root on the host, past this gate.
\`\`\`

The same question before anything is deployed:

\`\`\`
$ quaygate check POST /containers/create --body create.json
quaygate: ContainerCreate asks for the power host:pid (HostConfig.PidMode = host), which this client does not hold. host:pid takes away the wall between the container and what runs on the host.
\`\`\`
`;
