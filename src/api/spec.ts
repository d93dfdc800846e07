// What a user wants: the schema of `spec`. Every field does something, has a bound, and explains itself to `kubectl explain`.
// The cross-field rules stand here twice, as CEL for the API server and as zod refinements, side by side.
import { z } from 'zod';
import { INSTANCE_ID, NAT_GATEWAY_ID, IPV4, REGION_ID, SECURITY_GROUP_ID, VPC_ID, VSWITCH_ID } from './cloud-fields.ts';
import { choice, durationBetween, setOf, text } from './fields.ts';
import type { CelRule } from './fields.ts';
import { ROLLOUT } from './rollout-fields.ts';
import { GUEST_ROUTING, VERIFICATION } from './verification-fields.ts';

const fixed = (field: string): CelRule => ({
  rule: 'self == oldSelf',
  message: `${field} cannot change, because EIPs and network interfaces stay where they are: create another resource, and delete this one when it is no longer wanted`,
});

// key and value up to 128 characters, 20 tags on one object (facts 2.12, TagResources)
const TAG_LENGTH_MAX = 128;
const tagKeys = 'tag keys have 1 to 128 characters: correct the key in tags';

const TAGS = z
  .record(z.string(), z.string().max(TAG_LENGTH_MAX, { error: 'tag values have at most 128 characters: correct the value' }))
  .refine((tags) => Object.keys(tags).length > 0, { error: 'an empty map is not "all": give at least one tag, or leave the field out' })
  .refine((tags) => Object.keys(tags).every((key) => key.length >= 1 && key.length <= TAG_LENGTH_MAX), { error: tagKeys })
  .refine((tags) => Object.keys(tags).length <= 20, { error: 'holds more than 20 tags: an instance cannot have more' })
  .meta({
    description: 'Select instances that carry all of these tags, key and value exactly as written. An empty value matches only a tag without value.',
    minProperties: 1,
    maxProperties: 20,
    'x-kubernetes-validations': [
      { rule: 'size(self) > 0', message: 'an empty map is not "all": give at least one tag, or leave the field out' },
      { rule: `self.all(key, size(key) >= 1 && size(key) <= ${TAG_LENGTH_MAX})`, message: tagKeys },
    ],
  });

const noSelector = 'instanceSelector selects nothing: give at least one of instanceIds, tags, vSwitchIds';

const INSTANCE_SELECTOR = z
  .object({
    instanceIds: setOf(text(INSTANCE_ID, 'The id of an ECS instance.'), 500, 'Select these instances. They must be in the VPC.').exactOptional(),
    tags: TAGS.exactOptional(),
    vSwitchIds: setOf(text(VSWITCH_ID, 'The id of a vSwitch.'), 100, "Select instances whose primary network interface is in one of these vSwitches.").exactOptional(),
    maxInstances: z.int().min(1, { error: 'must be at least 1' }).max(10_000, { error: 'must be at most 10000' }).exactOptional()
      .meta({ description: 'A guard against a selector that matches more than was meant: with more instances selected nothing is written to the cloud, and the resource is Stalled until the selector or this number is corrected.' }),
    includeKubernetesNodes: z.boolean().default(false)
      .meta({ description: "Whether nodes of the cluster that the controller runs in may be selected. They are blocked otherwise, because moving a node's address can touch the container network, the node's external IP and the controller itself." }),
  })
  .refine((selector) => [selector.instanceIds, selector.tags, selector.vSwitchIds].some((given) => given !== undefined), { error: noSelector })
  .meta({
    description: 'Which instances of the VPC to unify. What is given must all hold, and at least one of instanceIds, tags and vSwitchIds must be given.',
    'x-kubernetes-validations': [{ rule: 'has(self.instanceIds) || has(self.tags) || has(self.vSwitchIds)', message: noSelector }],
  });

const EGRESS = z
  .object({
    natGatewayId: text(NAT_GATEWAY_ID, "The Internet NAT gateway by which the instances leave. Default: the VPC's only one; with several the resource is Stalled until one is named here.").exactOptional(),
    publicIps: setOf(text(IPV4, 'A public IPv4 address.'), 64, 'The addresses that must be the way out, exactly these. Default: what the SNAT entries of the gateway have, the same set for all selected instances; status.egressPublicIps shows it, and a change of it is reported as drift.').exactOptional(),
  })
  .meta({ description: 'The way out that the instances are to share. SNAT entries are judged, never written: the NAT gateway and its SNAT entry must be there.' });

const NETWORK_INTERFACE = z
  .object({
    vSwitchIds: setOf(text(VSWITCH_ID, 'The id of a vSwitch.'), 50, "vSwitches for new network interfaces, at most one per zone. Default: the instance's own vSwitch. Each new interface takes one private address.").exactOptional(),
    // 5 by default, 10 or 16 on request (facts 2.7): the account's own limit is judged where it is known
    securityGroupIds: setOf(text(SECURITY_GROUP_ID, 'The id of a security group.'), 16, "Security groups of the network interfaces; they decide what may reach the instance on its public IP. Default: the instance's own groups, followed when they change.").exactOptional(),
  })
  .meta({ description: 'The network interfaces that the controller creates, one per instance, to carry the inbound public IP.' });

const DRIFT = z
  .object({
    checkInterval: durationBetween('1m', '24h', 'How often the whole VPC is listed to find what others changed, such as 5m or 1h. The annotation egressunification.io/reconcile-requested-at asks for a listing at once.').default('5m'),
    action: choice(['Correct', 'Report'], 'What to do when somebody changed a unified instance by hand. Correct: say so in an Event and mend it. Report: say so and leave it.').default('Correct'),
  })
  .meta({ description: 'How changes by others are found and what is done about them.' });

export const SPEC = z
  .object({
    regionId: text(REGION_ID, 'The region of the VPC, such as cn-hangzhou. It cannot change.', [fixed('regionId')]),
    vpcId: text(VPC_ID, 'The VPC of the instances, such as vpc-bp1opxu1zkhn00gzv. It cannot change.', [fixed('vpcId')]),
    instanceSelector: INSTANCE_SELECTOR,
    egress: EGRESS.prefault({}),
    networkInterface: NETWORK_INTERFACE.prefault({}),
    subscriptionBilling: choice(['Unchanged', 'ChangeToPayAsYouGo'], 'What to do with a subscription instance whose static public IP cannot become an EIP as it is billed. Unchanged: it is blocked, and the reason names the cure. ChangeToPayAsYouGo: its billing is changed first, which is irreversible and costs money; the controller must also run with --allow-billing-changes.').default('Unchanged'),
    mode: choice(['Enforce', 'Observe'], 'Enforce: do it. Observe: look, judge and report what would be done; nothing is begun, and what was already in its window is finished.').default('Enforce'),
    rollout: ROLLOUT.prefault({}),
    drift: DRIFT.prefault({}),
    verification: VERIFICATION.exactOptional(),
    guestRouting: GUEST_ROUTING,
    deletionPolicy: choice(['Retain', 'Revert'], 'What happens when this resource is deleted. Retain: instances stay as they are. Revert: each EIP goes back to its instance and the network interfaces made for it are deleted.').default('Retain'),
    deselectionPolicy: choice(['Retain', 'Revert'], 'What happens to an instance that leaves the selection. Retain: it stays as it is. Revert: its EIP goes back to it and the network interface made for it is deleted.').default('Retain'),
  })
  .meta({ description: 'What is wanted.' });
