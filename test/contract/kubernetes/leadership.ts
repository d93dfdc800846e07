// Leadership of this project on a connection of this project: what its virtual clocks cannot tell, that the server takes what it writes.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CoordinationV1Api } from '@kubernetes/client-node';
import { expect } from 'chai';
import { systemClock, systemRandom } from '../../../src/adapters/clock.ts';
import { connect } from '../../../src/adapters/kubernetes/connection.ts';
import type { Connection } from '../../../src/adapters/kubernetes/connection.ts';
import { LeaseLeadership } from '../../../src/adapters/kubernetes/lease.ts';
import { KeptLog } from '../../kit/log.ts';
import type { Bench } from './suite.ts';

const namespace = 'kube-system';

export function describeLeadership(onBench: () => Bench): void {
  describe('leadership', () => {
    let folder = '';
    let api: Connection | undefined;
    const all: LeaseLeadership[] = [];
    const never = new AbortController().signal;
    const leases = (): CoordinationV1Api => onBench().config.makeApiClient(CoordinationV1Api);

    const leadership = (name: string, instance: string): LeaseLeadership => {
      const made = new LeaseLeadership({ api: api!, clock: systemClock, random: systemRandom, log: new KeptLog(), instance, namespace, name });
      all.push(made);
      return made;
    };

    before('a connection is made', async () => {
      folder = await mkdtemp(join(tmpdir(), 'egress-unification-leadership-'));
      await writeFile(join(folder, 'kubeconfig'), onBench().config.exportConfig());
      api = await connect({ kubeconfig: join(folder, 'kubeconfig'), clock: systemClock, userAgent: 'test/1' });
    });

    after('nobody leads any more', async () => {
      await Promise.all(all.map((each) => each.release()));
      await api?.close();
      await rm(folder, { recursive: true });
    });

    it('is of one, and of the next once that one gives it up', async () => {
      const name = onBench().name();
      const [a, b] = [leadership(name, 'a'), leadership(name, 'b')];
      await a.acquire(never);
      const second = b.acquire(never);
      expect([a.mayAct(), b.mayAct()]).to.deep.equal([true, false]);
      await a.release();
      await second;
      expect([a.mayAct(), b.mayAct()]).to.deep.equal([false, true]);
      const { spec } = await leases().readNamespacedLease({ name, namespace });
      expect(spec).to.include({ holderIdentity: b.identity, leaseDurationSeconds: 15, leaseTransitions: 1 });
    });

    it('goes to one of many who come at once', async () => {
      const name = onBench().name();
      const rivals = ['a', 'b', 'c', 'd'].map((instance) => leadership(name, instance));
      const giveUp = new AbortController();
      await Promise.race(rivals.map((rival) => rival.acquire(giveUp.signal).catch(() => new Promise(() => undefined))));
      expect(rivals.filter((rival) => rival.mayAct())).to.have.lengthOf(1);
      giveUp.abort();
    });

    it('is lost when the lease is deleted', async () => {
      const name = onBench().name();
      const a = leadership(name, 'a');
      await a.acquire(never);
      await leases().deleteNamespacedLease({ name, namespace });
      await a.lost;
      expect(a.mayAct()).to.equal(false);
    });
  });
}
