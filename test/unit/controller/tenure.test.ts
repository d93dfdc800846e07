// The life of a replica: what is asked of the controller and of the lease, in which order, and how it ends.
import { expect } from 'chai';
import { serve, unrivalled } from '../../../src/controller/tenure.ts';
import type { Tenure, TenureEnd } from '../../../src/controller/tenure.ts';
import { KeptLog } from '../../kit/log.ts';
import { VirtualClock, settled } from '../../kit/virtual-clock.ts';

class Bench {
  readonly clock = new VirtualClock();
  readonly log = new KeptLog();
  readonly told: string[] = [];
  readonly ending = new AbortController();
  readonly acquired = Promise.withResolvers<undefined>();
  readonly lost = Promise.withResolvers<undefined>();
  readonly drained = Promise.withResolvers<undefined>();
  stops: Promise<void> = Promise.resolve();
  end: TenureEnd | undefined;

  begin(leadership?: Tenure['leadership']): void {
    const tell = (what: string, then: Promise<unknown> = Promise.resolve()): Promise<void> => (this.told.push(what), then.then(() => undefined));
    this.ending.signal.addEventListener('abort', () => this.acquired.reject(new Error('given up')));
    const lease = { acquire: () => tell('acquire', this.acquired.promise), mayAct: () => true, lost: this.lost.promise, release: () => tell('release') };
    const controller = {
      standBy: () => tell('stand by', new Promise(() => undefined)), start: () => tell('start'), drain: (ms: number) => tell(`drain ${ms}`, this.drained.promise), stop: () => tell('stop', this.stops),
    };
    void serve({ leadership: leadership ?? lease, controller, ended: this.ending.signal, clock: this.clock, log: this.log }).then((end) => { this.end = end; });
  }
}

describe('A replica', () => {
  let bench: Bench;
  beforeEach(() => { bench = new Bench(); });

  it('stands by until it leads, drains when it is told to end, and gives the lease up last', async () => {
    bench.begin();
    await settled();
    expect(bench.told).to.deep.equal(['stand by', 'acquire']);
    bench.acquired.resolve(undefined);
    await settled();
    bench.ending.abort();
    await settled();
    expect(bench.told.slice(2)).to.deep.equal(['start', 'drain 45000']);
    bench.drained.resolve(undefined);
    await settled();
    expect(bench.told.slice(4)).to.deep.equal(['stop', 'release']);
    expect([bench.end, bench.clock.pending]).to.deep.equal(['stood down', 0]);
  });

  it('that is told to end while it stands by never starts', async () => {
    bench.begin();
    bench.ending.abort();
    await settled();
    expect(bench.told).to.deep.equal(['stand by', 'acquire', 'stop', 'release']);
    expect(bench.end).to.equal('stood down');
  });

  it('that loses the lease ends at once, waits for nothing and gives nothing up', async () => {
    bench.stops = new Promise(() => undefined);
    bench.begin();
    bench.acquired.resolve(undefined);
    bench.lost.resolve(undefined);
    await settled();
    expect(bench.end).to.equal('lost');
    expect(bench.told).not.to.include('release');
    expect(bench.log.lines.some((line) => line.startsWith('error'))).to.equal(true);
  });

  it('that loses the lease while it drains ends at once too', async () => {
    bench.begin();
    bench.acquired.resolve(undefined);
    await settled();
    bench.ending.abort();
    await settled();
    bench.lost.resolve(undefined);
    await settled();
    expect(bench.end).to.equal('lost');
    expect(bench.told).not.to.include('release');
  });

  it('waits ten seconds at most for what was sent', async () => {
    bench.stops = new Promise(() => undefined);
    bench.drained.resolve(undefined);
    bench.begin();
    bench.acquired.resolve(undefined);
    await settled();
    bench.ending.abort();
    await bench.clock.pass(9_999);
    expect(bench.end).to.equal(undefined);
    await bench.clock.pass(1);
    expect([bench.end, bench.told.at(-1)]).to.deep.equal(['stood down', 'release']);
  });

  it('without rivals leads at once', async () => {
    bench.begin(unrivalled());
    await settled();
    expect(bench.told).to.deep.equal(['stand by', 'start']);
  });
});
