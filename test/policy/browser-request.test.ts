import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { keepPagesOut, pageReason, type SentField } from "../../src/policy/browser-request.ts";
import { decide } from "../../src/policy/decide.ts";
import { canBeStrange, mayBeBrowser, type Origins } from "../../src/policy/origins.ts";
import type { Verdict } from "../../src/policy/verdict.ts";
import { noOrigins } from "../support/no-origins.ts";
import { grantOf } from "./grants.ts";

const PORTAINER = "https://portainer.example:9443";
const listed: Origins = { everywhere: false, pages: new Set([PORTAINER]), hosts: new Set(["gate.example"]) };

function fieldsOf(...lines: readonly string[]): readonly SentField[] {
  return lines.map((line) => {
    const colon = line.indexOf(":");
    return { key: line.slice(0, colon).toLowerCase(), value: line.slice(colon + 1).trim() };
  });
}

function reasonOf(origins: Origins, ...lines: readonly string[]): string | undefined {
  return pageReason(origins, fieldsOf(...lines));
}

describe("a Host that no stranger can have is let in", () => {
  test.each([
    ["nothing, as BuildKit sends it", ""],
    ["localhost", "localhost"],
    ["localhost with a port", "localhost:2375"],
    ["localhost with the DNS's dot", "localhost."],
    ["localhost in capitals", "LOCALHOST:2375"],
    ["the docker command's word of before 29", "docker"],
    ["the docker command's word of today", "api.moby.localhost"],
    ["a name below localhost with the DNS's dot", "Gate.LocalHost.:2375"],
    ["a container's name", "socket-proxy:2375"],
    ["a container's name with an underscore", "my_project_proxy_1:2375"],
    ["an IPv4 address", "127.0.0.1:2375"],
    ["another address of loopback", "127.0.1.1"],
    ["the address of everything", "0.0.0.0:2375"],
    ["an address of a network", "192.168.1.5:2375"],
    ["an IPv4 address with the DNS's dot", "127.0.0.1.:2375"],
    ["a short IPv4 address", "127.1:2375"],
    ["an IPv4 address in one number", "2130706433"],
    ["an IPv4 address in hexadecimal", "0x7f.1"],
    ["an IPv4 address in octal", "0177.0.0.01:2375"],
    ["an IPv6 address", "[::1]:2375"],
    ["an IPv6 address without a port", "[::1]"],
    ["an IPv4 address within IPv6", "[::ffff:127.0.0.1]:2375"],
    ["an IPv6 address with a zone", "[fe80::1%eth0.1]:2375"],
    ["an empty port", "localhost:"],
    ["what Docker calls the host", "host.docker.internal:2375"],
    ["what Podman calls the host", "host.containers.internal:2375"],
    ["a name that is listed", "gate.example:2375"],
    ["a name that is listed, in capitals and with the DNS's dot", "GATE.example.:2375"],
  ])("%s", (_, host) => {
    expect(reasonOf(listed, `Host: ${host}`)).toBeUndefined();
  });

  test("and none at all, as HTTP/1.0 sends", () => {
    expect(reasonOf(noOrigins)).toBeUndefined();
  });
});

describe("a Host that a stranger can have is refused", () => {
  test.each([
    ["a name", "evil.example"],
    ["a name with a port", "evil.example:2375"],
    ["a name with the DNS's dot", "evil.example.:2375"],
    ["a name in capitals", "EVIL.EXAMPLE"],
    ["a name with two dots at its end", "evil.example.."],
    ["a name that begins like an address", "127.0.0.1.evil.example"],
    ["a name that ends in an address and a word", "127.0.0.1.nip"],
    ["five numbers", "127.0.0.1.1"],
    ["a name that looks like an address of hexadecimal digits", "be.ef"],
    ["a name that begins like localhost", "localhost.evil.example"],
    ["a name that ends like localhost", "evil.notlocalhost"],
    ["two dots behind localhost", "localhost..:2375"],
    ["a name below what Docker calls the host", "evil.host.docker.internal"],
    ["a name below one that is listed", "www.gate.example"],
    ["a name above one that is listed", "example.gate.example.evil"],
    ["a name of the local network", "nas.local"],
    ["a name behind somebody", "localhost@evil.example"],
    ["a name in brackets", "[evil.example]:2375"],
    ["a name with two ports", "evil.example:80:2375"],
    ["a name with a port that is none", "evil.example:port"],
    ["a name with marks of the grammar", "evil!.example"],
  ])("%s", (_, host) => {
    expect(reasonOf(listed, `Host: ${host}`)).toContain("a name that a web page can have pointed here");
  });

  test("with the name and the setting in the sentence", () => {
    expect(reasonOf(noOrigins, "Host: Evil.Example.:2375")).toBe(
      "it is for evil.example (Host), a name that a web page can have pointed here: if it is the gate's own, add evil.example to QUAYGATE_ORIGINS",
    );
  });

  test("whatever stands before a registered name", () => {
    const label = fc.stringMatching(/^[a-z0-9_-]{1,10}$/u);
    fc.assert(
      fc.property(fc.array(label), fc.constantFrom("com", "example", "lan", "x1"), (labels, top) => {
        expect(canBeStrange([...labels, "evil", top].join("."))).toBe(true);
      }),
    );
  });
});

describe("an Origin", () => {
  test.each([
    ["of another site", "https://evil.example"],
    ["of this machine", "http://localhost:3000"],
    ["that is the gate's own address", "http://127.0.0.1:2375"],
    ["of an extension", "chrome-extension://abcdefgh"],
    ["that begins like one that is listed", `${PORTAINER}.evil.example`],
    ["that differs from one that is listed by its port", "https://portainer.example"],
    ["that differs from one that is listed by its scheme", "http://portainer.example:9443"],
    ["in capitals, which no browser sends", PORTAINER.toUpperCase()],
    ["that is null", "null"],
    ["that is empty", ""],
    ["that names two", `${PORTAINER} https://evil.example`],
  ])("%s is refused", (_, origin) => {
    expect(reasonOf(listed, "Host: localhost", `Origin: ${origin}`)).toContain("a web page sent it");
  });

  test("that is listed is let in, with whatever else its browser sends", () => {
    expect(reasonOf(listed, `Origin: ${PORTAINER}`, "Sec-Fetch-Site: cross-site")).toBeUndefined();
  });

  test.each([
    [`Origin: ${PORTAINER}`, "Origin: https://evil.example"],
    ["Origin: https://evil.example", `Origin: ${PORTAINER}`],
  ])("beside another one is let in only if both are listed: %s, %s", (...lines) => {
    expect(reasonOf(listed, ...lines)).toContain("https://evil.example");
  });

  test("that is listed opens no other name in Host", () => {
    expect(reasonOf(listed, `Origin: ${PORTAINER}`, "Host: evil.example")).toContain("evil.example (Host)");
  });

  test("is in the sentence with the setting, and one that can't be listed without it", () => {
    expect(reasonOf(noOrigins, "Origin: https://evil.example")).toBe(
      "a web page sent it (Origin: https://evil.example): to let that page's requests in, add https://evil.example to QUAYGATE_ORIGINS",
    );
    expect(reasonOf(noOrigins, "Origin: null")).toBe(
      "a web page sent it that does not say whose it is (Origin: null): no setting lets it in",
    );
  });
});

describe("a Sec-Fetch-Site", () => {
  test.each(["cross-site", "same-site", "same-origin", "None", "", "none, none", "new-word"])(
    "of %j is refused",
    (site) => {
      expect(reasonOf(listed, "Host: localhost", `Sec-Fetch-Site: ${site}`)).toContain("a web page sent it");
    },
  );

  test.each([
    ["Sec-Fetch-Site: none", "Sec-Fetch-Site: cross-site"],
    ["Sec-Fetch-Site: cross-site", "Sec-Fetch-Site: none"],
  ])("beside another one is none only if both are: %s, %s", (...lines) => {
    expect(reasonOf(noOrigins, ...lines)).toContain("Sec-Fetch-Site: cross-site");
  });

  test("of none, which is what a person typed, is let in", () => {
    expect(reasonOf(noOrigins, "Sec-Fetch-Site: none", "Sec-Fetch-Mode: navigate")).toBeUndefined();
  });

  test.each([`${PORTAINER}/`, `${PORTAINER}/api/endpoints?x#y`, PORTAINER])(
    "without an Origin is let in by the Referer of a page that is listed: %s",
    (referer) => {
      expect(reasonOf(listed, "Sec-Fetch-Site: same-origin", `Referer: ${referer}`)).toBeUndefined();
    },
  );

  test.each([
    ["http://localhost:3000/", "http://localhost:3000"],
    [`https://evil.example/${PORTAINER}/`, "https://evil.example"],
    [`https://evil.example?${PORTAINER}/`, "https://evil.example"],
    [`${PORTAINER}@evil.example/`, "its origin"],
    [`${PORTAINER}.evil.example/`, "its origin"],
    ["about:blank", "its origin"],
    ["", "its origin"],
  ])("without an Origin is refused with another Referer, and says what to add: %s", (referer, added) => {
    const said = reasonOf(listed, "Sec-Fetch-Site: same-origin", `Referer: ${referer}`);
    expect(said).toContain(`add ${added} to QUAYGATE_ORIGINS`);
  });

  test("with two Referers goes by the first, which is no reason by itself", () => {
    expect(reasonOf(noOrigins, "Referer: https://evil.example/")).toBeUndefined();
    const lines = ["Referer: https://evil.example/", `Referer: ${PORTAINER}/`, "Sec-Fetch-Site: same-site"];
    expect(reasonOf(listed, ...lines)).toContain("add https://evil.example to");
  });
});

describe("what the client wrote", () => {
  test("stands in the sentence without what can't be printed, and not longer than it is of use", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 500 }), fc.nat(2), (value, kind) => {
        const key = ["origin", "host", "sec-fetch-site"][kind] ?? "";
        const said = pageReason(noOrigins, [{ key, value }]) ?? "";
        expect(said).toMatch(/^[\x20-\x7e]*$/u);
        expect(said.length).toBeLessThan(600);
      }),
    );
  });
});

describe("it may be a browser that calls", () => {
  test.each(["127.0.0.1", "127.8.9.10", "::1", "::ffff:127.0.0.1"])("from %s", (address) => {
    expect(mayBeBrowser(noOrigins, address)).toBe(true);
  });

  test.each(["172.18.0.1", "192.168.127.1", "::ffff:10.0.0.1", "::", "fe80::1", "::1:1", "fd00::127.0.0.1"])(
    "not from %s, but with everywhere",
    (address) => {
      expect(mayBeBrowser(noOrigins, address)).toBe(false);
      expect(mayBeBrowser({ ...noOrigins, everywhere: true }, address)).toBe(true);
    },
  );

  test("never from a unix socket", () => {
    expect(mayBeBrowser({ ...noOrigins, everywhere: true }, undefined)).toBe(false);
  });
});

describe("a verdict", () => {
  const evil = fieldsOf("Host: x", "Origin: https://evil.example");
  const decideOn = (path: string, words = "everything"): Exclude<Verdict, { code: "power_denied" }> =>
    decide(grantOf(words), { method: "GET", path, hasBody: false, contentTypes: [] });

  test("on a page's request is a refusal that knows the path and the operation", () => {
    const verdict = decideOn("/v1.41/containers/json");
    expect(keepPagesOut(verdict, evil, true, noOrigins)).toEqual({
      kind: "refuse",
      code: "browser_request",
      reason: pageReason(noOrigins, evil),
      path: verdict.path,
      operation: verdict.operation,
    });
  });

  test.each(["/containers/json", "/nothing/here", "/containers//json"])(
    "on another connection stays what it is: %s",
    (path) => {
      const verdict = decideOn(path);
      expect(keepPagesOut(verdict, evil, false, noOrigins)).toBe(verdict);
    },
  );

  test("on a page's WebSocket is a refusal on every connection", () => {
    const verdict = decideOn("/v1.41/containers/web/attach/ws");
    expect(verdict.kind).toBe("allow");
    expect(keepPagesOut(verdict, evil, false, noOrigins)).toMatchObject({ code: "browser_request" });
    const closed = decideOn("/v1.41/containers/web/attach/ws", "POST=1");
    expect(keepPagesOut(closed, evil, false, noOrigins)).toMatchObject({ code: "browser_request" });
  });

  test.each([
    ["without an Origin", fieldsOf("Host: evil.example", "Sec-Fetch-Site: cross-site")],
    ["of a page that is listed", fieldsOf("Host: x", `Origin: ${PORTAINER}`)],
  ])("on a WebSocket over a network stays what it is: %s", (_, fields) => {
    const verdict = decideOn("/containers/web/attach/ws");
    expect(keepPagesOut(verdict, fields, false, listed)).toBe(verdict);
  });

  test("that is a refusal already names the page all the same", () => {
    expect(keepPagesOut(decideOn("/containers/../x"), evil, true, noOrigins)).toMatchObject({
      code: "browser_request",
      path: undefined,
    });
  });
});
