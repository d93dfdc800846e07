// A mocha reporter for `npm test`: one line of progress per suite; to the parent process which test runs, and the tally at the end.
// The reason of a skip is what follows "skipped: " in the title of the test, or of the hook that skipped it.
import { inspect } from 'node:util';
import Mocha from 'mocha';
import type { Failure, Skip, TierMessage } from './tier-result.ts';

const { EVENT_HOOK_BEGIN, EVENT_HOOK_END, EVENT_RUN_END, EVENT_SUITE_END, EVENT_TEST_BEGIN, EVENT_TEST_FAIL, EVENT_TEST_PASS, EVENT_TEST_PENDING } = Mocha.Runner.constants;

const REASON = /skipped: (.+?)\)?$/s;

interface Shown extends Error {
  readonly actual?: unknown;
  readonly expected?: unknown;
}

function detailOf(error: Shown): string {
  const diff = error.expected === undefined ? '' : Mocha.reporters.Base.generateDiff(shown(error.actual), shown(error.expected));
  return `${error.stack ?? error.message}${diff}`;
}

const shown = (value: unknown): string => (typeof value === 'string' ? value : inspect(value, { depth: 8, sorted: true }));

function say(message: TierMessage): void {
  process.send?.(message);
}

export default class TierReporter {
  private readonly failures: Failure[] = [];
  private readonly skips: Skip[] = [];
  private passed = 0;
  private toldBefore = { passed: 0, failed: 0, skipped: 0 };
  private skippedBecause: string | undefined;

  constructor(runner: Mocha.Runner) {
    Mocha.reporters.Base.useColors = false;
    // told before it runs: a test that kills its process can still be named
    runner.on(EVENT_HOOK_BEGIN, (hook) => say({ running: hook.fullTitle() }));
    runner.on(EVENT_TEST_BEGIN, (test) => say({ running: test.fullTitle() }));
    runner.on(EVENT_TEST_PASS, () => this.passed++);
    runner.on(EVENT_TEST_FAIL, (test, error: Shown) => {
      this.failures.push({ title: test.fullTitle(), detail: detailOf(error) });
      console.log(`    FAILED ${test.fullTitle()}`);
    });
    runner.on(EVENT_HOOK_END, (hook) => {
      const reason = REASON.exec(hook.title)?.[1];
      if (reason !== undefined) this.skippedBecause = reason;
    });
    runner.on(EVENT_TEST_PENDING, (test) => this.skips.push({ title: test.fullTitle(), reason: this.reasonOf(test) }));
    runner.on(EVENT_SUITE_END, (suite) => this.suiteEnded(suite));
    runner.once(EVENT_RUN_END, () => this.tell());
  }

  private reasonOf(test: Mocha.Test): string {
    return REASON.exec(test.title)?.[1] ?? this.skippedBecause ?? `no reason given: ${test.fullTitle()}`;
  }

  private suiteEnded(suite: Mocha.Suite): void {
    if (suite.root || suite.parent?.root !== true) return;
    const now = { passed: this.passed, failed: this.failures.length, skipped: this.skips.length };
    const before = this.toldBefore;
    const counts = [[now.passed - before.passed, 'passed'], [now.failed - before.failed, 'failed'], [now.skipped - before.skipped, 'skipped']] as const;
    console.log(`  ${suite.title}: ${counts.filter(([count]) => count > 0).map((count) => count.join(' ')).join(', ')}`);
    this.toldBefore = now;
    this.skippedBecause = undefined;
  }

  private tell(): void {
    say({ tally: { passed: this.passed, failures: this.failures, skips: this.skips } });
  }
}
