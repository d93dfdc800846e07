// AssociateEipAddress and UnassociateEipAddress (facts sections 3.2, 3.3). Both answer at once and go on in the background; an EIP takes
// one of them at a time.

import type { Binding, Eip, NatGateway, TargetType } from '../state/entities.ts';
import { bindEip, freeEip, unbindEip } from '../state/relations.ts';
import type { Body, Call } from '../engine/call.ts';
import { demand, found, refusal } from '../engine/refusal.ts';
import { checkIdle } from './eip-state.ts';
import { bindingFor } from './eip-target.ts';

function eipOf({ state, parameters }: Call): Eip {
  const eip = found(state.eips.get(parameters.required('AllocationId')), 'InvalidAllocationId.NotFound');
  demand(!eip.serviceManaged, 'OperationDenied.Unauthorized');
  return eip;
}

function targetType(text: string | undefined): TargetType {
  if (text === undefined || text === 'EcsInstance') return 'EcsInstance';
  if (text === 'NetworkInterface' || text === 'Nat') return text;
  throw refusal('InvalidInstanceType.ValueNotSupported');
}

/** Available → Associating → InUse. "The default instance type is EcsInstance." */
export function associateEipAddress(call: Call): Body {
  const { state, parameters } = call;
  const eip = eipOf(call);
  const type = targetType(parameters.text('InstanceType'));
  const targetId = parameters.required('InstanceId');
  checkIdle(call, eip);
  demand(eip.binding?.id !== targetId, 'InvalidAssociation.Duplicated');
  demand(eip.status === 'Available', 'IncorrectEipStatus');
  demand(eip.locks.length === 0, 'Forbidden.FinancialLocked');
  const binding = bindingFor(call, type, targetId);
  bindEip(state, eip, binding);
  eip.status = 'Associating';
  call.begin(eip, {
    latency: 'associate',
    complete: () => { eip.status = 'InUse'; },
    fail: () => freeEip(state, eip),
  });
  return {};
}

/** InUse → Unassociating → Available. Without InstanceId it unbinds whatever the EIP is bound to; with one, that must be the holder. */
export function unassociateEipAddress(call: Call): Body {
  const { state } = call;
  const eip = eipOf(call);
  checkIdle(call, eip);
  const binding = found(eip.status === 'InUse' ? eip.binding : undefined, 'IncorrectEipStatus');
  checkHolder(call, binding);
  demand(eip.locks.length === 0, 'Forbidden.FinancialLocked');
  checkReleasable(call, eip, binding);
  eip.status = 'Unassociating';
  call.begin(eip, {
    latency: 'unassociate',
    complete: () => {
      unbindEip(state, eip);
      eip.status = 'Available';
    },
    fail: () => { eip.status = 'InUse'; },
  });
  return {};
}

/** InstanceType defaults to EcsInstance, so an interface's id without its type names nothing. */
function checkHolder({ parameters }: Call, binding: Binding): void {
  const id = parameters.text('InstanceId');
  const privateIp = parameters.text('PrivateIpAddress');
  const type = targetType(parameters.text('InstanceType'));
  demand(id === undefined || id === binding.id, 'InvalidInstanId.NotFound');
  demand((id === undefined && parameters.text('InstanceType') === undefined) || type === binding.type, 'InvalidInstanceType.ValueNotSupported');
  demand(privateIp === undefined || privateIp === binding.privateIp, 'InvalidParams.NotFound');
}

const releasable: Readonly<Record<TargetType, (call: Call, eip: Eip, binding: Binding) => void>> = {
  EcsInstance: ({ state }, _eip, { id }) => {
    const instance = state.instances.get(id);
    demand(instance?.eipUnassociable ?? true, 'OperationDenied');
    demand(instance?.status === 'Running' || instance?.status === 'Stopped', 'IncorrectInstanceStatus');
  },
  NetworkInterface: ({ state }, eip, { id }) => {
    const status = state.interfaces.get(id)?.status;
    demand(status === 'Available' || status === 'InUse', 'InvalidStatus.EniStatusNotSupport');
    demand(eip.mode !== 'BINDED' || status === 'Available', 'Eni.Attached');
  },
  Nat: ({ state, parameters }, eip, { id }) => {
    const gateway = state.natGateways.get(id);
    if (gateway && parameters.flag('Force') === true) return dropEntries(gateway, eip.ip);
    demand(!gateway?.snat.all().some(({ ips }) => ips.includes(eip.ip)), 'DependencyViolation.SnatEntry');
    demand(!gateway?.dnat.all().some(({ externalIp }) => externalIp === eip.ip), 'InvalidIpStatus.HasBeenUsedByForwardEntry');
  },
};

function checkReleasable(call: Call, eip: Eip, binding: Binding): void {
  releasable[binding.type](call, eip, binding);
}

/** Force: "forcefully disassociates the EIP" from a gateway that has entries; the entries lose the address. */
function dropEntries({ snat, dnat }: NatGateway, ip: string): void {
  for (const entry of snat.all()) {
    entry.ips = entry.ips.filter((other) => other !== ip);
    if (entry.ips.length === 0) snat.remove(entry.id);
  }
  for (const entry of dnat.all()) if (entry.externalIp === ip) dnat.remove(entry.id);
}
