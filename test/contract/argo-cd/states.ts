// Every kind of state that the controller can write, each brought about in the laboratory: what a GitOps tool will see of it, and what it
// shall say. `npm run health-states` writes what comes of it into deploy/argocd, as the test data of the health check.
import { NO_FENCES } from '../../../src/core/fences.ts';
import type { ArgoVerdict } from '../../../scripts/health/argo.ts';
import { SPEC, THREE, allUnified, isReady, settledLaboratory, world } from '../../simulation/fixtures.ts';
import { packets } from '../../simulation/packets.ts';
import { Laboratory } from '../../simulation/laboratory.ts';

/** One state. */
export interface State {
  /** The file of the test data, without its ending. */
  readonly file: string;
  /** When it is so, for the reader of the table. */
  readonly when: string;
  readonly verdict: ArgoVerdict;
  /** A laboratory that is in the state; the resource is called web. */
  readonly reached: () => Promise<Laboratory>;
}

const MINUTELY = { drift: { checkInterval: '1m' } };

async function started(lab: Laboratory, spec: object, ready: string): Promise<Laboratory> {
  lab.create('web', { ...SPEC, ...spec });
  await lab.start();
  await lab.until(() => lab.ready('web') === ready);
  return lab;
}

const fails = (lab: Laboratory, action: string, code: string, status: number): Laboratory => {
  lab.cloud.faults.add({ action, kind: 'fail', code, status, count: 100_000, phase: 'before' });
  return lab;
};

const fresh = (): Laboratory => new Laboratory(world(THREE));

async function deleted(lab: Laboratory, reason: string): Promise<Laboratory> {
  lab.delete('web');
  await lab.until(() => lab.ready('web').endsWith(reason) && lab.resource('web').status.observedGeneration === lab.resource('web').metadata.generation);
  return lab;
}

const INBOUND = { verification: { inbound: { ports: [22] } } };

/** Guests that answer by the wrong interface. */
const deaf = (instances: Record<string, object>): Laboratory =>
  new Laboratory(world(Object.fromEntries(Object.entries(instances).map(([id, of]) => [id, { ...of, guest: { sourceRouting: false } }]))), { packets: packets() });

const FIVE = ['1', '2', '3', '4', '5'];

async function exodus(): Promise<Laboratory> {
  const lab = new Laboratory(world(Object.fromEntries(FIVE.map((name) => [`i-${name}`, { vSwitch: 'vsw-1', publicIp: `47.98.2.${name}`, tags: { egress: 'unified' } }]))));
  await started(lab, { ...MINUTELY, deselectionPolicy: 'Revert', rollout: { maxInProgress: '100%' } }, 'True Unified');
  for (const name of FIVE) lab.meddle({ op: 'removeTags', resource: `i-${name}`, keys: ['egress'] });
  await lab.until(() => lab.ready('web') === 'False BlastRadius');
  return lab;
}

export const STATES: readonly State[] = [
  {
    file: 'progressing_new', when: 'created, and no controller has looked', verdict: 'Progressing',
    reached: async () => {
      const lab = fresh();
      lab.create('web', SPEC);
      return lab;
    },
  },
  {
    file: 'progressing_edited', when: 'edited, and the controller has not seen it', verdict: 'Progressing',
    reached: async () => {
      const lab = await settledLaboratory();
      lab.kill();
      lab.patch('web', { spec: { rollout: { maxInProgress: 2 } } });
      return lab;
    },
  },
  {
    file: 'progressing_listing', when: 'edited and seen; the VPC waits to be listed anew', verdict: 'Progressing',
    reached: async () => {
      const lab = await settledLaboratory();
      lab.patch('web', { spec: { rollout: { maxInProgress: 2 } } });
      await lab.until(() => lab.resource('web').status.observedGeneration === 2);
      lab.patch('web', { spec: { rollout: { maxInProgress: 3 } } });
      await lab.until(() => lab.ready('web') === 'False Progressing');
      return lab;
    },
  },
  { file: 'progressing_moving', when: 'instances are on their way', verdict: 'Progressing', reached: () => started(fresh(), {}, 'False Progressing') },
  {
    file: 'progressing_window', when: 'an EIP is between two bindings', verdict: 'Progressing',
    reached: async () => {
      const lab = await started(fresh(), {}, 'False Progressing');
      await lab.until(() => lab.resource('web').status.unsettled?.[0]?.state === 'InWindow');
      return lab;
    },
  },
  {
    file: 'progressing_unseen', when: 'an instance could not be seen completely', verdict: 'Progressing',
    reached: async () => {
      const lab = await settledLaboratory(MINUTELY);
      lab.meddle({ op: 'setNatGateway', natGateway: 'ngw-1', status: 'Modifying' });
      await lab.until(() => lab.ready('web') === 'Unknown NotObserved');
      return lab;
    },
  },
  { file: 'progressing_cloud_unavailable', when: 'the cloud cannot be read', verdict: 'Progressing', reached: () => started(fails(fresh(), 'DescribeNatGateways', 'ServiceUnavailable', 503), {}, 'Unknown CloudUnavailable') },
  {
    file: 'progressing_cloud_unstable', when: 'most calls of a kind fail; nothing new is begun', verdict: 'Progressing',
    reached: () => {
      const many = Object.fromEntries(Array.from({ length: 20 }, (_, at) => [`i-${at}`, { vSwitch: 'vsw-1', publicIp: `47.98.3.${at + 1}`, tags: { egress: 'unified' } }]));
      return started(fails(new Laboratory(world(many)), 'CreateNetworkInterface', 'ServiceUnavailable', 503), { rollout: { maxInProgress: '50%' } }, 'False CloudUnstable');
    },
  },
  { file: 'progressing_deleting', when: 'deleted; the EIPs are on their way home', verdict: 'Progressing', reached: async () => deleted(await settledLaboratory({ deletionPolicy: 'Revert' }), 'Deleting') },
  {
    file: 'progressing_deleting_unseen', when: 'deleted, and no controller has seen it', verdict: 'Progressing',
    reached: async () => {
      const lab = await settledLaboratory();
      lab.kill();
      lab.delete('web');
      return lab;
    },
  },
  { file: 'progressing_deleting_forbidden', when: 'deleted, and the cloud lets nobody look', verdict: 'Progressing', reached: async () => deleted(fails(await settledLaboratory({ deletionPolicy: 'Revert' }), 'DescribeNatGateways', 'Forbidden.RAM', 403), 'CloudForbidden') },

  {
    file: 'progressing_soaking', when: 'settled, and kept in its place until it has soaked', verdict: 'Progressing',
    reached: async () => {
      const lab = await started(fresh(), { rollout: { soak: '1h' } }, 'False Progressing');
      await lab.until(() => lab.resource('web').status.unsettled?.some(({ reason }) => reason === 'Soaking') === true);
      return lab;
    },
  },

  { file: 'healthy_unified', when: 'every selected instance is settled', verdict: 'Healthy', reached: () => settledLaboratory() },
  { file: 'healthy_nothing_selected', when: 'the selector matches nobody', verdict: 'Healthy', reached: () => started(fresh(), { instanceSelector: { tags: { egress: 'nobody' } } }, 'True NothingSelected') },
  {
    file: 'healthy_observed', when: 'mode Observe, and there is nothing that would be done', verdict: 'Healthy',
    reached: async () => {
      const lab = await settledLaboratory();
      lab.patch('web', { spec: { mode: 'Observe' } });
      await lab.until(() => isReady(lab) && lab.resource('web').status.observedGeneration === 2);
      return lab;
    },
  },

  { file: 'suspended_observe', when: 'mode Observe, and there is something that would be done', verdict: 'Suspended', reached: () => started(fresh(), { mode: 'Observe' }, 'False Observing') },
  {
    file: 'healthy_verified', when: 'every selected instance is settled, and packets say so too', verdict: 'Healthy',
    reached: async () => {
      const lab = await started(new Laboratory(world(THREE), { packets: packets() }), INBOUND, 'True Unified');
      await lab.until(() => lab.resource('web').status.instances?.verified === 2);
      return lab;
    },
  },
  { file: 'suspended_canaries_done', when: 'the canaries are through and somebody is to look at them', verdict: 'Suspended', reached: () => started(fresh(), { rollout: { canary: 1 } }, 'False CanariesDone') },
  { file: 'suspended_observe_only', when: 'the controller runs with --observe-only', verdict: 'Suspended', reached: () => started(new Laboratory(world(THREE), { observeOnly: true }), {}, 'False Observing') },

  {
    file: 'degraded_blocked', when: 'an instance cannot be moved as things stand', verdict: 'Degraded',
    reached: () => started(new Laboratory({ ...world(THREE), natGateways: { 'ngw-1': { vpc: 'vpc-1', vSwitch: 'vsw-1', eips: ['eip-nat'] } } }), {}, 'False InstancesBlocked'),
  },
  {
    file: 'degraded_drift', when: 'an instance was unified and is not any more', verdict: 'Degraded',
    reached: async () => {
      const lab = await settledLaboratory(MINUTELY);
      lab.meddle({ op: 'deleteSnatEntry', natGateway: 'ngw-1', entry: 'snat-1' });
      await lab.until(() => lab.resource('web').status.unsettled?.[0]?.state === 'Degraded' && !allUnified(lab));
      return lab;
    },
  },
  { file: 'degraded_verification_failed', when: 'an instance failed its test with packets', verdict: 'Degraded', reached: () => started(deaf({ 'i-a': THREE['i-a'] }), INBOUND, 'False InstancesBlocked') },
  { file: 'degraded_failure_budget', when: 'more failed than the budget allows, and nobody else is begun', verdict: 'Degraded', reached: () => started(deaf(THREE), INBOUND, 'False FailureBudgetSpent') },
  { file: 'degraded_observe_blocked', when: 'mode Observe, and an instance could not be moved', verdict: 'Degraded', reached: () => started(new Laboratory({ ...world(THREE), natGateways: { 'ngw-1': { vpc: 'vpc-1', vSwitch: 'vsw-1', eips: ['eip-nat'] } } }), { mode: 'Observe' }, 'False InstancesBlocked') },
  { file: 'degraded_vpc_not_found', when: 'the VPC is not there', verdict: 'Degraded', reached: () => started(fresh(), { vpcId: 'vpc-unknown' }, 'False VpcNotFound') },
  { file: 'degraded_no_nat_gateway', when: 'the VPC has no NAT gateway', verdict: 'Degraded', reached: () => started(new Laboratory({ ...world(THREE), natGateways: {} }), {}, 'False NoNatGateway') },
  {
    file: 'degraded_several_nat_gateways', when: 'the VPC has several and none is named', verdict: 'Degraded',
    reached: () => started(new Laboratory({ ...world(THREE), natGateways: { ...world(THREE).natGateways, 'ngw-2': { vpc: 'vpc-1', vSwitch: 'vsw-1', eips: ['eip-nat-2'] } } }), {}, 'False SeveralNatGateways'),
  },
  { file: 'degraded_too_many', when: 'more instances are selected than maxInstances', verdict: 'Degraded', reached: () => started(fresh(), { instanceSelector: { tags: { egress: 'unified' }, maxInstances: 2 } }, 'False TooManyInstances') },
  { file: 'degraded_forbidden', when: 'the credentials may not look', verdict: 'Degraded', reached: () => started(fails(fresh(), 'DescribeNatGateways', 'Forbidden.RAM', 403), {}, 'False CloudForbidden') },
  { file: 'degraded_refused', when: 'the cloud refuses a listing for good', verdict: 'Degraded', reached: () => started(fails(fresh(), 'DescribeNatGateways', 'InvalidParameter', 400), {}, 'False Refused') },
  { file: 'degraded_blast_radius', when: 'too much would be undone at once that no edit asked for', verdict: 'Degraded', reached: exodus },
  { file: 'degraded_outside_fences', when: 'region or VPC is outside the fences of the flags', verdict: 'Degraded', reached: () => started(new Laboratory(world(THREE), { fences: { ...NO_FENCES, vpcs: ['vpc-2'] } }), {}, 'False OutsideFences') },
];
