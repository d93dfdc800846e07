// DescribeInstanceAttribute and DescribeNetworkInterfaceAttribute: one object by its id, NotFound when there is none (facts sections 2.2, 2.11).

import type { Body, Call } from '../engine/call.ts';
import { found } from '../engine/refusal.ts';
import { interfaceView } from './describe-network-interfaces.ts';
import { instanceView } from './instance-view.ts';

const without = (view: object, hidden: readonly string[]): object => Object.fromEntries(Object.entries(view).filter(([name]) => !hidden.includes(name)));

/** As DescribeInstances "without NetworkInterfaces, Tags, IsSupportUnassociate"; the call takes no RegionId. */
export function describeInstanceAttribute({ state, parameters }: Call): Body {
  const instance = found(state.instances.get(parameters.required('InstanceId')), 'InvalidInstanceId.NotFound');
  const view = instanceView(state, instance) as { readonly EipAddress: object };
  return { ...without(view, ['NetworkInterfaces', 'Tags']), EipAddress: without(view.EipAddress, ['IsSupportUnassociate']) };
}

export function describeNetworkInterfaceAttribute({ state, parameters }: Call): Body {
  const nic = found(state.interfaces.get(parameters.required('NetworkInterfaceId')), 'InvalidEniId.NotFound');
  return { ...interfaceView(state, nic) };
}
