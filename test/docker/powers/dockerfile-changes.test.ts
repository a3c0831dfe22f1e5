import { describe, expect, test } from "vitest";
import { imagePowers } from "../../../src/docker/powers/image-operations.ts";
import { askedByRequest } from "./asked.ts";

const ANY: ReadonlySet<string> = new Set(["label:(unknown)", "env:(unknown)"]);

const isTemplate = (power: string): boolean => power.startsWith("template:");

/** What the changes of an import ask for. */
function askedBy(...changes: readonly string[]): readonly string[] {
  const query = `fromSrc=-${changes.map((change) => `&changes=${encodeURIComponent(change)}`).join("")}`;
  return askedByRequest(imagePowers.ImageCreate ?? {}, { query }).powers;
}

describe("the changes of an image ask for", () => {
  test.each<readonly [string, string, readonly string[]]>([
    ["a label", "LABEL traefik.enable=true", ["label:traefik.enable"]],
    ["a label in the older form", "LABEL traefik.enable true or=false", ["label:traefik.enable"]],
    ["several labels", `LABEL a=1 b="2 c=3" d='4' e=`, ["label:a", "label:b", "label:d", "label:e"]],
    ["a variable", "ENV NVIDIA_VISIBLE_DEVICES=all", ["env:NVIDIA_VISIBLE_DEVICES"]],
    ["a variable in small letters and with spaces", " \tenv\t A=1  B=2 ", ["env:A", "env:B"]],
    ["nothing by a command", `CMD ["a", "LABEL b=c"]`, []],
    ["nothing by a user", "USER 0", []],
    ["nothing by what a container asks for", "HEALTHCHECK CMD LABEL a=b", []],
  ])("%s", (_name, change, asked) => {
    expect(askedBy(change)).toEqual(asked);
  });

  test.each([
    ["a line end", "USER 0\nLABEL a=b"],
    ["a return", "USER 0\rLABEL a=b"],
    ["a line that goes on in the next change", "USER 0 \\"],
    ["the other mark of a line that goes on", "USER 0 `"],
    ["a directive", "# escape=`"],
    ["a name in quotes", `LABEL "a"=b`],
    ["a name by a variable", "LABEL $A=b"],
    ["a value by a variable", "LABEL a=$B"],
    ["a quote that does not end", `LABEL a="b`],
    ["quotes that meet", `LABEL a="b"c=d`],
    ["white space that only Go sees, in front", "\u0085LABEL a=b"],
    ["white space that only Go sees, between", "LABEL a=b\u0085c=d"],
    ["white space that only JavaScript sees", "LABEL\ufeffa=b"],
    ["an instruction for later builds", "ONBUILD LABEL a=b"],
    ["an instruction that is not known", "LABELS a=b"],
    ["an instruction by itself", "LABEL"],
  ])("any label and variable by %s", (_name, change) => {
    const asked = askedBy(change).filter((power) => !isTemplate(power));
    expect(asked.every((power) => ANY.has(power)) && asked.length > 0).toBe(true);
  });

  test.each([
    ["VOLUME $A$A", "template:VOLUME $A$A"],
    ["WORKDIR ${A:-$A$A}", "template:WORKDIR ${A:-$A$A}"],
    ["user $A", "template:user $A"],
    ["STOPSIGNAL $A", "template:STOPSIGNAL $A"],
    ["EXPOSE $A", "template:EXPOSE $A"],
    ["ENV A=$A$A", "template:ENV A=$A$A"],
    ["LABEL a='$A'", "template:LABEL a='$A'"],
    ["VOLUME \\", "template:(unknown)"],
    ["# escape=`", "template:(unknown)"],
  ])("variables that the builder replaces, by %s", (change, power) => {
    expect(askedBy(change).filter((asked) => isTemplate(asked))).toEqual([power]);
  });

  test.each([
    "CMD echo $HOME",
    `ENTRYPOINT ["sh", "-c", "$0"]`,
    "HEALTHCHECK CMD test $A",
    "SHELL $A",
    "ENV A=b",
  ])("no variables by %s", (change) => {
    expect(askedBy(change).filter((asked) => isTemplate(asked))).toEqual([]);
  });

  // A pattern that tries every way of parting it would not be done before the test's time is over.
  test.each([
    ["blanks", `LABEL a${" ".repeat(200_000)}b`],
    ["blanks behind a setting", `LABEL a=b${" ".repeat(200_000)}"`],
    ["letters", `LABEL ${"a".repeat(200_000)}"`],
    ["settings", `LABEL ${"a=b ".repeat(50_000)}"`],
    ["quotes", `LABEL ${`a="" `.repeat(50_000)}"`],
  ])("%s without end are read in no time", (_name, change) => {
    expect(askedBy(change).length).toBeGreaterThan(0);
  });

  test("what each of them says", () => {
    expect(askedBy("LABEL a=1", "USER 0", "ENV b=2")).toEqual(["label:a", "env:b"]);
  });
});
