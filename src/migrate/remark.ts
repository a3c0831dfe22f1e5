/** Something to tell the person who runs the command: what was done, or what is left to decide. */
export interface Remark {
  readonly kind: "done" | "decide";
  /** The service that it is about; undefined for the file. */
  readonly service: string | undefined;
  readonly says: string;
}

/** Says remarks line by line, what was done first. */
export function explainRemarks(remarks: readonly Remark[]): readonly string[] {
  const linesOf = (kind: Remark["kind"]): readonly string[] =>
    remarks
      .filter((remark) => remark.kind === kind)
      .map(({ service, says }) => `  ${service === undefined ? "" : `${service}: `}${says}`);
  const done = linesOf("done");
  const decide = linesOf("decide");
  return [
    ...(done.length === 0 ? [] : ["done:", ...done]),
    ...(decide.length === 0 ? [] : ["to decide:", ...decide]),
  ];
}
