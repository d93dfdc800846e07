// The table of design section 3 forwards: every row, its conditions and its exceptions, as one line each.
import { expect } from 'chai';
import { TAG } from '../../../src/api/names.ts';
import type { EniId, SecurityGroupId } from '../../../src/core/ids.ts';
import { CLUSTER, anEip, anEni, anInstance, aSituation, aType, at, EIP1, EIP2, eniLinks, ENI1, ENI2, GONE, I1, I2, links, on, PRIMARY1, UNPROVED } from '../../kit/cloud.ts';
import type { Given } from '../../kit/cloud.ts';
import { planLine } from '../../kit/lines.ts';
import { attachedEni, eipOf, eniOf, homeEip, instanceOf, ourEni, STAGE } from '../../kit/stages.ts';
import type { Stage } from '../../kit/stages.ts';

type Case = readonly [name: string, given: Given, want: string | RegExp];

const inStates = (of: Given, want: string): Case[] =>
  (['Pending', 'Starting', 'Stopping'] as const).map((status) => [`waits while the instance is ${status}`, { ...of, view: instanceOf(STAGE.untagged, { status }) }, want]);

const OTHER_ENI = 'eni-other' as EniId;
/** With our ENI and one that somebody else attached. */
const byHandInstance = anInstance({ networkInterfaceIds: [PRIMARY1, ENI1, ENI2] });
const SG2 = 'sg-2' as SecurityGroupId;

const STRAIGHT: readonly Case[] = [
  ['converts a static public IP', { view: STAGE.staticIp }, 'Progressing: convertNatPublicIpToEip i-1'],
  ['tags the EIP before anything else', { view: STAGE.untagged }, 'Progressing: tagEip eip-1 cluster=cluster-1,owner=uid-1,instance=i-1,eip=eip-1'],
  ['tags only what is missing', { view: eipOf(STAGE.untagged, { tags: links({ owner: undefined }) }) }, 'Progressing: tagEip eip-1 owner=uid-1'],
  ['creates an ENI for a tagged EIP', { view: STAGE.tagged }, 'Progressing: createNetworkInterface for i-1 eip-1 in vsw-1 with sg-1'],
  ['attaches an Available ENI', { view: STAGE.created }, 'Progressing: attachNetworkInterface eni-1 to i-1'],
  ['waits for an ENI that is Attaching', { view: STAGE.attaching }, 'Progressing: wait WaitingForCloud'],
  ['waits for an ENI that is Detaching', { view: eniOf(STAGE.attached, { status: 'Detaching' }) }, 'Progressing: wait WaitingForCloud'],
  ['waits for an ENI that is Deleting', { view: eniOf(STAGE.created, { status: 'Deleting' }) }, 'Progressing: wait WaitingForCloud'],
  ['opens the window when everything stands', { view: STAGE.attached }, 'Progressing: unassociateEipAddress eip-1 from i-1 (open)'],
  ['opens the window of an instance that is Stopped', { view: instanceOf(STAGE.attached, { status: 'Stopped' }) }, 'Progressing: unassociateEipAddress eip-1 from i-1 (open)'],
  ['waits while the EIP is Unassociating', { view: STAGE.unassociating }, 'InWindow: wait WaitingForCloud'],
  ['closes the window onto the ENI', { view: STAGE.unbound }, 'InWindow: associateEipAddress eip-1 to eni-1 (close)'],
  ['waits while the EIP is Associating', { view: STAGE.associating }, 'InWindow: wait WaitingForCloud'],
  ['is settled with the EIP on the ENI', { view: STAGE.unified }, 'Unified: settled Unified'],
  ['has nothing to move without a public IP', { view: STAGE.nothing }, 'NothingToMove: settled NothingToMove'],
  ['leaves a set-up by hand as it is', { view: STAGE.byHand }, 'Unified: settled Unified'],
  ['names the primary ENI where the record says that the EIP is there', { view: eipOf(STAGE.attached, { binding: on(PRIMARY1, '10.0.1.5') }) }, 'Progressing: unassociateEipAddress eip-1 from eni-p1 (open)'],
];

const CLOSING: readonly Case[] = [
  ['closes back without an ENI', { view: { ...STAGE.unbound, networkInterfaces: [] } }, 'InWindow: associateEipAddress eip-1 to i-1 (close)'],
  ['closes back while the ENI is not attached', { view: eniOf(STAGE.unbound, { status: 'Available' }) }, 'InWindow: associateEipAddress eip-1 to i-1 (close)'],
  ['closes back while the ENI is in transition', { view: eniOf(STAGE.unbound, { status: 'Detaching' }) }, 'InWindow: associateEipAddress eip-1 to i-1 (close)'],
  ['closes back when the way out is gone', { view: STAGE.unbound, surroundings: { wayOut: GONE } }, 'InWindow: associateEipAddress eip-1 to i-1 (close)'],
  ['closes forwards when the way out is in doubt', { view: STAGE.unbound, surroundings: { wayOut: UNPROVED } }, 'InWindow: associateEipAddress eip-1 to eni-1 (close)'],
  ['closes forwards when the instance refused', { view: STAGE.unbound, hints: { turnBack: { reason: 'TurnedBack', message: 'refused', refused: 'instance' } } }, 'InWindow: associateEipAddress eip-1 to eni-1 (close)'],
  ['closes back when it is turned round', { view: STAGE.unbound, hints: { turnBack: { reason: 'TurnedBack', message: 'refused', refused: 'networkInterface' } } }, 'InWindow: associateEipAddress eip-1 to i-1 (close)'],
  ['closes although a person holds the instance', { view: instanceOf(STAGE.unbound, { tags: { 'egressunification.io/hold': 'no' } }) }, 'InWindow: associateEipAddress eip-1 to eni-1 (close)'],
  ['closes although the instance is excluded', { view: STAGE.unbound, target: { exclusion: { reason: 'KubernetesNode', message: '', degraded: false } } }, 'InWindow: associateEipAddress eip-1 to eni-1 (close)'],
  ['closes although drift is only reported', { view: STAGE.unbound, target: { reportOnly: true } }, 'InWindow: associateEipAddress eip-1 to eni-1 (close)'],
  ['closes while the instance starts', { view: instanceOf(STAGE.unbound, { status: 'Starting' }) }, 'InWindow: associateEipAddress eip-1 to eni-1 (close)'],
  ['finds the way home by the tags of the ENI alone', { view: eipOf(STAGE.unbound, { tags: {} }) }, 'InWindow: associateEipAddress eip-1 to eni-1 (close)'],
  ['finds the way home by status alone', { view: { ...eipOf(STAGE.unbound, { tags: {} }), networkInterfaces: [] }, hints: { lastEip: EIP1 } }, 'InWindow: associateEipAddress eip-1 to i-1 (close)'],
  ['does not take an unbound EIP that nothing names', { view: { ...eipOf(STAGE.unbound, { tags: {} }), networkInterfaces: [] } }, 'NothingToMove: settled NothingToMove'],
  ['is blocked when the home has another EIP', { view: { ...STAGE.unbound, instance: instanceOf(STAGE.unbound, { eip: { id: EIP2, ip: '47.0.0.2', unassociable: true } }).instance, eips: [homeEip(), anEip({ id: EIP2, binding: at(I1) })] } }, 'Blocked: blocked HomeTaken'],
  ['is blocked when the home has a static public IP', { view: instanceOf(STAGE.unbound, { publicIps: ['47.0.0.2'] }) }, 'Blocked: blocked HomeTaken'],
];

const UNSEEN: readonly Case[] = [
  ['waits for an instance that was not seen', { unseen: true, view: STAGE.unbound }, 'Unknown: wait NotObserved'],
  ['waits for an instance in an unknown state', { view: instanceOf(STAGE.unbound, { status: 'Unknown' }) }, 'Unknown: wait NotObserved'],
  ['waits for a home EIP that was not seen', { view: { ...STAGE.unbound, eips: [] } }, 'Unknown: wait NotObserved'],
  ['waits while the home EIP is being released', { view: eipOf(STAGE.unbound, { status: 'Releasing' }) }, 'Unknown: wait NotObserved'],
  ['waits for an EIP in an unknown state', { view: eipOf(STAGE.attached, { status: 'Unknown' }) }, 'Unknown: wait NotObserved'],
  ['waits for an ENI in an unknown state', { view: eniOf(STAGE.attached, { status: 'Unknown' }) }, 'Progressing: wait WaitingForCloud'],
  ['waits when the instance shows an EIP whose record was not seen', { view: { ...STAGE.untagged, eips: [] } }, 'Unknown: wait NotObserved'],
  ['waits when only the record says that the EIP is on the instance', { view: { ...STAGE.tagged, instance: STAGE.nothing.instance } }, 'Unknown: wait NotObserved'],
  ['waits when only the instance says that the EIP is on it', { view: { ...STAGE.tagged, eips: [homeEip({ binding: on(OTHER_ENI) })] } }, 'Unknown: wait NotObserved'],
];

const SOMEBODY: readonly Case[] = [
  ['is blocked when the EIP went to another instance', { view: eipOf(STAGE.unbound, { binding: at(I2) }) }, 'Degraded: blocked MovedElsewhere'],
  ['is blocked when the EIP went to something else', { view: eipOf(STAGE.unbound, { binding: { kind: 'other', id: 'lb-1', type: 'SlbInstance' } }) }, 'Degraded: blocked MovedElsewhere'],
  ['is blocked when the EIP on the instance belongs to another', { view: eipOf(STAGE.untagged, { tags: links({ instance: I2 }) }) }, 'Blocked: blocked WitnessesDisagree'],
  ['is blocked when two EIPs are tagged for the instance', { view: { ...STAGE.attached, eips: [homeEip({ binding: at(I1) }), homeEip({ id: EIP2 })] } }, 'Blocked: blocked WitnessesDisagree'],
  ['is blocked when EIP and ENI name different EIPs', { view: eniOf(STAGE.attached, { tags: eniLinks({ eip: EIP2 }) }) }, 'Blocked: blocked WitnessesDisagree'],
  ['is blocked when the ENI is on another instance', { view: eniOf(STAGE.attached, { instanceId: I2 }) }, 'Degraded: blocked EniElsewhere'],
  ['touches nothing of another cluster', { view: eipOf(STAGE.attached, { tags: links({ cluster: 'c2' }) }) }, 'Blocked: blocked ForeignCluster'],
  ['touches nothing when only an ENI is of another cluster', { view: eniOf(STAGE.attached, { tags: eniLinks({ cluster: 'c2' }) }) }, 'Blocked: blocked ForeignCluster'],
  ['takes over from a cluster that may be adopted', { view: eniOf(eipOf(STAGE.unified, { tags: links({ cluster: 'c2', owner: 'u2' }) }), { tags: eniLinks({ cluster: 'c2', owner: 'u2' }) }), target: { adoptFrom: 'c2' } }, 'Progressing: tagEip eip-1 cluster=cluster-1,owner=uid-1'],
  ['then takes over the ENI', { view: eniOf(STAGE.unified, { tags: eniLinks({ cluster: 'c2', owner: 'u2' }) }), target: { adoptFrom: 'c2' } }, 'Progressing: tagNetworkInterface eni-1 cluster,owner'],
  ['leaves what a living owner has', { view: eipOf(STAGE.unified, { tags: links({ owner: 'uid-2' }) }), target: { livingOwners: ['uid-1', 'uid-2'] } }, 'Blocked: blocked OwnedByAnother'],
  ['leaves an ENI that a living owner has', { view: eniOf(STAGE.unified, { tags: eniLinks({ owner: 'uid-2' }) }), target: { livingOwners: ['uid-1', 'uid-2'] } }, 'Blocked: blocked OwnedByAnother'],
  ['takes over from a dead owner', { view: eipOf(STAGE.unified, { tags: links({ owner: 'uid-2' }) }) }, 'Progressing: tagEip eip-1 owner=uid-1'],
  ['owns again what Retain had left', { view: eniOf(STAGE.unified, { tags: eniLinks({ owner: undefined }) }) }, 'Progressing: tagNetworkInterface eni-1 owner'],
  ['closes a window of its own although another cluster tagged the EIP meanwhile', { view: eipOf(STAGE.unbound, { tags: links({ cluster: 'c2' }) }) }, 'InWindow: associateEipAddress eip-1 to eni-1 (close)'],
  ['closes a window of its own although another resource tagged the EIP meanwhile', { view: eipOf(STAGE.unbound, { tags: links({ owner: 'uid-2' }) }), target: { livingOwners: ['uid-1', 'uid-2'] } }, 'InWindow: associateEipAddress eip-1 to eni-1 (close)'],
  ['leaves a window of another cluster alone', { view: eniOf(eipOf(STAGE.unbound, { tags: links({ cluster: 'c2' }) }), { tags: eniLinks({ cluster: 'c2' }) }), hints: { lastEip: EIP1 } }, 'Blocked: blocked ForeignCluster'],
  ['leaves a window of another resource alone', { view: eniOf(eipOf(STAGE.unbound, { tags: links({ owner: 'uid-2' }) }), { tags: eniLinks({ owner: 'uid-2' }) }), target: { livingOwners: ['uid-1', 'uid-2'] } }, 'Blocked: blocked OwnedByAnother'],
  ['leaves an unbound EIP of which the tags name another instance', { view: eipOf(STAGE.unbound, { tags: links({ instance: I2 }) }) }, 'Blocked: blocked WitnessesDisagree'],
  ['is blocked again once such a window is closed', { view: eipOf(STAGE.unified, { tags: links({ cluster: 'c2' }) }) }, 'Blocked: blocked ForeignCluster'],
];

const DRIFT: readonly Case[] = [
  ['moves the EIP again that a person put back', { view: STAGE.attached }, 'Progressing: unassociateEipAddress eip-1 from i-1 (open)'],
  ['tags the EIP again', { view: eipOf(STAGE.unified, { tags: {} }) }, 'Progressing: tagEip eip-1 cluster=cluster-1,owner=uid-1,instance=i-1,eip=eip-1'],
  ['sets the groups again', { view: eniOf(STAGE.unified, { securityGroupIds: [SG2] }) }, 'Progressing: modifyNetworkInterfaceAttribute eni-1 to sg-1'],
  ['follows the groups of the instance before the window', { view: instanceOf(STAGE.attached, { securityGroupIds: [SG2] }) }, 'Progressing: modifyNetworkInterfaceAttribute eni-1 to sg-2'],
  ['does not mind the order of groups', { view: eniOf(instanceOf(STAGE.unified, { securityGroupIds: [SG2, 'sg-1' as SecurityGroupId] }), { securityGroupIds: ['sg-1' as SecurityGroupId, SG2] }) }, 'Unified: settled Unified'],
  ['attaches the ENI again that was detached with its EIP', { view: eniOf(STAGE.unified, { status: 'Available' }) }, 'Progressing: attachNetworkInterface eni-1 to i-1'],
  ['takes the EIP home when its detached ENI cannot be attached', { view: eniOf(STAGE.unified, { status: 'Available' }), surroundings: { wayOut: GONE } }, 'Progressing: unassociateEipAddress eip-1 from eni-1 (rescue)'],
  ['waits with a detached ENI while the way out is in doubt', { view: eniOf(STAGE.unified, { status: 'Available' }), surroundings: { wayOut: UNPROVED } }, 'Progressing: wait SnatEntryNotReady'],
  ['is blocked with a second public address', { view: { ...STAGE.unified, instance: instanceOf(STAGE.unified, { eip: { id: EIP2, ip: '47.0.0.2', unassociable: true } }).instance, eips: [homeEip({ binding: on(STAGE.unified.networkInterfaces[0].id) }), anEip({ id: EIP2, binding: at(I1) })] } }, 'Degraded: blocked TwoPublicAddresses'],
  ['is blocked with a static IP beside its EIP', { view: instanceOf(STAGE.unified, { publicIps: ['47.0.0.2'] }) }, 'Degraded: blocked TwoPublicAddresses'],
  ['detaches the ENI of an EIP that is gone', { view: { ...STAGE.unified, networkInterfaces: [attachedEni()], eips: [], goneEips: [EIP1] } }, 'Progressing: detachNetworkInterface eni-1 from i-1'],
  ['waits while that ENI is Detaching', { view: { ...STAGE.unified, networkInterfaces: [attachedEni({ status: 'Detaching' })], eips: [], goneEips: [EIP1] } }, 'Progressing: wait WaitingForCloud'],
  ['deletes the ENI of an EIP that is gone', { view: { ...STAGE.nothing, networkInterfaces: [ourEni()], goneEips: [EIP1] } }, 'Progressing: deleteNetworkInterface eni-1'],
  ['has nothing to move when EIP and ENI are gone', { view: { ...STAGE.nothing, goneEips: [EIP1] } }, 'NothingToMove: settled NothingToMove'],
  ['deletes a second ENI of its own', { view: { ...STAGE.unified, networkInterfaces: [...STAGE.unified.networkInterfaces, ourEni({ id: ENI2 })] } }, 'Progressing: deleteNetworkInterface eni-2'],
  ['detaches a second ENI of its own once the EIP is on the first', { view: { ...STAGE.unified, networkInterfaces: [...STAGE.unified.networkInterfaces, attachedEni({ id: ENI2 })] } }, 'Progressing: detachNetworkInterface eni-2 from i-1'],
  ['detaches no second ENI while the EIP is on the instance', { view: { ...STAGE.attached, networkInterfaces: [...STAGE.attached.networkInterfaces, attachedEni({ id: ENI2 })] } }, 'Progressing: unassociateEipAddress eip-1 from i-1 (open)'],
  ['removes its ENI when somebody put the EIP on one of his own here', { view: { ...eipOf(STAGE.attached, { binding: on(ENI2) }), instance: byHandInstance, networkInterfaces: [attachedEni(), anEni({ id: ENI2, status: 'InUse', instanceId: I1 })] } }, 'Progressing: detachNetworkInterface eni-1 from i-1'],
  ['is then settled', { view: { ...eipOf(STAGE.attached, { binding: on(ENI2) }), instance: byHandInstance, networkInterfaces: [anEni({ id: ENI2, status: 'InUse', instanceId: I1 })] } }, 'Unified: settled Unified'],
  ['attaches the ENI that its Create answered although somebody took all tags off', { view: { ...STAGE.tagged, networkInterfaces: [anEni()] }, hints: { createdNetworkInterfaces: [ENI1] } }, 'Progressing: attachNetworkInterface eni-1 to i-1'],
  ['tags that ENI again once it is attached', { view: { ...STAGE.attached, networkInterfaces: [attachedEni({ tags: {} })] }, hints: { createdNetworkInterfaces: [ENI1] } }, 'Progressing: tagNetworkInterface eni-1 cluster,owner,instance,eip'],
  ['tags it again when nothing but our cluster is left on it', { view: { ...STAGE.attached, networkInterfaces: [attachedEni({ tags: { [TAG.cluster]: CLUSTER } })] }, hints: { createdNetworkInterfaces: [ENI1] } }, 'Progressing: tagNetworkInterface eni-1 owner,instance,eip'],
  ['touches nothing when an ENI on it is of another cluster and says no more', { view: { ...STAGE.attached, networkInterfaces: [attachedEni({ tags: { [TAG.cluster]: 'c2' } })] }, hints: { createdNetworkInterfaces: [ENI1] } }, 'Blocked: blocked ForeignCluster'],
  ['claims no ENI without tags that its Create did not answer', { view: { ...STAGE.tagged, networkInterfaces: [anEni()] }, hints: { createdNetworkInterfaces: [ENI2] } }, /^Progressing: createNetworkInterface/],
  ['claims no ENI without tags that is on another instance now', { view: { ...STAGE.tagged, networkInterfaces: [anEni({ status: 'InUse', instanceId: I2 })] }, hints: { createdNetworkInterfaces: [ENI1] } }, /^Progressing: createNetworkInterface/],
  ['leaves a second ENI that carries an EIP', { view: { ...STAGE.unified, networkInterfaces: [...STAGE.unified.networkInterfaces, ourEni({ id: ENI2 })], eips: [...STAGE.unified.eips, anEip({ id: EIP2, binding: on(ENI2) })] } }, 'Unified: settled Unified'],
  ['looks again when a second ENI shows an address that no EIP explains', { view: { ...STAGE.unified, networkInterfaces: [...STAGE.unified.networkInterfaces, ourEni({ id: ENI2, publicIps: ['47.0.0.9'] })] } }, 'Unknown: wait NotObserved'],
  ['leaves a second ENI that lacks one of the four tags', { view: { ...STAGE.unified, networkInterfaces: [...STAGE.unified.networkInterfaces, ourEni({ id: ENI2, tags: eniLinks({ owner: undefined }) })] } }, 'Unified: settled Unified'],
  ['marks the ENI of a new EIP anew once the old EIP is gone', { view: { ...STAGE.untagged, networkInterfaces: [attachedEni({ tags: eniLinks({ eip: EIP2 }) })], goneEips: [EIP2] } }, 'Progressing: detachNetworkInterface eni-1 from i-1'],
];

const WAY_OUT: readonly Case[] = (['staticIp', 'untagged', 'tagged', 'created', 'attached'] as const).flatMap((stage): Case[] => [
  [`begins nothing without a way out (${stage})`, { view: STAGE[stage], surroundings: { wayOut: GONE } }, 'Blocked: blocked NoSnatEntry'],
  [`begins nothing on a way out in doubt (${stage})`, { view: STAGE[stage], surroundings: { wayOut: UNPROVED } }, 'Progressing: wait SnatEntryNotReady'],
]).concat((['unified', 'nothing', 'byHand'] as const).flatMap((stage): Case[] => [
  [`is degraded without a way out, and undoes nothing (${stage})`, { view: STAGE[stage], surroundings: { wayOut: GONE } }, 'Degraded: blocked NoSnatEntry'],
  [`is unknown on a way out in doubt (${stage})`, { view: STAGE[stage], surroundings: { wayOut: UNPROVED } }, 'Unknown: wait NotObserved'],
]));

const TYPES: readonly Case[] = [
  ...inStates({}, 'Progressing: wait InstanceInTransition'),
  ['is blocked where ENIs attach only while Stopped', { view: instanceOf(STAGE.created, { instanceType: 'ecs.xn4.small' }) }, 'Blocked: blocked HotPlugNotSupported'],
  ['converts nothing where ENIs attach only while Stopped', { view: instanceOf(STAGE.staticIp, { instanceType: 'ecs.xn4.small' }) }, 'Blocked: blocked HotPlugNotSupported'],
  ['attaches to such a type while it is Stopped', { view: instanceOf(STAGE.created, { instanceType: 'ecs.xn4.small', status: 'Stopped' }) }, 'Progressing: attachNetworkInterface eni-1 to i-1'],
  ['goes on with such a type once the ENI is attached', { view: instanceOf(STAGE.attached, { instanceType: 'ecs.xn4.small' }) }, 'Progressing: unassociateEipAddress eip-1 from i-1 (open)'],
  ['converts a subscription by traffic as it is', { view: instanceOf(STAGE.staticIp, { chargeType: 'PrePaid', expiresAt: '2027-01-01T00:00Z' }) }, 'Progressing: convertNatPublicIpToEip i-1'],
  ['is blocked by a subscription by bandwidth', { view: instanceOf(STAGE.staticIp, { chargeType: 'PrePaid', internetChargeType: 'PayByBandwidth' }) }, 'Blocked: blocked SubscriptionByBandwidth'],
  ['changes the billing of a subscription by bandwidth where that is allowed', { view: instanceOf(STAGE.staticIp, { chargeType: 'PrePaid', internetChargeType: 'PayByBandwidth' }), target: { changeToPayAsYouGo: true } }, 'Progressing: modifyInstanceChargeType i-1 to PostPaid'],
  ['converts pay-as-you-go by bandwidth', { view: instanceOf(STAGE.staticIp, { internetChargeType: 'PayByBandwidth' }) }, 'Progressing: convertNatPublicIpToEip i-1'],
  ['leaves an EIP in another mode', { view: eipOf(STAGE.untagged, { mode: 'MULTI_BINDED' }) }, 'Blocked: blocked UnusableAddress'],
  ['leaves two addresses on the primary ENI', { view: instanceOf(STAGE.untagged, { publicIps: ['47.0.0.2'] }) }, 'Blocked: blocked UnusableAddress'],
  ['has no slot', { view: STAGE.untagged, surroundings: { instanceType: aType({ eniMax: 1 }) } }, 'Blocked: blocked NoEniSlot'],
];

const HELD = { 'egressunification.io/hold': 'maintenance' };
const oursHold = (generation: number, reason = 'TurnedBack') => ({ ...links(), 'egressunification.io/hold': `${generation}.${reason}` });
const turnBack = { reason: 'TurnedBack', message: 'refused', refused: 'networkInterface' } as const;

const HOLDS: readonly Case[] = [
  ['begins nothing on an instance that a person holds', { view: instanceOf(STAGE.untagged, { tags: HELD }) }, 'Blocked: blocked Held'],
  ['begins nothing on an EIP that a person holds', { view: eipOf(STAGE.attached, { tags: { ...links(), ...HELD } }) }, 'Blocked: blocked Held'],
  ['mends nothing on an instance that a person holds', { view: instanceOf(eniOf(STAGE.unified, { status: 'Available' }), { tags: HELD }) }, 'Blocked: blocked Held'],
  ['stays settled although a person holds it', { view: instanceOf(STAGE.unified, { tags: HELD }) }, 'Unified: settled Unified'],
  ['stays degraded without a way out although a person holds it', { view: instanceOf(STAGE.unified, { tags: HELD }), surroundings: { wayOut: GONE } }, 'Degraded: blocked NoSnatEntry'],
  ['marks the EIP that came home again', { view: STAGE.attached, hints: { turnBack } }, 'Progressing: tagEip eip-1 hold=1.TurnedBack (hold)'],
  ['marks an EIP that others fight over', { view: STAGE.attached, hints: { turnBack: { ...turnBack, reason: 'FoughtOver' } } }, 'Progressing: tagEip eip-1 hold=1.FoughtOver (hold)'],
  ['begins nothing while its own hold stands', { view: eipOf(STAGE.attached, { tags: oursHold(1) }), hints: { turnBack } }, 'Blocked: blocked TurnedBack'],
  ['begins nothing while its own hold stands, after a restart as well', { view: eipOf(STAGE.attached, { tags: oursHold(1) }) }, 'Blocked: blocked TurnedBack'],
  ['begins nothing while others fight', { view: eipOf(STAGE.attached, { tags: oursHold(1, 'FoughtOver') }) }, 'Blocked: blocked FoughtOver'],
  ['lifts its own hold for another generation', { view: eipOf(STAGE.attached, { tags: oursHold(1) }), target: { generation: 2 } }, 'Progressing: untagEip eip-1 hold'],
  ['lifts its own hold when it is asked to look again', { view: eipOf(STAGE.attached, { tags: oursHold(1) }), target: { liftHolds: true } }, 'Progressing: untagEip eip-1 hold'],
  ['never lifts the hold of a person', { view: eipOf(STAGE.attached, { tags: { ...links(), ...HELD } }), target: { liftHolds: true, generation: 2 } }, 'Blocked: blocked Held'],
];

const report = { target: { reportOnly: true } };
const REPORTED: readonly Case[] = [
  ['only tells of an EIP that a person put back', { ...report, view: STAGE.attached }, 'Degraded: blocked DriftReported'],
  ['only tells of tags that are missing', { ...report, view: eipOf(STAGE.unified, { tags: {} }) }, 'Degraded: blocked DriftReported'],
  ['only tells of other groups', { ...report, view: eniOf(STAGE.unified, { securityGroupIds: [SG2] }) }, 'Degraded: blocked DriftReported'],
  ['only tells of a detached ENI', { ...report, view: eniOf(STAGE.unified, { status: 'Available' }) }, 'Degraded: blocked DriftReported'],
  ['is settled when nothing differs', { ...report, view: STAGE.unified }, 'Unified: settled Unified'],
];

const FENCED = { requiredTags: { fleet: 'web' } };
const tagged = (stage: Stage): Stage => instanceOf(stage, { tags: { fleet: 'web' } });

const FENCES: readonly Case[] = [
  ...(['staticIp', 'untagged', 'tagged', 'created', 'attached'] as const).map((stage): Case => [`writes nothing to an instance outside (${stage})`, { view: STAGE[stage], target: FENCED }, 'Blocked: blocked OutsideFences']),
  ['minds the value of the tag', { view: instanceOf(STAGE.untagged, { tags: { fleet: 'other' } }), target: FENCED }, 'Blocked: blocked OutsideFences'],
  ['works for an instance inside', { view: tagged(STAGE.attached), target: FENCED }, 'Progressing: unassociateEipAddress eip-1 from i-1 (open)'],
  ['closes a window outside', { view: STAGE.unbound, target: FENCED }, 'InWindow: associateEipAddress eip-1 to eni-1 (close)'],
  ['is settled outside where nothing is to be written', { view: STAGE.unified, target: FENCED }, 'Unified: settled Unified'],
  ['restores nothing outside', { view: STAGE.unified, target: { ...FENCED, goal: 'revert' } }, 'Blocked: blocked OutsideFences'],
  ['lets go of nothing outside', { view: STAGE.unified, target: { ...FENCED, goal: 'release' } }, 'Blocked: blocked OutsideFences'],
  ['has nothing to restore outside where nothing is its own', { view: STAGE.untagged, target: { ...FENCED, goal: 'revert' } }, 'NothingToMove: settled Restored'],
  ['has nothing to let go of outside where nothing is its own', { view: STAGE.untagged, target: { ...FENCED, goal: 'release' } }, 'NothingToMove: settled Released'],
];

const TABLES: Record<string, readonly Case[]> = {
  'The straight way': STRAIGHT, 'A window': CLOSING, 'What is not seen': UNSEEN, "Somebody else's": SOMEBODY, 'Drift': DRIFT, 'The way out': WAY_OUT, 'Types and billing': TYPES, 'A hold': HOLDS, 'Reported drift': REPORTED, 'The fences': FENCES,
};

describe('The table forwards', () => {
  for (const [title, cases] of Object.entries(TABLES)) {
    describe(title, () => {
      for (const [name, given, want] of cases) it(name, () => (want instanceof RegExp ? expect(planLine(aSituation(given))).to.match(want) : expect(planLine(aSituation(given))).to.equal(want)));
    });
  }
});
