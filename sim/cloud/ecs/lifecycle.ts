// ConvertNatPublicIpToEip and ModifyInstanceChargeType: what changes an instance itself (facts sections 2.3, 2.4).

import type { Instance } from '../state/entities.ts';
import { addEip, bindEip, eipsOn, endConversion } from '../state/relations.ts';
import type { Body, Call } from '../engine/call.ts';
import { demand, found, refusal, type RefusalCode } from '../engine/refusal.ts';

const hourMs = 3_600_000;

const settled = ({ status }: Instance): boolean => status === 'Running' || status === 'Stopped';

/** Conditions of the conversion in the order of its documentation; the first that does not hold refuses. */
function conversionProblem({ state, nowMs }: Call, instance: Instance): RefusalCode | undefined {
  const conditions: readonly (readonly [boolean, RefusalCode])[] = [
    [!settled(instance) || instance.task !== undefined, 'IncorrectInstanceStatus'],
    [instance.networkType === 'classic' || eipsOn(state, instance.id).length > 0, 'OperationDenied'],
    [instance.publicIp === '', 'InvalidInstance.IpAddressMissing'],
    [instance.locks.length > 0, 'InstanceLockedForSecurity'],
    [instance.pendingChange, 'InvalidInstanceId.PlanedChange'],
    [instance.bandwidthMbps === 0, 'InvalidInstance.ZeroBandwidth'],
    [instance.chargeType === 'PrePaid' && instance.internetChargeType === 'PayByBandwidth', 'InvalidInternetChargeType.ValueNotSupported'],
    [instance.chargeType === 'PrePaid' && (instance.expiresAtMs ?? Infinity) < nowMs + 24 * hourMs, 'InvalidEndTime.OperateNotSupport'],
    [state.eips.size + state.eipsPromised >= state.account.eips, 'MaxEIPQuotaExceeded'],
  ];
  return conditions.find(([refused]) => refused)?.[1];
}

/** Answers a RequestId and nothing else; the EIP shows up on the instance after a while, with the address that was static before. */
export function convertNatPublicIpToEip(call: Call): Body {
  const { state, parameters } = call;
  const instance = found(state.instances.get(parameters.required('InstanceId')), 'InvalidInstanceId.NotFound');
  const problem = conversionProblem(call, instance);
  if (problem) throw refusal(problem);
  state.eipsPromised += 1;
  instance.converting = true;
  call.begin(instance, {
    latency: 'convert',
    fail: () => endConversion(state, instance),
    complete: () => {
      endConversion(state, instance);
      becomeEip(call, instance);
    },
  });
  return {};
}

function becomeEip({ state, nowMs }: Call, instance: Instance): void {
  const eip = addEip(state, {
    id: state.nextId('eip'), sequence: state.nextSequence(), name: '', ip: instance.publicIp, status: 'InUse', binding: undefined, mode: 'NAT',
    bandwidthMbps: instance.bandwidthMbps, internetChargeType: instance.internetChargeType, chargeType: 'PostPaid',
    locks: [], serviceManaged: false, createdAtMs: nowMs, tags: new Map(), task: undefined,
  });
  bindEip(state, eip, { type: 'EcsInstance', id: instance.id, privateIp: instance.primary.privateIps[0] ?? '' });
  instance.publicIp = '';
  instance.bandwidthMbps = 0;
}

/** InstanceChargeType is PrePaid when not given: forgetting it asks for a subscription. */
export function modifyInstanceChargeType(call: Call): Body {
  const { state, parameters } = call;
  const ids = found(parameters.jsonList('InstanceIds', 20), 'MissingParameter', 'The input parameter "InstanceIds" is mandatory.');
  const wanted = parameters.text('InstanceChargeType') ?? 'PrePaid';
  demand(wanted === 'PrePaid' || wanted === 'PostPaid', 'InvalidParameter', 'InstanceChargeType is PrePaid or PostPaid.');
  const instances = ids.map((id) => found(state.instances.get(id), 'InvalidInstanceId.NotFound'));
  for (const instance of instances) checkChargeable(call, instance, wanted);
  const refunded = wanted === 'PostPaid' ? instances.reduce((sum, instance) => sum + refundHours(call, instance), 0) : 0;
  demand(state.refundedVcpuHours + refunded <= state.account.refundVcpuHours, 'QuotaExceed.RufundVcpu');
  call.endDryRun();
  state.refundedVcpuHours += refunded;
  for (const instance of instances) beginChange(call, instance, wanted);
  return { OrderId: call.requestId, FeeOfInstances: { FeeOfInstance: [] } };
}

function checkChargeable({ nowMs }: Call, instance: Instance, wanted: string): void {
  demand(settled(instance), 'InvalidStatus.ValueNotSupported');
  demand(instance.task === undefined, 'InstanceHasProcessingConvertOrder');
  demand(instance.chargeType === 'PostPaid' || (instance.expiresAtMs ?? Infinity) > nowMs, 'ExpiredInstance');
  demand(wanted === 'PostPaid' || instance.autoReleaseTime === '', 'ReleaseTimeHaveBeenSet');
}

/** "vCPUs × (Remaining days × 24 ± Floating hours)"; nothing for one that has no subscription. */
function refundHours({ state, nowMs }: Call, instance: Instance): number {
  if (instance.chargeType === 'PostPaid') return 0;
  const hours = Math.floor(Math.max(0, (instance.expiresAtMs ?? nowMs) - nowMs) / hourMs);
  return (state.instanceTypes.get(instance.typeId)?.cpu ?? 1) * hours;
}

/** Period counts months unless PeriodUnit says Week. */
function beginChange(call: Call, instance: Instance, wanted: 'PrePaid' | 'PostPaid'): void {
  const hours = (call.parameters.count('Period') ?? 1) * (call.parameters.text('PeriodUnit') === 'Week' ? 7 * 24 : 30 * 24);
  call.begin(instance, {
    latency: 'chargeType',
    fail: () => undefined,
    complete: () => {
      instance.chargeType = wanted;
      instance.expiresAtMs = wanted === 'PrePaid' ? call.nowMs + hours * hourMs : undefined;
    },
  });
}
