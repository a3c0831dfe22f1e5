import { expect, test } from "vitest";
import { judgeFetch } from "../../../src/docker/powers/fetch.ts";
import { text } from "../../../src/docker/powers/meaning.ts";
import { askedBy } from "./asked.ts";

const fetched = text(["fetch"], judgeFetch);

test.each([
  ["a URL", "https://host/x.tar", "https://host/x.tar"],
  ["a scheme and a host in other letters", "HTTPS://Host/X", "https://host/X"],
  ["a port", "http://host:8080/", "http://host:8080/"],
  ["the port that the scheme has anyway", "https://host:443/x", "https://host/x"],
  ["the port of another scheme", "https://host:80/x", "https://host:80/x"],
  ["an address in IPv6's clothes", "http://[::ffff:127.0.0.1]:1/", "http://127.0.0.1:1/"],
  ["an address of IPv6", "http://[FD00:0::1]/", "http://[fd00::1]/"],
  ["a login", "https://u:secret@host/x", "https://(login)@host/x"],
  ["a login with a sign in it", "https://a@b:secret@host/x", "https://(login)@host/x"],
  ["an empty login", "https://@host/x", "https://(login)@host/x"],
  ["a sign in the path is no login", "https://host/a@b", "https://host/a@b"],
  ["a query", "https://host/x?token=secret", "https://host/x?(query)"],
  ["a query right behind the host", "https://host?x@evil", "https://host?(query)"],
  ["a fragment, which names a branch", "https://host/x.git#main:dir", "https://host/x.git#main:dir"],
  ["a query before a fragment", "https://host/x?secret#main", "https://host/x?(query)#main"],
  ["git by SSH", "git@github.com:user/x.git", "git@github.com:user/x.git"],
  ["no URL", "upload-request", "upload-request"],
  ["stars and commas", "https://host/*,x", "https://host/%2A%2Cx"],
  ["a path with three dots", "https://host/.../x", "https://host/.../x"],
])("%s is asked for in one spelling", (_name, address, value) => {
  expect(askedBy(fetched, address)).toMatchObject({ powers: [`fetch:${value}`], fault: undefined });
});

test.each([
  ["a path that goes up", "https://host/a/../b"],
  ["a path that goes up at its end", "https://host/a/.."],
  ["an escaped dot", "https://host/a/%2E./b"],
  ["a dot", "https://host/./b"],
  ["a backslash", String.raw`https://host\@evil/x`],
])("%s is refused", (_name, address) => {
  expect(askedBy(fetched, address)).toMatchObject({ powers: [], fault: expect.stringContaining("must be") });
});
