// The world file's form: the single source of its fields, defaults and bounds (docs/simulator.md describes it for people). Objects are
// keyed by id. Whether the ids that objects name exist is judged by build.ts.

import { z } from 'zod';
import { parseAddress, parseCidr } from '../state/addresses.ts';

const address = z.string().refine((text) => parseAddress(text) !== undefined, 'is not an IPv4 address');
const cidr = z.string().refine((text) => parseCidr(text) !== undefined, 'is not an IPv4 address range such as 192.168.1.0/24');
const tags = z.record(z.string().min(1), z.coerce.string()).default({});
const latencyForm = 'must be milliseconds, or [least, most]';

export const latencySchema = z.union([
  z.number().min(0),
  z.tuple([z.number().min(0), z.number().min(0)]).refine(([least, most]) => least <= most, latencyForm),
], latencyForm);
const limit = (value: number): z.ZodDefault<z.ZodInt> => z.int().min(0).default(value);
const templateCount = z.int().min(1).max(100_000).optional();
const id = z.string().min(1);

const credential = z.strictObject({
  accessKeyId: id,
  accessKeySecret: id,
  securityToken: id.optional(),
  deny: z.array(id).default([]),
});

const account = z.strictObject({
  eips: limit(20),
  networkInterfaces: limit(1000),
  securityGroupsPerInterface: limit(5),
  tagsPerResource: limit(20),
  snatEntriesPerGateway: limit(40),
  eipsPerSnatEntry: limit(64),
  eipsPerGateway: limit(20),
  refundVcpuHours: limit(5000),
  addressesPerNormalGroup: limit(2000),
  addressesPerEnterpriseGroup: limit(65_536),
  commands: limit(500),
});

const latenciesMs = z.strictObject({
  rtt: latencySchema.default(80), attach: latencySchema.default(3000), detach: latencySchema.default(3000), delete: latencySchema.default(1000),
  associate: latencySchema.default(2000), unassociate: latencySchema.default(2000), convert: latencySchema.default(2000), snat: latencySchema.default(3000),
  release: latencySchema.default(1000), chargeType: latencySchema.default(5000), command: latencySchema.default(1500),
});

/** What a service that tells callers their address answers: its truth when not listed; an address that is not the caller's; no address at all. */
const echoService = z.union([z.enum(['nothing', 'slow', 'html']), address], 'must be nothing, slow, html or the address that it claims');

const instanceType = z.strictObject({
  cpu: z.int().min(1).default(2),
  memoryGiB: z.number().min(0.5).default(8),
  networkInterfaces: z.int().min(1).default(2),
  privateIps: z.int().min(1).default(6),
  hotPlug: z.boolean().default(true),
});

const vpc = z.strictObject({
  cidr, name: z.string().default(''), secondaryCidrs: z.array(cidr).default([]), default: z.boolean().default(false),
  ipv4Gateway: z.boolean().default(false), tags,
});

const route = z.strictObject({
  destination: cidr,
  natGateway: id.optional(),
  nextHopType: id.optional(),
  nextHopId: z.string().optional(),
});

const routeTable = z.strictObject({ vpc: id, name: z.string().default(''), system: z.boolean().default(false), routes: z.array(route).default([]), tags });

const vSwitch = z.strictObject({
  vpc: id, cidr, zone: id.optional(), name: z.string().default(''), routeTable: id.optional(),
  availableAddresses: z.int().min(0).optional(), tags,
});

const securityGroup = z.strictObject({
  vpc: id, name: z.string().default(''), type: z.enum(['normal', 'enterprise']).default('normal'), serviceManaged: z.boolean().default(false), tags,
});

export const guestSchema = z.strictObject({
  secondNic: z.enum(['auto', 'manual']).default('auto'),
  sourceRouting: z.boolean().default(true),
  equalMetric: z.boolean().default(false),
  rpFilter: z.literal([0, 1, 2]).default(2),
  agent: z.boolean().default(true),
  systemd: z.boolean().default(true),
  refusesScripts: z.boolean().default(false),
});

export const instanceSchema = z.strictObject({
  count: templateCount,
  vSwitch: z.union([id, z.array(id).min(1)], 'must be the id of a vSwitch, or a list of them'),
  type: id.default('ecs.g7.large'),
  name: z.string().optional(),
  status: z.enum(['Pending', 'Running', 'Starting', 'Stopping', 'Stopped']).default('Running'),
  billing: z.enum(['PostPaid', 'PrePaid']).default('PostPaid'),
  bandwidthBilling: z.enum(['PayByTraffic', 'PayByBandwidth']).default('PayByTraffic'),
  bandwidthMbps: z.int().min(0).optional(),
  publicIp: z.union([z.literal(true), address], 'must be true or an IPv4 address').optional(),
  eip: z.union([z.literal(true), id], 'must be true or the id of an EIP').optional(),
  eipUnassociable: z.boolean().default(true),
  privateIp: address.optional(),
  securityGroups: z.array(id).min(1).optional(),
  network: z.enum(['vpc', 'classic']).default('vpc'),
  os: z.enum(['linux', 'windows']).default('linux'),
  expiresInHours: z.number().default(30 * 24),
  locks: z.array(z.enum(['financial', 'security', 'Recycling', 'dedicatedhostfinancial', 'refunded'])).default([]),
  pendingChange: z.boolean().default(false),
  deletionProtection: z.boolean().default(false),
  autoReleaseTime: z.string().default(''),
  tags,
  guest: guestSchema.prefault({}),
});

export const eipLockSchema = z.enum(['financial', 'security']);

const eip = z.strictObject({
  count: templateCount,
  ip: address.optional(),
  name: z.string().default(''),
  boundTo: id.optional(),
  bandwidthMbps: z.int().min(1).default(5),
  bandwidthBilling: z.enum(['PayByTraffic', 'PayByBandwidth']).default('PayByTraffic'),
  billing: z.enum(['PostPaid', 'PrePaid']).default('PostPaid'),
  mode: z.enum(['NAT', 'MULTI_BINDED', 'BINDED']).default('NAT'),
  locks: z.array(eipLockSchema).default([]),
  serviceManaged: z.boolean().default(false),
  tags,
});

const networkInterface = z.strictObject({
  count: templateCount,
  vSwitch: id,
  instance: id.optional(),
  eip: z.union([z.literal(true), id], 'must be true or the id of an EIP').optional(),
  name: z.string().default(''),
  privateIp: address.optional(),
  secondaryIps: z.int().min(0).max(49).default(0),
  securityGroups: z.array(id).min(1).optional(),
  deleteOnRelease: z.boolean().default(false),
  sourceDestCheck: z.boolean().default(false),
  serviceManaged: z.boolean().default(false),
  tags,
});

export const gatewayStatusSchema = z.enum(['Creating', 'Available', 'Modifying', 'Deleting', 'Converting']);
export const businessStatusSchema = z.enum(['Normal', 'FinancialLocked']);

const snatEntry = z.strictObject({ vSwitch: id.optional(), cidr: cidr.optional(), ips: z.array(address).min(1).optional(), name: z.string().default(''), eipAffinity: z.boolean().default(false) });

const dnatEntry = z.strictObject({
  externalIp: address, internalIp: address.optional(), instance: id.optional(), name: z.string().default(''),
  externalPort: z.coerce.string().default('Any'), internalPort: z.coerce.string().default('Any'), protocol: z.enum(['Any', 'TCP', 'UDP']).default('Any'),
});

const natGateway = z.strictObject({
  vpc: id,
  vSwitch: id.optional(),
  name: z.string().default(''),
  type: z.enum(['internet', 'intranet']).default('internet'),
  status: gatewayStatusSchema.default('Available'),
  businessStatus: businessStatusSchema.default('Normal'),
  eips: z.array(id).default([]),
  defaultRoute: z.boolean().default(true),
  snat: z.record(id, snatEntry).default({}),
  dnat: z.record(id, dnatEntry).default({}),
  tags,
});

export const worldSchema = z.strictObject({
  region: id.default('cn-hangzhou'),
  credentials: z.array(credential).min(1).default([{ accessKeyId: 'simulated-key', accessKeySecret: 'simulated-secret', deny: [] }]),
  account: account.prefault({}),
  perMinute: z.record(id, z.int().min(0)).default({}),
  latenciesMs: latenciesMs.prefault({}),
  clientTokenLifetimeMs: z.number().min(0).default(24 * 3_600_000),
  instanceTypes: z.record(id, instanceType).default({}),
  vpcs: z.record(id, vpc).default({}),
  routeTables: z.record(id, routeTable).default({}),
  vSwitches: z.record(id, vSwitch).default({}),
  securityGroups: z.record(id, securityGroup).default({}),
  eips: z.record(id, eip).default({}),
  instances: z.record(id, instanceSchema).default({}),
  networkInterfaces: z.record(id, networkInterface).default({}),
  natGateways: z.record(id, natGateway).default({}),
  echoServices: z.record(z.url(), echoService).default({}),
});

export type World = z.output<typeof worldSchema>;
export type WorldInput = z.input<typeof worldSchema>;
export type WorldInstance = z.output<typeof instanceSchema>;
