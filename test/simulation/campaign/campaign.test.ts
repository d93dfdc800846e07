// The machinery of the campaigns for itself: what is enumerated, pruned, cut into shards, resumed, and said.
import { appendFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import type { RunPlan } from '../engine/contract.ts';
import { commandOf } from './arguments.ts';
import { campaignOf, campaignOfPoints, type Batch } from './campaigns.ts';
import { tableOf, unreached } from './cells.ts';
import { classesOf, shapeOf } from './classes.ts';
import { secondsOf, unseen } from './pairs.ts';
import { chosen, distinct, enumerated, spread, type Point } from './points.ts';
import { Pool, type Spot } from './pool.ts';
import { planOfSeed } from './random.ts';
import { figuresLine, progressLine } from './report.ts';
import { reproductionOf } from './reproduction.ts';
import { ResumeFile, resumed } from './resume.ts';
import { belongsTo, shardOf } from './shard.ts';
import { Tally } from './tally.ts';

const spot = (at: number, verb: string, situation: number, world = situation): Spot => ({ at, verb, mutates: verb.includes('Associate'), side: 'cloud', world, situation });
const PLAN: RunPlan = { scenario: 'S1', seed: 7, injections: [{ at: 42, fault: 'lost-answer' }, { at: 57, fault: 'meddle:detachEni' }], standby: true, swarm: { untilMs: 60_000, rates: { html: 0.01 } }, edits: ['observe', 'enforce'] };
const planOfAnySeed = (seed: number): RunPlan => ({ scenario: 'S1', seed, injections: [] });
const SUPPLY = { scenarios: ['S1', 'S2'], faults: ['html', 'throttled'], edits: ['observe'] };

describe('The points of a campaign', () => {
  const spots = [spot(1, 'vpc:DescribeEipAddresses', 1), spot(2, 'vpc:AssociateEipAddress', 2), spot(3, 'vpc:DescribeEipAddresses', 1), spot(4, 'vpc:DescribeEipAddresses', 4, 1)];
  const points = enumerated('S1', false, { spots, faultsAt: () => ['crash-before', 'html'] });

  it('are every fault at every call', () => expect(points).to.have.length(8));

  it('are the same when the same fault meets the same call in the same situation; of a crash only the world counts', () => {
    expect(distinct(points).map(({ at, fault }) => `${at} ${fault}`)).to.deep.equal(['1 crash-before', '1 html', '2 crash-before', '2 html', '4 html']);
  });

  it('are spread over faults and calls when there is not time for all, in their own order, the same every time', () => {
    const many: Point[] = Array.from({ length: 100 }, (_, at) => ({ scenario: 'S1', standby: false, at, fault: at < 98 ? 'html' : 'throttled', verb: 'v', world: at, situation: at }));
    const few = spread(many, 4);
    expect(few.map(({ fault }) => fault)).to.deep.equal(['html', 'html', 'throttled', 'throttled']);
    expect(spread(many, 4)).to.deep.equal(few);
    expect(few.map(({ at }) => at)).to.deep.equal(few.map(({ at }) => at).toSorted((a, b) => a - b));
    expect(spread(many, 1_000)).to.deep.equal(many);
  });

  it('keep time for the other faults beside the crashes', () => {
    const many: Point[] = Array.from({ length: 100 }, (_, at) => ({ scenario: 'S1', standby: false, at, fault: at < 90 ? 'crash-before' : 'html', verb: 'v', world: at, situation: at }));
    expect(chosen(many, 10).filter(({ fault }) => fault === 'html')).to.have.length(4);
  });
});

describe('A second fault', () => {
  const first: Point = { scenario: 'S1', standby: false, at: 2, fault: 'html', verb: 'v', world: 1, situation: 1 };
  const seconds = secondsOf(first, [spot(1, 'vpc:AssociateEipAddress', 1), spot(3, 'vpc:AssociateEipAddress', 3), spot(4, 'vpc:AssociateEipAddress', 3)]);

  it('comes after the first, and is a crash or something done by hand where the first is neither', () => {
    expect(new Set(seconds.map(({ at }) => at))).to.deep.equal(new Set([3, 4]));
    expect(seconds.filter(({ fault }) => !/^(crash-|meddle:)/.test(fault))).to.deep.equal([]);
    expect(secondsOf({ ...first, fault: 'crash-after' }, [spot(3, 'vpc:AssociateEipAddress', 3)]).map(({ fault }) => fault)).to.include('lost-answer');
  });

  it('is not tried twice in the same situation, whatever came first', () => {
    const seen = new Set<number>();
    const taken = unseen(seconds, seen, 1_000);
    expect(taken.filter(({ at }) => at === 4)).to.deep.equal([]);
    expect(unseen(seconds, seen, 1_000)).to.deep.equal([]);
  });
});

describe('A random plan', () => {
  it('is the same for the same seed, and another for another', () => {
    expect(planOfSeed(5, SUPPLY)).to.deep.equal(planOfSeed(5, SUPPLY));
    expect(new Set(Array.from({ length: 50 }, (_, seed) => JSON.stringify({ ...planOfSeed(seed, SUPPLY), seed: 0 }))).size).to.be.greaterThan(20);
  });
});

describe('A plan in one line', () => {
  it('is read back as the same plan', () => {
    const command = commandOf(reproductionOf(PLAN).split(' '), planOfAnySeed);
    expect(command).to.deep.equal({ kind: 'one', plan: PLAN, trace: false });
  });
});

describe('The command line', () => {
  const refused: readonly (readonly [string, RegExp])[] = [
    ['--campaign nightly', /--campaign is one of exhaustive, pairs, random/], ['--campaign random --shard 3/2', /--shard takes i\/n/], ['--seed 0', /--seed takes a whole number/],
    ['--scenario S99', /no scenario is called S99/], ['--scenario S1 --inject 4', /--inject takes CALL:FAULT/], ['--scenario S1 --swarm 4', /--swarm takes UNTIL_MS/], ['--nonsense', /nonsense/],
    ['--shard 1/2', /--shard goes with --campaign/], ['--campaign random --trace', /--trace goes with a run/], ['--inject 4:html', /--inject goes with --scenario/],
  ];
  for (const [flags, says] of refused) it(`refuses ${flags} and says what to write`, () => expect(() => commandOf(flags.split(' '), planOfAnySeed)).to.throw(says));

  it('gives a campaign its usual size, and a seed alone the plan of the random campaign', () => {
    expect(commandOf(['--campaign', 'random'], planOfAnySeed)).to.deep.include({ kind: 'campaign', json: false });
    expect(commandOf(['--seed', '9'], planOfAnySeed)).to.deep.include({ kind: 'one', plan: planOfAnySeed(9) });
    expect(commandOf([], planOfAnySeed)).to.deep.equal({ kind: 'help' });
  });
});

describe('The shards of a campaign', () => {
  it('are all of it, and nothing twice', () => {
    const units = Array.from({ length: 100 }, (_, unit) => unit);
    const shards = ['1/3', '2/3', '3/3'].map(shardOf);
    expect(shards.flatMap((shard) => units.filter((unit) => belongsTo(unit, shard))).toSorted((a, b) => a - b)).to.deep.equal(units);
  });

  it('of the random campaign have seeds of their own, in order', async () => {
    const pool = new Pool({ workers: 0 });
    const seedsOf = (shard: string): number[] => {
      const { batches } = campaignOf(pool, [], { campaign: 'random', count: 20, shard: shardOf(shard), seed: 100, scenarios: ['S1'] });
      return [...(batches as Iterable<Batch>)].flatMap(({ plans }) => plans.map(({ seed }) => seed));
    };
    expect(seedsOf('1/2')).to.deep.equal([100, 102, 104, 106, 108, 110, 112, 114, 116, 118]);
    expect([...seedsOf('1/2'), ...seedsOf('2/2')].toSorted((a, b) => a - b)).to.deep.equal(Array.from({ length: 20 }, (_, unit) => 100 + unit));
    await pool.end();
  });
});

describe('A campaign that was interrupted', () => {
  const directory = mkdtempSync(join(tmpdir(), 'resume-'));
  const path = join(directory, 'night.jsonl');
  after(() => rmSync(directory, { recursive: true }));

  it('goes on where it was, with what it had found, and does again what was half written', () => {
    const tally = new Tally();
    tally.add({ plan: PLAN, violations: [{ invariant: 'S1', message: 'dark', atMs: 1 }], cells: ['html × v'] });
    new ResumeFile(path, 'random count 20').append({ from: 0, to: 7, sum: tally.sum() });
    appendFileSync(path, '{"from":8,"to":');
    const { tally: again, isDone } = resumed(new ResumeFile(path, 'random count 20').done);
    expect([again.executed, again.failed, [...again.cells], again.failures[0]?.plan]).to.deep.equal([1, 1, ['html × v'], PLAN]);
    expect([0, 7, 8].map(isDone)).to.deep.equal([true, true, false]);
    expect(readFileSync(path, 'utf8')).to.match(/\}\n$/);
  });

  it('is not mixed with another', () => expect(() => new ResumeFile(path, 'random count 21')).to.throw('is of another campaign'));
});

describe('What is told of a campaign', () => {
  it('puts violations that differ in ids and numbers only into one class, with its first run', () => {
    const failure = (n: number): { plan: RunPlan; violations: { invariant: string; message: string; atMs: number }[] } => ({
      plan: { scenario: 'S1', seed: 1, injections: [{ at: n, fault: 'html' }] }, violations: [{ invariant: 'S2', message: `the window of i-${n} lasted ${n}.5 s`, atMs: n }],
    });
    const [only, ...others] = classesOf([failure(3), failure(4)]);
    expect(others).to.deep.equal([]);
    expect(only).to.deep.include({ count: 2, invariant: 'S2', reproduction: '--scenario S1 --seed 1 --inject 3:html', faults: ['html'] });
    expect(shapeOf('eip-1 of i-a after 3.25 s')).to.equal('eip-… of i-… after # s');
  });

  it('says how far it is and what it came to', () => {
    expect(progressLine({ done: 1_234, expected: 7_500, seconds: 10, failed: 2 })).to.equal('1,234 of 7,500 runs, 123/s, 51 s left, 2 violations');
    const figures = { enumerated: 9_000, executed: 8_000, violations: 0, unreachedCells: 1, seconds: 12 };
    expect(figuresLine(12, figures, 77)).to.equal('12 scenarios, 9,000 enumerated, 8,000 executed, 0 violations, 77 cells reached, 1 unreached, 12 s');
  });

  it('names the cells that can exist and were never reached, and the reason for those that cannot', () => {
    const places = [{ side: 'cloud', verb: 'vpc:AssociateEipAddress', mutates: true }, { side: 'kubernetes', verb: 'WATCH nodes', mutates: false }] as const;
    expect(unreached(places, new Set(['crash-after × vpc:AssociateEipAddress']))).to.include('crash-before × WATCH nodes').and.not.include('crash-after × vpc:AssociateEipAddress');
    expect(tableOf(places, new Set()).join('\n')).to.include('crash-after: 0 of 1 reached\n  never reached: vpc:AssociateEipAddress\n  cannot exist at 1 kinds of call: a read has no effect');
  });
});

describe('A pool of workers', function () {
  this.timeout(60_000);

  it('gives the outcomes in the order of the plans, whoever was faster, and the same however many work', async () => {
    const points: Point[] = [1, 30, 2].map((at) => ({ scenario: 'S1', standby: false, at, fault: 'crash-before', verb: '', world: at, situation: at }));
    const ran = async (workers: number): Promise<unknown[]> => {
      const pool = new Pool({ workers });
      const outcomes: unknown[] = [];
      for await (const [, answer] of pool.inOrder<Batch, 'run'>(campaignOfPoints(points).batches, ({ plans }) => ({ kind: 'run', plans, ends: true }))) outcomes.push(...answer);
      await pool.end();
      return outcomes;
    };
    expect(await ran(2)).to.deep.equal(await ran(1));
  });
});
