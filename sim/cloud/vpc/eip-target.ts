// What an EIP may be bound to: the conditions of each kind of target (facts section 3.2, error table of AssociateEipAddress).

import type { CloudState } from '../state/cloud-state.ts';
import type { Binding, Instance, NetworkInterface, TargetType } from '../state/entities.ts';
import { eipsOn } from '../state/relations.ts';
import type { Call } from '../engine/call.ts';
import { demand, found } from '../engine/refusal.ts';
import { dnatToAllPorts } from '../data-plane/nat.ts';
import { targetBusy } from './eip-state.ts';

/** The binding that the call asks for, or the refusal of the first condition that does not hold. */
export function bindingFor(call: Call, type: TargetType, id: string): Binding {
  return { type, id, privateIp: checks[type](call, id) };
}

const checks: Readonly<Record<TargetType, (call: Call, id: string) => string>> = { EcsInstance: instanceAddress, NetworkInterface: interfaceAddress, Nat: gatewayAddress };

function instanceAddress({ state }: Call, id: string): string {
  const instance = found(state.instances.get(id), 'InvalidInstanId.NotFound');
  demand(instance.networkType === 'vpc', 'OperationDenied', 'The instance is not in VPC.');
  demand(instance.status === 'Running' || instance.status === 'Stopped', 'IncorrectInstanceStatus');
  checkVpc(state, instance.vpcId);
  demand(!targetBusy(state, id), 'TaskConflict');
  demand(instance.publicIp === '', 'EIP_CAN_NOT_ASSOCIATE_WITH_PUBLIC_IP');
  demand(eipsOn(state, id).length === 0, 'InvalidAssociation.Duplicated');
  const privateIp = instance.primary.privateIps[0] ?? '';
  demand(!dnatToAllPorts(state, instance.vpcId, privateIp), 'BIND_INSTANCE_HAVE_PORTMAP_OR_BIND_EIP');
  return privateIp;
}

/** "If InstanceType is set to NetworkInterface, this parameter [PrivateIpAddress] is required." */
function interfaceAddress({ state, parameters }: Call, id: string): string {
  const nic = found(state.interfaces.get(id), 'InvalidNicOrVm.NotFound');
  const privateIp = parameters.required('PrivateIpAddress');
  demand(nic.type === 'Secondary', 'InvalidInstanceType.ValueNotSupported', 'An EIP is bound to a secondary network interface; use EcsInstance for the primary one.');
  demand(!nic.serviceManaged, 'OperationDenied.Unauthorized');
  checkMode(parameters.text('Mode') ?? 'NAT', nic);
  demand(nic.status === 'Available' || nic.status === 'InUse', 'InvalidStatus.EniStatusNotSupport');
  checkHost(state.instances.get(nic.instanceId));
  checkVpc(state, nic.vpcId);
  demand(!targetBusy(state, id), 'TaskConflict');
  demand(nic.privateIps.includes(privateIp), 'InvalidParams.NotFound');
  const bound = eipsOn(state, id);
  demand(bound.length < nic.privateIps.length, 'InvalidEip.EipQuotaExceeded');
  demand(!bound.some(({ binding }) => binding?.privateIp === privateIp), 'ResourceAlreadyAssociated.IpAddress');
  return privateIp;
}

function checkHost(instance: Instance | undefined): void {
  demand(instance === undefined || instance.status === 'Running' || instance.status === 'Stopped', 'InvalidStatus.EcsStatusNotSupport');
}

/** Cut-through wants a detached interface; this region offers it to nobody, nor the whitelisted MULTI_BINDED. */
function checkMode(mode: string, nic: NetworkInterface): void {
  demand(mode !== 'BINDED' || nic.instanceId === '', 'Eni.Attached');
  demand(mode === 'NAT', 'Mode.NotSupport');
}

/** A VPC with an IPv4 gateway takes EIPs through that gateway only. */
function checkVpc(state: CloudState, vpcId: string): void {
  demand(state.vpcs.get(vpcId)?.ipv4Gateway !== true, 'OperationDenied.Ipv4GatewayExist');
}

function gatewayAddress({ state }: Call, id: string): string {
  const gateway = found(state.natGateways.get(id), 'InvalidInstanId.NotFound');
  demand(gateway.networkType === 'internet', 'InvalidInstanceType.ValueNotSupported');
  demand(gateway.status === 'Available', 'IncorrectStatus.NatGateway');
  demand(!targetBusy(state, id), 'TaskConflict');
  demand(eipsOn(state, id).length < state.account.eipsPerGateway, 'InvalidEip.EipQuotaExceeded');
  return '';
}
