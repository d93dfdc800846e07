/**
 * Every reason that a condition, an unsettled instance or a plan can give, with what it means and what the user can do.
 * The one source of the reference (docs/reference/reasons.md) and of the remedies in messages.
 */
interface Explanation {
  readonly meaning: string;
  readonly remedy: string;
}

export const REASONS = {
  // the resource as a whole
  Unified: { meaning: 'Every selected instance leaves by the NAT gateway and keeps its own public IP, or had none.', remedy: 'Nothing to do.' },
  NothingToMove: { meaning: 'The instance has no public IP of its own and leaves by the NAT gateway.', remedy: 'Nothing to do.' },
  Restored: { meaning: 'The EIP is on the instance again and nothing of ours is left.', remedy: 'Nothing to do.' },
  Released: { meaning: 'The instance is no longer owned by the resource and stays as it is.', remedy: 'Nothing to do; a resource that selects it can own it again.' },
  Progressing: { meaning: 'Instances are on their way.', remedy: 'Wait; status.unsettled shows each one.' },
  InstancesBlocked: { meaning: 'Some instances cannot be moved as things stand.', remedy: 'See status.unsettled: each entry names its remedy.' },
  Observing: { meaning: 'Mode Observe (or --observe-only): nothing is begun.', remedy: 'Set spec.mode to Enforce to let the controller act.' },
  NothingSelected: { meaning: 'The selector matches no instance of the VPC.', remedy: 'Check spec.instanceSelector against the instances of spec.vpcId.' },
  TooManyInstances: { meaning: 'More instances are selected than spec.instanceSelector.maxInstances allows; nothing is written.', remedy: 'Narrow the selector or raise maxInstances.' },
  VpcNotFound: { meaning: 'The VPC does not exist in the region, or these credentials cannot see it.', remedy: 'Check spec.regionId and spec.vpcId; both are immutable, so create the resource anew.' },
  CloudForbidden: { meaning: 'The credentials may not make a call that is needed.', remedy: 'Grant the action named in the message to the RAM role or user of the controller.' },
  CloudUnavailable: { meaning: 'The cloud could not be read, so nothing is known and nothing is done.', remedy: 'Wait; the controller tries again by itself.' },
  BlastRadius: { meaning: 'More restores, detaches or deletes than max(3, 10 %) fell due at once that no edit asked for.', remedy: 'Check the list; annotate the resource with egressunification.io/confirm: <generation> to go on.' },
  OutsideFences: {
    meaning: 'The region, the VPC or the instance is outside the fences that the flags --allow-region, --allow-vpc and --require-instance-tag set. A region or VPC outside is neither read nor written; an instance outside is not written to, but a window that is open is closed first.',
    remedy: 'Have whoever runs the controller widen the flag, or give the instance the tag.',
  },
  CloudUnstable: { meaning: 'Most of the last calls of a kind failed through the fault of the API, so nothing new is begun in the region; windows are closed.', remedy: 'Wait; the controller goes on by itself once calls succeed or a minute has passed.' },
  Deleting: { meaning: 'The resource is being deleted and its deletion policy carried out.', remedy: 'Wait; or annotate egressunification.io/abandon: <uid> to let go at once.' },
  InvalidSpec: { meaning: 'The spec does not follow the schema.', remedy: 'Correct the field named in the message.' },

  CanariesDone: { meaning: 'The canaries of spec.rollout.canary are settled and soaked; the others wait for a word from you.', remedy: 'Look at the canaries, then annotate the resource with egressunification.io/continue: <generation>.' },
  FailureBudgetSpent: { meaning: 'More instances failed their verification than spec.rollout.failureBudget allows; nothing further is begun.', remedy: 'Mend what the message names, then edit the resource or set egressunification.io/reconcile-requested-at; or raise the budget.' },

  // what packets and guests say
  Soaking: { meaning: 'The instance is settled and keeps its place until spec.rollout.soak has passed and its verification has.', remedy: 'Wait.' },
  Verified: { meaning: 'Every settled instance passed its test with packets.', remedy: 'Nothing to do.' },
  Unverified: { meaning: 'Some settled instances are unverified: not tested yet, or nothing could be proved. None failed.', remedy: 'See the message; each reason in it names its remedy.' },
  Testing: { meaning: 'The ports of spec.verification.inbound are tried before the cut-over, so that what answers after it can be held against that.', remedy: 'Wait.' },
  NotTested: { meaning: 'The instance is settled and its first test is not over yet.', remedy: 'Wait.' },
  NoBaseline: { meaning: 'A port gives no answer and none is known from before the cut-over, so nothing is proved.', remedy: 'Name ports in spec.verification.inbound.ports on which the instances listen and which their security groups let in.' },
  ProbeUnavailable: { meaning: 'The controller could not try connections to the public IP.', remedy: 'Let the controller connect to the Internet (network policy, file descriptors).' },
  InstanceNotRunning: { meaning: 'The instance does not run, so no packet can prove anything.', remedy: 'Start the instance, or leave it unverified.' },
  EchoUnclear: { meaning: 'No echo service answered the instance with a public address, or answers differ.', remedy: 'Check spec.verification.egress.echoServices from within the instance; name several, so that one that lies is found out.' },
  InboundFailed: { meaning: 'A port that answered before the cut-over does not answer on the public IP any more.', remedy: 'Make the guest route by source (docs/verification.md), or check the security groups of the network interface.' },
  EgressFailed: { meaning: 'The instance shows another address to the Internet than the way out has.', remedy: 'Look for a second default route in the guest, or a proxy between the instance and the echo service.' },
  VerificationFailed: { meaning: 'The instance failed spec.verification after its cut-over, so its EIP went back to it and is held there (rollout.onFailure is Restore).', remedy: 'Mend what the Event of the failure names, then edit the resource or set egressunification.io/reconcile-requested-at.' },
  GuestNotReady: { meaning: 'The guest does not answer by the interface that is asked: the interface is down, has no address, or source routing is missing.', remedy: 'Set up what the message names, or set spec.guestRouting to Configure.' },
  DefaultRouteTaken: { meaning: 'From when our network interface was attached the guest sent everything out by it, so it was not reached on its own address any more. The interface was taken off again; nothing was moved.', remedy: 'Give the second interface no default route in the guest, or one with a higher metric; then edit the resource or set egressunification.io/reconcile-requested-at.' },
  GuestUnread: { meaning: 'The guest could not be read: it has no Cloud Assistant, is not Linux, does not run, or the command failed.', remedy: 'Install or start Cloud Assistant, or set spec.guestRouting to Ignore for these instances.' },
  GuestCommandsOff: { meaning: 'The spec asks for commands in guests and the controller runs without --allow-guest-commands.', remedy: 'Have whoever runs the controller set the flag, or take spec.verification.egress and spec.guestRouting off.' },
  WaitingForGuest: { meaning: 'The guest is being read through Cloud Assistant.', remedy: 'Wait.' },
  GuestConfiguring: { meaning: 'Source routing is being set up in the guest, with a rollback armed.', remedy: 'Wait.' },

  // the way out
  NoNatGateway: { meaning: 'The VPC has no Internet NAT gateway (or not the one named).', remedy: 'Create an Internet NAT gateway with an EIP in the VPC, or correct spec.egress.natGatewayId.' },
  SeveralNatGateways: { meaning: 'The VPC has several Internet NAT gateways.', remedy: 'Name one in spec.egress.natGatewayId.' },
  NatGatewayNotReady: { meaning: 'The NAT gateway is not Available or not in good standing.', remedy: 'Wait for it, or settle the bill of the gateway.' },
  NoSnatEntry: { meaning: 'No SNAT entry of the NAT gateway covers the instance.', remedy: 'Create a SNAT entry for its vSwitch; the message prints the call.' },
  SnatEntryNotReady: { meaning: 'The SNAT entry that covers the instance is not Available yet.', remedy: 'Wait; SNAT entries become Available within seconds.' },
  EgressIpDiffers: { meaning: 'SNAT would give another public IP than wanted, or not the same for all selected instances.', remedy: 'Correct the SNAT entry, or spec.egress.publicIps.' },
  NoDefaultRoute: { meaning: 'The route table of the vSwitch has no 0.0.0.0/0 to the NAT gateway.', remedy: 'Add the route entry; the message prints the call.' },
  DnatAllPorts: { meaning: 'A DNAT entry for all ports maps the instance, so it leaves by that address and not by SNAT.', remedy: 'Delete the entry, or replace it by entries for single ports.' },

  // the instance
  WaitingForPlace: { meaning: 'Other instances are under way and spec.rollout.maxInProgress is reached.', remedy: 'Wait, or raise spec.rollout.maxInProgress.' },
  WaitingForCloud: { meaning: 'The cloud is carrying out a step.', remedy: 'Wait.' },
  WaitingForQuota: { meaning: 'The rate limit of the API is used up for this minute.', remedy: 'Wait; the controller goes on by itself.' },
  Retrying: { meaning: 'The last step failed in a way that may pass.', remedy: 'Wait; the controller tries again with growing pauses.' },
  InstanceInTransition: { meaning: 'The instance is starting, stopping or being created.', remedy: 'Wait until it is Running or Stopped.' },
  InstanceLocked: { meaning: 'The instance has an operation lock.', remedy: 'Clear the lock (bill, security or recycling) in the ECS console.' },
  InstanceGone: { meaning: 'The instance was released.', remedy: 'Release its EIP if the address is no longer needed: it costs a fee while unbound.' },
  KubernetesNode: { meaning: "The instance is a node of this cluster; moving its address changes the node's ExternalIP.", remedy: 'Set spec.instanceSelector.includeKubernetesNodes to true if that is meant.' },
  NodesUnknown: { meaning: "The cluster's nodes could not be read, so it is not known whether the instance is one of them.", remedy: 'Let the controller list nodes (RBAC), or set spec.instanceSelector.includeKubernetesNodes to true if moving nodes is meant.' },
  OwnedByAnother: { meaning: 'Another EgressUnification owns or selects this instance first.', remedy: 'Make the selectors disjoint.' },
  ForeignCluster: { meaning: 'The tags say that a controller of another cluster owns the address or the ENI.', remedy: 'If that cluster is gone for good, annotate egressunification.io/adopt-from: <cluster id>.' },
  WitnessesDisagree: { meaning: 'The tags of EIP and ENI contradict each other about what belongs together.', remedy: 'Correct the egressunification.io/* tags so that they name one EIP and one instance.' },
  HomeTaken: { meaning: 'The home EIP is unbound and the instance has another public address now.', remedy: 'Decide which address it keeps: unbind or release the other one.' },
  MovedElsewhere: { meaning: 'Somebody bound the home EIP to something else.', remedy: 'Bind the EIP back to the instance, or take the egressunification.io/* tags off it.' },
  EniElsewhere: { meaning: 'Our ENI is attached to another instance.', remedy: 'Detach the ENI from that instance.' },
  TwoPublicAddresses: { meaning: 'The instance got another public address beside the one on its ENI, so it leaves by that.', remedy: 'Unbind or release the address that is not wanted.' },
  UnusableAddress: { meaning: "The public address cannot be moved: more than one, not in NAT mode, locked, service-managed or not unassociable.", remedy: 'Leave one EIP in NAT mode, in good standing, on the primary ENI.' },
  SubscriptionByBandwidth: {
    meaning: 'The public IP of a subscription instance with pay-by-bandwidth billing cannot be converted to an EIP.',
    remedy: 'Change the network billing to pay-by-traffic (ModifyInstanceNetworkSpec NetworkChargeType=PayByTraffic); or, heavier, allow spec.subscriptionBilling: ChangeToPayAsYouGo with --allow-billing-changes.',
  },
  SubscriptionExpiring: { meaning: 'The subscription ends within 24 hours; the public IP cannot be converted.', remedy: 'Renew the instance.' },
  NoPublicBandwidth: { meaning: 'The public bandwidth is 0, so the public IP cannot be converted.', remedy: 'Set InternetMaxBandwidthOut to at least 1 Mbit/s.' },
  NoEniSlot: { meaning: 'The instance type carries no further ENI.', remedy: 'Detach an ENI that is not needed, or choose an instance type with more ENIs.' },
  UnknownInstanceType: { meaning: 'The cloud does not describe the instance type, so its ENI slots are unknown.', remedy: 'Check that the credentials may call ecs:DescribeInstanceTypes for this region.' },
  HotPlugNotSupported: { meaning: 'The instance type attaches and detaches ENIs only while Stopped.', remedy: 'Stop the instance; the controller goes on, then start it again.' },
  VSwitchFull: { meaning: 'The vSwitch for the ENI has no free address.', remedy: 'Free an address or name another vSwitch of the zone in spec.networkInterface.vSwitchIds.' },
  NoVSwitchInZone: { meaning: "None of spec.networkInterface.vSwitchIds is in the instance's zone and VPC.", remedy: 'Name a vSwitch of that zone.' },
  SecurityGroupsUnfit: { meaning: 'The security groups for the ENI do not exist in the VPC, are more than five, or mix basic and advanced groups.', remedy: 'Correct spec.networkInterface.securityGroupIds.' },
  NoTagSlot: { meaning: 'The EIP has no room for four more tags (20 at most).', remedy: 'Remove tags from the EIP.' },
  QuotaExceeded: { meaning: 'A quota of the account is used up.', remedy: 'Raise the quota named in the message in the Quota Center.' },
  Forbidden: { meaning: 'The credentials may not carry out the step.', remedy: 'Grant the action named in the message to the RAM role or user of the controller.' },
  Refused: { meaning: 'The cloud refused the step.', remedy: "Act on the cloud's message." },
  Held: { meaning: 'The tag egressunification.io/hold stops every write to this instance.', remedy: 'Remove the tag from the instance and from its EIP.' },
  TurnedBack: { meaning: 'The move was turned round: the EIP went back to the instance and is held.', remedy: 'Mend what the message says, then edit the resource or set egressunification.io/reconcile-requested-at.' },
  FoughtOver: { meaning: 'Somebody else moved the EIP back twice within an hour.', remedy: 'Find who; then edit the resource or set egressunification.io/reconcile-requested-at.' },
  DriftReported: { meaning: 'A change by hand was found and spec.drift.action is Report.', remedy: 'Undo it, or set spec.drift.action to Correct.' },
  NotObserved: { meaning: 'The instance could not be seen completely.', remedy: 'Wait; nothing is done to what is not seen.' },
  NotReverted: { meaning: 'The EIP is home again; an ENI of ours could not be removed.', remedy: 'Stop the instance or reboot it so that the ENI can be detached; it is tagged egressunification.io/*.' },
  UnknownShape: { meaning: 'The instance is in a state that the table does not know.', remedy: 'Please report it with the output of `egress-unification instances NAME -o json`.' },
} as const satisfies Record<string, Explanation>;

export type Reason = keyof typeof REASONS;
