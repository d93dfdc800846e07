// What exists in the simulated cloud. Records are mutable because the cloud is: only the functions in relations.ts and the
// actions change them. States bear the API's own spelling. Times are epoch milliseconds of world time.

import type { AddressPool, Cidr } from './addresses.ts';
import type { Entry, Registry } from './registry.ts';

/** An asynchronous operation under way on one object; a newer one replaces it. */
export interface Task {
  readonly startedAtMs: number;
  running: boolean;
  cancel: () => void;
}

export interface Taggable extends Entry {
  readonly tags: Map<string, string>;
}

export interface Busy {
  task: Task | undefined;
}

export interface Vpc extends Taggable {
  readonly name: string;
  readonly cidr: Cidr;
  readonly cidrText: string;
  readonly secondaryCidrs: readonly string[];
  readonly isDefault: boolean;
  readonly ipv4Gateway: boolean;
  readonly createdAtMs: number;
}

export interface VSwitch extends Taggable {
  readonly name: string;
  readonly vpcId: string;
  readonly zoneId: string;
  readonly cidr: Cidr;
  readonly cidrText: string;
  routeTableId: string;
  readonly pool: AddressPool;
  readonly createdAtMs: number;
}

export interface Route extends Entry {
  readonly destination: string;
  readonly nextHopType: string;
  readonly nextHopId: string;
  readonly type: 'System' | 'Custom';
}

export interface RouteTable extends Taggable {
  readonly name: string;
  readonly vpcId: string;
  readonly type: 'System' | 'Custom';
  readonly routes: Registry<Route>;
  readonly createdAtMs: number;
}

export interface SecurityGroup extends Taggable {
  readonly name: string;
  readonly vpcId: string;
  readonly type: 'normal' | 'enterprise';
  readonly serviceManaged: boolean;
  readonly createdAtMs: number;
  /** Private addresses of all NICs in the group; the cloud limits it. */
  addresses: number;
}

export interface InstanceType extends Entry {
  readonly cpu: number;
  readonly memoryGiB: number;
  /** The most NICs of an instance, the primary one included. */
  readonly networkInterfaces: number;
  readonly privateIps: number;
  readonly hotPlug: boolean;
}

/** What the operating system inside an instance does with a second NIC. A change replaces the whole record: copies of the state share it. */
export interface GuestRouting {
  readonly secondNic: 'auto' | 'manual';
  readonly sourceRouting: boolean;
  readonly equalMetric: boolean;
}

export interface Guest extends GuestRouting {
  readonly rpFilter: 0 | 1 | 2;
  /** Whether the agent of Cloud Assistant runs. */
  readonly agent: boolean;
  /** Whether it boots with systemd. */
  readonly systemd: boolean;
  /** Whether it will not run scripts that the agent brings. */
  readonly refusesScripts: boolean;
  /** What routing-configure found and routing-undo puts back; absent where nothing of ours is installed. */
  readonly saved?: GuestRouting | undefined;
  /** What routing-configure installed undoes itself unless routing-confirm comes in time. */
  readonly armed?: boolean | undefined;
}

export type InstanceStatus = 'Pending' | 'Running' | 'Starting' | 'Stopping' | 'Stopped';
export type ChargeType = 'PrePaid' | 'PostPaid';
export type InternetChargeType = 'PayByTraffic' | 'PayByBandwidth';

export interface Instance extends Taggable, Busy {
  name: string;
  readonly typeId: string;
  readonly vpcId: string;
  readonly vSwitchId: string;
  readonly zoneId: string;
  readonly networkType: 'vpc' | 'classic';
  readonly osType: 'linux' | 'windows';
  status: InstanceStatus;
  chargeType: ChargeType;
  internetChargeType: InternetChargeType;
  bandwidthMbps: number;
  /** Static public address, '' when there is none. */
  publicIp: string;
  /** Whether an EIP on this instance may be taken off (IsSupportUnassociate). */
  readonly eipUnassociable: boolean;
  readonly primary: NetworkInterface;
  readonly interfaces: Set<NetworkInterface>;
  guest: Guest;
  locks: string[];
  pendingChange: boolean;
  /** Its static public address is being made an EIP. */
  converting: boolean;
  readonly deletionProtection: boolean;
  readonly autoReleaseTime: string;
  expiresAtMs: number | undefined;
  readonly createdAtMs: number;
}

export type InterfaceStatus = 'Available' | 'Attaching' | 'InUse' | 'Detaching' | 'Deleting';

export interface NetworkInterface extends Taggable, Busy {
  name: string;
  description: string;
  readonly type: 'Primary' | 'Secondary';
  status: InterfaceStatus;
  /** The instance it is on, or going to or leaving; '' when none. */
  instanceId: string;
  readonly vpcId: string;
  readonly vSwitchId: string;
  readonly zoneId: string;
  /** The primary private address first. */
  readonly privateIps: readonly string[];
  readonly mac: string;
  securityGroupIds: readonly string[];
  deleteOnRelease: boolean;
  sourceDestCheck: boolean;
  readonly serviceManaged: boolean;
  readonly createdAtMs: number;
}

export type EipStatus = 'Available' | 'Associating' | 'InUse' | 'Unassociating' | 'Releasing';
export type TargetType = 'EcsInstance' | 'NetworkInterface' | 'Nat';

export interface Binding {
  readonly type: TargetType;
  readonly id: string;
  readonly privateIp: string;
}

export interface Eip extends Taggable, Busy {
  readonly name: string;
  readonly ip: string;
  status: EipStatus;
  binding: Binding | undefined;
  readonly mode: 'NAT' | 'MULTI_BINDED' | 'BINDED';
  readonly bandwidthMbps: number;
  readonly internetChargeType: InternetChargeType;
  readonly chargeType: ChargeType;
  locks: string[];
  readonly serviceManaged: boolean;
  readonly createdAtMs: number;
}

export interface SnatEntry extends Entry, Busy {
  readonly natGatewayId: string;
  readonly snatTableId: string;
  name: string;
  status: 'Pending' | 'Available' | 'Deleting';
  /** '' when the entry was made by address range. */
  readonly vSwitchId: string;
  readonly cidr: Cidr;
  readonly cidrText: string;
  ips: readonly string[];
  eipAffinity: '0' | '1';
}

export interface DnatEntry extends Entry {
  readonly name: string;
  readonly externalIp: string;
  readonly externalPort: string;
  readonly internalIp: string;
  readonly internalPort: string;
  readonly protocol: string;
}

export interface NatGateway extends Taggable {
  readonly name: string;
  readonly vpcId: string;
  readonly vSwitchId: string;
  readonly networkType: 'internet' | 'intranet';
  status: 'Creating' | 'Available' | 'Modifying' | 'Deleting' | 'Converting';
  businessStatus: 'Normal' | 'FinancialLocked';
  readonly snatTableId: string;
  readonly forwardTableId: string;
  readonly snat: Registry<SnatEntry>;
  readonly dnat: Registry<DnatEntry>;
  readonly createdAtMs: number;
}
