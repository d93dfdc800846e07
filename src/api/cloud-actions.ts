/**
 * Every action of the cloud's API that the controller can send, and nothing else: the adapter's funnel takes no other (it would not compile), and
 * deploy/ram is generated from here. A test holds the table to what the simulated cloud was really asked for.
 */
import { TAG } from './names.ts';

export const PRODUCTS = ['ecs', 'vpc'] as const;
export type Product = (typeof PRODUCTS)[number];

/** What RAM checks a write against. */
export type ResourceKind = 'instance' | 'networkInterface' | 'securityGroup' | 'vSwitch' | 'eip' | 'command';

/** In every region of the account that the policy belongs to. */
export const RESOURCE_ARN: Readonly<Record<ResourceKind, string>> = {
  instance: 'acs:ecs:*:*:instance/*',
  networkInterface: 'acs:ecs:*:*:eni/*',
  securityGroup: 'acs:ecs:*:*:securitygroup/*',
  vSwitch: 'acs:vpc:*:*:vswitch/*',
  eip: 'acs:vpc:*:*:eip/*',
  command: 'acs:ecs:*:*:command/*',
};

/** The key that tells ours from everybody else's. */
export const OWNERSHIP_TAG = TAG.cluster;

export interface CloudAction {
  readonly access: 'read' | 'write';
  /** Of a write. Lists name no resource, so RAM knows reads by `*` alone. */
  readonly resources: readonly ResourceKind[];
  /**
   * What the network interface must show for the call to be allowed: the ownership tag on it, or in the request that makes it. ECS supports both
   * (acs:ResourceTag, acs:RequestTag) for calls that name a resource or carry tags; that the EIP calls of VPC do is documented nowhere.
   */
  readonly networkInterfaceTag?: 'onResource' | 'inRequest';
  /** Needed only with a flag or for a command of people, so it is in a policy of its own. */
  readonly optIn?: OptIn;
}

/**
 * billing: --allow-billing-changes. guestCommands: --allow-guest-commands. runAnything: the same flag where our commands are not registered,
 * and the controller must bring their text along. registration: `guest-commands register`, which the controller never does.
 */
export type OptIn = 'billing' | 'guestCommands' | 'runAnything' | 'registration';

const read = { access: 'read', resources: [] } as const;
const write = <const R extends readonly ResourceKind[]>(...resources: R) => ({ access: 'write', resources }) as const;

export const CLOUD_ACTIONS = {
  ecs: {
    DescribeInstances: read,
    DescribeInstanceAttribute: read,
    DescribeInstanceTypes: read,
    DescribeNetworkInterfaces: read,
    DescribeNetworkInterfaceAttribute: read,
    DescribeSecurityGroups: read,
    DescribeCloudAssistantStatus: { ...read, optIn: 'guestCommands' },
    DescribeCommands: { ...read, optIn: 'guestCommands' },
    DescribeInvocationResults: { ...read, optIn: 'guestCommands' },
    InvokeCommand: { ...write('instance', 'command'), optIn: 'guestCommands' },
    RunCommand: { ...write('instance', 'command'), optIn: 'runAnything' },
    CreateCommand: { ...write('command'), optIn: 'registration' },
    ConvertNatPublicIpToEip: write('instance'),
    ModifyInstanceChargeType: { ...write('instance'), optIn: 'billing' },
    CreateNetworkInterface: { ...write('networkInterface', 'vSwitch', 'securityGroup'), networkInterfaceTag: 'inRequest' },
    AttachNetworkInterface: { ...write('networkInterface', 'instance'), networkInterfaceTag: 'onResource' },
    DetachNetworkInterface: { ...write('networkInterface', 'instance'), networkInterfaceTag: 'onResource' },
    DeleteNetworkInterface: { ...write('networkInterface'), networkInterfaceTag: 'onResource' },
    ModifyNetworkInterfaceAttribute: { ...write('networkInterface', 'securityGroup'), networkInterfaceTag: 'onResource' },
    // an interface whose tags somebody took off gets them back, so neither can be bound to what is on it
    TagResources: write('networkInterface'),
    UntagResources: write('networkInterface'),
  },
  vpc: {
    DescribeEipAddresses: read,
    DescribeVSwitches: read,
    DescribeRouteTableList: read,
    DescribeRouteEntryList: read,
    DescribeNatGateways: read,
    DescribeSnatTableEntries: read,
    DescribeForwardTableEntries: read,
    TagResources: write('eip'),
    UnTagResources: write('eip'),
    // each is checked against the EIP and against what it is bound to
    UnassociateEipAddress: write('eip', 'instance', 'networkInterface'),
    AssociateEipAddress: write('eip', 'instance', 'networkInterface'),
  },
} as const satisfies Readonly<Record<Product, Readonly<Record<string, CloudAction>>>>;

export type ActionOf<P extends Product> = keyof (typeof CLOUD_ACTIONS)[P];

/** A call by product and action, as only the table has them. */
export type KnownCall = { readonly [P in Product]: { readonly product: P; readonly action: ActionOf<P> } }[Product];

export interface NamedAction extends CloudAction {
  /** As RAM and the simulator's log name it: ecs:DescribeInstances. */
  readonly name: string;
}

/** The table as a list, in its own order. */
export const ALL_CLOUD_ACTIONS: readonly NamedAction[] = Object.entries(CLOUD_ACTIONS).flatMap(([product, actions]) =>
  Object.entries<CloudAction>(actions).map(([action, what]) => ({ name: `${product}:${action}`, ...what })));

const reads = new Set(ALL_CLOUD_ACTIONS.flatMap(({ name, access }) => (access === 'read' ? [name] : [])));

/** Whatever is not known to read counts as a write. */
export const mutates = ({ product, action }: KnownCall): boolean => !reads.has(`${product}:${action}`);
