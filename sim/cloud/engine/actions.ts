// Every action that the simulated cloud knows: which product it belongs to, whether it changes anything, whether it takes a ClientToken
// (facts section 4; the SDK's request models). An action not in this table is InvalidAction.NotFound.

import { createCommand, describeCommands } from '../assistant/commands.ts';
import { describeInvocationResults } from '../assistant/results.ts';
import { invokeCommand, runCommand } from '../assistant/send.ts';
import { describeCloudAssistantStatus } from '../assistant/status.ts';
import { attachNetworkInterface, deleteNetworkInterface, detachNetworkInterface } from '../ecs/attach-network-interface.ts';
import { createNetworkInterface, modifyNetworkInterfaceAttribute } from '../ecs/create-network-interface.ts';
import { describeInstanceAttribute, describeNetworkInterfaceAttribute } from '../ecs/describe-attributes.ts';
import { describeInstances, describeInstanceTypes } from '../ecs/describe-instances.ts';
import { describeNetworkInterfaces, describeSecurityGroups } from '../ecs/describe-network-interfaces.ts';
import { convertNatPublicIpToEip, modifyInstanceChargeType } from '../ecs/lifecycle.ts';
import { allocateEipAddress, releaseEipAddress } from '../vpc/eip-allocation.ts';
import { associateEipAddress, unassociateEipAddress } from '../vpc/eip-binding.ts';
import { describeEipAddresses } from '../vpc/eip-view.ts';
import { describeForwardTableEntries, describeNatGateways, describeSnatTableEntries } from '../vpc/nat-view.ts';
import { describeRouteEntryList, describeRouteTableList, describeVpcs, describeVSwitches } from '../vpc/network-view.ts';
import { createSnatEntry, deleteSnatEntry, modifySnatEntry } from '../vpc/snat-entries.ts';
import type { Action } from './call.ts';
import { listTagResources, tagResources, untagResources } from './tags.ts';

const table: readonly Action[] = [
  { product: 'ecs', name: 'DescribeInstances', mutates: false, run: describeInstances },
  { product: 'ecs', name: 'DescribeInstanceAttribute', mutates: false, regionless: true, run: describeInstanceAttribute },
  { product: 'ecs', name: 'DescribeInstanceTypes', mutates: false, regionless: true, run: describeInstanceTypes },
  { product: 'ecs', name: 'DescribeNetworkInterfaces', mutates: false, run: describeNetworkInterfaces },
  { product: 'ecs', name: 'DescribeNetworkInterfaceAttribute', mutates: false, run: describeNetworkInterfaceAttribute },
  { product: 'ecs', name: 'DescribeSecurityGroups', mutates: false, run: describeSecurityGroups },
  { product: 'ecs', name: 'ListTagResources', mutates: false, run: listTagResources('ecs') },
  { product: 'ecs', name: 'ConvertNatPublicIpToEip', mutates: true, run: convertNatPublicIpToEip },
  { product: 'ecs', name: 'ModifyInstanceChargeType', mutates: true, clientToken: true, run: modifyInstanceChargeType },
  { product: 'ecs', name: 'CreateNetworkInterface', mutates: true, clientToken: true, run: createNetworkInterface },
  { product: 'ecs', name: 'ModifyNetworkInterfaceAttribute', mutates: true, run: modifyNetworkInterfaceAttribute },
  { product: 'ecs', name: 'AttachNetworkInterface', mutates: true, run: attachNetworkInterface },
  { product: 'ecs', name: 'DetachNetworkInterface', mutates: true, run: detachNetworkInterface },
  { product: 'ecs', name: 'DeleteNetworkInterface', mutates: true, run: deleteNetworkInterface },
  { product: 'ecs', name: 'TagResources', mutates: true, run: tagResources('ecs') },
  { product: 'ecs', name: 'UntagResources', mutates: true, run: untagResources('ecs') },
  { product: 'ecs', name: 'DescribeCloudAssistantStatus', mutates: false, run: describeCloudAssistantStatus },
  { product: 'ecs', name: 'DescribeCommands', mutates: false, run: describeCommands },
  { product: 'ecs', name: 'DescribeInvocationResults', mutates: false, run: describeInvocationResults },
  { product: 'ecs', name: 'CreateCommand', mutates: true, clientToken: true, run: createCommand },
  { product: 'ecs', name: 'RunCommand', mutates: true, clientToken: true, run: runCommand },
  { product: 'ecs', name: 'InvokeCommand', mutates: true, clientToken: true, run: invokeCommand },
  { product: 'vpc', name: 'DescribeEipAddresses', mutates: false, run: describeEipAddresses },
  { product: 'vpc', name: 'DescribeNatGateways', mutates: false, run: describeNatGateways },
  { product: 'vpc', name: 'DescribeSnatTableEntries', mutates: false, run: describeSnatTableEntries },
  { product: 'vpc', name: 'DescribeForwardTableEntries', mutates: false, run: describeForwardTableEntries },
  { product: 'vpc', name: 'DescribeVpcs', mutates: false, run: describeVpcs },
  { product: 'vpc', name: 'DescribeVSwitches', mutates: false, run: describeVSwitches },
  { product: 'vpc', name: 'DescribeRouteTableList', mutates: false, run: describeRouteTableList },
  { product: 'vpc', name: 'DescribeRouteEntryList', mutates: false, run: describeRouteEntryList },
  { product: 'vpc', name: 'ListTagResources', mutates: false, run: listTagResources('vpc') },
  { product: 'vpc', name: 'AllocateEipAddress', mutates: true, clientToken: true, run: allocateEipAddress },
  { product: 'vpc', name: 'ReleaseEipAddress', mutates: true, run: releaseEipAddress },
  { product: 'vpc', name: 'AssociateEipAddress', mutates: true, clientToken: true, run: associateEipAddress },
  { product: 'vpc', name: 'UnassociateEipAddress', mutates: true, clientToken: true, run: unassociateEipAddress },
  { product: 'vpc', name: 'CreateSnatEntry', mutates: true, clientToken: true, run: createSnatEntry },
  { product: 'vpc', name: 'ModifySnatEntry', mutates: true, clientToken: true, run: modifySnatEntry },
  { product: 'vpc', name: 'DeleteSnatEntry', mutates: true, clientToken: true, run: deleteSnatEntry },
  { product: 'vpc', name: 'TagResources', mutates: true, run: tagResources('vpc') },
  { product: 'vpc', name: 'UnTagResources', mutates: true, run: untagResources('vpc') },
];

export const actions: ReadonlyMap<string, Action> = new Map(table.map((action) => [`${action.product}:${action.name}`, action]));
