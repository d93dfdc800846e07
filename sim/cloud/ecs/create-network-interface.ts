// CreateNetworkInterface and ModifyNetworkInterfaceAttribute, with the rules for security groups that both obey (facts 2.7, 2.11).

import type { CloudState } from '../state/cloud-state.ts';
import type { NetworkInterface, SecurityGroup, VSwitch } from '../state/entities.ts';
import { addInterface, setSecurityGroups } from '../state/relations.ts';
import { formatAddress, parseAddress } from '../state/addresses.ts';
import type { Body, Call } from '../engine/call.ts';
import { demand, found, refusal } from '../engine/refusal.ts';
import { interfaceView } from './describe-network-interfaces.ts';
import { checkTags, setTags } from '../engine/tags.ts';

/**
 * The groups, if an interface of the VPC may join them all: they exist, are of its VPC and of one type, not more than an interface
 * may have, and each has room for the interface's addresses.
 */
export function checkSecurityGroups(state: CloudState, ids: readonly string[], nic: { readonly vpcId: string; readonly joining: number }): void {
  const groups = ids.map((id) => found(state.securityGroups.get(id), 'InvalidSecurityGroupId.NotFound'));
  demand(groups.every(({ vpcId }) => vpcId === nic.vpcId), 'InvalidOperation.VpcMismatch');
  demand(ids.length <= state.account.securityGroupsPerInterface, 'SecurityGroupInstanceLimitExceed');
  demand(new Set(groups.map(({ type }) => type)).size <= 1, 'InvalidSecurityGroup.InvalidNetworkType');
  demand(groups.every((group) => group.addresses + nic.joining <= addressLimit(state, group)), 'SecurityGroupInstanceLimitExceed');
}

const addressLimit = ({ account }: CloudState, group: SecurityGroup): number =>
  group.type === 'normal' ? account.addressesPerNormalGroup : account.addressesPerEnterpriseGroup;

/** "You must set either SecurityGroupId or SecurityGroupIds.N but not both." */
function groupsOf({ parameters }: Call): readonly string[] {
  const one = parameters.text('SecurityGroupId');
  const several = parameters.list('SecurityGroupIds', 100);
  demand(one === undefined || several.length === 0, 'InvalidParameter', 'SecurityGroupId and SecurityGroupIds.N cannot both be given.');
  const ids = one === undefined ? several : [one];
  demand(ids.length > 0, 'MissingParameter', 'Either SecurityGroupId or SecurityGroupIds.N is mandatory.');
  return [...new Set(ids)];
}

/** An idle address of the vSwitch, the one asked for if any; taken only when all checks have passed. */
function takeAddress(vSwitch: VSwitch, wanted: string | undefined): string {
  if (wanted === undefined) return formatAddress(found(vSwitch.pool.takeAny(), 'InvalidVSwitchId.IpNotEnough'));
  const address = parseAddress(wanted);
  if (address === undefined || !vSwitch.pool.serves(address)) throw refusal('InvalidVSwitchId.IpInvalid');
  demand(vSwitch.pool.isFree(address), 'InvalidIp.IpRepeated');
  vSwitch.pool.take(address);
  return wanted;
}

/** "This is a synchronous operation. The newly created ENI is in the Available state and can be attached immediately." */
export function createNetworkInterface(call: Call): Body {
  const { state, parameters } = call;
  const vSwitch = found(state.vSwitches.get(parameters.required('VSwitchId')), 'InvalidVSwitchId.NotFound');
  const securityGroupIds = groupsOf(call);
  checkSecurityGroups(state, securityGroupIds, { vpcId: vSwitch.vpcId, joining: 1 });
  checkNames(call);
  const tags = new Map<string, string>();
  checkTags(call, [tags]);
  demand((parameters.text('InstanceType') ?? 'Secondary') === 'Secondary', 'InvalidParameter', 'InstanceType is Secondary.');
  demand(state.secondaryInterfaces < state.account.networkInterfaces, 'MaxEniCountExceeded');
  setTags(call, [tags]);
  const nic = addInterface(state, newInterface(call, { vSwitch, securityGroupIds, tags }));
  return { ...interfaceView(state, nic) };
}

function newInterface({ state, parameters, nowMs }: Call, of: { vSwitch: VSwitch; securityGroupIds: readonly string[]; tags: Map<string, string> }): NetworkInterface {
  const sequence = state.nextSequence();
  return {
    id: state.nextId('eni'), sequence, name: parameters.text('NetworkInterfaceName') ?? '', description: parameters.text('Description') ?? '',
    type: 'Secondary', status: 'Available', instanceId: '', vpcId: of.vSwitch.vpcId, vSwitchId: of.vSwitch.id, zoneId: of.vSwitch.zoneId,
    privateIps: [takeAddress(of.vSwitch, parameters.text('PrimaryIpAddress'))], mac: state.macOf(sequence), securityGroupIds: of.securityGroupIds,
    deleteOnRelease: parameters.flag('DeleteOnRelease') ?? true, sourceDestCheck: parameters.flag('SourceDestCheck') ?? false,
    serviceManaged: false, createdAtMs: nowMs, tags: of.tags, task: undefined,
  };
}

/** "The name must be 2 to 128 characters in length", "The description must be 2 to 256 characters in length". */
function checkNames({ parameters }: Call): void {
  const name = parameters.text('NetworkInterfaceName');
  const description = parameters.text('Description');
  demand(name === undefined || (name.length >= 2 && name.length <= 128), 'InvalidParameter', 'NetworkInterfaceName has 2 to 128 characters.');
  demand(description === undefined || (description.length >= 2 && description.length <= 256), 'InvalidParameter', 'Description has 2 to 256 characters.');
}

/** SecurityGroupId.N replaces the list: "the secondary NIC joins the specified security groups and is removed from the existing ones". */
export function modifyNetworkInterfaceAttribute(call: Call): Body {
  const { state, parameters } = call;
  const nic = found(state.interfaces.get(parameters.required('NetworkInterfaceId')), 'InvalidEniId.NotFound');
  demand(!nic.serviceManaged, 'InvalidOperation.EniServiceManaged');
  checkNames(call);
  const groups = [...new Set(parameters.list('SecurityGroupId', 100))];
  if (groups.length > 0) {
    demand(nic.type === 'Secondary', 'InvalidOperation.InvalidEniType');
    const staying = groups.every((id) => nic.securityGroupIds.includes(id));
    checkSecurityGroups(state, groups, { vpcId: nic.vpcId, joining: staying ? 0 : nic.privateIps.length });
    setSecurityGroups(state, nic, groups);
  }
  nic.name = parameters.text('NetworkInterfaceName') ?? nic.name;
  nic.description = parameters.text('Description') ?? nic.description;
  nic.deleteOnRelease = parameters.flag('DeleteOnRelease') ?? nic.deleteOnRelease;
  nic.sourceDestCheck = parameters.flag('SourceDestCheck') ?? nic.sourceDestCheck;
  return {};
}
