// Limits and fairness: what one spoils, a quota that somebody else eats, an API that fails, is paid for by nobody else.
import { expect } from 'chai';
import type { CloudRequest } from '../../sim/cloud/engine/cloud.ts';
import { SPEC, THREE, allUnified, isReady, settledLaboratory, unified, world } from './fixtures.ts';
import { Laboratory } from './laboratory.ts';

const MINUTE_MS = 60_000;
/** One round trip, unbinding and binding, and the second that is allowed. */
const WINDOW_MAX_MS = 4_080 + 1_000;

const fleet = (count: number): Record<string, object> => ({ 'i-f': { count, vSwitch: 'vsw-1', publicIp: true, tags: { egress: 'unified' } } });
const big = (count: number): object => ({
  ...world(fleet(count)), account: { eips: 20_000, networkInterfaces: 20_000 }, vSwitches: { 'vsw-1': { vpc: 'vpc-1', zone: 'cn-hangzhou-h', cidr: '192.168.0.0/17' } },
});
const callsOf = (lab: Laboratory, action: string) => lab.cloud.log.since(0).filter((call) => call.action === action);

interface Window {
  readonly openedMs: number;
  readonly lengthMs: number;
}

/** Every window from the sending of its Unassociate to InUse, as the world shows it. */
function watchWindows(lab: Laboratory): Window[] {
  const windows: Window[] = [];
  const since = new Map<string, number>();
  const begin = lab.cloud.begin.bind(lab.cloud);
  lab.cloud.begin = (holder, step, fault) => {
    const { id } = holder as unknown as { readonly id: string };
    if (step.latency === 'unassociate') since.set(id, lab.clock.monotonic() - 40);
    const complete = (): void => {
      step.complete();
      const openedMs = since.get(id);
      if (step.latency !== 'associate' || openedMs === undefined) return;
      windows.push({ openedMs, lengthMs: lab.clock.monotonic() - openedMs });
      since.delete(id);
    };
    return begin(holder, { ...step, complete }, fault);
  };
  return windows;
}

/** Every call that fits fails, until told otherwise. */
function failing(lab: Laboratory, fits: (request: CloudRequest) => boolean, fault: { code?: string; status?: number; kind?: 'fail' | 'dropAnswer' } = {}): { on: boolean; readonly failed: () => number } {
  const serve = lab.cloud.call.bind(lab.cloud);
  let count = 0;
  const switched = { on: true, failed: () => count };
  lab.cloud.call = (request: CloudRequest) => {
    if (switched.on && fits(request)) {
      count += 1;
      lab.cloud.faults.add({ action: request.action, kind: 'fail', code: 'ServiceUnavailable', status: 503, ...fault });
    }
    return serve(request);
  };
  return switched;
}

describe('A quota of Associate', function () {
  this.timeout(30_000);
  const eaters: Record<string, (lab: Laboratory) => void> = {
    'half of it is there': (lab) => lab.meddle({ op: 'setWorld', perMinute: { AssociateEipAddress: 60 } }),
    'somebody eats half of it at the beginning of each minute': (lab) => {
      const eat = (): void => {
        for (let bite = 0; bite < 60; bite += 1) lab.cloud.call({ product: 'vpc', action: 'AssociateEipAddress', params: { RegionId: 'cn-hangzhou' }, accessKeyId: 'else' });
        lab.clock.after(MINUTE_MS, eat);
      };
      eat();
    },
    'somebody eats half of it evenly': (lab) => {
      const eat = (): void => {
        lab.cloud.call({ product: 'vpc', action: 'AssociateEipAddress', params: { RegionId: 'cn-hangzhou' }, accessKeyId: 'else' });
        lab.clock.after(1_000, eat);
      };
      eat();
    },
  };
  for (const [name, eat] of Object.entries(eaters)) {
    it(`is learned in the first minute, at the cost of few, and then no window is long, when ${name}`, async () => {
      const lab = new Laboratory(big(150));
      const windows = watchWindows(lab);
      eat(lab);
      lab.create('web', { ...SPEC, rollout: { maxInProgress: '100%' } });
      await lab.start();
      await lab.until(() => isReady(lab), 600_000);
      expect(windows).to.have.length(150);
      const later = windows.filter(({ openedMs }) => openedMs >= MINUTE_MS).map(({ lengthMs }) => lengthMs);
      expect(later).to.have.length.above(40);
      expect(Math.max(...later)).to.be.at.most(WINDOW_MAX_MS);
      expect(windows.filter(({ lengthMs }) => lengthMs > WINDOW_MAX_MS)).to.have.length.at.most(20);
      // 60 in each minute: two whole minutes, and the windows of the third
      expect(lab.clock.monotonic()).to.be.at.most(1.1 * (2 * MINUTE_MS + 2_040));
    });
  }

  it('is probed after twenty clean minutes by one window at a time', async () => {
    const lab = await settledLaboratory({ rollout: { maxInProgress: '100%' }, drift: { checkInterval: '1m' } });
    const windows = watchWindows(lab);
    lab.meddle({ op: 'setWorld', perMinute: { AssociateEipAddress: 10 }, account: { eips: 20_000, networkInterfaces: 20_000 } });
    for (let index = 0; index < 60; index += 1) lab.meddle({ op: 'addInstance', instance: `i-x${index}`, of: { vSwitch: 'vsw-1', publicIp: `47.98.2.${index}`, tags: { egress: 'unified' } } });
    await lab.clock.pass(60_000);
    await lab.until(() => isReady(lab), 3_600_000);
    const learned = windows.filter(({ openedMs }) => openedMs > 6 * MINUTE_MS);
    expect(learned.filter(({ lengthMs }) => lengthMs > WINDOW_MAX_MS)).to.deep.equal([]);
    await lab.clock.pass(21 * MINUTE_MS);
    const before = windows.length;
    for (let index = 0; index < 40; index += 1) lab.meddle({ op: 'addInstance', instance: `i-y${index}`, of: { vSwitch: 'vsw-1', publicIp: `47.98.3.${index}`, tags: { egress: 'unified' } } });
    await lab.clock.pass(60_000);
    await lab.until(() => isReady(lab), 3_600_000);
    expect(windows.slice(before)).to.have.length(40);
    expect(windows.slice(before).filter(({ lengthMs }) => lengthMs > WINDOW_MAX_MS)).to.have.length.at.most(1);
  });
});

describe('A throttled batch of looks', () => {
  it('is held once for all: until the minute is over nobody asks again', async () => {
    const lab = new Laboratory(big(120));
    lab.create('web', { ...SPEC, rollout: { maxInProgress: '100%' } });
    await lab.start();
    await lab.until(() => callsOf(lab, 'TagResources').length > 20);
    lab.cloud.faults.add({ action: 'DescribeEipAddresses', kind: 'throttle' });
    const armed = callsOf(lab, 'DescribeEipAddresses').length;
    await lab.until(() => callsOf(lab, 'DescribeEipAddresses').length > armed);
    const throttledMs = callsOf(lab, 'DescribeEipAddresses').find(({ code }) => code === 'Throttling.User')!.timeMs;
    await lab.until(() => isReady(lab), 600_000);
    const asked = callsOf(lab, 'DescribeEipAddresses').filter(({ timeMs }) => timeMs > throttledMs + 100 && Math.floor(timeMs / MINUTE_MS) === Math.floor(throttledMs / MINUTE_MS));
    expect(asked).to.deep.equal([]);
    const next = callsOf(lab, 'DescribeEipAddresses').filter(({ timeMs }) => timeMs > throttledMs + 100 && timeMs < (Math.floor(throttledMs / MINUTE_MS) + 1) * MINUTE_MS + 1_000);
    expect(next).to.have.length.within(1, 12);
  });
});

describe('While the API fails for most', () => {
  it('nothing new is begun in the region and it is said; when it is well again everything goes on', async () => {
    const lab = new Laboratory(big(20));
    lab.create('web', { ...SPEC, rollout: { maxInProgress: '50%' } });
    const outage = failing(lab, ({ action }) => action === 'CreateNetworkInterface');
    await lab.start();
    await lab.until(() => lab.ready('web') === 'False CloudUnstable');
    expect(lab.resource('web').status.conditions?.map(({ type }) => type)).to.deep.equal(['Ready', 'Reconciling']);
    await lab.clock.pass(5_000);
    const [tried, writes] = [outage.failed(), lab.mutatingCalls().length];
    await lab.clock.pass(30_000);
    expect([outage.failed(), lab.mutatingCalls().length]).to.deep.equal([tried, writes]);
    await lab.clock.pass(300_000);
    // a handful each minute finds out whether it is well again
    expect(outage.failed() - tried).to.be.within(6, 100);
    outage.on = false;
    await lab.until(() => isReady(lab), 180_000);
  });

  it('windows that are open are closed, and no other is opened', async () => {
    const lab = new Laboratory(big(30));
    lab.create('web', { ...SPEC, rollout: { maxInProgress: '100%' } });
    const outage = failing(lab, ({ action }) => action === 'AssociateEipAddress');
    outage.on = false;
    await lab.start();
    await lab.until(() => callsOf(lab, 'AssociateEipAddress').length > 7);
    outage.on = true;
    await lab.until(() => lab.ready('web') === 'False CloudUnstable', 30_000);
    const opened = callsOf(lab, 'UnassociateEipAddress').length;
    expect(opened).to.be.below(30);
    await lab.clock.pass(20_000);
    expect(callsOf(lab, 'UnassociateEipAddress')).to.have.length(opened);
    outage.on = false;
    await lab.until(() => lab.unbound().join() === 'eip-nat-2', 10_000);
    await lab.until(() => isReady(lab), 180_000);
  });

  it('one sick instance keeps nobody waiting', async () => {
    const lab = new Laboratory(big(12));
    lab.create('web', { ...SPEC, rollout: { maxInProgress: '50%' } });
    failing(lab, ({ action, params }) => action === 'AttachNetworkInterface' && params['InstanceId'] === 'i-f-01');
    await lab.start();
    await lab.until(() => lab.resource('web').status.summary === '11/12', 120_000);
    expect(lab.events().join('\n')).not.to.match(/CloudUnstable/);
  });
});

describe('A resource that always fails', () => {
  const two = {
    ...world({ ...THREE, 'i-z': { vSwitch: 'vsw-2', publicIp: '47.98.9.9', tags: { egress: 'unified' } } }),
    vpcs: { 'vpc-1': { cidr: '192.168.0.0/16' }, 'vpc-2': { cidr: '172.16.0.0/16' } },
    vSwitches: { 'vsw-1': { vpc: 'vpc-1', zone: 'cn-hangzhou-h', cidr: '192.168.1.0/24' }, 'vsw-2': { vpc: 'vpc-2', zone: 'cn-hangzhou-h', cidr: '172.16.1.0/24' } },
  };

  async function timeToReady(broken: (lab: Laboratory) => void): Promise<number> {
    const lab = new Laboratory(two);
    broken(lab);
    await lab.start();
    lab.create('web', SPEC);
    const beganMs = lab.clock.monotonic();
    await lab.until(() => isReady(lab) && allUnified(lab));
    return lab.clock.monotonic() - beganMs;
  }

  const sick: Record<string, (lab: Laboratory) => void> = {
    'whose VPC cannot be listed': (lab) => {
      lab.create('sick', { ...SPEC, vpcId: 'vpc-2' });
      failing(lab, ({ action, params }) => action === 'DescribeNatGateways' && params['VpcId'] === 'vpc-2');
    },
    'whose instance is refused every step': (lab) => {
      lab.create('sick', { ...SPEC, vpcId: 'vpc-2' });
      failing(lab, ({ params }) => Object.values(params).includes('i-z') && !('InstanceIds' in params), { code: 'Forbidden.RAM', status: 403 });
    },
    'whose security groups are not there': (lab) => lab.create('sick', { ...SPEC, instanceSelector: { instanceIds: ['i-c'] }, networkInterface: { securityGroupIds: ['sg-none'] } }),
  };
  for (const [name, breakIt] of Object.entries(sick)) {
    it(`delays no other, ${name}`, async () => {
      const [alone, beside] = [await timeToReady(() => undefined), await timeToReady(breakIt)];
      expect(beside - alone).to.be.at.most(1_000);
    });
  }
});

describe('After a restart with a VPC that cannot be listed', () => {
  it('a window that status remembers is closed, and nothing else is done', async () => {
    const lab = new Laboratory(world(THREE));
    lab.create('web', SPEC);
    await lab.start();
    await lab.until(() => lab.resource('web').status.unsettled?.some(({ state }) => state === 'InWindow') === true);
    lab.kill();
    const outage = failing(lab, ({ action }) => action === 'DescribeNatGateways' || action === 'DescribeVSwitches');
    await lab.clock.pass(3_000);
    expect(lab.unbound()).to.have.length(2);
    const writes = lab.mutatingCalls().length;
    await lab.start();
    await lab.until(() => unified(lab, 'i-a', '47.98.1.1'), 15_000);
    await lab.clock.pass(120_000);
    expect(lab.mutatingCalls().slice(writes)).to.deep.equal(['AssociateEipAddress']);
    outage.on = false;
    await lab.until(() => isReady(lab) && allUnified(lab), 180_000);
  });
});
