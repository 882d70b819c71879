// Ends a run with the one line that machines read: `N passed, N failed` (and how many were skipped).
import type { Reporter, TestCase, TestModule } from 'vitest/node';

export default class ClosingLine implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], errors: readonly unknown[]): void {
    const tests = modules.flatMap((module) => [...module.children.allTests()]);
    const count = (state: ReturnType<TestCase['result']>['state']): number =>
      tests.filter((test) => test.result().state === state).length;
    // A file that does not load, or an error outside any test, is a failure too.
    const failed = count('failed') + errors.length + modules.filter((module) => module.errors().length > 0).length;
    const skipped = count('skipped');
    process.stdout.write(`${count('passed')} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}\n`);
  }
}
