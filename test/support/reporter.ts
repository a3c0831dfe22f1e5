import type { Reporter, TestModule } from "vitest/node";

/** Prints the closing line that continuous integration reads: `N passed, N failed[, N skipped]`, alone and last. */
export default class ClosingLineReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandled: readonly unknown[]): void {
    const states = modules.flatMap((module) =>
      [...module.children.allTests()].map((test) => test.result().state),
    );
    const count = (state: string): number => states.filter((each) => each === state).length;
    const broken = modules.filter((module) => module.errors().length > 0).length + unhandled.length;
    const skipped = count("skipped") + count("pending");
    if (skipped > 0 && process.env["CI"] === "true") {
      process.stdout.write("In continuous integration no test may be left out: this run fails.\n");
      process.exitCode = 1;
    }
    const closing = `${count("passed")} passed, ${count("failed") + broken} failed`;
    process.stdout.write(`\n${closing}${skipped > 0 ? `, ${skipped} skipped` : ""}\n`);
  }
}
