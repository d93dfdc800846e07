/**
 * What the cloud answered, in our words: plain frozen data, no SDK type, nothing derived.
 * Absent means that the cloud said "none"; what could not be read is never represented here, the read throws instead.
 */
import type { EipId, EniId, InstanceId, NatGatewayId, RouteTableId, SecurityGroupId, VpcId, VSwitchId } from './ids.ts';

export type Tags = Readonly<Record<string, string>>;

/** DescribeInstances → Status; anything that the SDK's documentation does not list is Unknown. */
export type InstanceStatus = 'Pending' | 'Running' | 'Starting' | 'Stopping' | 'Stopped' | 'Unknown';

export interface Instance {
  readonly id: InstanceId;
  readonly status: InstanceStatus;
  readonly regionId: string;
  readonly zoneId: string;
  readonly vpcId: VpcId;
  readonly vSwitchId: VSwitchId;
  readonly instanceType: string;
  readonly chargeType: 'PrePaid' | 'PostPaid' | 'Unknown';
  readonly internetChargeType: 'PayByTraffic' | 'PayByBandwidth' | 'Unknown';
  readonly internetBandwidthOutMbps: number;
  /** RFC 3339, subscription instances only. */
  readonly expiresAt?: string;
  /** Primary private address of the primary ENI. */
  readonly primaryIp: string;
  readonly primaryEniId?: EniId;
  /** Static public addresses (PublicIpAddress). */
  readonly publicIps: readonly string[];
  /** The EIP that DescribeInstances shows on the instance itself; the EIP's own record is the authority. */
  readonly eip?: { readonly id: EipId; readonly ip: string; readonly unassociable: boolean };
  /** Every attached ENI, the primary included. */
  readonly networkInterfaceIds: readonly EniId[];
  readonly securityGroupIds: readonly SecurityGroupId[];
  /** LockReason of each operation lock: financial, security, recycling, dedicatedhostfinancial, refunded. */
  readonly operationLocks: readonly string[];
  readonly tags: Tags;
}

/** DescribeNetworkInterfaces → Status (facts 2.6). */
export type EniStatus = 'Available' | 'Attaching' | 'InUse' | 'Detaching' | 'Deleting' | 'Unknown';

export interface NetworkInterface {
  readonly id: EniId;
  readonly status: EniStatus;
  readonly type: string;
  /** The instance it is attached, attaching to or detaching from. */
  readonly instanceId?: InstanceId;
  readonly vpcId: VpcId;
  readonly vSwitchId: VSwitchId;
  readonly zoneId: string;
  readonly primaryIp: string;
  readonly macAddress: string;
  readonly securityGroupIds: readonly SecurityGroupId[];
  readonly deleteOnRelease: boolean;
  readonly serviceManaged: boolean;
  /** Public addresses associated with any of its private addresses. */
  readonly publicIps: readonly string[];
  readonly tags: Tags;
}

/** DescribeEipAddresses → Status (facts 3.1). */
export type EipStatus = 'Available' | 'Associating' | 'InUse' | 'Unassociating' | 'Releasing' | 'Unknown';

/** What an EIP is bound to. `other` is an SLB, a NAT gateway, a HaVip, an IP address. */
export type Binding =
  | { readonly kind: 'instance'; readonly id: InstanceId }
  | { readonly kind: 'networkInterface'; readonly id: EniId; readonly privateIp: string }
  | { readonly kind: 'other'; readonly id: string; readonly type: string };

export interface Eip {
  readonly id: EipId;
  readonly ip: string;
  readonly status: EipStatus;
  readonly binding?: Binding;
  /** NAT, MULTI_BINDED or BINDED; empty where the cloud gives none. */
  readonly mode: string;
  readonly bandwidthMbps: number;
  /** Normal, FinancialLocked, … */
  readonly businessStatus: string;
  readonly operationLocks: readonly string[];
  readonly serviceManaged: boolean;
  readonly tags: Tags;
}

export interface VSwitch {
  readonly id: VSwitchId;
  readonly vpcId: VpcId;
  readonly zoneId: string;
  readonly cidr: string;
  readonly availableIps: number;
  readonly routeTableId?: RouteTableId;
}

export interface RouteEntry {
  readonly destination: string;
  readonly status: string;
  readonly nextHops: readonly { readonly type: string; readonly id: string }[];
}

export interface RouteTable {
  readonly id: RouteTableId;
  readonly vSwitchIds: readonly VSwitchId[];
  readonly entries: readonly RouteEntry[];
}

export interface SnatEntry {
  readonly id: string;
  /** Pending, Available, Deleting, Modifying. */
  readonly status: string;
  readonly sourceVSwitchId?: VSwitchId;
  readonly sourceCidr: string;
  readonly snatIps: readonly string[];
}

export interface ForwardEntry {
  readonly id: string;
  readonly status: string;
  readonly externalIp: string;
  readonly internalIp: string;
  /** DNAT "IP mapping": all ports, all protocols; it beats SNAT for its internal address (facts 1.1). */
  readonly allPorts: boolean;
}

export interface NatGateway {
  readonly id: NatGatewayId;
  /** internet or intranet. */
  readonly networkType: string;
  /** Creating, Available, Modifying, Deleting, Converting. */
  readonly status: string;
  readonly businessStatus: string;
  readonly snatTableIds: readonly string[];
  readonly eips: readonly { readonly id: EipId; readonly ip: string }[];
  readonly snatEntries: readonly SnatEntry[];
  readonly forwardEntries: readonly ForwardEntry[];
}

/** Everything of a VPC that decides by which address an instance leaves; read whole or not at all. */
export interface Network {
  readonly vpcId: VpcId;
  readonly vSwitches: readonly VSwitch[];
  readonly routeTables: readonly RouteTable[];
  readonly natGateways: readonly NatGateway[];
}

export interface InstanceType {
  readonly name: string;
  /** ENIs that one instance can carry, the primary included (EniQuantity). */
  readonly eniMax: number;
}

export interface SecurityGroup {
  readonly id: SecurityGroupId;
  readonly vpcId: VpcId;
  /** normal (basic) or enterprise (advanced); one ENI cannot mix them. */
  readonly type: string;
}
