import { describe, expect, test } from "vitest";
import { holds } from "./powers.ts";

const DIGEST = `sha256:${"a".repeat(64)}`;

describe("a text", () => {
  test.each([
    ["all of it", "volume:data", "volume:data", true],
    ["not its beginning", "volume:data", "volume:database", false],
    ["not its end", "volume:data", "volume:mydata", false],
    ["not in another case", "volume:data", "volume:Data", false],
    ["a star for anything", "volume:db-*", "volume:db-1", true],
    ["a star for nothing", "volume:db-*", "volume:db-", true],
    ["a star for slashes and colons", "device-request:cdi:*", "device-request:cdi:a.b/c=0", true],
    ["several stars", "volume:a*b*c", "volume:a-b-b-c", true],
    ["several stars in order", "volume:a*b*c", "volume:a-c-b", false],
    ["parts may not overlap", "volume:ab*ba", "volume:aba", false],
    ["a dot is a dot", "volume:a.b", "volume:axb", false],
    ["alternatives are letters", "volume:a|b", "volume:b", false],
    ["a bracket is a bracket", "volume:(a", "volume:(a", true],
    ["a line's end is no end", "volume:a", "volume:a%0A", false],
    ["a star reaches over lines", "volume:a*", "volume:a%0Ab", true],
    ["an escaped star is a star", "volume:a%2A", "volume:a%2A", true],
    ["and no wildcard", "volume:a%2A", "volume:ab", false],
    ["nor is it the other way round", "volume:a*", "volume:a%2A", true],
    ["a raw letter is its escape", "volume:é", "volume:%C3%A9", true],
    ["white space at the end, by a star", "volume:a*", "volume:a%20", true],
    ["a value with half an escape is none", "volume:a*", "volume:a%", false],
    ["a value that is no UTF-8 is none", "volume:a*", "volume:a%FF", false],
    ["a star does not stand for the unknown", "network:(*", "network:(unknown)", false],
    ["what is unknown can be given by name", "network:(unknown)", "network:(unknown)", true],
    ["a user by name", "user:root", "user:0", true],
    ["the image's user is nobody's number", "user:1000, user:app", "user:(image)", false],
  ])("matches %s", (_name, list, power, held) => {
    expect(holds(list, power)).toBe(held);
  });
});

describe("a path", () => {
  test.each([
    ["itself", "bind:/srv", "bind:/srv", true],
    ["itself, to read", "bind:/srv", "bind:/srv:ro", true],
    ["to read only", "bind:/srv:ro", "bind:/srv:ro", true],
    ["not to write, when given to read", "bind:/srv:ro", "bind:/srv", false],
    ["not what is mounted below, when given to read", "bind:/srv:ro", "bind:/srv:ro-nonrecursive", false],
    ["what is mounted below", "bind:/srv:ro-nonrecursive", "bind:/srv:ro-nonrecursive", true],
    ["to read, where that may be written", "bind:/srv:ro-nonrecursive", "bind:/srv:ro", true],
    ["not to write all of it", "bind:/srv:ro-nonrecursive", "bind:/srv", false],
    ["what is mounted below, when given all", "bind:/srv", "bind:/srv:ro-nonrecursive", true],
    ["no other mode", "bind:/srv", "bind:/srv:rw", false],
    ["not what is below", "bind:/srv", "bind:/srv/media", false],
    ["not what is above", "bind:/srv/media", "bind:/srv", false],
    ["not what begins like it", "bind:/srv/**", "bind:/srv2/x", false],
    ["below, with two stars", "bind:/srv/**", "bind:/srv/a/b", true],
    ["two stars for none", "bind:/srv/**", "bind:/srv", true],
    ["one star for one part", "bind:/srv/*", "bind:/srv/a", true],
    ["one star for not two", "bind:/srv/*", "bind:/srv/a/b", false],
    ["one star for not none", "bind:/srv/*", "bind:/srv", false],
    ["a star in a part", "bind:/srv/a*", "bind:/srv/abc", true],
    ["a star in a part stops at a slash", "bind:/srv/a*", "bind:/srv/abc/d", false],
    ["two stars in the middle", "bind:/home/**/data", "bind:/home/a/b/data", true],
    ["two stars in the middle, for none", "bind:/home/**/data", "bind:/home/data", true],
    ["two stars twice", "bind:/**/a/**/b", "bind:/x/a/a/y/b", true],
    ["two stars twice, without the end", "bind:/**/a/**/b", "bind:/x/a/a/y/b/c", false],
    ["the root", "bind:/", "bind:/", true],
    ["the root and not all", "bind:/", "bind:/etc", false],
    ["all of them", "bind:/**", "bind:/", true],
    ["a colon in it", "bind:/a%3Ab", "bind:/a%3Ab", true],
    ["a colon is no mode", "bind:/a%3Aro", "bind:/a:ro", false],
    ["a mode is no colon", "bind:/a:ro", "bind:/a%3Aro", false],
    ["a star in a path", "bind:/a%2A", "bind:/ab", false],
    ["going up", "bind:/srv/**", "bind:/srv/../etc", false],
    ["an end in the middle", "bind:/srv/**", "bind:/srv/a%00b", false],
    ["going up, escaped", "bind:/srv/**", "bind:/srv/%2E%2E/etc", false],
    ["escaped slashes", "bind:/srv/*", "bind:/srv/a%2Fb", false],
    ["a dot", "bind:/srv/**", "bind:/srv/./a", false],
    ["nothing between slashes", "bind:/srv/**", "bind:/srv//a", false],
    ["a slash at the end", "bind:/srv/**", "bind:/srv/", false],
    ["no slash in front", "bind:/**", "bind:srv", false],
    ["nothing", "bind:/**", "bind:", false],
    ["another mode", "bind:/srv/**", "bind:/srv/a:rw", false],
    ["a mode twice", "bind:/srv/**", "bind:/srv/a:ro:ro", false],
  ])("%s", (_name, list, power, held) => {
    expect(holds(list, power)).toBe(held);
  });
});

describe("an image", () => {
  test.each([
    ["a name is its latest", "image:nginx", "image:docker.io/library/nginx:latest", true],
    ["and no other tag", "image:nginx", "image:docker.io/library/nginx:1", false],
    ["and no digest", "image:nginx", `image:docker.io/library/nginx@${DIGEST}`, false],
    ["every tag", "image:nginx:*", "image:docker.io/library/nginx:1", true],
    ["every tag has every digest", "image:nginx:*", `image:docker.io/library/nginx@${DIGEST}`, true],
    ["every digest", "image:nginx@*", `image:docker.io/library/nginx@${DIGEST}`, true],
    ["every digest, and no tag", "image:nginx@*", "image:docker.io/library/nginx:1", false],
    ["one digest", `image:nginx@${DIGEST}`, `image:docker.io/library/nginx@${DIGEST}`, true],
    ["a digest decides over its tag", `image:nginx:1@${DIGEST}`, "image:docker.io/library/nginx:1", false],
    ["some tags", "image:nginx:1.*", "image:docker.io/library/nginx:1.29", true],
    ["some tags, and no others", "image:nginx:1.*", "image:docker.io/library/nginx:2.1", false],
    ["some tags, and no digest", "image:nginx:1.*", `image:docker.io/library/nginx@${DIGEST}`, false],
    ["a folder of Docker Hub", "image:texlive/*", "image:docker.io/texlive/texlive:TL2025", true],
    ["a folder, and no folder in it", "image:texlive/*", "image:docker.io/texlive/a/b:1", false],
    ["a folder, and what is in it", "image:texlive/**", "image:docker.io/texlive/a/b:1", true],
    ["a folder elsewhere", "image:texlive/*", "image:ghcr.io/texlive/texlive:1", false],
    ["a path that begins like it", "image:texlive/*", "image:docker.io/texlive2/x:1", false],
    ["all of Docker Hub", "image:docker.io/**", "image:docker.io/a/b:1", true],
    [
      "all of Docker Hub, not of a host like it",
      "image:docker.io/**",
      "image:docker.io.example.com/a:1",
      false,
    ],
    ["all of Docker Hub, no ids", "image:docker.io/**", "image:sha256:cafe", false],
    ["every registry", "image:**/app", "image:ghcr.io/x/app:1", true],
    ["every registry, no ids", "image:**", "image:sha256:cafe", true],
    ["every name, no ids", "image:**/**", "image:sha256:cafe", false],
    ["hosts of a domain", "image:*.example.com/**", "image:a.example.com/x/y:1", true],
    ["no host with a port", "image:*.example.com/**", "image:a.example.com:5000/x:1", false],
    ["no path like a host", "image:*.example.com/**", "image:evil.org/x.example.com/y:1", false],
    ["a star stays in the tag", "image:nginx:1.*", "image:docker.io/library/nginx:1.29/x:1", false],
    ["an id by itself", "image:sha256:cafe", "image:sha256:cafe", true],
    ["no longer id", "image:sha256:cafe", "image:sha256:cafe1", false],
    ["everything", "image:*", "image:sha256:cafe", true],
    ["everything, whichever it is", "image:*", "image:(any)", true],
    ["whichever it is", "image:docker.io/**, image:**/**", "image:(any)", false],
    ["only what is canonical", "image:docker.io/**", "image:docker.io/a/../b:1", false],
    ["only what is complete", "image:docker.io/**", "image:docker.io/a/b", false],
    ["only one spelling", "image:docker.io/**", "image:docker.io/a/b:1%20", false],
    ["another noun", "image:nginx", "tag:docker.io/library/nginx:latest", false],
  ])("%s", (_name, list, power, held) => {
    expect(holds(list, power)).toBe(held);
  });
});

describe("a port", () => {
  test.each([
    ["on every address", "port:8080", "port:0.0.0.0:8080/tcp", true],
    ["on any address", "port:8080", "port:127.0.0.1:8080/tcp", true],
    ["of any protocol", "port:8080", "port:0.0.0.0:8080/udp", true],
    ["of one protocol", "port:8080/tcp", "port:0.0.0.0:8080/udp", false],
    ["on one address", "port:127.0.0.1:8080", "port:127.0.0.1:8080/tcp", true],
    ["on one address, and not on all", "port:127.0.0.1:8080", "port:0.0.0.0:8080/tcp", false],
    ["on an address in its one spelling", "port:[0:0::1]:80", "port:[::1]:80/tcp", true],
    ["an IPv4 address in IPv6's clothes", "port:[::ffff:127.0.0.1]:80", "port:127.0.0.1:80/tcp", true],
    ["another port", "port:8080", "port:0.0.0.0:808/tcp", false],
    ["in a range", "port:8000-8100", "port:0.0.0.0:8050/tcp", true],
    ["a range in a range", "port:8000-8100", "port:0.0.0.0:8000-8100/tcp", true],
    ["a range that goes beyond", "port:8000-8100", "port:0.0.0.0:8099-8101/tcp", false],
    ["a range for a port", "port:8000", "port:0.0.0.0:8000-8001/tcp", false],
    ["a free one", "port:0", "port:0.0.0.0:0/tcp", true],
    ["a free one, when not given", "port:1024-65535", "port:0.0.0.0:0/tcp", false],
    ["all of an address", "port:127.0.0.1:*", "port:127.0.0.1:0/tcp", true],
    ["all of a protocol", "port:*/udp", "port:0.0.0.0:53/tcp", false],
    ["no address", "port:8080", "port:8080/tcp", false],
    ["no protocol", "port:8080", "port:0.0.0.0:8080", false],
    ["a star in what is asked", "port:127.0.0.1:*", "port:127.0.0.1:*/tcp", false],
    ["a number too high", "port:127.0.0.1:*", "port:127.0.0.1:65536/tcp", false],
  ])("%s", (_name, list, power, held) => {
    expect(holds(list, power)).toBe(held);
  });
});

describe("a capability", () => {
  test.each([
    ["itself", "cap:NET_ADMIN", "cap:NET_ADMIN", true],
    ["with its prefix", "cap:CAP_NET_ADMIN", "cap:NET_ADMIN", true],
    ["in small letters", "cap:net_admin", "cap:NET_ADMIN", true],
    ["asked in small letters", "cap:NET_ADMIN", "cap:cap_net_admin", true],
    ["another", "cap:NET_ADMIN", "cap:NET_RAW", false],
    ["some of them", "cap:NET_*", "cap:NET_RAW", true],
    ["all, by stars that fit", "cap:A*, cap:*L, cap:A*L, cap:*L*", "cap:ALL", false],
    ["all", "cap:ALL", "cap:ALL", true],
    ["each, by all", "cap:ALL", "cap:SYS_ADMIN", true],
    ["all, by every", "cap:CAP_*", "cap:ALL", true],
    ["letters that fold to others", "cap:SYS_*", "cap:%C5%BFYS_ADMIN", false],
    ["letters that fold to others, raw", "cap:SYS_*", "cap:ſYS_ADMIN", false],
  ])("%s", (_name, list, power, held) => {
    expect(holds(list, power)).toBe(held);
  });
});
