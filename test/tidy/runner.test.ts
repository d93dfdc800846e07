import { expect } from 'chai';
import { runTier } from '../../scripts/run-tier.ts';
import { report } from '../../scripts/tier-result.ts';
import { TIERS, tiersNamed } from '../../scripts/tiers.ts';
import type { Tier } from '../../scripts/tiers.ts';

const fixture = (name: string, skipFailsInCi = true): Tier => ({ name, run: { kind: 'mocha', pattern: `test/tidy/fixtures/${name}.ts` }, skipFailsInCi, timeoutMs: 30_000 });

const locally = { ci: false, output: 'ignore' } as const;
const inCi = { ci: true, output: 'ignore' } as const;

describe('The test runner', function () {
  this.timeout(30_000);

  it('counts what passed, failed and was skipped, and why', async () => {
    const { passed, failures, skips } = await runTier(fixture('mixed'), locally);
    expect(passed).to.equal(1);
    expect(failures.map(({ title }) => title)).to.deep.equal(['mixed fails']);
    expect(failures[0]!.detail).to.contain('as it should');
    expect(skips.map(({ reason }) => reason)).to.deep.equal(['no account', 'no binaries']);
  });

  it('counts a skip as a failure in CI', async () => {
    const { failures, skips } = await runTier(fixture('mixed'), inCi);
    expect([failures.length, skips.length]).to.deep.equal([3, 0]);
    expect(failures[2]!.detail).to.contain('no binaries');
  });

  it('lets a tier skip in CI where its suites decide for themselves', async () => {
    expect((await runTier(fixture('mixed', false), inCi)).skips).to.have.length(2);
  });

  it('does not take a process that vanished for a success', async () => {
    const { passed, failures } = await runTier(fixture('vanishing'), locally);
    expect([passed, failures.length]).to.deep.equal([0, 1]);
    expect(failures[0]!.detail).to.contain('vanishing ends the process');
  });

  it('does not take a bad end after good tests for a success', async () => {
    const { passed, failures } = await runTier(fixture('failing-late'), locally);
    expect([passed, failures.map(({ title }) => title)]).to.deep.equal([1, ['ends well']]);
  });

  it('ends what takes too long', async () => {
    const hanging: Tier = { name: 'hanging', run: { kind: 'command', script: 'test/tidy/fixtures/hanging.ts', args: [] }, skipFailsInCi: true, timeoutMs: 300 };
    expect((await runTier(hanging, locally)).failures.map(({ detail }) => detail.trim())).to.deep.equal(['it took longer than 0.3 s']);
  });

  it('says that a tier is empty, which only CI holds against it', async () => {
    expect((await runTier(fixture('not-there'), locally)).failures).to.deep.equal([]);
    expect((await runTier(fixture('not-there'), inCi)).failures).to.have.length(1);
  });

  it('ends with the sum', () => {
    const result = { name: 'unit', seconds: 1.25, passed: 3, failures: [{ title: 'a', detail: 'b' }], skips: [{ title: 'c', reason: 'd' }] };
    expect(report([result, { ...result, failures: [], skips: [] }]).at(-1)).to.equal('6 passed, 1 failed, 1 skipped');
  });

  it('runs the tiers in their own order, whatever the order asked for', () => {
    expect(tiersNamed(['unit', 'tidy']).map(({ name }) => name)).to.deep.equal(['tidy', 'unit']);
    expect(tiersNamed([])).to.equal(TIERS);
    expect(() => tiersNamed(['units'])).to.throw('no tier is called units');
  });
});
