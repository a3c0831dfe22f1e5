import { expect, test } from "vitest";
import { explainAlternatives } from "../../src/clients/explain-source.ts";
import { address, certificate, label, name } from "./sources.ts";

test.each([
  { of: "one address", anyOf: [[address("10.0.0.1")]], says: ["calls from 10.0.0.1"] },
  {
    of: "places alone, as one way",
    anyOf: [[address("10.0.0.1", "fd00::/64")], [name("web")], [address("10.0.0.2")], [name("db")]],
    says: ["calls from 10.0.0.1, fd00::/64, 10.0.0.2 or an address of web or db"],
  },
  {
    of: "places, and what asks for more than a place",
    anyOf: [[name("web"), label("a=1")], [address("10.0.0.1")], certificate("ops")],
    says: [
      "calls from 10.0.0.1",
      "calls from an address of web and is a container with the label a=1",
      "has a certificate with the common name ops",
    ],
  },
])("alternatives are said in words: $of", ({ anyOf, says }) => {
  expect(explainAlternatives(anyOf)).toEqual(says);
});
