import type { AnswerPart, Member, Members } from "../../docker/answers/answer-table.ts";
import type { Viewer } from "../../docker/answers/viewer.ts";
import { MemberSplitter, type Piece } from "../../docker/json/split-members.ts";
import { writeJson } from "../../docker/json/write.ts";
import { notUnderstood } from "../../gate-error.ts";
import { ANSWER_ELEMENT_LIMIT, ANSWER_VALUE_LIMIT, ANSWER_VALUES } from "../limits.ts";
import { type ContentReview, faultOf, type Reviewed } from "./element-review.ts";
import { type Seen, type SeeElement, seeBy, seeByOutline } from "./seen-element.ts";

const COMMA = Buffer.from(",");
const COLON = Buffer.from(":");
const OPEN = { list: Buffer.from("["), members: Buffer.from("{") } as const;
const CLOSE = { list: Buffer.from("]"), members: Buffer.from("}") } as const;
const LINE_END = Buffer.from("\n");

const NO_MEMBERS: Members = new Map();

/** A list or an object whose end has not come. */
interface Level {
  readonly as: "list" | "members";
  readonly members: Members;
  /** How an entry of a list is seen. */
  readonly see: SeeElement | undefined;
  /** How many members or entries have gone on. */
  count: number;
}

/**
 * Reads a JSON object member by member, and lists in it entry by entry, and gives it as the client may read it. Holds no more than
 * one element. An entry that can't be read, or is too long, is nobody's and left out; any other such value is a fault.
 */
export class MembersReview implements ContentReview {
  readonly flows = false;
  readonly #splitter: MemberSplitter;
  readonly #viewer: Viewer;
  readonly #onWithheld: () => void;
  readonly #levels: Level[];
  #hasBegun = false;

  /** `onWithheld` is told of each entry that the client does not get. */
  constructor(members: Members, viewer: Viewer, hold: (bytes: number) => boolean, onWithheld: () => void) {
    const bounds = { entry: ANSWER_ELEMENT_LIMIT, value: ANSWER_VALUE_LIMIT, hold };
    this.#splitter = new MemberSplitter(members, bounds);
    this.#viewer = viewer;
    this.#onWithheld = onWithheld;
    this.#levels = [{ as: "members", members, see: undefined, count: 0 }];
  }

  read(data: readonly Buffer[], isLast: boolean): Reviewed {
    const content: Buffer[] = [];
    if (!this.#hasBegun) content.push(OPEN.members);
    this.#hasBegun = true;
    for (const part of data) {
      const cut = this.#splitter.read(part);
      if (!cut.ok) return faultOf(cut.error);
      for (const piece of cut.value) {
        const fault = this.#put(piece, content);
        if (fault !== undefined) return { kind: "fault", error: notUnderstood(fault) };
      }
    }
    if (isLast) {
      const cut = this.#splitter.end();
      if (!cut.ok) return faultOf(cut.error);
      content.push(CLOSE.members, LINE_END);
    }
    return { kind: "written", content };
  }

  #put(piece: Piece, content: Buffer[]): string | undefined {
    const level = this.#levels.at(-1);
    if (level === undefined) return undefined;
    switch (piece.kind) {
      case "opens": {
        const member = level.members.get(piece.key);
        this.#putKey(level, piece.key, content);
        content.push(OPEN[piece.as]);
        this.#levels.push(this.#levelOf(member, piece.as));
        return undefined;
      }
      case "closes":
        content.push(CLOSE[level.as]);
        this.#levels.pop();
        return undefined;
      case "element": {
        const { key, element } = piece;
        const see = key === undefined ? level.see : this.#seeMember(level.members.get(key));
        const seen: Seen = element === undefined ? "unreadable" : (see?.(element) ?? "withheld");
        if (typeof seen !== "string") {
          this.#putKey(level, key, content);
          content.push(seen);
        } else if (key === undefined) {
          this.#onWithheld();
        } else if (seen === "unreadable") {
          return "a part of it can't be read";
        }
        return undefined;
      }
    }
  }

  #putKey(level: Level, key: string | undefined, content: Buffer[]): void {
    if (level.count > 0) content.push(COMMA);
    level.count += 1;
    if (key !== undefined) content.push(writeJson(key), COLON);
  }

  #levelOf(member: Member | undefined, as: Level["as"]): Level {
    const members = member?.kind === "members" ? member.members : NO_MEMBERS;
    return {
      as,
      members,
      see: member?.kind === "list" ? this.#seeEntries(member.entry) : undefined,
      count: 0,
    };
  }

  #seeEntries({ review, outline }: AnswerPart): SeeElement {
    const viewer = this.#viewer;
    const bounds = { values: ANSWER_VALUES.list, takesNul: true };
    return seeByOutline(outline?.(viewer), (value) => review(value, viewer), bounds);
  }

  /** What nobody knows tells of anybody. */
  #seeMember(member: Member | undefined): SeeElement {
    const { isStrict, isScoped } = this.#viewer;
    const bounds = { values: ANSWER_VALUES.value, takesNul: true };
    return seeBy((value) => {
      if (member !== undefined) return member.part.review(value, this.#viewer);
      return isStrict || isScoped ? undefined : value;
    }, bounds);
  }
}
