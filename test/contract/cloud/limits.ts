// Limits: nobody waits for a token, and a window that may open may also close.
import { expect } from 'chai';
import type { CloudErrorDetail } from '../../../src/ports/cloud-error.ts';
import type { Cloud, WindowTokens } from '../../../src/ports/cloud.ts';
import { eipId, failureOf, instanceId } from './bench.ts';
import type { OnBench } from './suite.ts';

function reserve(cloud: Cloud): WindowTokens {
  const window = cloud.reserveWindow();
  if ('dueInMs' in window) throw new Error(`no window for ${window.dueInMs} ms`);
  return window;
}

/** Windows taken until there are no more. */
function reserveAll(cloud: Cloud): WindowTokens[] {
  const windows: WindowTokens[] = [];
  for (let window = cloud.reserveWindow(); !('dueInMs' in window); window = cloud.reserveWindow()) windows.push(window);
  return windows;
}

export function describeLimits(onBench: OnBench): void {
  describe('a limit', () => {
    it('throws at once, with the time until a token is due, and nothing is sent', async function () {
      const bench = onBench(this);
      const { sim, cloud } = bench;
      const unassociate = (): Promise<CloudErrorDetail> =>
        failureOf(bench, cloud.perform.unassociateEipAddress({ kind: 'unassociateEipAddress', eip: eipId('eip-spare-001'), from: { kind: 'instance', id: instanceId('i-many-001') } }));
      const windows = reserveAll(cloud);
      // what the windows leave is spent on calls that are refused
      await Promise.all(windows.map(() => unassociate()));
      const before = sim.log.since(0).length;
      const failure = await unassociate();
      expect(failure).to.include({ kind: 'throttled', code: '' });
      expect(failure.retryAfterMs).to.be.within(1, 60_000);
      expect(sim.log.since(0)).to.have.lengthOf(before);
      for (const window of windows) window.release();
    });

    it('of the cloud holds the action for everybody, once', async function () {
      const bench = onBench(this);
      bench.sim.faults.add({ action: 'DescribeEipAddresses', kind: 'throttle' });
      expect(await failureOf(bench, bench.cloud.listEips())).to.include({ kind: 'throttled', code: 'Throttling.User' });
      const before = bench.sim.log.since(0).length;
      expect(await failureOf(bench, bench.cloud.describeEips([eipId('eip-home')]))).to.include({ kind: 'throttled' });
      expect(bench.sim.log.since(0)).to.have.lengthOf(before);
    });

    it('that the cloud puts a time to ends at that time', async function () {
      const bench = onBench(this);
      bench.sim.faults.add({ action: 'DescribeEipAddresses', kind: 'throttle', retryAfterMs: 1200 });
      expect(await failureOf(bench, bench.cloud.listEips())).to.include({ kind: 'throttled', retryAfterMs: 1200 });
    });
  });

  describe('a window', () => {
    it('holds what closing it needs, whatever others take', async function () {
      const bench = onBench(this);
      const { sim, cloud, under } = bench;
      const home = { kind: 'instance', id: instanceId('i-home') } as const;
      const window = reserve(cloud);
      reserveAll(cloud);
      await under.settle(cloud.perform.unassociateEipAddress({ kind: 'unassociateEipAddress', eip: eipId('eip-home'), from: home }, window));
      sim.faults.add({ action: 'AssociateEipAddress', kind: 'fail', code: 'TaskConflict', status: 400, count: 3 });
      const close = (): Promise<unknown> => cloud.perform.associateEipAddress({ kind: 'associateEipAddress', eip: eipId('eip-home'), to: home }, window);
      for (let refused = 0; refused < 3; refused += 1) expect(await failureOf(bench, close())).to.include({ kind: 'busy', code: 'TaskConflict' });
    });

    it('that is released gives its tokens to the next, once', function () {
      const { cloud } = onBench(this);
      const windows = reserveAll(cloud);
      expect(windows).to.have.length.above(1);
      windows[0]!.release();
      windows[0]!.release();
      expect(reserveAll(cloud)).to.have.lengthOf(1);
      for (const window of windows.slice(1)) window.release();
    });

    it('that cannot be had says when to ask again', function () {
      const { cloud } = onBench(this);
      reserveAll(cloud);
      const window = cloud.reserveWindow();
      expect('dueInMs' in window && window.dueInMs).to.be.within(1, 60_000);
    });
  });
}
