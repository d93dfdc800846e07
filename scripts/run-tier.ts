// Runs one tier as a child process and counts. A child that dies, hangs or ends badly after good tests is a failure, never a silence.
import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { existsSync, globSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { performance } from 'node:perf_hooks';
import { NOTHING, failed, withoutSkips } from './tier-result.ts';
import type { Tally, TierMessage, TierResult } from './tier-result.ts';
import type { Tier, TierRun } from './tiers.ts';

const ROOT = resolve(import.meta.dirname, '..');
const MOCHA = join(ROOT, 'node_modules/mocha/bin/mocha.js');
/** How long a child may take to end once it has told its tally: what still runs then was left behind by a test. */
const END_TIMEOUT_MS = 10_000;
/** A test that eats more is wrong, and should fail soon rather than when the machine is full. */
const HEAP = ['--max-old-space-size=2048'];
const TAIL_LINES = 60;

export interface RunOptions {
  /** What is missing or skipped is a failure. */
  readonly ci: boolean;
  /** Where progress goes, and what the tests themselves print. */
  readonly output: 'inherit' | 'ignore';
}

/** Runs a tier to its end. Rejects never. */
export async function runTier(tier: Tier, options: RunOptions): Promise<TierResult> {
  const { ci } = options;
  const beganMs = performance.now();
  const tally = await tallyOf(tier, options);
  return { name: tier.name, seconds: (performance.now() - beganMs) / 1_000, ...(ci && tier.skipFailsInCi ? withoutSkips(tally) : tally) };
}

async function tallyOf(tier: Tier, { ci, output }: RunOptions): Promise<Tally> {
  const missing = whatIsMissing(tier.run);
  if (missing === undefined) return tier.run.kind === 'mocha' ? runMocha(tier, tier.run.pattern, output) : runCommand(tier, tier.run);
  if (output === 'inherit') console.log(`  nothing to run: ${missing}`);
  return ci ? failed(NOTHING, 'there is something to run', missing) : NOTHING;
}

function whatIsMissing(run: TierRun): string | undefined {
  if (run.kind === 'mocha') return globSync(run.pattern, { cwd: ROOT }).length > 0 ? undefined : `no file matches ${run.pattern}`;
  return existsSync(join(ROOT, run.script)) ? undefined : `${run.script} is not there`;
}

/** How a child ended: its exit code, or in words why it had to be ended. */
type End = number | string;

async function runMocha(tier: Tier, pattern: string, output: RunOptions['output']): Promise<Tally> {
  const child = fork(MOCHA, ['--reporter', join(ROOT, 'scripts/tier-reporter.ts'), pattern], { cwd: ROOT, execArgv: HEAP, stdio: ['ignore', output, output, 'ipc'] });
  let tally: Tally | undefined;
  let running = 'the loading of the tests';
  let grace: NodeJS.Timeout | undefined;
  child.on('message', (message: TierMessage) => {
    if ('running' in message) running = message.running;
    else {
      tally = message.tally;
      grace = setTimeout(() => child.kill('SIGKILL'), END_TIMEOUT_MS);
    }
  });
  const end = await endOf(child, tier.timeoutMs);
  clearTimeout(grace);
  if (tally === undefined) return failed(NOTHING, 'runs to its end', `it ended without a result, during: ${running}\n${sentence(end)}`);
  if (end === 'SIGKILL') return failed(tally, 'leaves nothing running', `a test left something behind that kept the process alive for ${END_TIMEOUT_MS / 1_000} s`);
  const endedBadly = end !== 0 && tally.failures.length === 0;
  return endedBadly ? failed(tally, 'ends well', `every test passed, but then: ${sentence(end)}`) : tally;
}

async function runCommand(tier: Tier, run: Extract<TierRun, { kind: 'command' }>): Promise<Tally> {
  const child = fork(join(ROOT, run.script), run.args, { cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe', 'ipc'] });
  const lines: string[] = [];
  for (const stream of [child.stdout, child.stderr]) stream?.setEncoding('utf8').on('data', (chunk: string) => lines.push(chunk));
  const end = await endOf(child, tier.timeoutMs);
  const tail = lines.join('').split('\n').slice(-TAIL_LINES).join('\n');
  return end === 0 ? { ...NOTHING, passed: 1 } : failed(NOTHING, [run.script, ...run.args].join(' '), `${sentence(end)}\n${tail}`);
}

async function endOf(child: ChildProcess, timeoutMs: number): Promise<End> {
  const { promise, resolve: settle } = Promise.withResolvers<End>();
  const timer = setTimeout(() => {
    child.kill('SIGKILL');
    settle(`it took longer than ${timeoutMs / 1_000} s`);
  }, timeoutMs);
  child.once('error', (error) => settle(error.message));
  child.once('close', (code, signal) => settle(code ?? signal ?? 'no exit code'));
  return promise.finally(() => clearTimeout(timer));
}

const sentence = (end: End): string => (typeof end === 'number' ? `exit code ${end}` : end);
