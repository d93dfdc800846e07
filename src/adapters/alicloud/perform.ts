/**
 * One call per step, and nothing around it: no look before, no wait after, no second attempt. What the call must not be sent without is
 * written at its row.
 */
import * as ecs from '@alicloud/ecs20140526';
import * as vpc from '@alicloud/vpc20160428';
import type { EniId } from '../../core/ids.ts';
import type { GuestInterface, HomeBinding } from '../../core/step.ts';
import type { Tags } from '../../core/view.ts';
import { CloudError } from '../../ports/cloud-error.ts';
import type { Perform, Performed, WindowTokens } from '../../ports/cloud.ts';
import type { GuestCommand, GuestRequest, Guests } from '../../ports/guests.ts';
import type { Random } from '../../ports/runtime.ts';
import { freshToken } from './fresh-token.ts';
import type { Region } from './region.ts';

const tagList = (tags: Tags): { key: string; value: string }[] => Object.entries(tags).map(([key, value]) => ({ key, value }));

/** An EIP's holder as Associate and Unassociate name it. InstanceType is EcsInstance when not given, so it always is (facts 3.3). */
function holderOf(binding: HomeBinding): { instanceId: string; instanceType: string; privateIpAddress?: string } {
  if (binding.kind === 'instance') return { instanceId: binding.id, instanceType: 'EcsInstance' };
  return { instanceId: binding.id, instanceType: 'NetworkInterface', ...(binding.privateIp !== '' && { privateIpAddress: binding.privateIp }) };
}

const performed = ({ requestId }: { requestId?: string }): Performed => (requestId === undefined ? {} : { requestId });

/** `guests` absent: the controller runs no commands in guests, so those steps are refused. */
export function performOver(region: Region, random: Random, guests?: Pick<Guests, 'begin'>): Perform {
  return { ...instanceSteps(region), ...tagSteps(region), ...networkInterfaceSteps(region), ...eipSteps(region, random), ...guestSteps(guests) };
}

type GuestSteps = 'configureGuestRouting' | 'confirmGuestRouting' | 'undoGuestRouting';

/** Accepted is not done: what the command did is what the next reading of the guest says. */
function guestSteps(guests: Pick<Guests, 'begin'> | undefined): Pick<Perform, GuestSteps> {
  const begin = async (command: GuestCommand, { instance, mac, address }: GuestInterface, more: GuestRequest['parameters'] = {}): Promise<Performed> => {
    if (guests === undefined) throw new CloudError('the controller runs without --allow-guest-commands', { kind: 'refused', code: '', action: 'InvokeCommand' });
    await guests.begin({ instance, command, parameters: { mac, address, ...more } });
    return {};
  };
  return {
    configureGuestRouting: (step) => begin('routing-configure', step, { dryRun: 'no' }),
    confirmGuestRouting: (step) => begin('routing-confirm', step),
    undoGuestRouting: (step) => begin('routing-undo', step),
  };
}

function instanceSteps({ regionId, clients: { ecs: client }, funnel }: Region): Pick<Perform, 'convertNatPublicIpToEip' | 'modifyInstanceChargeType'> {
  return {
    convertNatPublicIpToEip: async ({ instance }) => {
      const request = new ecs.ConvertNatPublicIpToEipRequest({ regionId, instanceId: instance });
      return performed(await funnel.call({ product: 'ecs', action: 'ConvertNatPublicIpToEip', send: () => client.convertNatPublicIpToEip(request) }));
    },
    // without InstanceChargeType the call would buy a subscription: its default is PrePaid (facts 2.4)
    modifyInstanceChargeType: async ({ instance, to, token }) => {
      const request = new ecs.ModifyInstanceChargeTypeRequest({ regionId, instanceIds: JSON.stringify([instance]), instanceChargeType: to, autoPay: true, clientToken: token });
      return performed(await funnel.call({ product: 'ecs', action: 'ModifyInstanceChargeType', send: () => client.modifyInstanceChargeType(request) }));
    },
  };
}

/** The products spell the type of a resource, and one of the actions, each in its own way (facts 2.12, 3.10). */
function tagSteps({ regionId, clients, funnel }: Region): Pick<Perform, 'tagEip' | 'untagEip' | 'tagNetworkInterface' | 'untagNetworkInterface'> {
  return {
    tagEip: async ({ eip, tags }) => {
      const request = new vpc.TagResourcesRequest({ regionId, resourceType: 'EIP', resourceId: [eip], tag: tagList(tags) });
      return performed(await funnel.call({ product: 'vpc', action: 'TagResources', send: () => clients.vpc.tagResources(request) }));
    },
    untagEip: async ({ eip, keys }) => {
      const request = new vpc.UnTagResourcesRequest({ regionId, resourceType: 'EIP', resourceId: [eip], tagKey: [...keys] });
      return performed(await funnel.call({ product: 'vpc', action: 'UnTagResources', send: () => clients.vpc.unTagResources(request) }));
    },
    tagNetworkInterface: async ({ networkInterface, tags }) => {
      const request = new ecs.TagResourcesRequest({ regionId, resourceType: 'eni', resourceId: [networkInterface], tag: tagList(tags) });
      return performed(await funnel.call({ product: 'ecs', action: 'TagResources', send: () => clients.ecs.tagResources(request) }));
    },
    untagNetworkInterface: async ({ networkInterface, keys }) => {
      const request = new ecs.UntagResourcesRequest({ regionId, resourceType: 'eni', resourceId: [networkInterface], tagKey: [...keys] });
      return performed(await funnel.call({ product: 'ecs', action: 'UntagResources', send: () => clients.ecs.untagResources(request) }));
    },
  };
}

type NetworkInterfaceSteps = 'createNetworkInterface' | 'attachNetworkInterface' | 'detachNetworkInterface' | 'deleteNetworkInterface' | 'modifyNetworkInterfaceAttribute';

function networkInterfaceSteps({ regionId, clients: { ecs: client }, funnel }: Region): Pick<Perform, NetworkInterfaceSteps> {
  return {
    createNetworkInterface: async ({ vSwitch, securityGroups, name, tags, token }) => {
      const request = new ecs.CreateNetworkInterfaceRequest({
        regionId, vSwitchId: vSwitch, securityGroupIds: [...securityGroups], networkInterfaceName: name, tag: tagList(tags), deleteOnRelease: true, clientToken: token,
      });
      return created(await funnel.call({ product: 'ecs', action: 'CreateNetworkInterface', send: () => client.createNetworkInterface(request) }));
    },
    attachNetworkInterface: async ({ networkInterface, instance }) => {
      const request = new ecs.AttachNetworkInterfaceRequest({ regionId, networkInterfaceId: networkInterface, instanceId: instance });
      return performed(await funnel.call({ product: 'ecs', action: 'AttachNetworkInterface', send: () => client.attachNetworkInterface(request) }));
    },
    detachNetworkInterface: async ({ networkInterface, instance }) => {
      const request = new ecs.DetachNetworkInterfaceRequest({ regionId, networkInterfaceId: networkInterface, instanceId: instance });
      return performed(await funnel.call({ product: 'ecs', action: 'DetachNetworkInterface', send: () => client.detachNetworkInterface(request) }));
    },
    deleteNetworkInterface: async ({ networkInterface }) => {
      const request = new ecs.DeleteNetworkInterfaceRequest({ regionId, networkInterfaceId: networkInterface });
      return performed(await funnel.call({ product: 'ecs', action: 'DeleteNetworkInterface', send: () => client.deleteNetworkInterface(request) }));
    },
    // replaces the whole list of groups (facts 2.11)
    modifyNetworkInterfaceAttribute: async ({ networkInterface, securityGroups }) => {
      const request = new ecs.ModifyNetworkInterfaceAttributeRequest({ regionId, networkInterfaceId: networkInterface, securityGroupId: [...securityGroups] });
      return performed(await funnel.call({ product: 'ecs', action: 'ModifyNetworkInterfaceAttribute', send: () => client.modifyNetworkInterfaceAttribute(request) }));
    },
  };
}

/** "If NetworkInterfaceId is empty in the response, try to create again" (SDK CreateNetworkInterface); the same token makes that safe. */
function created({ networkInterfaceId, requestId }: { networkInterfaceId?: string; requestId?: string }): Performed {
  if (networkInterfaceId === undefined || networkInterfaceId === '') {
    throw new CloudError('the cloud created a network interface but did not name it: to be asked again', { kind: 'busy', code: '', action: 'CreateNetworkInterface', ...(requestId !== undefined && { requestId }) });
  }
  return { networkInterface: networkInterfaceId as EniId, ...(requestId !== undefined && { requestId }) };
}

/** A token that is fresh for every send: these two are never sent again without a look (design section 5). */
function eipSteps({ regionId, clients: { vpc: client }, funnel }: Region, random: Random): Pick<Perform, 'unassociateEipAddress' | 'associateEipAddress'> {
  return {
    // InstanceId is the guard against unbinding what somebody else has moved meanwhile (facts 3.3)
    unassociateEipAddress: async ({ eip, from }, tokens?: WindowTokens) => {
      const request = new vpc.UnassociateEipAddressRequest({ regionId, allocationId: eip, ...holderOf(from), clientToken: freshToken(random) });
      return performed(await funnel.call({ product: 'vpc', action: 'UnassociateEipAddress', tokens, send: () => client.unassociateEipAddress(request) }));
    },
    // Mode is for network interfaces only (facts 3.2)
    associateEipAddress: async ({ eip, to }, tokens?: WindowTokens) => {
      const mode = to.kind === 'networkInterface' ? { mode: 'NAT' } : {};
      const request = new vpc.AssociateEipAddressRequest({ regionId, allocationId: eip, ...holderOf(to), ...mode, clientToken: freshToken(random) });
      return performed(await funnel.call({ product: 'vpc', action: 'AssociateEipAddress', tokens, send: () => client.associateEipAddress(request) }));
    },
  };
}
