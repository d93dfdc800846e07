// Tests in the background: so many at once, one of a kind for one instance, nothing of who is gone.
import { expect } from 'chai';
import type { InstanceId } from '../../../../src/core/ids.ts';
import type { Member } from '../../../../src/core/selection.ts';
import { ResourceState } from '../../../../src/controller/resource-state.ts';
import { Verifier, type Kind } from '../../../../src/controller/verification/verifier.ts';
import { VpcBook } from '../../../../src/controller/vpc-book.ts';
import type { Cloud } from '../../../../src/ports/cloud.ts';
import { KeptLog } from '../../../kit/log.ts';
import { aResource } from '../../../kit/resource.ts';
import { settled, VirtualClock } from '../../../kit/virtual-clock.ts';

class Bench {
  readonly clock = new VirtualClock();
  readonly resource = aResource();
  readonly state = new ResourceState(this.resource, new VpcBook(() => ({}) as Cloud, this.clock).of('cn-hangzhou', 'vpc-1'));
  readonly tried: string[] = [];
  readonly dropped: string[] = [];
  lives = true;
  underWay = 0;
  most = 0;
  readonly verifier = new Verifier({ clock: this.clock, log: new KeptLog(), resources: { get: () => (this.lives ? this.resource : undefined) } });

  add(kind: Kind, name: string, { afterMs = 0, urgent = false, againMs = undefined as number | undefined } = {}): void {
    const id = name as InstanceId;
    if (!this.state.members.has(id)) this.state.members.set(id, { id, selected: true } as Member);
    const attempt = async (): Promise<number | undefined> => {
      this.tried.push(`${kind} ${name}`);
      this.most = Math.max(this.most, (this.underWay += 1));
      await new Promise<void>((resolve) => void this.clock.after(1_000, resolve));
      this.underWay -= 1;
      return againMs;
    };
    this.verifier.add({ kind, state: this.state, id, attempt, dropped: () => this.dropped.push(`${kind} ${name}`) }, { afterMs, urgent });
  }
}

describe('The verifier', () => {
  it('tries many, and no more at once than it may', async () => {
    const bench = new Bench();
    for (let at = 0; at < 500; at += 1) bench.add('inbound', `i-${at}`);
    await bench.clock.pass(30_000);
    expect([bench.tried.length, bench.dropped.length, bench.most]).to.deep.equal([500, 500, 32]);
  });

  it('tries what a place in the rollout waits for though all its workers are busy', async () => {
    const bench = new Bench();
    for (let at = 0; at < 500; at += 1) bench.add('inbound', `i-${at}`);
    await settled();
    bench.add('baseline', 'i-canary', { urgent: true });
    await settled();
    expect(bench.tried.at(-1)).to.equal('baseline i-canary');
  });

  it('has commands in guests wait for no connections', async () => {
    const bench = new Bench();
    for (let at = 0; at < 500; at += 1) bench.add('inbound', `i-${at}`);
    bench.add('egress', 'i-0');
    await settled();
    expect(bench.tried).to.include('egress i-0');
  });

  it('tries one of a kind for an instance once at a time, and again when it says so', async () => {
    const bench = new Bench();
    for (let times = 0; times < 3; times += 1) bench.add('inbound', 'i-a', { afterMs: 10, againMs: 60_000 });
    await bench.clock.pass(59_000);
    expect([bench.tried.length, bench.most]).to.deep.equal([1, 1]);
    await bench.clock.pass(62_000);
    expect(bench.tried.length).to.equal(2);
  });

  it('comes sooner when that is wished, with what it was given first', async () => {
    const bench = new Bench();
    bench.add('inbound', 'i-a', { afterMs: 3_600_000 });
    bench.add('inbound', 'i-a', { afterMs: 5_000 });
    await bench.clock.pass(6_000);
    expect(bench.tried).to.have.length(1);
  });

  for (const [who, goes] of [['an instance that left', (bench: Bench) => bench.state.members.clear()], ['a resource that is gone', (bench: Bench) => { bench.lives = false; }]] as const) {
    it(`tries nothing of ${who}, and forgets it`, async () => {
      const bench = new Bench();
      bench.add('inbound', 'i-a', { againMs: 60_000 });
      await bench.clock.pass(2_000);
      goes(bench);
      await bench.clock.pass(600_000);
      expect([bench.tried.length, bench.dropped, bench.clock.pending]).to.deep.equal([1, ['inbound i-a'], 0]);
    });
  }

  it('begins nothing once it is stopped', async () => {
    const bench = new Bench();
    bench.add('inbound', 'i-a', { afterMs: 1_000 });
    bench.verifier.stop();
    await bench.clock.pass(60_000);
    expect([bench.tried, bench.clock.pending]).to.deep.equal([[], 0]);
  });
});
