// AllocateEipAddress and ReleaseEipAddress: how an EIP comes and goes.

import type { ChargeType, InternetChargeType } from '../state/entities.ts';
import { addEip, removeEip } from '../state/relations.ts';
import { parseAddress } from '../state/addresses.ts';
import type { Body, Call } from '../engine/call.ts';
import type { Parameters } from '../engine/parameters.ts';
import { demand, found } from '../engine/refusal.ts';
import { checkTags, setTags } from '../engine/tags.ts';
import { checkIdle } from './eip-state.ts';

function choice<T extends string>(parameters: Parameters, name: string, values: readonly [T, ...T[]]): T {
  const value = parameters.text(name) ?? values[0];
  return found(values.find((known) => known === value), 'InvalidParameter', `The specified value of ${name} is not supported.`);
}

/** "If InstanceChargeType is set to PrePaid, InternetChargeType must be set to PayByBandwidth." Bandwidth defaults to 5 Mbit/s. */
export function allocateEipAddress(call: Call): Body {
  const { state, parameters, nowMs } = call;
  const chargeType = choice<ChargeType>(parameters, 'InstanceChargeType', ['PostPaid', 'PrePaid']);
  const internetChargeType = choice<InternetChargeType>(parameters, 'InternetChargeType', ['PayByBandwidth', 'PayByTraffic']);
  demand(chargeType === 'PostPaid' || internetChargeType === 'PayByBandwidth', 'InvalidParameter', 'A subscription EIP is billed by bandwidth.');
  const bandwidthMbps = parameters.count('Bandwidth') ?? 5;
  const mostMbps = chargeType === 'PrePaid' ? 1000 : internetChargeType === 'PayByTraffic' ? 200 : 500;
  demand(bandwidthMbps >= 1 && bandwidthMbps <= mostMbps, 'InvalidParameter', `Bandwidth is between 1 and ${mostMbps}.`);
  demand(state.eips.size + state.eipsPromised < state.account.eips, 'QuotaExceeded.Eip');
  const wanted = parameters.text('IpAddress');
  demand(wanted === undefined || (parseAddress(wanted) !== undefined && !state.publicIpsInUse.has(wanted)), 'InvalidIpAddress.AlreadyUsed');
  const tags = new Map<string, string>();
  checkTags(call, [tags]);
  setTags(call, [tags]);
  const eip = addEip(state, {
    id: state.nextId('eip'), sequence: state.nextSequence(), name: parameters.text('Name') ?? '', ip: wanted ?? state.nextPublicIp(),
    status: 'Available', binding: undefined, mode: 'NAT', bandwidthMbps, internetChargeType, chargeType,
    locks: [], serviceManaged: false, createdAtMs: nowMs, tags, task: undefined,
  });
  return { AllocationId: eip.id, EipAddress: eip.ip, ResourceGroupId: '' };
}

/** "Only EIPs in the Available state can be released"; "subscription EIPs cannot be released". Releasing → not found. */
export function releaseEipAddress(call: Call): Body {
  const { state, parameters } = call;
  const eip = found(state.eips.get(parameters.required('AllocationId')), 'InvalidAllocationId.NotFound');
  checkIdle(call, eip);
  demand(eip.status === 'Available', 'IncorrectEipStatus');
  demand(eip.chargeType === 'PostPaid', 'OperationDenied', 'A subscription EIP cannot be released.');
  demand(!eip.serviceManaged, 'OperationDenied.Unauthorized');
  eip.status = 'Releasing';
  call.begin(eip, {
    latency: 'release',
    complete: () => removeEip(state, eip),
    fail: () => { eip.status = 'Available'; },
  });
  return {};
}
