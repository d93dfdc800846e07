// The tiers of `npm test`, in the order in which they run: the cheapest first, so that a slip shows in seconds.

/** How a tier is run: a command that is one test, or every test file that matches a pattern. */
export type TierRun =
  | { readonly kind: 'command'; readonly script: string; readonly args: readonly string[] }
  | { readonly kind: 'mocha'; readonly pattern: string };

/** One tier. */
export interface Tier {
  readonly name: string;
  readonly run: TierRun;
  /** With CI=true a skipped test fails the tier. Where some tests need an account, each suite decides for itself. */
  readonly skipFailsInCi: boolean;
  readonly timeoutMs: number;
  /** It starts what `scripts/builds.ts` builds. */
  readonly needsBuilds?: true;
}

const MINUTE_MS = 60_000;

const command = (name: string, script: string, args: readonly string[]): Tier => ({ name, run: { kind: 'command', script, args }, skipFailsInCi: true, timeoutMs: 10 * MINUTE_MS });

const mocha = (name: string, pattern: string, options: Partial<Pick<Tier, 'skipFailsInCi' | 'timeoutMs' | 'needsBuilds'>> = {}): Tier => ({
  name,
  run: { kind: 'mocha', pattern },
  skipFailsInCi: true,
  timeoutMs: 10 * MINUTE_MS,
  ...options,
});

export const TIERS: readonly Tier[] = [
  command('check', 'node_modules/typescript/bin/tsc', ['--noEmit']),
  command('lint', 'node_modules/eslint/bin/eslint.js', ['.', '--max-warnings', '0']),
  mocha('tidy', 'test/tidy/**/*.test.ts'),
  mocha('unit', 'test/unit/**/*.test.ts'),
  // the exhaustive campaign takes minutes
  mocha('simulation', 'test/simulation/**/*.test.ts', { timeoutMs: 30 * MINUTE_MS }),
  mocha('contract', 'test/contract/**/*.test.ts', { skipFailsInCi: false, timeoutMs: 30 * MINUTE_MS, needsBuilds: true }),
  mocha('apiserver', 'test/apiserver/**/*.test.ts', { timeoutMs: 30 * MINUTE_MS, needsBuilds: true }),
  // network namespaces of the kernel: without root there is nothing to be had
  mocha('lab', 'test/{lab,guest}/**/*.test.ts', { timeoutMs: 30 * MINUTE_MS, skipFailsInCi: process.getuid?.() === 0 }),
  command('demo', 'sim/demo/main.ts', ['--json']),
];

/** The tiers with these names, in their own order; all when none is named. Throws a sentence when a name is unknown. */
export function tiersNamed(names: readonly string[]): readonly Tier[] {
  const unknown = names.filter((name) => !TIERS.some((tier) => tier.name === name));
  if (unknown.length > 0) throw new Error(`no tier is called ${unknown.join(', ')}; there are ${TIERS.map(({ name }) => name).join(', ')}`);
  return names.length === 0 ? TIERS : TIERS.filter(({ name }) => names.includes(name));
}
