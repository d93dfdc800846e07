// What the rollout learns from packets and from people: canaries, soak, failures, and the way home of what failed.
import { expect } from 'chai';
import type { JsonObject } from '../../sim/kubernetes/json.ts';
import { ANNOTATION } from '../../src/api/names.ts';
import { SPEC, isReady, world } from './fixtures.ts';
import { Laboratory } from './laboratory.ts';
import { packets, type Packets } from './packets.ts';

const INBOUND = { inbound: { ports: [22] } };
const DEAF = { sourceRouting: false };
const HOUR_MS = 3_600_000;

const fleet = (guests: readonly object[]): Record<string, object> =>
  Object.fromEntries(guests.map((guest, at) => [`i-${at}`, { vSwitch: 'vsw-1', publicIp: `47.98.1.${at + 1}`, tags: { egress: 'unified' }, guest }]));
const same = (count: number, guest: object): object[] => Array.from({ length: count }, () => guest);

interface Given {
  readonly guests: readonly object[];
  readonly rollout?: JsonObject;
  readonly verification?: JsonObject;
  readonly packets?: Packets;
}

async function started({ guests, rollout = {}, verification = INBOUND, packets: given = packets() }: Given): Promise<Laboratory> {
  const lab = new Laboratory(world(fleet(guests)), { packets: given });
  lab.create('web', { ...SPEC, rollout, ...(Object.keys(verification).length > 0 && { verification }) });
  await lab.start();
  return lab;
}

/** Instances whose EIP is on an ENI. */
const moved = (lab: Laboratory): string[] => lab.cloud.state.instances.all().filter(({ interfaces }) => [...interfaces].some(({ id, type }) => type === 'Secondary' && lab.cloud.state.eips.all().some(({ binding }) => binding?.id === id))).map(({ id }) => id);
const unsettled = (lab: Laboratory): string[] => (lab.resource('web').status.unsettled ?? []).map(({ instanceId, state, reason }) => `${instanceId} ${state} ${reason}`);
const stalled = (lab: Laboratory): string => {
  const found = lab.resource('web').status.conditions?.find(({ type }) => type === 'Stalled');
  return found ? `${found.reason}: ${found.message}` : 'not stalled';
};
const goOn = (lab: Laboratory, generation: number): void => lab.patch('web', { metadata: { annotations: { [ANNOTATION.continue]: String(generation) } } });
const reaches = async (lab: Laboratory, reason: string): Promise<void> => lab.until(() => stalled(lab).startsWith(`${reason}:`), HOUR_MS);

describe('A fleet whose guests all answer by the wrong interface', () => {
  it('loses the canary at most, and says who failed by what', async () => {
    const lab = await started({ guests: same(10, DEAF) });
    await reaches(lab, 'FailureBudgetSpent');
    await lab.clock.pass(3 * HOUR_MS);
    expect(moved(lab)).to.have.length(1);
    const [lost = ''] = moved(lab);
    expect(stalled(lab)).to.include(`1 failed their verification and spec.rollout.failureBudget is 0: ${lost} (inbound: port 22 answered before and silent now)`);
    expect(unsettled(lab)[0]).to.equal(`${lost} Degraded InboundFailed`);
    expect(unsettled(lab).slice(1).every((line) => line.endsWith(' Blocked FailureBudgetSpent'))).to.equal(true);
    expect(lab.events().filter((line) => line.includes('FailureBudgetSpent'))).to.have.length(1);
  });

  it('loses nobody for long with onFailure Restore: the EIP goes home and is held', async () => {
    const lab = await started({ guests: same(10, DEAF), rollout: { onFailure: 'Restore' } });
    await reaches(lab, 'FailureBudgetSpent');
    await lab.clock.pass(3 * HOUR_MS);
    expect(moved(lab)).to.deep.equal([]);
    expect(unsettled(lab).filter((line) => line.endsWith('Blocked VerificationFailed'))).to.have.length(1);
    expect(lab.cloud.log.since(0).filter(({ action }) => action === 'UnassociateEipAddress')).to.have.length(2);
    for (const { id } of lab.cloud.state.instances.all()) expect(lab.seen(id)).to.match(/reached on 47\.98\.1\.\d+$/);
  });

  it('loses no more after a restart, wherever the process was killed', async () => {
    for (const rollout of [{}, { onFailure: 'Restore' }]) {
      const lab = await started({ guests: same(10, DEAF), rollout });
      const lost = new Set<string>();
      lab.listener = () => moved(lab).forEach((id) => lost.add(id));
      for (let lives = 0; lives < 25; lives += 1) {
        await lab.clock.pass(7_000);
        lab.kill();
        await lab.start();
      }
      await reaches(lab, 'FailureBudgetSpent');
      await lab.clock.pass(HOUR_MS);
      expect([...lost], JSON.stringify(rollout)).to.have.length(1);
    }
  });

  it('loses as many as the budget allows and one more', async () => {
    for (const onFailure of ['Report', 'Restore']) {
      const lab = await started({ guests: same(6, DEAF), rollout: { failureBudget: 2, onFailure } });
      await reaches(lab, 'FailureBudgetSpent');
      await lab.clock.pass(HOUR_MS);
      expect(moved(lab), onFailure).to.have.length(onFailure === 'Report' ? 3 : 0);
      expect(unsettled(lab).filter((line) => /InboundFailed|VerificationFailed/.test(line)), onFailure).to.have.length(3);
    }
  });

  it('goes on once the guests are mended and somebody asks for it, those that failed first', async () => {
    for (const onFailure of ['Report', 'Restore']) {
      const lab = await started({ guests: same(3, DEAF), rollout: { onFailure } });
      await reaches(lab, 'FailureBudgetSpent');
      for (const { id } of lab.cloud.state.instances.all()) lab.meddle({ op: 'setInstance', instance: id, guest: { sourceRouting: true } });
      await lab.clock.pass(HOUR_MS);
      expect(stalled(lab), onFailure).to.match(/^FailureBudgetSpent/);
      lab.patch('web', { metadata: { annotations: { [ANNOTATION.reconcileRequestedAt]: 'now' } } });
      await lab.until(() => isReady(lab), HOUR_MS);
      expect(moved(lab), onFailure).to.have.length(3);
    }
  });

  it('begins nobody else after an edit that mended nothing', async () => {
    const lab = await started({ guests: same(5, DEAF) });
    await reaches(lab, 'FailureBudgetSpent');
    lab.patch('web', { spec: { rollout: { soak: '1s' } } });
    await lab.until(() => stalled(lab) === 'not stalled');
    await reaches(lab, 'FailureBudgetSpent');
    await lab.clock.pass(HOUR_MS);
    expect(moved(lab)).to.have.length(1);
  });
});

describe('A failure long after the cut-over', () => {
  it('is said and counts while it lasts, and takes nobody home', async () => {
    const lab = await started({ guests: same(3, {}), rollout: { onFailure: 'Restore' } });
    await lab.until(() => isReady(lab), HOUR_MS);
    lab.meddle({ op: 'setInstance', instance: 'i-1', guest: DEAF });
    await lab.until(() => unsettled(lab).join() === 'i-1 Degraded InboundFailed', HOUR_MS);
    expect(stalled(lab)).to.match(/^InstancesBlocked: .*i-1|^InstancesBlocked/);
    await lab.clock.pass(HOUR_MS);
    expect(moved(lab)).to.have.length(3);
    lab.meddle({ op: 'setInstance', instance: 'i-1', guest: { sourceRouting: true } });
    await lab.until(() => isReady(lab), HOUR_MS);
  });
});

describe('Canaries', () => {
  it('go first, and the others wait until somebody says continue', async () => {
    const lab = await started({ guests: same(5, {}), rollout: { canary: 2, maxInProgress: 4 } });
    await reaches(lab, 'CanariesDone');
    await lab.clock.pass(HOUR_MS);
    expect(moved(lab)).to.have.length(2);
    expect(stalled(lab)).to.include(`2 went first and are through (${moved(lab).sort().join(', ')}). Look at them, then annotate the resource with ${ANNOTATION.continue}=1`);
    goOn(lab, 7);
    await lab.clock.pass(HOUR_MS);
    expect(moved(lab)).to.have.length(2);
    goOn(lab, 1);
    await lab.until(() => isReady(lab), HOUR_MS);
    expect(moved(lab)).to.have.length(5);
  });

  it('are the same after a restart', async () => {
    const lab = await started({ guests: same(5, {}), rollout: { canary: 1 }, verification: {} });
    for (let lives = 0; lives < 12; lives += 1) {
      await lab.clock.pass(5_000);
      lab.kill();
      await lab.start();
    }
    await reaches(lab, 'CanariesDone');
    await lab.clock.pass(HOUR_MS);
    expect(moved(lab)).to.have.length(1);
  });

  it('that fail go no further whatever anybody says', async () => {
    const lab = await started({ guests: same(5, DEAF), rollout: { canary: 1 } });
    await reaches(lab, 'FailureBudgetSpent');
    goOn(lab, 1);
    await lab.clock.pass(HOUR_MS);
    expect(moved(lab)).to.have.length(1);
  });

  it('are not asked for again of a fleet that was unified whole, before a restart or after it', async () => {
    const lab = await started({ guests: same(3, {}), rollout: { canary: 1 } });
    await reaches(lab, 'CanariesDone');
    goOn(lab, 1);
    await lab.until(() => isReady(lab), HOUR_MS);
    lab.patch('web', { spec: { rollout: { canary: 2 } } });
    await lab.until(() => isReady(lab) && lab.resource('web').status.observedGeneration === 2, HOUR_MS);
    for (const id of ['i-8', 'i-9']) {
      lab.meddle({ op: 'addInstance', instance: id, of: { vSwitch: 'vsw-1', publicIp: true, tags: { egress: 'unified' } } });
      await lab.until(() => moved(lab).includes(id) && isReady(lab), HOUR_MS);
      lab.kill();
      await lab.start();
    }
  });

  it('are asked for again after an edit in the middle', async () => {
    const lab = await started({ guests: same(4, {}), rollout: { canary: 1 } });
    await reaches(lab, 'CanariesDone');
    goOn(lab, 1);
    await lab.until(() => moved(lab).length === 2, HOUR_MS);
    lab.patch('web', { spec: { rollout: { soak: '1m' } } });
    await reaches(lab, 'CanariesDone');
    await lab.clock.pass(HOUR_MS);
    expect(moved(lab).length).to.be.within(2, 3);
    goOn(lab, 2);
    await lab.until(() => isReady(lab), HOUR_MS);
  });
});

describe('A place in the rollout', () => {
  it('is kept through the soak, tested or not, and said to be', async () => {
    for (const verification of [{}, INBOUND]) {
      const lab = await started({ guests: same(3, {}), rollout: { soak: '10m' }, verification });
      await lab.until(() => moved(lab).length === 1);
      await lab.until(() => unsettled(lab).some((line) => line.endsWith('Progressing Soaking')));
      await lab.clock.pass(9 * 60_000);
      expect(moved(lab)).to.have.length(1);
      await lab.until(() => moved(lab).length === 2, 3 * 60_000);
      await lab.until(() => isReady(lab), HOUR_MS);
      expect(lab.clock.monotonic()).to.be.within(30 * 60_000, 34 * 60_000);
    }
  });

  it('is kept through a soak that a restart interrupts, no longer and no shorter', async () => {
    const lab = await started({ guests: same(2, {}), rollout: { soak: '10m' } });
    await lab.until(() => unsettled(lab).some((line) => line.endsWith('Progressing Soaking')));
    const sinceMs = lab.clock.monotonic();
    for (let lives = 0; lives < 4; lives += 1) {
      await lab.clock.pass(120_000);
      lab.kill();
      await lab.start();
    }
    await lab.until(() => moved(lab).length === 2, 300_000);
    expect(lab.clock.monotonic() - sinceMs).to.be.within(590_000, 640_000);
  });

  it('is free at once where a change by hand is mended and nothing was cut over', async () => {
    const lab = await started({ guests: same(1, {}), rollout: { soak: '1h' }, verification: {} });
    await lab.until(() => isReady(lab), 2 * HOUR_MS);
    const [eip] = lab.cloud.state.eips.all().filter(({ ip }) => ip === '47.98.1.1');
    lab.meddle({ op: 'removeTags', resource: eip?.id ?? '' });
    await lab.until(() => eip?.tags.size === 4, HOUR_MS);
    await lab.clock.pass(10_000);
    expect(isReady(lab)).to.equal(true);
  });
});
