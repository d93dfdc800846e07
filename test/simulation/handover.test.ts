// One replica after another, each the whole controller with a lease: what the next one does first, and what one that is told to end leaves behind.
import { expect } from 'chai';
import type { LogEntry } from '../../sim/cloud/engine/call-log.ts';
import { NAT_IP, SPEC, world } from './fixtures.ts';
import { Laboratory } from './laboratory.ts';

const OTHER_IP = '47.96.2.1';
const tags = { egress: 'unified' };

/** Four instances in one VPC, one in another. */
function twoVpcs(): unknown {
  const one = world(Object.fromEntries(['i-a', 'i-b', 'i-c', 'i-d'].map((id, n) => [id, { vSwitch: 'vsw-1', publicIp: `47.98.1.${n + 1}`, tags }])));
  return {
    ...one,
    vpcs: { ...one.vpcs, 'vpc-2': { cidr: '192.168.0.0/16' } },
    vSwitches: { ...one.vSwitches, 'vsw-2': { vpc: 'vpc-2', zone: 'cn-hangzhou-h', cidr: '192.168.2.0/24' } },
    eips: { ...one.eips, 'eip-nat-other': { ip: OTHER_IP } },
    natGateways: { ...one.natGateways, 'ngw-2': { vpc: 'vpc-2', vSwitch: 'vsw-2', eips: ['eip-nat-other'], snat: { 'snat-2': { vSwitch: 'vsw-2' } } } },
    instances: { ...one.instances, 'i-other': { vSwitch: 'vsw-2', publicIp: '47.98.2.1', tags } },
  };
}

const OTHER = { ...SPEC, vpcId: 'vpc-2' };

/** Two replicas; the first leads and has begun. */
async function twoReplicas(): Promise<Laboratory> {
  const lab = new Laboratory(twoVpcs(), { elects: true });
  lab.create('web', { ...SPEC, rollout: { maxInProgress: '100%' } });
  const b = lab.replica('b', 'c1');
  await lab.start();
  await lab.until(() => lab.replicaOf('a').leads);
  await lab.clock.settle(b.start());
  return lab;
}

const writesSince = (lab: Laboratory, sequence: number): readonly LogEntry[] => lab.cloud.log.since(sequence).filter(({ mutates }) => mutates);
/** EIPs between two bindings; one of the world's is nobody's. */
const windows = (lab: Laboratory): string[] => lab.unbound().filter((id) => id !== 'eip-nat-2');
const lastCall = (lab: Laboratory): number => lab.cloud.log.since(0).at(-1)?.sequence ?? 0;
const allSeen = (lab: Laboratory): boolean => ['i-a', 'i-b', 'i-c', 'i-d'].every((id, n) => lab.seen(id) === `leaves by ${NAT_IP}; reached on 47.98.1.${n + 1}`);
const otherSeen = (lab: Laboratory): boolean => lab.seen('i-other') === `leaves by ${OTHER_IP}; reached on 47.98.2.1`;
const leaseHolder = (lab: Laboratory): unknown => {
  const lease = lab.store.get({ resource: lab.store.resource('coordination.k8s.io/v1', 'leases'), namespace: 'kube-system', name: 'egress-unification' });
  return (lease['spec'] as { holderIdentity?: string }).holderIdentity;
};

describe('The replica that takes over', () => {
  const SLOW = {
    'is slow to be listed': 'vpc:Describe',
    'is slow to be looked at': 'ecs:DescribeInstances',
  };
  for (const [title, slow] of Object.entries(SLOW)) {
    it(`closes every window that it finds before it begins anything, for any resource, even where the window ${title}`, async () => {
      const lab = await twoReplicas();
      await lab.until(() => windows(lab).length >= 2);
      const open = windows(lab);
      lab.boundary.disturb = ({ replica, verb, subject }) => (replica === 'b' && verb.startsWith(slow) && /vpc-1|i-b/.test(subject) ? { answer: 3_000 } : {});
      lab.kill();
      const killedAt = lastCall(lab);
      lab.create('other', OTHER);
      await lab.until(() => allSeen(lab) && otherSeen(lab), 60_000);
      const first = writesSince(lab, killedAt).slice(0, open.length);
      expect(first.map(({ action, parameters }) => [action, parameters['AllocationId']]).sort()).to.deep.equal(open.map((eip) => ['AssociateEipAddress', eip]).sort());
    });
  }

  it('waits for the first listing of one resource no longer than a call can hang', async () => {
    const lab = await twoReplicas();
    await lab.until(() => windows(lab).length >= 1);
    lab.boundary.disturb = ({ verb, subject }) => (verb.startsWith('vpc:Describe') && subject.includes('vpc-2') ? { request: 'lost' } : {});
    lab.create('other', OTHER);
    lab.kill();
    const killedAt = lastCall(lab);
    await lab.until(() => lab.replicaOf('b').leads, 30_000);
    const tookOverMs = lab.clock.monotonic();
    const unbound = windows(lab);
    await lab.until(() => windows(lab).length === 0, 6_000);
    expect(writesSince(lab, killedAt).map(({ action }) => action)).to.deep.equal(unbound.map(() => 'AssociateEipAddress'));
    await lab.until(() => writesSince(lab, killedAt).length > unbound.length, 60_000);
    expect(lab.clock.monotonic() - tookOverMs).to.be.within(9_000, 14_000);
    await lab.until(() => allSeen(lab), 60_000);
  });

  it('begins something else once a window that cannot be closed was tried', async () => {
    const lab = await twoReplicas();
    await lab.until(() => windows(lab).length >= 1);
    const [stuck] = windows(lab);
    lab.boundary.disturb = ({ verb, subject }) => (verb === 'vpc:AssociateEipAddress' && subject.includes(stuck ?? '-') ? { request: 'reset' } : {});
    lab.create('other', OTHER);
    lab.kill();
    await lab.until(() => lab.replicaOf('b').leads, 20_000);
    const tookOverMs = lab.clock.monotonic();
    await lab.until(() => otherSeen(lab), 60_000);
    expect(lab.clock.monotonic() - tookOverMs).to.be.below(25_000);
    const first = lab.boundary.crossings.find(({ replica, side, mutates }) => replica === 'b' && side === 'cloud' && mutates);
    expect(first).to.include({ verb: 'vpc:AssociateEipAddress' }).and.to.have.property('subject').that.includes(stuck);
    lab.boundary.disturb = () => ({});
    await lab.until(() => windows(lab).length === 0, 60_000);
  });

  it('needs in total the calls that one undisturbed life needs', async () => {
    const calm = await twoReplicas();
    await calm.until(() => allSeen(calm));
    const lab = await twoReplicas();
    await lab.until(() => windows(lab).length >= 2);
    lab.kill();
    await lab.until(() => allSeen(lab));
    expect(lab.mutatingCalls().sort()).to.deep.equal(calm.mutatingCalls().sort());
  });
});

describe('The replica that is told to end', () => {
  it('begins nothing, closes what is open while it holds the lease, and hands over at once', async () => {
    const lab = await twoReplicas();
    await lab.until(() => windows(lab).length >= 2);
    const [told, toldMs] = [lastCall(lab), lab.clock.monotonic()];
    lab.terminateLeader();
    lab.create('other', OTHER);
    await lab.until(() => !lab.alive, 45_000);
    expect(windows(lab)).to.deep.equal([]);
    expect(new Set(writesSince(lab, told).map(({ action }) => action))).to.deep.equal(new Set(['AssociateEipAddress']));
    expect(leaseHolder(lab)).to.equal('');
    expect(lab.clock.monotonic() - toldMs).to.be.below(15_000);
    const goneMs = lab.clock.monotonic();
    await lab.until(() => lab.replicaOf('b').leads, 30_000);
    expect(lab.clock.monotonic() - goneMs).to.be.at.most(2_500);
    await lab.until(() => allSeen(lab) && otherSeen(lab));
  });

  it('closes the window that it was just opening', async () => {
    const lab = await twoReplicas();
    let toldAt: number | undefined;
    lab.boundary.leaving = ({ verb, n }) => {
      if (verb !== 'vpc:UnassociateEipAddress' || toldAt !== undefined) return;
      toldAt = n;
      lab.terminateLeader();
    };
    await lab.until(() => !lab.alive, 60_000);
    expect(lab.mutatingCalls().slice(-2)).to.deep.equal(['UnassociateEipAddress', 'AssociateEipAddress']);
    expect(windows(lab)).to.deep.equal([]);
  });

  it('sends no step that it was about to send', async () => {
    const lab = await twoReplicas();
    await lab.until(() => allSeen(lab));
    const isLook = (verb: string, subject: string): boolean => verb === 'ecs:DescribeInstances' && subject.includes('i-other');
    lab.boundary.disturb = ({ verb, subject }) => (isLook(verb, subject) ? { answer: 2_000 } : {});
    lab.create('other', OTHER);
    // the first look comes before the finalizer is there, and nothing would be sent after it anyway
    let looks = 0;
    lab.boundary.leaving = ({ verb, subject }) => { if (isLook(verb, subject)) looks += 1; };
    await lab.until(() => looks === 2);
    const told = lastCall(lab);
    lab.terminateLeader();
    await lab.until(() => !lab.alive, 45_000);
    expect(writesSince(lab, told)).to.deep.equal([]);
  });

  it('ends at once when nothing is open', async () => {
    const lab = await twoReplicas();
    await lab.until(() => allSeen(lab));
    await lab.clock.pass(60_000);
    const toldMs = lab.clock.monotonic();
    lab.terminateLeader();
    await lab.until(() => !lab.alive, 45_000);
    expect(lab.clock.monotonic() - toldMs).to.be.below(1_000);
  });

  it('ends at once while it stands by, and leaves the lease where it is', async () => {
    const lab = await twoReplicas();
    const holder = leaseHolder(lab);
    lab.replicaOf('b').terminate();
    const toldMs = lab.clock.monotonic();
    await lab.until(() => !lab.replicaOf('b').isUp, 10_000);
    expect(lab.clock.monotonic() - toldMs).to.be.below(5_000);
    expect(leaseHolder(lab)).to.equal(holder);
    await lab.until(() => allSeen(lab));
  });

  it('gives up after 45 s on a window that will not close, says so loudly, and the next one goes on', async () => {
    const lab = await twoReplicas();
    await lab.until(() => windows(lab).length >= 1);
    lab.boundary.disturb = ({ verb }) => (verb === 'vpc:AssociateEipAddress' ? { request: 'reset' } : {});
    const toldMs = lab.clock.monotonic();
    lab.terminateLeader();
    await lab.until(() => !lab.alive, 60_000);
    expect(lab.clock.monotonic() - toldMs).to.be.within(45_000, 59_900);
    const said = lab.boundary.crossings.filter(({ verb, replica, atMs }) => verb.endsWith('/status') && replica === 'a' && atMs > toldMs + 1_000);
    expect(said, 'of what the next replica will say anew').to.deep.equal([]);
    expect(lab.lines.filter((line) => line.startsWith('a error') && line.includes('left open'))).to.have.lengthOf.at.least(1);
    expect(leaseHolder(lab)).to.equal('');
    lab.boundary.disturb = () => ({});
    await lab.until(() => windows(lab).length === 0, 30_000);
    expect(lab.replicaOf('b').leads).to.equal(true);
  });
});

describe('The replica that has lost the lease', () => {
  it('sends nothing from ten seconds after its last renewal on, and ends', async () => {
    const lab = await twoReplicas();
    await lab.until(() => windows(lab).length >= 1);
    lab.cluster('c1').server.restart(lab.clock.monotonic() + 120_000);
    const cutMs = lab.clock.monotonic();
    await lab.until(() => !lab.alive, 20_000);
    expect(lab.clock.monotonic() - cutMs).to.be.at.most(10_100);
    const last = lastCall(lab);
    await lab.clock.pass(60_000);
    expect(writesSince(lab, last)).to.deep.equal([]);
  });

  it('sends nothing when it wakes from a sleep of 20 s, wherever it fell asleep', async () => {
    for (let call = 1; call <= 8; call += 1) {
      const lab = await twoReplicas();
      const a = lab.replicaOf('a');
      await lab.until(() => windows(lab).length >= 2);
      let [calls, asleepMs] = [0, Infinity];
      const sent: string[] = [];
      lab.boundary.leaving = ({ replica, side, mutates, verb, atMs }) => {
        if (replica !== 'a' || side !== 'cloud') return;
        if ((calls += 1) === call && a.pause(20_000)) asleepMs = atMs;
        if (mutates && atMs > asleepMs) sent.push(verb);
      };
      await lab.until(() => calls >= call && lab.replicaOf('b').leads, 30_000);
      await lab.until(() => !a.isUp, 30_000);
      expect(sent, `asleep at call ${call}`).to.deep.equal([]);
      await lab.until(() => allSeen(lab));
    }
  });
});
