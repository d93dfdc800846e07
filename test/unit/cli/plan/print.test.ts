import { expect } from 'chai';
import { ASSOCIATION, FEE, NAT, WINDOW } from '../../../../src/cli/plan/known.ts';
import type { Plan } from '../../../../src/cli/plan/plan.ts';
import type { PlannedInstance } from '../../../../src/cli/plan/planned.ts';
import { printPlan } from '../../../../src/cli/plan/print.ts';
import type { InstanceId } from '../../../../src/core/ids.ts';

const moved = (n: number): PlannedInstance => ({
  instanceId: `i-${n}` as InstanceId, state: 'Progressing', publicIp: `47.98.0.${n}`, then: 'Unified', interrupts: true,
  steps: [{ kind: 'unassociateEipAddress', does: `unassociate EIP eip-${n} from i-${n}` }, { kind: 'associateEipAddress', does: `associate EIP eip-${n} with eni-${n}` }],
  leavesBy: { now: [`47.98.0.${n}`], then: ['47.96.1.1'] }, fees: { now: 0, then: 1 },
});

const aPlan = (given: Partial<Plan> = {}): Plan => ({
  name: 'web', regionId: 'cn-hangzhou', vpcId: 'vpc-1', mode: 'Enforce', isBeingDeleted: false, instances: [moved(1)], rollout: { maxInProgress: 1, places: 1 },
  interruption: { instances: 1, inbound: WINDOW, outbound: { ...NAT, addresses: 2, instances: 1 } },
  cost: { eipConfigurationFees: { now: 0, then: 1 }, hoursPerMonth: 730, associations: 1, associationsFreePerDay: ASSOCIATION.freePerEipOfQuota * ASSOCIATION.usualQuota, conversions: 0, sources: [FEE.source] },
  partners: { mustBeTold: ['47.96.1.1'], seeNoMore: ['47.98.0.1'] }, unknown: [], ...given,
});

const many = Array.from({ length: 30 }, (_, index) => moved(index + 1));

describe('A plan in print', () => {
  it('tells the way of many by the first of them, and names no more than a person reads', () => {
    const text = printPlan(aPlan({ instances: many, partners: { mustBeTold: ['47.96.1.1'], seeNoMore: many.map(({ publicIp }) => publicIp!) } }), 'table');
    expect(text).to.match(/^ {2}i-1, and likewise i-2 .* i-21 and 9 more \(-o json has all\)$/m);
    expect(text.match(/unassociate EIP/g)).to.have.length(1);
    expect(text).to.match(/^Once all are moved they see no more: .* and 10 more/m);
    expect(text.match(/^i-\d+ /gm), 'the table has everybody').to.have.length(30);
  });

  it('has all of them as JSON', () => expect((JSON.parse(printPlan(aPlan({ instances: many }), 'json')) as Plan).instances).to.have.length(30));

  it('says that nothing is begun while something stands in the way of all', () => {
    expect(printPlan(aPlan({ obstacle: { reason: 'SeveralNatGateways', message: 'VPC vpc-1 has 2.' } }), 'table')).to.match(/^NOTHING IS BEGUN: SeveralNatGateways: VPC vpc-1 has 2\.$/m);
  });

  it('says that nothing is begun in mode Observe', () => expect(printPlan(aPlan({ mode: 'Observe' }), 'table')).to.match(/^Mode Observe: none of it is begun/m));

  it('says when nobody is selected, and that there is nothing to interrupt or to tell', () => {
    const { interruption, cost } = aPlan();
    const text = printPlan(aPlan({ instances: [], interruption: { ...interruption, instances: 0 }, cost: { ...cost, eipConfigurationFees: { now: 0, then: 0 }, associations: 0 }, partners: { mustBeTold: [], seeNoMore: [] } }), 'table');
    expect(text).to.include('matches no instance').and.to.include('Interruption: none.').and.to.include('nobody has to be told anything').and.not.to.include('unknown: the price');
  });

  it('gives a price only where it was given one', () => {
    const { cost } = aPlan();
    expect(printPlan(aPlan(), 'table')).to.match(/1 fee more: unknown/);
    expect(printPlan(aPlan({ cost: { ...cost, monthly: { amount: 14.6, currency: 'CNY' } } }), 'table')).to.match(/1 fee more: 14\.60 CNY a month \(730 hours/);
  });
});
