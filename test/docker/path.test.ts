import { describe, expect, test } from "vitest";
import { parsePath } from "../../src/docker/path.ts";

describe("parsePath reads", () => {
  test.each<[string, string, string | undefined, readonly string[], string]>([
    ["a plain path", "/containers/json", undefined, ["containers", "json"], "/containers/json"],
    ["a version", "/v1.41/info", "1.41", ["info"], "/v1.41/info"],
    ["the oldest version", "/v1.24/info", "1.24", ["info"], "/v1.24/info"],
    ["a version of three digits", "/v1.100/info", "1.100", ["info"], "/v1.100/info"],
    ["an escaped letter", "/%5fping", undefined, ["_ping"], "/_ping"],
    ["an escaped separator", "/containers%2fjson", undefined, ["containers", "json"], "/containers/json"],
    [
      "an escaped separator after an id",
      "/containers/e1%2Fjson",
      undefined,
      ["containers", "e1", "json"],
      "/containers/e1/json",
    ],
    ["an escaped version", "/v%31.41/_ping", "1.41", ["_ping"], "/v1.41/_ping"],
    ["an escaped separator after a version", "/v1.41%2F_ping", "1.41", ["_ping"], "/v1.41/_ping"],
    ["a second version as a segment", "/v1.41/v1.41/info", "1.41", ["v1.41", "info"], "/v1.41/v1.41/info"],
    ["a trailing slash", "/networks/", undefined, ["networks", ""], "/networks/"],
    ["an escaped trailing slash", "/networks%2f", undefined, ["networks", ""], "/networks/"],
    ["the root", "/", undefined, [""], "/"],
    ["a version alone", "/v1.41", "1.41", [], "/v1.41"],
    ["a version and a slash", "/v1.41/", "1.41", [""], "/v1.41/"],
    ["words that begin with v", "/volumes/v1", undefined, ["volumes", "v1"], "/volumes/v1"],
    ["an upper-case version as a segment", "/V1.41/info", undefined, ["V1.41", "info"], "/V1.41/info"],
    [
      "an image name",
      "/images/reg:5000/a/b:tag/json",
      undefined,
      ["images", "reg:5000", "a", "b:tag", "json"],
      "/images/reg:5000/a/b:tag/json",
    ],
    [
      "an escaped image name",
      "/images/reg%3A5000%2Fb%40sha256%3A0/json",
      undefined,
      ["images", "reg:5000", "b@sha256:0", "json"],
      "/images/reg:5000/b@sha256:0/json",
    ],
    [
      "dots inside a segment",
      "/containers/.../a..b",
      undefined,
      ["containers", "...", "a..b"],
      "/containers/.../a..b",
    ],
    [
      "a semicolon, which separates nothing",
      "/containers/a;b/json",
      undefined,
      ["containers", "a;b", "json"],
      "/containers/a;b/json",
    ],
    [
      "a plus, which is no space",
      "/containers/a+b/json",
      undefined,
      ["containers", "a+b", "json"],
      "/containers/a+b/json",
    ],
    ["an escaped space", "/containers/a%20b", undefined, ["containers", "a b"], "/containers/a%20b"],
    [
      "an escaped percent sign, once",
      "/containers/%252f",
      undefined,
      ["containers", "%2f"],
      "/containers/%252f",
    ],
    [
      "an escaped question mark",
      "/containers/a%3fall=1",
      undefined,
      ["containers", "a?all=1"],
      "/containers/a%3Fall=1",
    ],
    ["an escaped number sign", "/containers/a%23", undefined, ["containers", "a#"], "/containers/a%23"],
    ["letters beyond ASCII", "/containers/%c3%a9", undefined, ["containers", "é"], "/containers/%C3%A9"],
    [
      "signs beyond 16 bits",
      "/containers/%F0%9F%90%B3",
      undefined,
      ["containers", "\u{1f433}"],
      "/containers/%F0%9F%90%B3",
    ],
    ["a byte order mark, kept", "/%EF%BB%BFinfo", undefined, ["\ufeffinfo"], "/%EF%BB%BFinfo"],
    [
      "signs that a URL may not hold but Go takes",
      '/containers/<a>"{b}|^`',
      undefined,
      ["containers", '<a>"{b}|^`'],
      "/containers/%3Ca%3E%22%7Bb%7D%7C%5E%60",
    ],
  ])("%s: %s", (_what, raw, version, segments, canonical) => {
    const unversioned = version === undefined ? canonical : canonical.slice(`/v${version}`.length) || "/";
    expect(parsePath(raw)).toEqual({ ok: true, value: { version, segments, canonical, unversioned } });
  });
});

describe("parsePath refuses", () => {
  test.each<[string, string, string]>([
    ["a second slash at the start", "//_ping", "bad_path"],
    ["an escaped second slash", "/%2f_ping", "bad_path"],
    ["a slash after the version's", "/v1.41//_ping", "bad_path"],
    ["an empty segment", "/containers//json", "bad_path"],
    ["an empty segment by one escape", "/containers/%2Fjson", "bad_path"],
    ["two trailing slashes", "/networks//", "bad_path"],
    ["a dot segment", "/./_ping", "bad_path"],
    ["a dot segment at the end", "/_ping/.", "bad_path"],
    ["two dots", "/x/../_ping", "bad_path"],
    ["two dots at the end", "/containers/..", "bad_path"],
    ["two dots before the version", "/../v1.41/info", "bad_path"],
    ["escaped dots", "/x/%2e%2e/_ping", "bad_path"],
    ["one escaped dot of two", "/x/.%2E/_ping", "bad_path"],
    ["dots behind escaped slashes", "/x%2f..%2f_ping", "bad_path"],
    ["an escaped dot segment", "/containers/%2e/json", "bad_path"],
    ["a cut escape", "/containers/a%2", "bad_path"],
    ["a lone percent sign", "/containers/100%", "bad_path"],
    ["an escape of other letters", "/%zz", "bad_path"],
    ["an escape of Microsoft's", "/%u002e", "bad_path"],
    ["a byte that is not UTF-8", "/containers/%ff/json", "bad_path"],
    ["a cut UTF-8 sequence", "/containers/%c3/json", "bad_path"],
    ["an overlong slash", "/containers%c0%afjson", "bad_path"],
    ["an overlong dot", "/x/%c0%ae%c0%ae/info", "bad_path"],
    ["an encoded surrogate", "/containers/%ed%a0%80", "bad_path"],
    ["an escaped NUL", "/containers/%00/json", "bad_path"],
    ["an escaped line end", "/containers/a%0ab/json", "bad_path"],
    ["an escaped carriage return", "/containers/a%0d/json", "bad_path"],
    ["an escaped tab", "/info%09", "bad_path"],
    ["an escaped DEL", "/info%7f", "bad_path"],
    ["a control character of Latin-1", "/info%C2%85", "bad_path"],
    ["a backslash", "/x\\..\\info", "bad_path"],
    ["an escaped backslash", "/containers/a%5cb/json", "bad_path"],
    ["a number sign", "/_ping#x", "bad_path"],
    ["a question mark", "/_ping?x", "bad_path"],
    ["a space", "/ _ping", "bad_path"],
    ["a bare control character", "/info\n", "bad_path"],
    ["a bare letter beyond ASCII", "/containers/é", "bad_path"],
    ["a lone surrogate", "/containers/\ud800", "bad_path"],
    ["the asterisk form", "*", "bad_path"],
    ["an absolute form", "http://engine/_ping", "bad_path"],
    ["nothing at all", "", "bad_path"],
    ["an escaped first slash", "%2f_ping", "bad_path"],
    ["a version that ends in a dot", "/v1.41./info", "bad_version"],
    ["a version that ends in two dots", "/v1.41../info", "bad_version"],
    ["a minor version with a leading zero", "/v1.041/info", "bad_version"],
    ["a major version with leading zeros", "/v001.41/info", "bad_version"],
    ["a version of five parts", "/v01.41.0.0/info", "bad_version"],
    ["a version of three parts", "/v1.41.0/info", "bad_version"],
    ["a version without a minor part", "/v1/info", "bad_version"],
    ["a version with an empty minor part", "/v1./info", "bad_version"],
    ["a version with an empty major part", "/v.41/info", "bad_version"],
    ["a version of dots", "/v.../info", "bad_version"],
    ["a version without a number", "/v/info", "bad_version"],
    ["a version of another major number", "/v2.41/info", "bad_version"],
    ["a version with two dots", "/v1..41/info", "bad_version"],
    ["a version of four digits", "/v1.1041/info", "bad_version"],
    ["a version spelled with an escape, all the same", "/v1%2e041/info", "bad_version"],
    ["the version before the oldest", "/v1.23/containers/x/start", "version_too_old"],
    ["a version of one digit", "/v1.9/info", "version_too_old"],
    ["version zero", "/v1.0/info", "version_too_old"],
    ["an old version alone", "/v1.12", "version_too_old"],
  ])("%s: %s", (_what, raw, code) => {
    expect(parsePath(raw)).toMatchObject({ ok: false, error: { code } });
  });

  test("without repeating the client's bytes", () => {
    const secret = "s3cr3t";
    const raws = [
      `/${secret}//`,
      `/${secret}%`,
      `/${secret}%00`,
      `/${secret}\\`,
      `/${secret}/..`,
      `/v1.23/${secret}`,
    ];
    for (const raw of raws) {
      const parsed = parsePath(raw);
      expect(parsed.ok ? secret : parsed.error.reason).not.toContain(secret);
    }
  });
});
