// What the cloud might answer, with a default for every field: one running instance with an EIP in a VPC whose way out stands.
// A field given wins over the default; everything made is frozen to the bottom, so that whoever changes what he was given throws.
import { TAG, TERWAY_EXCLUDED_TAG } from '../../src/api/names.ts';
import type { EipId, EniId, InstanceId, NatGatewayId, RouteTableId, SecurityGroupId, Uid, VpcId, VSwitchId } from '../../src/core/ids.ts';
import type { Hints, PlanInput, Surroundings, Target, View } from '../../src/core/situation.ts';
import type { Binding, Eip, Instance, InstanceType, NatGateway, Network, NetworkInterface, SnatEntry, Tags, VSwitch } from '../../src/core/view.ts';
import type { WayOut } from '../../src/core/way-out.ts';

export const I1 = 'i-1' as InstanceId;
export const I2 = 'i-2' as InstanceId;
export const EIP1 = 'eip-1' as EipId;
export const EIP2 = 'eip-2' as EipId;
export const ENI1 = 'eni-1' as EniId;
export const ENI2 = 'eni-2' as EniId;
export const PRIMARY1 = 'eni-p1' as EniId;
export const VPC = 'vpc-1' as VpcId;
export const VSW1 = 'vsw-1' as VSwitchId;
export const SG1 = 'sg-1' as SecurityGroupId;
export const NGW1 = 'ngw-1' as NatGatewayId;
export const RT1 = 'vtb-1' as RouteTableId;
export const CLUSTER = 'cluster-1';
export const OWNER = 'uid-1' as Uid;
/** 2026-11-24T00:00:00Z, the now of every situation. */
export const NOW_MS = 1_795_478_400_000;

/** The same value, frozen to the bottom. */
export function frozen<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value;
  for (const inner of Object.values(value)) frozen(inner);
  return Object.freeze(value);
}

export const anInstance = (given: Partial<Instance> = {}): Instance => frozen({
  id: I1, status: 'Running', regionId: 'cn-hangzhou', zoneId: 'cn-hangzhou-h', vpcId: VPC, vSwitchId: VSW1, instanceType: 'ecs.g7.large',
  chargeType: 'PostPaid', internetChargeType: 'PayByTraffic', internetBandwidthOutMbps: 10, primaryIp: '10.0.1.5', primaryEniId: PRIMARY1,
  publicIps: [], networkInterfaceIds: [PRIMARY1], securityGroupIds: [SG1], operationLocks: [], tags: {}, ...given,
});

export const anEni = (given: Partial<NetworkInterface> = {}): NetworkInterface => frozen({
  id: ENI1, status: 'Available', type: 'Secondary', vpcId: VPC, vSwitchId: VSW1, zoneId: 'cn-hangzhou-h', primaryIp: '10.0.1.6', macAddress: '00:16:3e:00:00:01',
  securityGroupIds: [SG1], deleteOnRelease: true, serviceManaged: false, publicIps: [], tags: {}, ...given,
});

export const anEip = (given: Partial<Eip> = {}): Eip => frozen({
  id: EIP1, ip: '47.0.0.1', status: given.binding === undefined ? 'Available' : 'InUse', mode: given.binding === undefined ? '' : 'NAT',
  bandwidthMbps: 10, businessStatus: 'Normal', operationLocks: [], serviceManaged: false, tags: {}, ...given,
});

export const at = (id: InstanceId): Binding => ({ kind: 'instance', id });
export const on = (id: EniId, privateIp = '10.0.1.6'): Binding => ({ kind: 'networkInterface', id, privateIp });

/** The four link tags; a value of undefined leaves the tag out. */
export function links(given: Partial<Record<'cluster' | 'owner' | 'instance' | 'eip', string | undefined>> = {}): Tags {
  const values = { cluster: CLUSTER, owner: OWNER, instance: I1, eip: EIP1, ...given };
  return Object.fromEntries(Object.entries(values).flatMap(([key, value]) => (value === undefined ? [] : [[TAG[key as keyof typeof values], value]])));
}

/** The tags that our Create gives an ENI. */
export const eniLinks = (given: Parameters<typeof links>[0] = {}): Tags => ({ ...links(given), [TERWAY_EXCLUDED_TAG.key]: TERWAY_EXCLUDED_TAG.value });

export const aVSwitch = (given: Partial<VSwitch> = {}): VSwitch =>
  frozen({ id: VSW1, vpcId: VPC, zoneId: 'cn-hangzhou-h', cidr: '10.0.1.0/24', availableIps: 200, routeTableId: RT1, ...given });

export const aSnatEntry = (given: Partial<SnatEntry> = {}): SnatEntry =>
  frozen({ id: 'snat-1', status: 'Available', sourceVSwitchId: VSW1, sourceCidr: '10.0.1.0/24', snatIps: ['47.9.9.9'], ...given });

export const aNatGateway = (given: Partial<NatGateway> = {}): NatGateway => frozen({
  id: NGW1, networkType: 'internet', status: 'Available', businessStatus: 'Normal', snatTableIds: ['stb-1'], eips: [{ id: 'eip-nat' as EipId, ip: '47.9.9.9' }],
  snatEntries: [aSnatEntry()], forwardEntries: [], ...given,
});

export const aNetwork = (given: Partial<Network> = {}): Network => frozen({
  vpcId: VPC, vSwitches: [aVSwitch()], natGateways: [aNatGateway()],
  routeTables: [{ id: RT1, vSwitchIds: [VSW1], entries: [{ destination: '0.0.0.0/0', status: 'Available', nextHops: [{ type: 'NatGateway', id: NGW1 }] }] }], ...given,
});

export const STANDS: WayOut = frozen({ verdict: 'stands', natGatewayId: NGW1, publicIps: ['47.9.9.9'] });
export const UNPROVED: WayOut = frozen({ verdict: 'unproved', problem: { reason: 'SnatEntryNotReady', message: 'SNAT entry snat-1 is Pending.', degraded: false } });
export const GONE: WayOut = frozen({ verdict: 'gone', problem: { reason: 'NoSnatEntry', message: 'No SNAT entry.', degraded: false } });

export const aType = (given: Partial<InstanceType> = {}): InstanceType => frozen({ name: 'ecs.g7.large', eniMax: 3, ...given });

export const aTarget = (given: Partial<Target> = {}): Target => frozen({
  goal: 'unify', owner: { cluster: CLUSTER, uid: OWNER }, generation: 1, liftHolds: false, livingOwners: [OWNER], changeToPayAsYouGo: false, reportOnly: false, guestRouting: 'Ignore', ...given,
});

export const aView = (given: Partial<View> = {}): View => frozen({ instanceId: I1, instanceGone: false, networkInterfaces: [], eips: [], goneEips: [], ...given });

function withoutInstance({ instance, ...rest }: View): View {
  return instance ? rest : aView(rest);
}

/** A situation; of target, surroundings and hints only what differs is given. */
export interface Given {
  /** The instance is not in the view. */
  readonly unseen?: boolean;
  readonly view?: Partial<View>;
  readonly target?: Partial<Target>;
  readonly surroundings?: Partial<Surroundings>;
  readonly hints?: Partial<Hints>;
}

export const aSituation = ({ unseen, view, target, surroundings, hints }: Given = {}): PlanInput => frozen({
  view: unseen ? withoutInstance(aView(view)) : aView({ instance: anInstance(), ...view }),
  target: aTarget(target),
  surroundings: { wayOut: STANDS, vSwitches: [aVSwitch()], instanceType: aType(), exhausted: [], ...surroundings },
  hints: { retiredNetworkInterfaces: [], ...hints },
  nowMs: NOW_MS,
});
