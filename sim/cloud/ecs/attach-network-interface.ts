// AttachNetworkInterface, DetachNetworkInterface, DeleteNetworkInterface: the asynchronous life of a secondary interface (facts 2.8-2.10).

import type { CloudState } from '../state/cloud-state.ts';
import type { Instance, NetworkInterface } from '../state/entities.ts';
import { putInterface, removeInterface, takeInterface } from '../state/relations.ts';
import type { Body, Call } from '../engine/call.ts';
import { demand, found } from '../engine/refusal.ts';

function named({ state, parameters }: Call): { nic: NetworkInterface; instance: Instance } {
  const nic = found(state.interfaces.get(parameters.required('NetworkInterfaceId')), 'InvalidEniId.NotFound');
  const instance = found(state.instances.get(parameters.required('InstanceId')), 'InvalidEcsId.NotFound');
  return { nic, instance };
}

/** "Some instance types require the instance to be in the Stopped state"; the same holds for detaching. */
function checkInstance(state: CloudState, instance: Instance): void {
  demand(instance.status === 'Running' || instance.status === 'Stopped', 'InvalidOperation.InvalidEcsState');
  demand(instance.locks.length === 0, 'InstanceLockedForSecurity');
  const hotPlug = state.instanceTypes.get(instance.typeId)?.hotPlug ?? true;
  demand(hotPlug || instance.status === 'Stopped', 'InvalidOperation.HotPlugNotSupport');
}

/** "An ENI can be attached to only one instance that resides in the same zone and VPC as the ENI." Attaching → InUse, or back to Available. */
export function attachNetworkInterface(call: Call): Body {
  const { state } = call;
  const { nic, instance } = named(call);
  demand(!nic.serviceManaged, 'InvalidOperation.EniServiceManaged');
  demand(nic.type === 'Secondary', 'InvalidOperation.InvalidEniType');
  demand(nic.status === 'Available', 'InvalidOperation.InvalidEniState');
  demand(nic.vpcId === instance.vpcId && instance.networkType === 'vpc', 'InvalidOperation.VpcMismatch');
  demand(nic.zoneId === instance.zoneId, 'InvalidOperation.AvailabilityZoneMismatch');
  checkInstance(state, instance);
  const slots = state.instanceTypes.get(instance.typeId)?.networkInterfaces ?? 1;
  demand(instance.interfaces.size < slots, 'EniPerInstanceLimitExceeded');
  putInterface(nic, instance);
  nic.status = 'Attaching';
  call.begin(nic, {
    latency: 'attach',
    complete: () => { nic.status = 'InUse'; },
    fail: () => takeInterface(state, nic),
  });
  return {};
}

/** "The NIC must be in the Detaching or InUse state": asking again while Detaching begins anew. The EIP on the interface stays on it. */
export function detachNetworkInterface(call: Call): Body {
  const { state } = call;
  const { nic, instance } = named(call);
  demand(nic.type === 'Secondary', 'InvalidOperation.DetachPrimaryEniNotAllowed');
  demand(!nic.serviceManaged, 'InvalidOperation.EniServiceManaged');
  demand(nic.status === 'InUse' || nic.status === 'Detaching', 'InvalidOperation.InvalidEniState');
  demand(nic.instanceId === instance.id, 'InvalidParameter.EniNotBelongEcs');
  checkInstance(state, instance);
  nic.status = 'Detaching';
  call.begin(nic, {
    latency: 'detach',
    complete: () => takeInterface(state, nic),
    fail: () => { nic.status = 'InUse'; },
  });
  return {};
}

/** "The ENI must be in the Available state"; one that stays in Deleting may be asked again. Its EIP becomes Available in the end. */
export function deleteNetworkInterface(call: Call): Body {
  const { state, parameters } = call;
  const nic = found(state.interfaces.get(parameters.required('NetworkInterfaceId')), 'InvalidEniId.NotFound');
  demand(!nic.serviceManaged, 'InvalidOperation.EniServiceManaged');
  demand(nic.type === 'Secondary', 'InvalidOperation.InvalidEniType');
  demand(nic.status === 'Available' || nic.status === 'Deleting', 'InvalidOperation.InvalidEniState');
  nic.status = 'Deleting';
  call.begin(nic, {
    latency: 'delete',
    complete: () => removeInterface(state, nic),
    fail: () => { nic.status = 'Available'; },
  });
  return {};
}
