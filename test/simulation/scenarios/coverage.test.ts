// The twelve scenarios for themselves: each comes to its end when nothing goes wrong, nobody waits in vain for a moment, and together they
// make the controller take every step that it knows, forwards and backwards.
import { expect } from 'chai';
import type { Crossing } from '../engine/contract.ts';
import { run } from '../engine/run.ts';
import { CANONICAL } from './canonical.ts';
import { differences, strict } from './scenario.ts';

/** Every step of src/core/step.ts as the cloud sees it; where it has two directions, each of them. */
const STEPS: Readonly<Record<string, (call: Crossing) => boolean>> = {
  convertNatPublicIpToEip: ({ verb }) => verb === 'ecs:ConvertNatPublicIpToEip',
  modifyInstanceChargeType: ({ verb }) => verb === 'ecs:ModifyInstanceChargeType',
  tagEip: ({ verb }) => verb === 'vpc:TagResources',
  untagEip: ({ verb }) => verb === 'vpc:UnTagResources',
  tagNetworkInterface: ({ verb }) => verb === 'ecs:TagResources',
  untagNetworkInterface: ({ verb }) => verb === 'ecs:UntagResources',
  createNetworkInterface: ({ verb }) => verb === 'ecs:CreateNetworkInterface',
  attachNetworkInterface: ({ verb }) => verb === 'ecs:AttachNetworkInterface',
  detachNetworkInterface: ({ verb }) => verb === 'ecs:DetachNetworkInterface',
  deleteNetworkInterface: ({ verb }) => verb === 'ecs:DeleteNetworkInterface',
  modifyNetworkInterfaceAttribute: ({ verb }) => verb === 'ecs:ModifyNetworkInterfaceAttribute',
  'unassociateEipAddress from the instance': ({ verb, subject }) => verb === 'vpc:UnassociateEipAddress' && subject.startsWith('i-'),
  'unassociateEipAddress from the interface': ({ verb, subject }) => verb === 'vpc:UnassociateEipAddress' && subject.startsWith('eni-'),
  'associateEipAddress to the instance': ({ verb, subject }) => verb === 'vpc:AssociateEipAddress' && subject.startsWith('i-'),
  'associateEipAddress to the interface': ({ verb, subject }) => verb === 'vpc:AssociateEipAddress' && subject.startsWith('eni-'),
};

describe('The canonical scenarios', function () {
  this.timeout(60_000);
  const calls: Crossing[] = [];

  for (const canonical of CANONICAL) {
    it(`end as they should when nothing goes wrong: ${canonical.name} ${canonical.title}`, async () => {
      const late: string[] = [];
      const scenario = strict(canonical);
      const timeline = scenario.timeline?.map((act) => ({ ...act, act: (lab: Parameters<typeof act.act>[0]) => { if (!act.when(lab)) late.push(act.title); act.act(lab); } })) ?? [];
      const { crossings, quiet, unmet } = await run({ scenario: canonical.name, seed: 1, injections: [] }, { scenario: { ...scenario, timeline, unmet: (lab) => differences(lab, canonical.end) } });
      calls.push(...crossings);
      expect({ unmet, quiet, late }).to.deep.equal({ unmet: [], quiet: true, late: [] });
    });
  }

  it('take every step that there is, in both directions', () => {
    expect(Object.entries(STEPS).filter(([, isTaken]) => !calls.some(isTaken)).map(([name]) => name)).to.deep.equal([]);
  });
});
