// The whole simulated region as one value. Indexes here (EIPs by target, NICs by address) are kept by relations.ts alone.
// Identifiers are counters in the cloud's form, so that the same world and the same calls give the same identifiers.

import type { Command, Invocation } from '../assistant/entities.ts';
import type { Eip, Instance, InstanceType, NatGateway, NetworkInterface, RouteTable, SecurityGroup, Vpc, VSwitch } from './entities.ts';
import { formatAddress } from './addresses.ts';
import { Registry } from './registry.ts';

/** Fixed, or drawn uniformly between two bounds, in milliseconds. */
export type Latency = number | readonly [number, number];

export type LatencyName =
  | 'rtt' | 'attach' | 'detach' | 'delete' | 'associate' | 'unassociate' | 'convert' | 'snat' | 'release' | 'chargeType' | 'command';

export interface Credential {
  readonly accessKeyId: string;
  readonly accessKeySecret: string;
  readonly securityToken?: string | undefined;
  /** `product:Action` names that this identity may not call. */
  deny: readonly string[];
}

export interface AccountLimits {
  eips: number;
  networkInterfaces: number;
  securityGroupsPerInterface: number;
  tagsPerResource: number;
  snatEntriesPerGateway: number;
  eipsPerSnatEntry: number;
  eipsPerGateway: number;
  refundVcpuHours: number;
  addressesPerNormalGroup: number;
  addressesPerEnterpriseGroup: number;
  commands: number;
}

export class CloudState {
  readonly region: string;
  readonly account: AccountLimits;
  /** Calls per aligned minute of world time, by action; `default` for those not named. */
  readonly perMinute: Record<string, number>;
  readonly latenciesMs: Record<LatencyName, Latency>;
  readonly credentials: readonly Credential[];
  readonly clientTokenLifetimeMs: number;

  readonly vpcs = new Registry<Vpc>();
  readonly vSwitches = new Registry<VSwitch>();
  readonly routeTables = new Registry<RouteTable>();
  readonly securityGroups = new Registry<SecurityGroup>();
  readonly instanceTypes = new Registry<InstanceType>();
  readonly instances = new Registry<Instance>();
  readonly interfaces = new Registry<NetworkInterface>();
  readonly eips = new Registry<Eip>();
  readonly natGateways = new Registry<NatGateway>();
  readonly commands = new Registry<Command>();
  readonly invocations = new Registry<Invocation>();
  /** By URL, what services that tell callers their address answer when it is not the truth. */
  readonly echoServices: Map<string, string>;

  /** EIPs by the id of what they are bound to, those on their way included. */
  readonly eipsByTarget = new Map<string, Eip[]>();
  readonly eipByAddress = new Map<string, Eip>();
  /** NICs by `vpcId/privateIp`. */
  readonly interfaceByAddress = new Map<string, NetworkInterface>();
  /** Number of secondary NICs, which is what the account's limit counts. */
  secondaryInterfaces = 0;
  /** Conversions under way: each will need an EIP of the account's quota. */
  eipsPromised = 0;
  /** vCPU hours refunded so far for subscriptions that were changed. */
  refundedVcpuHours = 0;
  readonly publicIpsInUse = new Set<string>();

  #sequence = 0;
  #identifiers = 0;
  #publicIps = 0;

  constructor(settings: Pick<CloudState, 'region' | 'account' | 'perMinute' | 'latenciesMs' | 'credentials' | 'clientTokenLifetimeMs' | 'echoServices'>) {
    this.region = settings.region;
    this.account = settings.account;
    this.perMinute = settings.perMinute;
    this.latenciesMs = settings.latenciesMs;
    this.credentials = settings.credentials;
    this.clientTokenLifetimeMs = settings.clientTokenLifetimeMs;
    this.echoServices = settings.echoServices;
  }

  nextSequence(): number {
    this.#sequence += 1;
    return this.#sequence;
  }

  /** A new identifier such as `eni-bp1sim00000000000001`. */
  nextId(prefix: string): string {
    this.#identifiers += 1;
    return `${prefix}-bp1sim${this.#identifiers.toString(36).padStart(14, '0')}`;
  }

  /** A MAC address in the block that the cloud's NICs use. */
  macOf(sequence: number): string {
    const bytes = [16, 8, 0].map((shift) => ((sequence >>> shift) & 255).toString(16).padStart(2, '0'));
    return ['00', '16', '3e', ...bytes].join(':');
  }

  /** The next public address of 47.98.0.0/16 and up that nothing holds. */
  nextPublicIp(): string {
    for (;;) {
      this.#publicIps += 1;
      const ip = formatAddress(0x2f620000 + this.#publicIps);
      if (!this.publicIpsInUse.has(ip)) return ip;
    }
  }
}
