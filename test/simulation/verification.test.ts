// What packets decide: the whole controller against the simulated world, with connections from outside that go by the world's own verdict.
import { expect } from 'chai';
import { SPEC, THREE, allUnified, isReady, world } from './fixtures.ts';
import { Laboratory } from './laboratory.ts';
import { packets, type Packets } from './packets.ts';

const INBOUND = { verification: { inbound: { ports: [22, 443] } } };
const DEAF = { sourceRouting: false };

const fleet = (count: number, guest: object = {}): Record<string, object> =>
  Object.fromEntries(Array.from({ length: count }, (_, at) => [`i-${at}`, { vSwitch: 'vsw-1', publicIp: `47.98.1.${at + 1}`, tags: { egress: 'unified' }, guest }]));

const condition = (lab: Laboratory, type: string): string => {
  const found = lab.resource('web').status.conditions?.find((each) => each.type === type);
  return found ? `${found.status} ${found.reason}: ${found.message}` : 'not said';
};
const unsettled = (lab: Laboratory): string[] => (lab.resource('web').status.unsettled ?? []).map(({ instanceId, state, reason }) => `${instanceId} ${state} ${reason}`);

async function started(instances: Record<string, object>, spec: object, given: Packets | false = packets()): Promise<Laboratory> {
  const lab = new Laboratory({ ...world(instances), account: { eips: 1_000 } }, given ? { packets: given } : {});
  lab.create('web', { ...SPEC, ...spec });
  await lab.start();
  return lab;
}

async function verified(instances: Record<string, object> = THREE, spec: object = INBOUND, given: Packets | false = packets()): Promise<Laboratory> {
  const lab = await started(instances, spec, given);
  await lab.until(() => condition(lab, 'InboundVerified').startsWith('True') && isReady(lab), 900_000);
  return lab;
}

describe('Connections from outside', () => {
  it('are tried before the cut-over and after it, and what answered still answers', async () => {
    const given = packets();
    const lab = await verified(THREE, INBOUND, given);
    expect(allUnified(lab)).to.equal(true);
    expect(condition(lab, 'InboundVerified')).to.equal('True Verified: 2 of 2 settled instances passed');
    expect(lab.resource('web').status.instances?.verified).to.equal(2);
    expect(condition(lab, 'Ready')).to.include('inbound: 2 of 2 settled instances passed; egress was not tested');
    expect(new Set(given.knocks)).to.deep.equal(new Set(['47.98.1.1:22 answers', '47.98.1.1:443 refuses', '47.98.1.2:22 answers', '47.98.1.2:443 refuses']));
  });

  it('that fail make the instance Degraded, and nobody believes that it is reached', async () => {
    const lab = await started({ 'i-a': { ...THREE['i-a'], guest: DEAF } }, INBOUND);
    await lab.until(() => condition(lab, 'InboundVerified').startsWith('False'));
    expect(condition(lab, 'InboundVerified')).to.equal('False InboundFailed: 0 of 1 settled instances passed, 1 failed. First: i-a: port 22 answered before and silent now');
    await lab.until(() => unsettled(lab).length > 0);
    expect(unsettled(lab)).to.deep.equal(['i-a Degraded InboundFailed']);
    expect(lab.events().filter((line) => line.includes('VerificationFailed'))).to.have.length(1);
    lab.meddle({ op: 'setInstance', instance: 'i-a', guest: { sourceRouting: true } });
    await lab.until(() => isReady(lab), 600_000);
    expect(condition(lab, 'InboundVerified')).to.match(/^True/);
    expect(lab.events().filter((line) => line.includes('VerificationPassed'))).to.have.length(1);
  });

  it('of which one is lost say nothing bad', async () => {
    let lost = 0;
    const given = packets();
    const lab = await verified({ 'i-a': THREE['i-a'] }, INBOUND, given);
    given.instead = () => (lost++ < 2 ? 'silent' : undefined);
    await lab.until(() => lost > 2, 2_400_000);
    await lab.clock.pass(60_000);
    expect([condition(lab, 'InboundVerified').slice(0, 4), isReady(lab)]).to.deep.equal(['True', true]);
  });

  it('that cannot be tried prove nothing', async () => {
    for (const given of [false as const, packets({ instead: () => 'cannot' })]) {
      const lab = await started(THREE, INBOUND, given);
      await lab.until(() => isReady(lab) && condition(lab, 'InboundVerified').includes('2 unverified'));
      await lab.clock.pass(120_000);
      expect(condition(lab, 'InboundVerified')).to.match(/^Unknown Unverified: 0 of 2 settled instances passed, 2 unverified\. First: i-a: the controller/);
      expect(lab.resource('web').status.instances?.verified).to.equal(0);
    }
  });

  it('to ports that answered nobody before prove nothing, whether silence or refusal comes back', async () => {
    const lab = await started({ 'i-a': { ...THREE['i-a'], guest: DEAF } }, INBOUND, packets({ listens: () => [] }));
    await lab.until(() => isReady(lab));
    await lab.clock.pass(120_000);
    expect(condition(lab, 'InboundVerified')).to.match(/^Unknown Unverified: .*no answer on ports 22, 443, nor was there one before the cut-over/);
  });

  it('to who was unified before anybody asked: an answer is a proof, silence is none', async () => {
    const lab = new Laboratory(world({ 'i-a': THREE['i-a'], 'i-b': { ...THREE['i-b'], guest: DEAF } }), { packets: packets() });
    lab.create('web', { ...SPEC });
    await lab.start();
    await lab.until(() => isReady(lab));
    lab.patch('web', { spec: { verification: { inbound: { ports: [22] } } } });
    await lab.until(() => condition(lab, 'InboundVerified').includes('1 of 2'));
    await lab.clock.pass(180_000);
    expect(condition(lab, 'InboundVerified')).to.match(/^Unknown Unverified: 1 of 2 settled instances passed, 1 unverified\. First: i-b: no answer on port 22, and whether there was one/);
    lab.meddle({ op: 'setInstance', instance: 'i-a', guest: DEAF });
    await lab.until(() => condition(lab, 'InboundVerified').startsWith('False'), 2_400_000);
    expect(condition(lab, 'InboundVerified')).to.include('i-a: port 22 answered before and silent now');
  });

  it('to an instance that was stopped say nothing of it', async () => {
    const lab = await verified({ 'i-a': THREE['i-a'] });
    lab.meddle({ op: 'stopInstance', instance: 'i-a' });
    await lab.until(() => condition(lab, 'InboundVerified').startsWith('Unknown'), 2_400_000);
    expect(condition(lab, 'InboundVerified')).to.include('i-a: it is Stopp');
  });

  it('are remembered over a crash right after the window: what answered before is in status', async () => {
    const lab = await started({ 'i-a': { ...THREE['i-a'], guest: DEAF } }, INBOUND);
    await lab.until(() => lab.unbound().length > 1 || lab.mutatingCalls().includes('UnassociateEipAddress'));
    lab.kill();
    expect(lab.resource('web').status.unsettled?.[0]?.answeredPorts).to.deep.equal([22]);
    await lab.start();
    await lab.until(() => condition(lab, 'InboundVerified').startsWith('False'));
    expect(condition(lab, 'InboundVerified')).to.include('port 22 answered before and silent now');
  });

  it('that failed are not forgotten with the process', async () => {
    const lab = await started({ 'i-a': { ...THREE['i-a'], guest: DEAF } }, INBOUND);
    await lab.until(() => unsettled(lab).join() === 'i-a Degraded InboundFailed');
    const before = JSON.stringify(lab.resource('web').status);
    lab.kill();
    await lab.start();
    await lab.clock.pass(60_000);
    expect(JSON.stringify(lab.resource('web').status)).to.equal(before);
  });

  it('leave a status alone that says already what is so', async () => {
    const lab = await verified();
    const version = lab.resource('web').metadata.resourceVersion;
    await lab.clock.pass(3 * 3_600_000);
    expect(lab.resource('web').metadata.resourceVersion).to.equal(version);
  });

  it('are made once in each interval, and to nobody who has no address of his own', async () => {
    const given = packets();
    const lab = await verified(THREE, { verification: { inbound: { ports: [22] }, interval: '10m' } }, given);
    given.knocks.length = 0;
    await lab.clock.pass(3_600_000);
    expect(given.knocks.length).to.be.within(12, 14);
  });

  it('are not made for a resource that does not ask, nor after it is gone', async () => {
    const given = packets();
    const lab = await started(THREE, {}, given);
    await lab.until(() => isReady(lab));
    await lab.clock.pass(3_600_000);
    expect([given.knocks, condition(lab, 'InboundVerified'), lab.resource('web').status.instances?.verified]).to.deep.equal([[], 'not said', undefined]);
    lab.patch('web', { spec: { verification: { inbound: { ports: [22] } } } });
    await lab.until(() => condition(lab, 'InboundVerified').startsWith('True'));
    lab.delete('web');
    await lab.until(() => !lab.exists('web'));
    given.knocks.length = 0;
    await lab.clock.pass(3_600_000);
    expect(given.knocks).to.deep.equal([]);
  });

  it('are few at once, however large the fleet', async () => {
    const given = packets({ instead: () => 'silent' });
    await started(fleet(200), { ...INBOUND, rollout: { maxInProgress: '100%' } }, given).then((lab) => lab.clock.pass(120_000));
    expect(given.most).to.be.within(2, (32 + 8) * 2);
  });
});
