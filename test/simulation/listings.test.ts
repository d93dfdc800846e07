// What many resources of one VPC share: its listing.
import { expect } from 'chai';
import { SPEC, THREE, world } from './fixtures.ts';
import { Laboratory } from './laboratory.ts';

const RESOURCES = 20;
const names = Array.from({ length: RESOURCES }, (_, index) => `web-${index + 1}`);
const listingsOf = (lab: Laboratory): number => lab.cloud.log.since(0).filter(({ action }) => action === 'DescribeNatGateways').length;
const areReady = (lab: Laboratory): boolean => names.every((name) => lab.ready(name).startsWith('True'));
const observing = { ...SPEC, mode: 'Observe', instanceSelector: { tags: { egress: 'nobody' } } };

describe('A VPC', () => {
  it('is listed once for all resources that are there at the start', async () => {
    const lab = new Laboratory(world(THREE));
    for (const name of names) lab.create(name, observing);
    await lab.start();
    await lab.until(() => areReady(lab));
    expect(listingsOf(lab)).to.equal(1);
  });

  it('is not listed twice at a time, however many resources come while it is', async () => {
    const lab = new Laboratory(world(THREE));
    lab.create('first', observing);
    await lab.start();
    await lab.until(() => listingsOf(lab) === 1);
    for (const name of names) {
      lab.create(name, observing);
      await lab.clock.pass(5);
    }
    await lab.until(() => areReady(lab));
    // the one on its way, one that began after it for those who came meanwhile, and one for who came later than that
    expect(listingsOf(lab)).to.be.at.most(3);
  });

  it('is known to all again as soon as one could list it: by an edit, long before the pause is over', async () => {
    const lab = new Laboratory(world(THREE));
    for (const name of names) lab.create(name, observing);
    lab.cloud.faults.add({ action: 'DescribeNatGateways', kind: 'fail', count: 100_000 });
    await lab.start();
    await lab.clock.pass(240_000);
    lab.cloud.faults.clear();
    lab.patch('web-1', { spec: { drift: { checkInterval: '1m' } } });
    await lab.until(() => areReady(lab), 3_000);
  });
});
