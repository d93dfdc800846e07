// The engine itself: that a plan is the whole of a run, that every fault of the catalogue can happen, and that each does at the cloud and at
// the API server what it says.
import { expect } from 'chai';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { CATALOGUE, cellsOf, faultsAt, rowOf } from './engine/catalogue.ts';
import type { Crossing, Judge, RunPlan, RunResult, Scenario, WorldEvent } from './engine/contract.ts';
import { run } from './engine/run.ts';
import { SPEC, world } from './fixtures.ts';
import type { Laboratory } from './laboratory.ts';

const SCENARIO: Scenario = {
  name: 'one', title: 'one instance, one that is stopped and one without an address',
  world: {
    ...world({ 'i-a': { vSwitch: 'vsw-1', publicIp: '47.98.1.1', tags: { egress: 'unified' } }, 'i-s': { vSwitch: 'vsw-1', publicIp: '47.98.1.2', status: 'Stopped', tags: { egress: 'unified' } }, 'i-z': { vSwitch: 'vsw-1' } }),
    securityGroups: { 'sg-1': { vpc: 'vpc-1' }, 'sg-2': { vpc: 'vpc-1' } },
  } as Scenario['world'],
  resources: { web: { ...SPEC, drift: { checkInterval: '1m' }, rollout: { maxInProgress: '100%' } } },
  done: (lab) => lab.exists('web') && lab.ready('web') === 'True Unified',
};

const PLAN: RunPlan = { scenario: 'one', seed: 1, injections: [] };

interface Witnessed extends RunResult {
  readonly events: readonly WorldEvent[];
  readonly lab: Laboratory;
}

/** Runs and keeps every event. */
async function witness(plan: Partial<RunPlan>): Promise<Witnessed> {
  const events: WorldEvent[] = [];
  const kept: { lab?: Laboratory } = {};
  const judge = (lab: Laboratory): Judge => {
    kept.lab = lab;
    return { violations: [], after: (event) => void events.push(event), atEnd: () => undefined };
  };
  const result = await run({ ...PLAN, ...plan }, { scenario: SCENARIO, judge });
  return { ...result, events, lab: kept.lab! };
}

const undisturbed = run(PLAN, { scenario: SCENARIO });

/** The first call of this verb in the undisturbed run. */
async function first(verb: string): Promise<Crossing> {
  return (await undisturbed).crossings.find((crossing) => crossing.verb === verb)!;
}

const inject = async (fault: string, verb: string): Promise<Witnessed & { at: Crossing }> => {
  const at = await first(verb);
  return { ...(await witness({ injections: [{ at: at.n, fault }] })), at };
};

type CloudEvent = Extract<WorldEvent, { kind: 'cloud' }>;
const servedAt = ({ events, at }: Witnessed & { at: Crossing }): CloudEvent[] => events.filter((event): event is CloudEvent => event.kind === 'cloud' && event.crossing.n === at.n);
const answeredAt = ({ events, at }: Witnessed & { at: Crossing }): WorldEvent[] => events.filter((event) => event.kind === 'answered' && event.crossing.n === at.n);
const calls = ({ lab }: Witnessed, action: string): number => lab.cloud.log.since(0).filter((call) => call.action === action).length;

const CREATE = 'ecs:CreateNetworkInterface';
const UNASSOCIATE = 'vpc:UnassociateEipAddress';

describe('a plan', () => {
  it('is the whole of a run: the same plan gives the same trace', async () => {
    const swarm = { rates: { 'lost-answer': 0.05, 'stale-1': 0.05, 'meddle:detachEni': 0.02, 'crash-before': 0.01, 'duplicate-20s': 0.05 }, untilMs: 20_000 };
    const traced = async (seed: number): Promise<string> => (await run({ ...PLAN, seed, swarm, standby: true }, { scenario: SCENARIO, trace: true })).trace.join('\n');
    const once = await traced(17);
    expect(once).to.contain('fault ');
    expect(await traced(17)).to.equal(once);
    expect(await traced(18)).not.to.equal(once);
  });

  it('leaves nothing behind: many runs hold no more memory than few', async () => {
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc') as () => void;
    const heapAfter = async (runs: number): Promise<number> => {
      for (let count = 0; count < runs; count += 1) await run({ ...PLAN, seed: count }, { scenario: SCENARIO });
      collect();
      return process.memoryUsage().heapUsed;
    };
    const before = await heapAfter(30);
    expect((await heapAfter(60)) - before).to.be.below(2_000_000);
  }).timeout(60_000);

  it('without faults ends quiet, done, with six writes for the instance that has a static address', async () => {
    const result = await undisturbed;
    expect([result.quiet, result.done, result.cells, result.violations]).to.deep.equal([true, true, [], []]);
    expect(result.mutations.filter((action) => action !== 'vpc:TagResources')).to.have.length(10);
  });
});

describe('the catalogue of faults', () => {
  it('says for every fault at every call that it can exist or why not', async () => {
    const { crossings } = await undisturbed;
    for (const { cannot } of cellsOf(crossings)) expect(cannot).not.to.equal('');
    expect(new Set(CATALOGUE.map(({ id }) => id)).size).to.equal(CATALOGUE.length);
    expect(faultsAt({ side: 'cloud', verb: CREATE, mutates: true })).to.include.members(['crash-before', 'crash-after', 'lost-answer', 'empty-id', 'quota-eni', 'conflict:LastTokenProcessing']);
    expect(() => rowOf('rain')).to.throw('there is no fault rain');
  });

  it('has no fault that never happens', async () => {
    const { crossings } = await undisturbed;
    const never: string[] = [];
    for (const row of CATALOGUE) {
      const places = crossings.filter((crossing) => row.cannot(crossing) === undefined);
      const tried = Array.from({ length: Math.min(12, places.length) }, (_, index) => places[Math.floor((index * places.length) / Math.min(12, places.length))]!);
      if (!(await anyHappens(row.id, tried))) never.push(row.id);
    }
    expect(never).to.deep.equal([]);
  }).timeout(180_000);
});

async function anyHappens(fault: string, places: readonly Crossing[]): Promise<boolean> {
  for (const { n } of places) if ((await run({ ...PLAN, injections: [{ at: n, fault }] }, { scenario: SCENARIO })).cells.length > 0) return true;
  return false;
}

describe('a fault does what it says', () => {
  it('crash-before: the call never reaches the cloud, and the process comes back', async () => {
    const result = await inject('crash-before', CREATE);
    expect(servedAt(result)).to.deep.equal([]);
    expect(result.events.filter((event) => event.kind === 'replica').map(({ what }) => what)).to.deep.equal(['started', 'died', 'started']);
    expect(result.done).to.equal(true);
  });

  it('crash-after: the effect is there, and the process hears nothing of it', async () => {
    const result = await inject('crash-after', CREATE);
    expect(servedAt(result).map(({ answer }) => answer.status)).to.deep.equal([200]);
    expect(answeredAt(result)).to.deep.equal([]);
    expect(result.lab.cloud.state.interfaces.all().filter(({ type }) => type === 'Secondary')).to.have.length(2);
  });

  it('crash-before with a standby: the other one leads', async () => {
    const at = await first(CREATE);
    const { events, done } = await witness({ standby: true, injections: [{ at: at.n + 12, fault: 'crash-before' }] });
    const writers = events.filter((event): event is CloudEvent => event.kind === 'cloud' && event.crossing.mutates).map(({ crossing }) => crossing.replica);
    expect(new Set(writers)).to.deep.equal(new Set(['a', 'b']));
    expect(done).to.equal(true);
  });

  it('lost-request: no effect, and no answer', async () => {
    const result = await inject('lost-request', UNASSOCIATE);
    expect([servedAt(result), answeredAt(result)]).to.deep.equal([[], []]);
  });

  it('lost-answer: one effect, no answer', async () => {
    const result = await inject('lost-answer', CREATE);
    expect([servedAt(result).length, answeredAt(result).length]).to.deep.equal([1, 0]);
    expect(calls(result, 'CreateNetworkInterface')).to.be.greaterThan(2);
    expect(result.lab.cloud.state.interfaces.all().filter(({ type }) => type === 'Secondary')).to.have.length(2);
  });

  it('late-request: the effect comes 15 s late', async () => {
    const result = await inject('late-request', UNASSOCIATE);
    const [{ atMs, sentMs }] = servedAt(result) as [CloudEvent];
    expect(atMs - sentMs).to.equal(15_040);
  });

  it('duplicate: the second delivery comes when it says, and nobody hears its answer', async () => {
    const result = await inject('duplicate-20s', UNASSOCIATE);
    const [one, other] = servedAt(result) as [CloudEvent, CloudEvent];
    expect([one.late, other.late, other.atMs - one.atMs]).to.deep.equal([false, true, 20_000]);
    expect(answeredAt(result)).to.have.length(1);
    expect(servedAt(await inject('duplicate-after-next', UNASSOCIATE))).to.have.length(2);
  });

  it('unavailable: 503 without effect; unavailable-after: with it', async () => {
    expect(servedAt(await inject('unavailable-503', CREATE)).map(({ answer }) => answer.status)).to.deep.equal([503]);
    const after = await inject('unavailable-503-after', CREATE);
    expect([servedAt(after)[0]?.answer.status, after.mutations.filter((action) => action === CREATE).length]).to.deep.equal([503, 2]);
  });

  it('throttled: every such call is refused to the end of the minute', async () => {
    const at = (await undisturbed).crossings.find(({ verb }) => verb === 'vpc:DescribeEipAddresses')!;
    const { events } = await witness({ injections: [{ at: at.n, fault: 'throttled' }] });
    const served = events.filter((event): event is CloudEvent => event.kind === 'cloud' && event.crossing.verb === 'vpc:DescribeEipAddresses');
    const [inMinute, after] = [served.filter(({ atMs }) => atMs < 60_000), served.filter(({ atMs }) => atMs >= 60_000)];
    expect(new Set(inMinute.map(({ answer }) => answer.status))).to.deep.equal(new Set([400]));
    expect(new Set(after.map(({ answer }) => answer.status))).to.deep.equal(new Set([200]));
  });

  it('forbidden: this action alone, for five minutes', async () => {
    const result = await inject('forbidden', 'ecs:AttachNetworkInterface');
    const attached = result.events.filter((event): event is CloudEvent => event.kind === 'cloud' && event.crossing.verb === 'ecs:AttachNetworkInterface');
    for (const { answer, atMs } of attached) expect(answer.status).to.equal(atMs - result.at.atMs < 300_000 ? 403 : 200);
    expect(result.done).to.equal(true);
  });

  it('stale: the read shows what was before the change', async () => {
    const { crossings } = await undisturbed;
    const created = await first(CREATE);
    const at = crossings.find(({ n, verb }) => n > created.n && verb === 'ecs:DescribeNetworkInterfaces')!;
    const rows = async (injections: RunPlan['injections']): Promise<number> => {
      const [{ answer }] = servedAt({ ...(await witness({ injections })), at }) as [CloudEvent];
      return (answer.body as { NetworkInterfaceSets: { NetworkInterfaceSet: unknown[] } }).NetworkInterfaceSets.NetworkInterfaceSet.length;
    };
    expect([await rows([]), await rows([{ at: at.n, fault: 'stale-5' }])]).to.deep.equal([2, 0]);
  });

  it('step-hangs: what was begun ends so much later; step-falls-back: it comes to nothing', async () => {
    const settledMs = ({ events, at }: Witnessed & { at: Crossing }): number[] => events.filter((event) => event.kind === 'settled' && event.what === 'attach').map(({ atMs }) => atMs - at.atMs);
    const attach = 'ecs:AttachNetworkInterface';
    expect(settledMs(await inject('step-hangs-20s', attach))).to.include(23_040);
    expect((await inject('step-falls-back', attach)).events.some((event) => event.kind === 'settled' && event.what === 'attach fell back')).to.equal(true);
  });

  it('pause: for 20 s nothing leaves the process', async () => {
    const result = await inject('pause-20s', UNASSOCIATE);
    const inPause = result.crossings.filter(({ atMs, n }) => n > result.at.n && atMs > result.at.atMs && atMs < result.at.atMs + 20_000);
    // it has lost the lease meanwhile, so that another life of it goes on
    expect(inPause).to.deep.equal([]);
    expect(result.events.filter((event) => event.kind === 'replica').map(({ what }) => what)).to.deep.equal(['started', 'paused', 'resumed', 'exited', 'started']);
  });

  it('clock jumps: nothing ends otherwise than without', async () => {
    for (const fault of ['clock-forward', 'clock-back']) expect((await inject(fault, UNASSOCIATE)).endState).to.equal((await undisturbed).endState);
  });

  it('api-restart: no request is served while the server is down', async () => {
    const { events, at, done } = await inject('api-restart-60s', UNASSOCIATE);
    const served = events.filter((event) => event.kind === 'kubernetes' && event.atMs > at.atMs && event.atMs < at.atMs + 60_000);
    expect([served, done]).to.deep.equal([[], true]);
  });

  it('lease-down: the process ends when it cannot renew, and starts again', async () => {
    const { events, done } = await inject('lease-down-30s', UNASSOCIATE);
    expect(events.filter((event) => event.kind === 'replica').map(({ what }) => what)).to.deep.equal(['started', 'exited', 'started']);
    expect(done).to.equal(true);
  });

  it('sigterm: open windows are closed, then the process exits and starts again', async () => {
    const { events, done } = await inject('sigterm', UNASSOCIATE);
    const ended = events.findIndex((event) => event.kind === 'replica' && event.what === 'exited');
    const closed = events.findIndex((event) => event.kind === 'cloud' && event.crossing.verb === 'vpc:AssociateEipAddress' && event.answer.status === 200);
    expect(closed).to.be.within(1, ended);
    expect(done).to.equal(true);
  });

  it('recreate-force: another UID under the same name', async () => {
    const { lab, events } = await inject('recreate-force', UNASSOCIATE);
    expect(events.filter((event) => event.kind === 'edited').map(({ edit }) => edit)).to.deep.equal(['create', { metadata: { finalizers: null } }, 'delete', 'create']);
    expect(lab.exists('web')).to.equal(true);
  });

  it('edits by name come from the campaign', async () => {
    const at = await first(UNASSOCIATE);
    const observe = { observe: (lab: Laboratory, { cluster, name }: { cluster: string; name: string }) => lab.cluster(cluster).patch(name, { spec: { mode: 'Observe' } }) };
    const { cells } = await run({ ...PLAN, injections: [{ at: at.n, fault: 'edit:observe' }] }, { scenario: { ...SCENARIO, done: () => true }, edits: observe });
    expect(cells).to.deep.equal([`edit:observe × ${UNASSOCIATE}`]);
  });
});
