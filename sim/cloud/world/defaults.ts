// What a world has without saying so. Limits per minute: those of EIPs are documented (facts section 4), Unassociate's is taken to equal
// Associate's; those of interfaces are what a known client of the cloud allows itself; nothing better is known for the others.

export const usualPerMinute: Readonly<Record<string, number>> = {
  default: 600,
  AssociateEipAddress: 120, UnassociateEipAddress: 120, AllocateEipAddress: 120, ReleaseEipAddress: 600, DescribeEipAddresses: 600,
  AttachNetworkInterface: 500, CreateNetworkInterface: 500, DeleteNetworkInterface: 500, DetachNetworkInterface: 400,
  DescribeNetworkInterfaces: 800, DescribeInstanceTypes: 400, DescribeVSwitches: 300,
  DescribeInvocationResults: 900,
};

export interface UsualType {
  readonly cpu: number;
  readonly memoryGiB: number;
  readonly networkInterfaces: number;
  readonly privateIps: number;
  readonly hotPlug: boolean;
}

/** Types of which worlds may speak without describing them; some cannot hot-plug an interface, one has no slot but the primary's. */
export const usualTypes: Readonly<Record<string, UsualType>> = {
  'ecs.g7.large': { cpu: 2, memoryGiB: 8, networkInterfaces: 3, privateIps: 6, hotPlug: true },
  'ecs.g7.xlarge': { cpu: 4, memoryGiB: 16, networkInterfaces: 4, privateIps: 15, hotPlug: true },
  'ecs.g6.large': { cpu: 2, memoryGiB: 8, networkInterfaces: 2, privateIps: 6, hotPlug: true },
  'ecs.c6.large': { cpu: 2, memoryGiB: 4, networkInterfaces: 2, privateIps: 6, hotPlug: true },
  'ecs.c6.xlarge': { cpu: 4, memoryGiB: 8, networkInterfaces: 3, privateIps: 10, hotPlug: true },
  'ecs.t6-c1m1.large': { cpu: 2, memoryGiB: 2, networkInterfaces: 2, privateIps: 2, hotPlug: false },
  'ecs.t5-lc1m1.small': { cpu: 1, memoryGiB: 1, networkInterfaces: 2, privateIps: 2, hotPlug: false },
  'ecs.s6-c1m1.small': { cpu: 1, memoryGiB: 1, networkInterfaces: 2, privateIps: 2, hotPlug: false },
  'ecs.xn4.small': { cpu: 1, memoryGiB: 1, networkInterfaces: 1, privateIps: 2, hotPlug: false },
};
