// Those who do not lead yet, and what holds whatever happens: there are never two, and when the troubles are over there is one.
import { expect } from 'chai';
import { seeded } from '../../../contract/cloud/recording.ts';
import { LeaseWorld, UNANSWERED, WELL, two } from './lease-world.ts';
import type { Candidate, Fate } from './lease-world.ts';

describe('Who stands by', () => {
  it('leads by a claim whose answer was lost, at the next try, and it is one term', async () => {
    const { world, a, b } = await two();
    let claims = 0;
    b.network = ({ method }) => (method === 'PUT' && (claims += 1) === 1 ? UNANSWERED : WELL);
    a.kill();
    await world.until(() => b.mayAct, 25);
    expect(claims).to.be.at.least(2);
    expect(world.lease.spec['leaseTransitions']).to.equal(1);
  });

  it('waits for an API server that is away, says so once, and leads when it is back', async () => {
    const world = new LeaseWorld();
    world.isServerDown = true;
    const a = world.candidate('a');
    await world.pass(60);
    expect(a.mayAct).to.equal(false);
    expect(a.log.lines.filter((line) => line.startsWith('warn'))).to.have.lengthOf(1);
    world.isServerDown = false;
    expect(await world.until(() => a.mayAct)).to.be.at.most(2.1);
  });

  it('that is told to end gives up waiting and leaves the lease alone', async () => {
    const { world, a, b } = await two();
    b.ending.abort();
    expect(await world.clock.settle(b.acquired)).to.be.instanceOf(Error);
    b.sent.length = 0;
    await world.clock.settle(b.leadership.release());
    await world.pass(60);
    expect(b.sent).to.deep.equal([]);
    expect(a.mayAct).to.equal(true);
  });

  it('that is told to end while its claim hangs gives up what it may have got', async () => {
    const { world, a, b } = await two();
    a.kill();
    b.network = ({ method }) => (method === 'PUT' ? UNANSWERED : WELL);
    await world.until(() => world.lease.spec['holderIdentity'] === b.leadership.identity, 20);
    b.ending.abort();
    await world.clock.settle(b.acquired);
    b.network = () => WELL;
    await world.clock.settle(b.leadership.release());
    expect(world.lease.spec['holderIdentity']).to.equal('');
  });
});

const SEEDS = 60;
const TROUBLED_S = 90;
const names = 'abcdefghijklmnopqrstuvwxyz';

/** Machines that lose requests and answers, sleep, die and come back, on clocks that run differently. */
class Chaos {
  readonly world: LeaseWorld;
  readonly #random: () => number;
  readonly overlaps: string[] = [];
  terms = 0;
  #over = false;
  readonly #lives: Candidate[] = [];

  constructor(seed: number) {
    this.world = new LeaseWorld(seed);
    this.#random = seeded(seed + 1_000);
    this.world.onServed = () => this.#check();
    for (let machine = 0; machine < 3; machine += 1) this.#live(machine);
    this.#watch();
    this.#trouble();
  }

  get leaders(): Candidate[] {
    return this.#lives.filter(({ mayAct }) => mayAct);
  }

  end(): void {
    this.#over = true;
    for (const { clock } of this.#lives) clock.own.resume();
  }

  #live(machine: number): void {
    const candidate = this.world.candidate(names[this.terms++ % names.length] ?? '', { rate: 0.85 + 0.3 * this.#random(), beganMs: this.#random() * 1e6 });
    candidate.network = () => this.#fate();
    this.#lives[machine] = candidate;
    void candidate.leadership.lost.then(() => {
      if (!candidate.isAlive) return;
      candidate.kill();
      this.world.clock.after(1_000, () => this.#live(machine));
    });
  }

  #fate(): Fate {
    if (this.#over) return WELL;
    const delay = (): number | 'lost' => {
      const dice = this.#random();
      if (dice < 0.08) return 'lost';
      return dice < 0.12 ? this.#random() * 20_000 : this.#random() * 300;
    };
    return { there: delay(), back: delay() };
  }

  /** One after the other: sleep, death, a wrong clock, giving up. */
  #trouble(): void {
    if (this.#over) return;
    const machine = Math.floor(this.#random() * 3);
    const candidate = this.#lives[machine]!;
    const deeds = [
      () => { candidate.clock.own.pause(); this.world.clock.after(this.#random() * 25_000, () => candidate.clock.own.resume()); },
      () => { candidate.kill(); this.world.clock.after(1_000, () => this.#live(machine)); },
      () => candidate.clock.own.jump((this.#random() - 0.5) * 7_200_000),
      () => { void candidate.leadership.release(); this.world.clock.after(6_000, () => { if (candidate.isAlive) { candidate.kill(); this.#live(machine); } }); },
      () => { this.world.isServerDown = true; this.world.clock.after(this.#random() * 14_000, () => { this.world.isServerDown = false; }); },
    ];
    if (candidate.isAlive) deeds[Math.floor(this.#random() * deeds.length)]!();
    this.world.clock.after(1_000 + this.#random() * 12_000, () => this.#trouble());
  }

  #watch(): void {
    this.#check();
    if (!this.#over) this.world.clock.after(100, () => this.#watch());
  }

  #check(): void {
    const { leaders } = this;
    if (leaders.length > 1) this.overlaps.push(`at ${this.world.clock.monotonic()}: ${leaders.map(({ leadership }) => leadership.identity).join(' and ')}`);
  }
}

describe('Whatever happens to machines, clocks and network', function () {
  this.timeout(60_000);

  it('no two may act at any moment, and one may when it is over', async () => {
    let changes = 0;
    for (let seed = 1; seed <= SEEDS; seed += 1) {
      const chaos = new Chaos(seed);
      await chaos.world.pass(TROUBLED_S);
      expect(chaos.overlaps, `seed ${seed}`).to.deep.equal([]);
      chaos.end();
      await chaos.world.pass(45);
      expect(chaos.leaders, `seed ${seed}`).to.have.lengthOf(1);
      expect(chaos.overlaps, `seed ${seed}`).to.deep.equal([]);
      changes += Number(chaos.world.lease.spec['leaseTransitions']);
    }
    // a storm in which nobody ever loses would prove nothing
    expect(changes).to.be.greaterThan(SEEDS);
  });
});
