/** What can stand in a line, in one at a time. */
export interface InLine<Member> {
  ahead: Member | undefined;
  behind: Member | undefined;
}

/** A line in which members wait in the order in which they came. However long it is, each step costs the same. */
export class Line<Member extends InLine<Member>> {
  #first: Member | undefined;
  #last: Member | undefined;

  /** Who has waited longest. */
  get first(): Member | undefined {
    return this.#first;
  }

  /** Takes the last place; `member` stands in no line. */
  join(member: Member): void {
    member.ahead = this.#last;
    if (this.#last === undefined) {
      this.#first = member;
    } else {
      this.#last.behind = member;
    }
    this.#last = member;
  }

  /** Gives up the place of a member that stands in this line. */
  leave(member: Member): void {
    const { ahead, behind } = member;
    if (ahead === undefined) {
      this.#first = behind;
    } else {
      ahead.behind = behind;
    }
    if (behind === undefined) {
      this.#last = ahead;
    } else {
      behind.ahead = ahead;
    }
    member.ahead = undefined;
    member.behind = undefined;
  }
}
