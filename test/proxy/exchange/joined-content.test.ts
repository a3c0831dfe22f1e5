import { expect, test } from "vitest";
import { JoinedContent } from "../../../src/proxy/exchange/joined-content.ts";

const COMMA = Buffer.from(",");

function piecesOf(add: (content: JoinedContent) => void): readonly string[] {
  const content = new JoinedContent();
  add(content);
  return content.pieces.map((piece) => piece.toString());
}

test("what stands together in a chunk is one piece, with what stands between", () => {
  const chunk = Buffer.from("[a,bc,d]\n");
  const pieces = piecesOf((content) => {
    content.addPart(chunk, 1, 2);
    content.add(COMMA);
    content.addPart(chunk, 3, 5);
    content.add(COMMA);
    content.addPart(chunk, 6, 7);
    content.add(Buffer.from("]\n"));
  });
  expect(pieces).toEqual(["a,bc,d]\n"]);
});

test("what is left out, stands elsewhere or has another mark behind it parts the pieces, and all comes in its order", () => {
  const [chunk, other] = [Buffer.from("a,b;c,d"), Buffer.from("a,b;c,d")];
  const pieces = piecesOf((content) => {
    content.add(Buffer.from("["));
    content.addPart(chunk, 0, 1);
    content.add(COMMA);
    content.addPart(chunk, 4, 5);
    content.add(Buffer.from(";"));
    content.addPart(chunk, 6, 7);
    content.addPart(other, 0, 1);
    content.addPart(chunk, 2, 3);
    content.add(COMMA);
  });
  expect(pieces).toEqual(["[", "a,", "c", ";", "d", "a", "b", ","]);
  expect(piecesOf(() => undefined)).toEqual([]);
});
