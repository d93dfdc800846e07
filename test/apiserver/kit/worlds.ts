// Worlds for the tier, put together from VPCs that are alike: a vSwitch, a NAT gateway with one EIP and a SNAT entry for the vSwitch.
// So several situations fit into one world side by side, each with a resource of its own.

/** What differs between VPCs. */
export interface VpcOptions {
  /** Instances as in a world file, without their vSwitch. */
  readonly instances: Readonly<Record<string, object>>;
  /** The address that everybody shall leave by. */
  readonly egressIp: string;
  /** Default: an entry for the vSwitch. */
  readonly snat?: Readonly<Record<string, object>>;
  /** Laid over the world: further EIPs, gateways, security groups. */
  readonly more?: Readonly<Record<string, Readonly<Record<string, object>>>>;
}

type World = Readonly<Record<string, Readonly<Record<string, object>>>>;

/** One VPC: vpc-NAME, vsw-NAME, ngw-NAME, eip-nat-NAME, snat-NAME. */
export function vpc(name: string, { instances, egressIp, snat, more = {} }: VpcOptions): World {
  const vSwitch = `vsw-${name}`;
  const placed = Object.entries(instances).map(([id, instance]) => [id, { vSwitch, ...instance }] as const);
  const base: World = {
    vpcs: { [`vpc-${name}`]: { cidr: '192.168.0.0/16' } },
    vSwitches: { [vSwitch]: { vpc: `vpc-${name}`, cidr: '192.168.1.0/24' } },
    eips: { [`eip-nat-${name}`]: { ip: egressIp, bandwidthMbps: 100 } },
    natGateways: { [`ngw-${name}`]: { vpc: `vpc-${name}`, eips: [`eip-nat-${name}`], snat: snat ?? { [`snat-${name}`]: { vSwitch } } } },
    instances: Object.fromEntries(placed),
  };
  return merged(base, more);
}

const merged = (...worlds: readonly World[]): World => {
  const kinds = [...new Set(worlds.flatMap(Object.keys))];
  return Object.fromEntries(kinds.map((kind) => [kind, Object.assign({}, ...worlds.map((world) => world[kind] ?? {})) as Record<string, object>]));
};

/** One world of several VPCs, with room for their EIPs. */
export const worldOf = (...vpcs: readonly World[]): object => ({ ...merged(...vpcs), account: { eips: 100 } });
