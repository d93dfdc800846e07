// kill -9 at every moment that matters, and what the next process makes of it. The answers of all writes are held back, so that each
// process dies after the effect of a write and before it learns of it: the worst moment, hit every time.
import { expect } from 'chai';
import { useStage } from './kit/stage.ts';
import type { Stage } from './kit/stage.ts';
import { eventually } from './kit/until.ts';
import { vpc, worldOf } from './kit/worlds.ts';

const WRITES = [
  'ConvertNatPublicIpToEip', 'TagResources', 'UntagResources', 'UnTagResources', 'CreateNetworkInterface', 'AttachNetworkInterface', 'DetachNetworkInterface',
  'DeleteNetworkInterface', 'AssociateEipAddress', 'UnassociateEipAddress',
];
/** World time; ten seconds of a test. */
const HELD_BACK_MS = 200_000;
const NAT_IP = '47.96.1.1';
const FIVE = ['TagResources', 'CreateNetworkInterface', 'AttachNetworkInterface', 'UnassociateEipAddress', 'AssociateEipAddress'];

const world = worldOf(
  vpc('crash', {
    egressIp: NAT_IP,
    instances: { 'i-static': { publicIp: '47.98.1.1' }, 'i-eip': { eip: 'eip-home' } },
    more: { eips: { 'eip-home': { ip: '47.98.1.2' } } },
  }),
);

const lateAnswers = (stage: Stage): Promise<void> => stage.cloud.faults(...WRITES.map((action) => ({ action, kind: 'delay' as const, delayMs: HELD_BACK_MS, count: 1000 })));

/** Kills the controller after each write, until what is awaited is so; gives the number of deaths. */
async function killedAfterEachWrite(stage: Stage, isDone: () => Promise<boolean>): Promise<number> {
  let deaths = 0;
  let seen = (await stage.cloud.writes()).length;
  for (;;) {
    stage.startController();
    const done = await eventually(async () => {
      const written = (await stage.cloud.writes()).length;
      if (written > seen) {
        seen = written;
        return false;
      }
      expect(await isDone(), stage.log.slice(-2000)).to.equal(true);
      return true;
    }, { everyMs: 40 });
    await stage.killController();
    if (done) return deaths;
    deaths += 1;
  }
}

describe('A controller that is killed after each of its writes', function () {
  const stage = useStage({ world, controller: false });
  this.timeout(120_000);

  const spec = { vpcId: 'vpc-crash', deletionPolicy: 'Revert', rollout: { maxInProgress: '100%' }, instanceSelector: { instanceIds: ['i-static', 'i-eip'] } };
  const isReady = async (): Promise<boolean> => {
    const { status } = await stage().cluster.get('crash');
    return status.conditions?.some(({ type, status: value }) => type === 'Ready' && value === 'True') ?? false;
  };

  before('answers are held back', () => lateAnswers(stage()));

  it('still unifies the fleet, and the fleet is reached where it was', async () => {
    await stage().cluster.apply('crash', spec);
    expect(await killedAfterEachWrite(stage(), isReady)).to.be.greaterThan(5);
    await stage().expectSeen('i-static', { egress: [NAT_IP], inbound: ['47.98.1.1'] });
    await stage().expectSeen('i-eip', { egress: [NAT_IP], inbound: ['47.98.1.2'] });
  });

  it('has written nothing twice: the writes are those of a life without death', async () => {
    expect([...(await stage().cloud.writes())].sort()).to.deep.equal(['ConvertNatPublicIpToEip', ...FIVE, ...FIVE].sort());
    expect((await stage().cloud.enis()).map(({ instanceId }) => instanceId).sort()).to.deep.equal(['i-eip', 'i-static']);
  });

  it('still brings every EIP home when the resource is deleted, and leaves nothing of ours', async () => {
    await stage().cluster.kubectl(['delete', 'egu', 'crash', '--wait=false']);
    await killedAfterEachWrite(stage(), async () => !(await stage().cluster.exists('crash')));
    await stage().expectSeen('i-static', { egress: ['47.98.1.1'], inbound: ['47.98.1.1'] });
    await stage().expectSeen('i-eip', { egress: ['47.98.1.2'], inbound: ['47.98.1.2'] });
    expect(await stage().cloud.enis()).to.deep.equal([]);
    expect((await stage().cloud.eip('47.98.1.2')).tags).to.deep.equal({});
  });
});

describe('A controller that is killed in the window', function () {
  const stage = useStage({ world, controller: false });
  this.timeout(120_000);
  let number = 0;

  /** A resource whose EIP hangs between two bindings, with nobody there to bind it. */
  async function orphanInWindow(name: string, policy: 'Retain' | 'Revert'): Promise<void> {
    await stage().cloud.faults({ action: 'UnassociateEipAddress', kind: 'delay', delayMs: HELD_BACK_MS, count: 1 });
    const before = (await stage().cloud.writes()).filter((action) => action === 'UnassociateEipAddress').length;
    stage().startController();
    await stage().cluster.apply(name, { vpcId: 'vpc-crash', deletionPolicy: policy, instanceSelector: { instanceIds: ['i-eip'] } });
    await eventually(async () => expect((await stage().cloud.writes()).filter((action) => action === 'UnassociateEipAddress').length, stage().log.slice(-1000)).to.equal(before + 1), { everyMs: 30 });
    await stage().killController();
    await eventually(async () => expect((await stage().cloud.eip('47.98.1.2')).boundTo).to.equal(null));
    expect((await stage().cloud.see('i-eip')).inbound).to.deep.equal([]);
  }

  afterEach('controller, faults and resources go', async () => {
    await stage().killController();
    await stage().cloud.noFaults();
    await stage().cluster.clear();
  });

  const name = (): string => `window-${++number}`;

  it('is followed by one that binds the EIP to the instance when the resource was deleted meanwhile with Revert', async () => {
    const resource = name();
    await orphanInWindow(resource, 'Revert');
    await stage().cluster.kubectl(['delete', 'egu', resource, '--wait=false']);
    stage().startController();
    await stage().untilGone(resource);
    await stage().expectSeen('i-eip', { egress: ['47.98.1.2'], inbound: ['47.98.1.2'] });
    expect(await stage().cloud.enis()).to.deep.equal([]);
    expect((await stage().cloud.eip('47.98.1.2')).tags).to.deep.equal({});
  });

  it('is followed by one that closes the window before it lets go when the resource was deleted meanwhile with Retain', async () => {
    const resource = name();
    await orphanInWindow(resource, 'Retain');
    await stage().cluster.kubectl(['delete', 'egu', resource, '--wait=false']);
    stage().startController();
    await stage().untilGone(resource);
    await stage().expectSeen('i-eip', { egress: [NAT_IP], inbound: ['47.98.1.2'] });
    expect((await stage().cloud.eip('47.98.1.2')).tags).not.to.have.property('egressunification.io/owner');
  });
});
